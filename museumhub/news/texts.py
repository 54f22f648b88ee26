"""Texts of the news as HTML: Markdown with pictures of the library, each in a figure with its caption, credit and rights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from museumhub.kit.markdown import PictureUse, outline, render
from museumhub.kit.pictures import Shown
from museumhub.news.models import Picture

# The texts of an item in which headings, links and pictures stand.
TEXTS = ("body", "resources")


def picture_keys(*texts: str) -> set[str]:
    """The public identifiers of the pictures that stand in texts."""
    return {use.key for text in texts if text for use in outline(text).pictures if use.key}


def html_of(
    text: str,
    *,
    pictures: Mapping[str, Picture],
    language: str,
    top: int = 2,
    show: Callable[[Shown], Shown] = lambda shown: shown,
) -> SafeString:
    """`text` as HTML; of its pictures those in `pictures`, by public identifier, which come with their renditions.

    Words between the square brackets describe the picture in place of the library's, in the `language` of
    the text. `show` may change the addresses of files.
    """

    def draw(use: PictureUse) -> SafeString | None:
        picture = pictures.get(use.key)
        if picture is None:
            return None
        shown = picture.shown
        if shown is not None:
            shown = show(shown)
            if use.alternative.strip():
                shown = replace(shown, alt=use.alternative, language=language)
        context = {"picture": shown, "caption": use.caption, "seed": picture.oid}
        return render_to_string("news/_text_picture.html", context)

    return render(text, top=top, draw=draw)
