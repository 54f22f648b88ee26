"""Who stands behind a statement, for its page and for the table to download."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from museumhub.kit.zones import site_zone
from museumhub.members.models import Organisation
from museumhub.members.models.membership import Role
from museumhub.news.models import Endorsement, Item

# Names on the page of a statement; the table to download has them all.
NAMED = 300
NEAR = 30  # days before and after an anniversary in which the page speaks of it


@dataclass(frozen=True)
class Anniversary:
    """So many years since the statement's date, on `day`."""

    years: int
    day: date
    is_past: bool


@dataclass(frozen=True)
class Signatories:
    """How many stand behind a statement, and those who are named, the first to sign first."""

    organisations: int
    people: int
    named_organisations: list[Endorsement]
    named_people: list[Endorsement]
    unnamed: int
    anniversary: Anniversary | None


@dataclass(frozen=True)
class OwnOrganisation:
    """One that the reader may sign for, and whether it has."""

    organisation: Organisation
    stands: bool


def signatories(statement: Item, now: datetime) -> Signatories:
    """Three queries."""
    standing = Endorsement.objects.filter(statement=statement).standing()
    of_people = Q(organisation__isnull=True)
    counted = standing.aggregate(
        organisations=Count("pk", filter=~of_people),
        people=Count("pk", filter=of_people),
        unnamed=Count("pk", filter=of_people & Q(shown=False)),
    )
    return Signatories(
        organisations=counted["organisations"],
        people=counted["people"],
        named_organisations=list(
            standing.of_organisations()
            .select_related("organisation")
            .order_by("since", "pk")[:NAMED]
        ),
        named_people=list(standing.of_people().filter(shown=True).order_by("since", "pk")[:NAMED]),
        unnamed=counted["unnamed"],
        anniversary=anniversary(statement.dated, now.astimezone(ZoneInfo(site_zone())).date()),
    )


def anniversary(dated: date | None, today: date) -> Anniversary | None:
    """The anniversary of `dated` that is less than `NEAR` days away from `today`; that of 29 February is on 1 March."""
    if dated is None:
        return None
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            day = dated.replace(year=year)
        except ValueError:
            day = date(year, 3, 1)
        if year > dated.year and abs((day - today).days) <= NEAR:
            return Anniversary(year - dated.year, day, is_past=day <= today)
    return None


def own_organisations(user: Any, statement: Item) -> list[OwnOrganisation]:
    """Those the reader administers; two queries, none for a stranger."""
    if not getattr(user, "is_authenticated", False):
        return []
    own = list(
        Organisation.objects.filter(
            memberships__person=user, memberships__role=Role.ADMINISTRATOR
        ).order_by("name_key")[:50]
    )
    standing = set(
        Endorsement.objects.filter(statement=statement, organisation__in=own)
        .standing()
        .values_list("organisation", flat=True)
    )
    return [OwnOrganisation(one, one.pk in standing) for one in own]


def table(statement: Item) -> Iterator[tuple[str, str, str, str]]:
    """Every named signatory: kind, name, place or affiliation, the day they signed (ISO, UTC); read in pieces."""
    rows = (
        Endorsement.objects.filter(statement=statement, shown=True)
        .standing()
        .select_related("organisation")
        .order_by("since", "pk")
    )
    for row in rows.iterator(chunk_size=500):
        day = row.since.date().isoformat() if row.since is not None else ""
        if row.organisation is not None:
            place = ", ".join(
                part
                for part in (row.organisation.place, str(row.organisation.country.name))
                if part
            )
            yield "organisation", row.organisation.name, place, day
        else:
            yield "person", row.name, row.affiliation, day
