"""Texts that are still being written, as they will look, with what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from museumhub.kit.markdown import outline
from museumhub.kit.refusals import Sentence
from museumhub.news import gate, links
from museumhub.news.models import LONGEST, Item
from museumhub.news.queries.manuscripts import pictures_in_text
from museumhub.news.texts import html_of, picture_keys


@dataclass(frozen=True)
class Sketch:
    """The text and the resources as HTML, and remarks on both."""

    body: SafeString
    resources: SafeString
    remarks: list[Sentence]


def sketch(body: str, resources: str, *, language: str, user: Any, item: Item | None) -> Sketch:
    """Longer texts than an item may have are cut. Pictures are those that stand in `item`, or that `user` may use."""
    body, resources = body[:LONGEST], resources[:LONGEST]
    keys = picture_keys(body, resources)
    rows = pictures_in_text(item or Item(), keys, user).with_renditions() if keys else []
    pictures = {one.oid: one for one in rows}
    remarks: list[Sentence] = []
    for text in (body, resources):
        found = outline(text)
        broken = links.broken(link.target for link in found.links)
        remarks += gate.remarks(found, pictures, broken)
    return Sketch(
        html_of(body, pictures=pictures, language=language),
        html_of(resources, pictures=pictures, language=language, top=3),
        remarks,
    )
