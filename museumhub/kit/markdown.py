"""Text written by organisers and editors as Markdown (CommonMark 0.31 with tables), turned into safe HTML.

Two walls: the parser makes no HTML of what it is given as HTML, and an allowlist goes over its result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Pictures are not among them: a picture in text would fetch from another site, without credit or alternative.
_TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("strong", "em", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
_ADDRESS = re.compile(r"(https?://|mailto:|/(?![/\\])|#)", re.IGNORECASE)

_parser = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(
    ["linkify", "table", "strikethrough"]
)


def render(text: str, *, top: int = 2) -> SafeString:
    """`text` as HTML whose highest heading is of level `top` (2 to 6).

    Links lead to http, https and mailto addresses or to paths of this site, and vouch for nothing
    (`rel="nofollow noopener"`); HTML in the text is shown as it was typed. A field that is rendered
    states a length of at most some 20,000 characters: the worst text of that length costs a second.
    """
    tokens = _parser.parse(text)
    _lower_headings(tokens, top)
    html = _parser.renderer.render(tokens, _parser.options, {})
    return mark_safe(  # noqa: S308 - nh3 has just let through the allowlist only
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href", "title"}, "ol": {"start"}},
            attribute_filter=_attribute,
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener",
            strip_comments=True,
        )
    )


def _lower_headings(tokens: Sequence[Token], top: int) -> None:
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + top - 1, 6)}"


def _attribute(tag: str, name: str, value: str) -> str | None:
    """`value`, or None for a link that leads nowhere a reader should be sent."""
    if name == "href" and not _ADDRESS.match(value):
        return None
    return value
