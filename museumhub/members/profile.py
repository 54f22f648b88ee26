"""What an organisation's page says beyond the organisation itself; the rooms above register their sections here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from museumhub.members.models import Organisation

Content = Callable[["Organisation", Any, datetime], Any]


@dataclass(frozen=True)
class Section:
    """One part of the page.

    `content(organisation, user, now)` is what `template` gets as `content`, beside `organisation`;
    nothing (None, or an empty list) leaves the section out. It makes a constant number of queries,
    and shows what `user` may see, who may not be signed in. Lower `order` stands higher.
    """

    key: str
    order: int
    template: str
    content: Content


@dataclass(frozen=True)
class Shown:
    """A section that has something to say."""

    key: str
    template: str
    content: Any


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add a section to the page of every organisation, when the site starts."""
    _sections[section.key] = section


def sections(organisation: Organisation, user: Any, now: datetime) -> list[Shown]:
    """Those with something to say, from top to bottom."""
    found = []
    for one in sorted(_sections.values(), key=lambda one: (one.order, one.key)):
        if content := one.content(organisation, user, now):
            found.append(Shown(one.key, one.template, content))
    return found
