"""What readers are told about an item of news: when and where it is, whether it is still open, how its document is cited.

Instants are said in the item's time zone. All texts are in the language in force.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from museumhub.kit.dates import distance, said, said_span
from museumhub.news.models import Item


@dataclass(frozen=True)
class Standing:
    """What time says of an item. `kind` is that of a c-tag, `label` a word or two, `sentence` the whole."""

    kind: str
    label: str
    sentence: str


def standing(item: Item, now: datetime) -> Standing | None:
    """Computed from the instants of the item whenever it is asked, never stored; None where time changes nothing."""
    if item.starts_at is not None:
        return _of_event(item, item.starts_at, now)
    if item.closes_at is not None:
        return _of_call(item, item.closes_at, now)
    return None


def _of_event(item: Item, starts: datetime, now: datetime) -> Standing:
    when = said_span(starts, item.ends_at, _zone(item))
    if now < starts:
        return Standing("info", distance(starts, now), when)
    if not item.is_over(now):
        return Standing("success", _("now"), when)
    if item.recording_url:
        return Standing("neutral", _("recording online"), when)
    return Standing("neutral", _("over"), when)


def _of_call(item: Item, closes: datetime, now: datetime) -> Standing:
    instant = said(closes, _zone(item))
    if not item.has_closed(now):
        return Standing("success", _("open"), _("Open until %(instant)s") % {"instant": instant})
    return Standing("neutral", _("closed"), _("Closed on %(instant)s") % {"instant": instant})


def _zone(item: Item) -> str:
    """Where its times are meant; a draft may not say so yet."""
    return item.time_zone or settings.TIME_ZONE


def publisher(item: Item) -> str:
    """The organisation that publishes, or the network itself."""
    return item.organisation.name if item.organisation is not None else settings.SITE_NAME


@dataclass(frozen=True)
class Identifier:
    """An identifier of a document: what it is called, how it is written, and its address where it has one."""

    label: str
    text: str
    address: str = ""


_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ISBN = re.compile(r"(?:ISBN(?:-1[03])?:?\s*)?([\d][\d -]{8,16}[\dXx])", re.IGNORECASE)
_ISSN = re.compile(r"(?:ISSN:?\s*)?(\d{4}-?\d{3}[\dXx])", re.IGNORECASE)


def identifier(text: str) -> Identifier | None:
    """A DOI, ISBN or ISSN (told by its form and its check digit) with where it leads; another one as it was written."""
    text = text.strip()
    if not text:
        return None
    if found := _DOI.fullmatch(text):
        # A DOI may hold signs that an address may not.
        return Identifier(
            "DOI", found[1], f"https://doi.org/{quote(found[1], safe='/:;()@!$*+,=~-._')}"
        )
    if (found := _ISSN.fullmatch(text)) and _issn_is_right(found[1]):
        number = found[1].upper().replace("-", "")
        written = f"{number[:4]}-{number[4:]}"
        return Identifier("ISSN", written, f"https://portal.issn.org/resource/ISSN/{written}")
    if found := _ISBN.fullmatch(text):
        number = re.sub(r"[ -]", "", found[1]).upper()
        if _isbn_is_right(number):
            return Identifier(
                "ISBN", found[1].upper(), f"https://search.worldcat.org/isbn/{number}"
            )
    return Identifier("", text)


def _isbn_is_right(number: str) -> bool:
    """The check digit of ISO 2108, of thirteen digits or of ten."""
    if len(number) == 13 and number.isdigit():
        return sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(number)) % 10 == 0
    return len(number) == 10 and _weighed(number) % 11 == 0


def _issn_is_right(number: str) -> bool:
    """The check digit of ISO 3297."""
    return _weighed(number.upper().replace("-", "")) % 11 == 0


def _weighed(number: str) -> int:
    """Digits times their distance from the end; an X at the end is ten."""
    digits = [
        10 if digit == "X" else int(digit) for digit in number[:-1].replace("X", "0") + number[-1]
    ]
    return sum(
        digit * weight for digit, weight in zip(digits, range(len(digits), 0, -1), strict=True)
    )
