"""The publication gate: everything that keeps an item from going out, as one pure function that reads and writes nothing.

It is shown where an item is edited, and enforced when it is published, when it is scheduled, when its
minute has come, and when something that is out is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from museumhub.kit.markdown import Outline, is_address, outline
from museumhub.kit.refusals import Sentence
from museumhub.news import kinds
from museumhub.news.models import Item
from museumhub.news.texts import TEXTS


class Shown(Protocol):
    """What the gate asks of a picture."""

    oid: str
    title: str
    alt: str
    credit: str
    rights: str


@dataclass(frozen=True)
class Reason:
    """Why an item cannot go out: the field to look at, and a sentence."""

    field: str
    sentence: Sentence

    @property
    def anchor(self) -> str:
        """What the field is called in the form: an instant has two, topics are several boxes."""
        if self.field in kinds.INSTANTS:
            return f"{self.field}_day"
        return "topics_0" if self.field == "topics" else self.field


@dataclass(frozen=True)
class Manuscript:
    """An item with all the gate looks at.

    `pictures` are those of the library that it shows, by oid, the lead picture and those in its texts.
    `broken` are the addresses of this site, among the links of its texts, that lead to nothing.
    """

    item: Item
    topics: Collection[Any]
    partners: Collection[Any]
    pictures: dict[str, Shown]
    broken: Collection[str] = ()


NEEDED: dict[str, Sentence] = {
    "starts_at": _("Say when it begins."),
    "ends_at": _("Say when it ends."),
    "closes_at": _("Say until when it is open."),
    "time_zone": _("Choose the time zone its times are meant in."),
    "dated": _("Say of which day it is."),
    "place": _("Say where it takes place."),
    "link": _("Give the address readers are to go to."),
    "authors": _("Name the authors."),
    "year": _("Say the year of publication."),
    "partners": _("Name at least one partner."),
}
EITHER: dict[tuple[str, ...], Sentence] = {
    ("place", "online_url"): _("Say where it takes place, or give the address of the online room."),
    ("online_url", "registration_url", "recording_url"): _(
        "Give the address of the online room, of the registration or of the recording."
    ),
    ("file", "link"): _("Add the file, or a link to it."),
}


def reasons(manuscript: Manuscript) -> list[Reason]:
    """Everything that is missing or wrong, in the order of the form; empty where the item can go out."""
    return [
        *_words(manuscript.item),
        *_of_kind(manuscript),
        *_topics(manuscript),
        *_pictures(manuscript),
        *_texts(manuscript),
    ]


def _words(item: Item) -> Iterator[Reason]:
    if not item.title.strip():
        yield Reason("title", _("Give it a title."))
    if not item.language:
        yield Reason("language", _("Choose the language it is written in."))
    if not item.teaser.strip():
        yield Reason("teaser", _("Write a teaser: one or two sentences for lists."))
    if not item.body.strip():
        yield Reason("body", _("Write a text."))


def _of_kind(manuscript: Manuscript) -> Iterator[Reason]:
    item = manuscript.item
    kind = kinds.KINDS[item.kind]
    missing = [name for name in kind.required if not _has(manuscript, name)]
    timed = any(getattr(item, name) is not None for name in kinds.INSTANTS)
    if timed and not item.time_zone and "time_zone" not in missing:
        missing.append("time_zone")
    for name in missing:
        yield Reason(name, NEEDED[name])
    for group in kind.one_of:
        if not any(_has(manuscript, name) for name in group):
            yield Reason(group[0], EITHER[group])
    if item.starts_at and item.ends_at and item.ends_at < item.starts_at:
        yield Reason("ends_at", _("It ends before it begins."))


def _has(manuscript: Manuscript, name: str) -> bool:
    if name == "partners":
        return bool(manuscript.partners)
    field: Any = Item._meta.get_field(name)
    return getattr(manuscript.item, field.attname) not in (None, "")


def _topics(manuscript: Manuscript) -> Iterator[Reason]:
    if not manuscript.topics:
        yield Reason("topics", _("Choose at least one topic."))


def _pictures(manuscript: Manuscript) -> Iterator[Reason]:
    lead = manuscript.item.picture_id
    for picture in manuscript.pictures.values():
        field = "picture" if getattr(picture, "pk", None) == lead and lead else "body"
        for value, sentence in (
            (picture.alt, _("The picture “{title}” has no alternative text.")),
            (picture.credit, _("The picture “{title}” does not say whom it is by.")),
            (picture.rights, _("The picture “{title}” does not say who may use it.")),
        ):
            if not str(value).strip():
                yield Reason(field, format_lazy(sentence, title=picture.title))


def _texts(manuscript: Manuscript) -> Iterator[Reason]:
    for name in TEXTS:
        text = getattr(manuscript.item, name)
        if text.strip():
            for sentence in remarks(outline(text), manuscript.pictures, manuscript.broken):
                yield Reason(name, sentence)


def remarks(
    found: Outline, pictures: Collection[str], broken: Collection[str] = ()
) -> Iterator[Sentence]:
    """What is wrong with the headings, links and pictures of a text."""
    yield from _headings(found)
    for link in found.links:
        words = link.words or link.target
        if not is_address(link.target):
            yield format_lazy(
                _("The link “{words}” leads nowhere: write its whole address, with https://."),
                words=words,
            )
        elif link.target in broken:
            yield format_lazy(
                _("There is no page of this site where “{words}” leads."), words=words
            )
    for use in found.pictures:
        if not use.key:
            yield format_lazy(
                _("The picture “{words}” comes from elsewhere: put it into the library first."),
                words=use.alternative or use.target,
            )
        elif not use.alone:
            yield format_lazy(
                _("The picture “{words}” stands between words: give it a paragraph of its own."),
                words=use.alternative or use.key,
            )
        elif use.key not in pictures:
            yield format_lazy(
                _("There is no picture “{key}” in the library."), key=use.alternative or use.key
            )


def _headings(found: Outline) -> Iterator[Sentence]:
    """The title of the page is its first heading; those of the text follow it, and skip no level."""
    above = 0
    for heading in found.headings:
        if not heading.words.strip():
            yield _("A heading has no words.")
        if heading.level > above + 1:
            yield format_lazy(
                _("The heading “{words}” skips a level: write it with {signs}."),
                words=heading.words,
                signs="#" * (above + 1),
            )
        above = heading.level
