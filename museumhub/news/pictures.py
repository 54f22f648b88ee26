"""Who shows pictures of the library: each part that does says here when it is public, so that the files are as well.

A picture is private until something published shows it. Rooms above may register uses of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

if TYPE_CHECKING:
    from museumhub.news.models import Picture


@dataclass(frozen=True)
class Place:
    """Something that shows a picture; `address` is empty where the reader may not go there."""

    title: str
    what: Any
    address: str
    public: bool


@dataclass(frozen=True)
class Use:
    """`shown(now)` and `used()` are conditions over Picture: shown to the public, and pointed to at all.

    `places(picture, user, now)` names what shows it, as this user may know it.
    """

    name: str
    shown: Callable[[datetime], Q]
    used: Callable[[], Q]
    places: Callable[[Picture, Any, datetime], Iterable[Place]]


_uses: dict[str, Use] = {}


def used_by(use: Use) -> None:
    """Register what shows pictures; a second of the same name is a mistake."""
    if use.name in _uses:
        raise ValueError(f"the use {use.name} is registered twice")
    _uses[use.name] = use


def uses() -> Iterator[Use]:
    """All of them, in the order of registration."""
    yield from _uses.values()
