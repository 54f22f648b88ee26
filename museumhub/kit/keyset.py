"""Turning the pages of a long list by the place where one page ends: nothing is counted, nothing is skipped over.

The list is ordered by an instant and the key, the latest first. A page takes one query that begins
where the last one ended, so the five hundredth costs what the first does. Places stand in addresses;
they say nothing that the page does not, and one that somebody made up is a place like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

T = TypeVar("T", bound=Model)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WRITTEN = re.compile(r"([0-9a-f]{1,14})-([0-9a-f]{1,15})")


@dataclass(frozen=True)
class Place:
    """Between two rows: beside the row with this instant and key."""

    at: datetime
    key: int

    def __str__(self) -> str:
        """As it stands in an address."""
        return f"{(self.at - _EPOCH) // _MICROSECOND:x}-{self.key:x}"


def read_place(text: str) -> Place | None:
    """The place an address names, None for what is none."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    try:
        at = _EPOCH + int(found[1], 16) * _MICROSECOND
    except OverflowError:
        return None
    return Place(at, int(found[2], 16))


@dataclass(frozen=True)
class Turned(Generic[T]):
    """One page. `older` and `newer` are the places where its neighbours begin, None where there is nothing.

    `first`: it is known to be the first page, which has the address of the list itself.
    """

    rows: list[T]
    older: Place | None
    newer: Place | None
    first: bool


def turn(
    rows: QuerySet[T],
    *,
    size: int,
    before: Place | None = None,
    after: Place | None = None,
    by: str = "published_at",
    latest_first: bool = True,
) -> Turned[T]:
    """The first page of `rows`, the one of rows `before` a place, or the one of rows `after` it: one query.

    Whatever order `rows` has is replaced by that of `by`, the latest first or the earliest.
    """
    onward, back = (before, after) if latest_first else (after, before)
    if back is not None:
        found = list(_beside(rows, back, by, older=not latest_first)[: size + 1])
        shown, more = found[:size][::-1], len(found) > size
        ahead = _place(shown, -1, by)
        behind = _place(shown, 0, by) if more else None
        first = not more
    else:
        found = list(_beside(rows, onward, by, older=latest_first)[: size + 1])
        shown = found[:size]
        ahead = _place(shown, -1, by) if len(found) > size else None
        behind = _place(shown, 0, by) if onward is not None else None
        first = onward is None
    if latest_first:
        return Turned(shown, older=ahead, newer=behind, first=first)
    return Turned(shown, older=behind, newer=ahead, first=first)


def _place(rows: list[T], number: int, by: str) -> Place | None:
    return Place(getattr(rows[number], by), rows[number].pk) if rows else None


def _beside(rows: QuerySet[T], place: Place | None, by: str, *, older: bool) -> QuerySet[T]:
    """Those on one side of a place, all of them without one, the nearest first."""
    if place is not None:
        way = "lte" if older else "gte"
        # The first condition alone is one an index can start from; the second sorts out the same instant.
        near: dict[str, Any] = {f"{by}__{way}": place.at}
        rows = rows.filter(
            ~Q(**{by: place.at, f"pk__{'gte' if older else 'lte'}": place.key}), **near
        )
    return rows.order_by(f"-{by}", "-pk") if older else rows.order_by(by, "pk")
