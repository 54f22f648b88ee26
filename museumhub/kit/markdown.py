"""Text written by organisers and editors as Markdown (CommonMark 0.31 with tables), turned into safe HTML.

Two walls: the parser makes no HTML of what it is given as HTML, and an allowlist goes over its result.
A room with pictures of its own may have them stand in a text: `![words](picture:key)` in a paragraph
of its own.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Pictures are not among them: one in a text would fetch from another site, without credit or alternative.
_TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("strong", "em", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
_ADDRESS = re.compile(r"(https?://|mailto:|/(?![/\\])|#)", re.IGNORECASE)

# Every character that means something in Markdown; a backslash before it makes it one again (CommonMark 0.31, section 2.4).
_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~:&])")

_parser = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(
    ["linkify", "table", "strikethrough"]
)


PICTURE = "picture:"


@dataclass(frozen=True)
class Heading:
    """A heading of a text: 1 for `#` to 6, and its words."""

    level: int
    words: str


@dataclass(frozen=True)
class Link:
    """A link of a text: where it leads as it was written, and its words."""

    target: str
    words: str


@dataclass(frozen=True)
class PictureUse:
    """A picture in a text: its address as it was written, the words for those who do not see it, the caption below.

    `alone`: nothing else stands in its paragraph.
    """

    target: str
    alternative: str
    caption: str
    alone: bool

    @property
    def key(self) -> str:
        """What stands after `picture:`; empty for a picture from elsewhere."""
        return self.target.removeprefix(PICTURE) if self.target.startswith(PICTURE) else ""


@dataclass(frozen=True)
class Outline:
    """What a text holds besides words, each in the order of the text."""

    headings: tuple[Heading, ...]
    links: tuple[Link, ...]
    pictures: tuple[PictureUse, ...]


# What stands in the place of a picture: safe HTML, or None where it may not be shown.
Draw = Callable[[PictureUse], SafeString | None]


def render(text: str, *, top: int = 2, draw: Draw | None = None) -> SafeString:
    """`text` as HTML whose highest heading is of level `top` (2 to 6); pictures as `draw` makes them, without it none.

    Links lead to http, https and mailto addresses or to paths of this site, and vouch for nothing
    (`rel="nofollow noopener"`); HTML in the text is shown as it was typed. A field that is rendered
    states a length of at most some 20,000 characters: the worst text of that length costs a second.
    """
    tokens = _parser.parse(text)
    _lower_headings(tokens, top)
    # Nobody can write this place-holder into a text: it is another one each time.
    place = f"picture-{secrets.token_hex(16)}-"
    drawn = _take_pictures_out(tokens, place, draw) if draw is not None else []
    html = nh3.clean(
        _parser.renderer.render(tokens, _parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
        strip_comments=True,
    )
    if drawn:
        html = re.sub(rf"{place}(\d+)", lambda found: drawn[int(found[1])], html)
    # nh3 has let through the allowlist only, and what `draw` made is safe HTML.
    return mark_safe(html)  # noqa: S308


def outline(text: str) -> Outline:
    """The headings, links and pictures of a text, for whoever checks them."""
    tokens = _parser.parse(text)
    headings = tuple(
        Heading(int(before.tag[1:]), _words(inline.children or []))
        for before, inline in pairwise(tokens)
        if before.type == "heading_open"
    )
    inlines = [token for token in tokens if token.type == "inline"]
    return Outline(
        headings,
        tuple(link for inline in inlines for link in _links(inline)),
        tuple(picture for inline in inlines for picture in _pictures(inline)),
    )


def is_address(target: str) -> bool:
    """Whether a link to this is kept: http, https, mailto, or a path of this site."""
    return bool(_ADDRESS.match(target))


def _links(inline: Token) -> Iterator[Link]:
    children = inline.children or []
    for place, token in enumerate(children):
        if token.type == "link_open":
            end = next(
                (n for n in range(place, len(children)) if children[n].type == "link_close"), place
            )
            yield Link(str(token.attrGet("href") or ""), _words(children[place + 1 : end]))


def _pictures(inline: Token) -> Iterator[PictureUse]:
    children = inline.children or []
    alone = all(
        token.type in {"image", "softbreak"} or (token.type == "text" and not token.content.strip())
        for token in children
    )
    for token in children:
        if token.type == "image":
            yield PictureUse(
                target=str(token.attrGet("src") or ""),
                alternative=_words(token.children or []),
                caption=str(token.attrGet("title") or ""),
                alone=alone,
            )


def _words(tokens: Sequence[Token]) -> str:
    """The words of inline tokens without their marks, line breaks as blanks."""
    words = ""
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            words += " "
        elif token.type == "image":
            words += _words(token.children or [])
        elif token.type in {"text", "code_inline"}:
            words += token.content
    return words


def _take_pictures_out(tokens: list[Token], place: str, draw: Draw) -> list[SafeString]:
    """Put place-holders where paragraphs of pictures stand; what is to stand there, by number."""
    drawn: list[SafeString] = []
    for number, inline in enumerate(tokens):
        if inline.type != "inline" or tokens[number - 1].type != "paragraph_open":
            continue
        uses = list(_pictures(inline))
        if not uses or not uses[0].alone:
            continue
        html = ""
        for use in uses:
            if use.key and (made := draw(use)) is not None:
                html += f"{place}{len(drawn)}"
                drawn.append(made)
        holder = Token("html_block", "", 0, content=html)
        tokens[number - 1], tokens[number], tokens[number + 1] = (
            Token("html_block", "", 0),
            holder,
            Token("html_block", "", 0),
        )
    return drawn


def quoted(text: str) -> str:
    """Plain text as Markdown that shows exactly it: each line a paragraph, no heading, no list, no link under other words."""
    return "\n\n".join(_MARKS.sub(r"\\\1", line.strip()) for line in text.split("\n"))


def _lower_headings(tokens: Sequence[Token], top: int) -> None:
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + top - 1, 6)}"


def _attribute(tag: str, name: str, value: str) -> str | None:
    """`value`, or None for a link that leads nowhere a reader should be sent."""
    if name == "href" and not _ADDRESS.match(value):
        return None
    return value
