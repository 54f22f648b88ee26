"""All that search engines may find, in parts of at most five thousand addresses (sitemaps.org, protocol 0.9).

Long tables are cut by the key, so that a row stays in its part for good, and a part is one range of an
index: nothing is counted, nothing is skipped over, and no more than one part is ever in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Max, QuerySet
from django.urls import reverse

from frameworks.models import Element, Framework
from museumhub.members.models import Organisation
from museumhub.news import kinds
from museumhub.news.models import Item
from programmes.catalogue.models import Edition, Programme

IN_A_PART = 5000


@dataclass(frozen=True)
class Address:
    """One page: its path, and when what it says last changed where that is known."""

    path: str
    changed: datetime | None = None


@dataclass(frozen=True)
class Part:
    """One file of addresses; `number` begins at 1."""

    section: str
    number: int
    changed: datetime | None = None


def parts(now: datetime) -> list[Part]:
    """All parts with something in them: one query for each long table, whatever its length."""
    found = [Part("pages", 1)]
    for name, section in _LONG.items():
        found += [Part(name, number + 1, at) for number, at in section.parts(now)]
    return found


def addresses(section: str, number: int, now: datetime) -> Iterable[Address] | None:
    """Those of one part, row by row; None for a part that cannot be."""
    if section == "pages" and number == 1:
        return _pages(now)
    if section in _LONG and 1 <= number <= 100_000:
        return _LONG[section].addresses(number - 1, now)
    return None


def _pages(now: datetime) -> Iterator[Address]:
    """Front pages, and what there are dozens of at most."""
    for name in (
        "pages:home",
        "news:list",
        "news:events",
        "catalogue:calls",
        "catalogue:programmes",
    ):
        yield Address(reverse(name))
    for name in ("pages:topics", "frameworks:index", "members:directory"):
        yield Address(reverse(name))
    for topic in Element.objects.topics().select_related("framework").order_by("order", "pk"):
        yield Address(topic.get_absolute_url())
    for framework in Framework.objects.order_by("pk")[:IN_A_PART]:
        yield Address(framework.get_absolute_url(), framework.updated_at)
    for programme in Programme.objects.visible_to(None).order_by("pk")[:IN_A_PART]:
        yield Address(programme.get_absolute_url())
    editions = Edition.objects.published().select_related("programme").order_by("pk")
    for edition in editions[:IN_A_PART]:
        yield Address(edition.get_absolute_url(), edition.updated_at)


@dataclass(frozen=True)
class Long:
    """A table of any length. `rows(now)` are the public ones, `address` makes one of the values of `columns`."""

    rows: Callable[[datetime], QuerySet[Any]]
    columns: tuple[str, ...]
    address: Callable[..., Address]
    changed: str

    def parts(self, now: datetime) -> Iterator[tuple[int, datetime | None]]:
        """(number from 0, last change) of those parts that hold a row."""
        numbered = self.rows(now).order_by().annotate(part=F("pk") / IN_A_PART).values("part")
        for row in numbered.annotate(at=Max(self.changed)).order_by("part"):
            yield row["part"], row["at"]

    def addresses(self, number: int, now: datetime) -> Iterator[Address]:
        first = number * IN_A_PART
        rows = self.rows(now).filter(pk__gte=first, pk__lt=first + IN_A_PART).order_by("pk")
        for values in rows.values_list(*self.columns).iterator(chunk_size=1000):
            yield self.address(*values)


def _item(slug: str, kind: str, changed: datetime, published: datetime) -> Address:
    name = "news:statement" if kind == kinds.STATEMENT else "news:item"
    return Address(reverse(name, args=[slug]), max(changed, published))


def _organisation(slug: str) -> Address:
    return Address(reverse("members:organisation", args=[slug]))


_LONG: dict[str, Long] = {
    "news": Long(
        rows=lambda now: Item.objects.published(now),
        columns=("slug", "kind", "updated_at", "published_at"),
        address=_item,
        changed="updated_at",
    ),
    "organisations": Long(
        rows=lambda now: Organisation.objects.all(),
        columns=("slug",),
        address=_organisation,
        changed="created_at",
    ),
}
