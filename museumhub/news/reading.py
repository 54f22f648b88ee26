"""Reading a feed: its bytes are taken apart in a process of their own, and what that says is judged here."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext_lazy as _

from museumhub.kit import fetch
from museumhub.kit.refusals import Refused, Sentence
from museumhub.kit.text import in_one_line, shortened, without_controls

# Media types under which feeds are served (RFC 4287, section 7; RFC 7303; RSS never had one registered).
KINDS = (
    "application/atom+xml",
    "application/rss+xml",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
)
LIMIT = 2_000_000  # bytes of a feed
SECONDS = 20.0  # to fetch it, with all redirects
PARSING = 30.0  # seconds by the wall; the process has fewer of the processor
OUTPUT = 4_000_000  # characters a parser may say

TITLE = 160
SUMMARY = 2_000
ADDRESS = 500
GUID = 200

_PROGRAM = Path(__file__).with_name("parsing.py")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # the web is younger: no entry is older

# What can be wrong with a feed beside what can be wrong with an address.
TROUBLES: dict[str, Sentence] = {
    **fetch.TROUBLES,
    "not_a_feed": _("This is neither an RSS nor an Atom feed."),
    "declarations": _(
        "The feed declares entities of its own. They can be used to do harm, so the site does not read it."
    ),
    "unreadable": _("The feed is built in a way that the site cannot read within its limits."),
    "site": _("Something went wrong on this site. Its operators can read about it in the log."),
}


class Unreadable(Refused):
    """What was fetched is no feed that the site reads; `trouble` is a key of TROUBLES."""

    def __init__(self, trouble: str) -> None:
        self.trouble = trouble
        super().__init__(in_words(trouble))


def in_words(trouble: str, detail: str = "") -> str:
    """A stored trouble in the reader's language; empty for none."""
    return fetch.in_words(TROUBLES[trouble], detail) if trouble in TROUBLES else ""


@dataclass(frozen=True)
class Entry:
    """One entry: all texts plain and of a bounded length, the link one of the web, the date not in the future."""

    guid: str
    link: str
    title: str
    summary: str
    published_at: datetime | None
    picture_url: str


@dataclass(frozen=True)
class Feed:
    """What a feed says of itself, and its entries, each guid once."""

    title: str
    language: str
    entries: list[Entry]


def read_feed(body: bytes, *, content_type: str, address: str, now: datetime) -> Feed:
    """The feed in these bytes, whose own address is `address`. Raises `Unreadable`."""
    told = _taken_apart(body, content_type)
    if refused := told.get("refused"):
        raise Unreadable(refused)
    entries: dict[str, Entry] = {}
    for raw in told["entries"]:
        entry = _entry(raw, address, now)
        if entry is not None:
            entries.setdefault(entry.guid, entry)
    return Feed(
        title=shortened(_line(told["title"]), 200),
        language=told["language"].partition("-")[0].lower(),
        entries=list(entries.values()),
    )


def _taken_apart(body: bytes, content_type: str) -> dict[str, Any]:
    """What the parser says. Whatever ends it before it has said all, the feed cannot be read."""
    try:
        done = subprocess.run(  # noqa: S603 - this program and nothing of the feed's
            # -I: neither the environment nor the folder it runs in changes what is imported.
            [sys.executable, "-I", str(_PROGRAM), content_type],
            input=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PARSING,
            check=True,
            env={},  # a stranger's document is not read beside the site's secrets
        )
        told = json.loads(done.stdout) if len(done.stdout) < OUTPUT else None
    except (subprocess.SubprocessError, ValueError) as error:
        raise Unreadable("unreadable") from error
    if not isinstance(told, dict):
        raise Unreadable("unreadable")
    return told


def _entry(raw: dict[str, Any], address: str, now: datetime) -> Entry | None:
    """One entry of use to an editor: it has words, and a link to where it came from."""
    guid = in_one_line(raw["guid"])
    link = _absolute(address, raw["link"]) or web_address(guid)
    summary = paragraphs(raw["summary"], SUMMARY)
    title = shortened(_line(raw["title"]) or _line(summary), TITLE)
    if not link or not title:
        return None
    return Entry(
        guid=_bounded(guid or link),
        link=link,
        title=title,
        summary=summary,
        published_at=_instant(raw["published"], now),
        picture_url=_absolute(address, raw["picture"]),
    )


def _absolute(base: str, given: str) -> str:
    """What the feed names, seen from the feed's own address; empty for nothing and for what is not of the web."""
    try:
        return web_address(urljoin(base, given)) if given else ""
    except ValueError:
        return ""


def web_address(text: str) -> str:
    """`text` where it is an address of the web that fits a column; empty for anything else, such as `javascript:`."""
    address = text.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    fits = len(address) <= ADDRESS and in_one_line(address) == address and " " not in address
    known = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    # urlsplit reads "HTTPS:" as https; a column is compared letter by letter.
    return f"{parts.scheme}{address[len(parts.scheme) :]}" if fits and known else ""


def paragraphs(text: str, most: int) -> str:
    """Text in its paragraphs: no blank lines in a row, no blanks at the ends of lines, nothing that cannot be stored."""
    lines = [_line(line) for line in without_controls(text).split("\n")]
    return shortened("\n".join(line for line in lines if line), most)


def _line(text: str) -> str:
    """One line, without halves of characters that no database takes."""
    return in_one_line(text.encode("utf-8", "ignore").decode())


def _bounded(guid: str) -> str:
    """What the feed calls the entry; a digest where that is too long for an index."""
    guid = _line(guid)
    if len(guid) <= GUID:
        return guid
    return f"sha256:{hashlib.sha256(guid.encode()).hexdigest()}"


def _instant(seconds: Any, now: datetime) -> datetime | None:
    """When it was published: not in the future, and nothing for a date that cannot be."""
    try:
        instant = datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return min(instant, now) if instant >= _EARLIEST else None
