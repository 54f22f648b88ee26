"""Run as a program of its own: a feed's bytes come in, plain facts about its entries go out as JSON.

What strangers wrote is taken apart here, in a process that has seconds of the processor and a bounded memory
and nothing else: a document made to hurt a parser ends this process, and its feed is called unreadable. The
process knows neither the site's settings nor its database; `museumhub.news.reading` starts it and judges
what it says. Nothing of the site is imported, so that it starts in a moment.
"""

from __future__ import annotations

import calendar
import contextlib
import html
import json
import re
import resource
import sys
from io import BytesIO
from typing import Any
from xml.parsers import expat

PROCESSOR = 4  # seconds; a common feed takes a tenth of one
MEMORY = 512 * 1024 * 1024  # bytes of address space
ENTRIES = 100
LONGEST = {"title": 2_000, "summary": 20_000, "link": 2_000, "guid": 2_000, "picture": 2_000}

NOT_A_FEED = "not_a_feed"
DECLARATIONS = "declarations"

_BLOCK = re.compile(r"(?i)<(?:/(?:p|div|li|ul|ol|h[1-6]|tr|blockquote|figure)|br)\b[^<>]{0,200}>")
# Elements whose content is not words to a reader.
_SILENT = {
    *("script", "style", "template", "title", "iframe", "object", "svg", "math"),
    *("noscript", "noembed", "noframes", "xmp", "plaintext"),
}


class Unreadable(Exception):
    """The document is refused; the argument is one of the words above."""


def limit_myself() -> None:
    """From here on the kernel holds the limits. Not every system knows each of them."""
    for what, most in (
        (resource.RLIMIT_CPU, PROCESSOR),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


def in_utf8(data: bytes, content_type: str) -> bytes:
    """The document as the parser will read it, in UTF-8 whatever it was in: what is looked for below cannot hide in an encoding."""
    from feedparser.encodings import convert_to_utf8

    converted: bytes = convert_to_utf8({"content-type": content_type}, data, {})
    return converted


def refuse_declarations(data: bytes) -> None:
    """Entities can be declared to grow a thousandfold, and to name files. A feed needs none.

    expat tells of a document type with declarations of its own before it reads any of them; what expat
    cannot read is looked through as the forgiving parser would, whose prologue ends at the first tag.
    """
    start = re.search(rb"<\w", data)
    prologue = data[: start.start()] if start else data
    if re.search(rb"<!\s*(?:entity|attlist|element|notation)\b", prologue, re.IGNORECASE):
        raise Unreadable(DECLARATIONS)

    def document_type(name: str, system: str | None, public: str | None, own: int) -> None:
        if own:
            raise Unreadable(DECLARATIONS)

    def declared(*_any: Any) -> None:
        raise Unreadable(DECLARATIONS)

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = document_type
    parser.EntityDeclHandler = declared
    with contextlib.suppress(expat.ExpatError):
        parser.Parse(data, True)


def plain(markup: str, most: int) -> str:
    """HTML as text: tags gone, scripts gone with what is in them, blocks on lines of their own."""
    import nh3

    text = _BLOCK.sub(lambda found: f"\n{found[0]}", markup[: most * 4])
    return html.unescape(nh3.clean(text, tags=set(), clean_content_tags=_SILENT))[:most]


def facts(entry: Any) -> dict[str, Any]:
    """One entry in plain values; each may be empty."""
    content = entry.get("content") or [{}]
    summary = entry.get("summary") or content[0].get("value") or ""
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    return {
        "guid": str(entry.get("id") or "")[: LONGEST["guid"]],
        "link": str(entry.get("link") or "")[: LONGEST["link"]],
        "title": plain(str(entry.get("title") or ""), LONGEST["title"]),
        "summary": plain(str(summary), LONGEST["summary"]),
        "picture": picture(entry)[: LONGEST["picture"]],
        # feedparser gives instants in UTC without saying so; some it gives are no instants.
        "published": seconds(when),
    }


def seconds(when: Any) -> int | None:
    """Seconds since 1970, or nothing for a date that is none."""
    try:
        return calendar.timegm(when) if when else None
    except (ValueError, TypeError, OverflowError):
        return None


def picture(entry: Any) -> str:
    """The address of the picture the feed shows beside an entry; it is not fetched."""
    shown = [*entry.get("media_content", []), *entry.get("media_thumbnail", [])]
    for one in [*shown, *entry.get("enclosures", [])]:
        kind = str(one.get("type") or one.get("medium") or "image")
        address = str(one.get("url") or one.get("href") or "")
        if kind.startswith("image") and address:
            return address
    return ""


def read(data: bytes, content_type: str) -> dict[str, Any]:
    """The feed's title, language and first entries."""
    import feedparser

    converted = in_utf8(data, content_type)
    refuse_declarations(converted)
    found = feedparser.parse(
        BytesIO(converted),  # never a text, which would be taken for an address or a file
        # Without an address of its own: identifiers that look like paths must not change when the feed moves.
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,  # nh3 lets nothing but text through
    )
    if not found.version:
        raise Unreadable(NOT_A_FEED)
    return {
        "title": plain(str(found.feed.get("title") or ""), LONGEST["title"]),
        "language": str(found.feed.get("language") or "")[:40],
        "entries": [facts(entry) for entry in found.entries[:ENTRIES]],
    }


def main() -> None:
    """Read the document from the standard input; the argument is its media type, which may name an encoding."""
    limit_myself()
    try:
        answer = read(sys.stdin.buffer.read(), sys.argv[1])
    except Unreadable as refusal:
        answer = {"refused": str(refusal)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
