"""TRACES and Let's Get Real with their editions, modules and partners."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from frameworks.models import Element
from museumhub.members.models import Organisation, Person
from museumhub.pages.demo.content import day, instant, read
from programmes.catalogue.models import Edition, Module, Partner, Programme, ProgrammeRole
from programmes.catalogue.models.role import Role

TEXTS = (
    "title",
    "summary",
    "description",
    "who_can_apply",
    "selection_criteria",
    "questions",
    "method",
    "outcomes",
    "consultation_about",
    "cost",
    "cost_note",
    "languages",
    "time_zone",
)
INSTANTS = {
    "consultation_opens": "consultation_opens_at",
    "consultation_closes": "consultation_closes_at",
    "call_opens": "call_opens_at",
    "call_closes": "call_closes_at",
}
DAYS = {
    "decisions_by": "decisions_by",
    "runs_from": "runs_from",
    "runs_to": "runs_to",
    "report": "report_on",
}


def load_programme(given: dict[str, Any], *, now: datetime) -> Programme:
    """The programme, as the document says it where it is new."""
    programme, created = Programme.objects.get_or_create(
        slug=given["slug"],
        defaults={
            "title": given["title"],
            "summary": given["summary"],
            "description": given["description"],
            "created_at": now,
            "updated_at": now,
        },
    )
    if created:
        programme.topics.set(Element.objects.topics().filter(slug__in=given["topics"]))
    return programme


def dates(given: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """The timetable of an edition as fields of the model."""
    zone, said = given["time_zone"], given["timetable"]
    found: dict[str, Any] = {
        field: instant(said[name], zone=zone, now=now)
        for name, field in INSTANTS.items()
        if name in said
    }
    found.update(
        {field: day(said[name], zone=zone, now=now) for name, field in DAYS.items() if name in said}
    )
    return found


def load_edition(
    programme: Programme,
    given: dict[str, Any],
    organisations: dict[str, Organisation],
    *,
    now: datetime,
) -> Edition:
    """The edition with its partners and modules; one that stands is left as it is."""
    fields: dict[str, Any] = {name: given[name] for name in TEXTS if name in given}
    if fee := given.get("fee"):
        fields.update(fee_amount=Decimal(fee["amount"]), fee_currency=fee["currency"])
    when = dates(given, now=now)
    least, most = given["places"]
    edition, created = Edition.objects.get_or_create(
        programme=programme,
        slug=given["slug"],
        defaults={
            **fields,
            **when,
            "places_least": least,
            "places_most": most,
            "published_at": min(now, *(v for v in when.values() if isinstance(v, datetime))),
            "created_at": now,
            "updated_at": now,
        },
    )
    if created:
        hosts = {
            one["organisation"]: Partner.objects.create(
                programme=programme,
                edition=edition,
                organisation=organisations[one["organisation"]],
                kind=one["role"],
                part=one["part"],
                note=one.get("note", ""),
                order=number,
            )
            for number, one in enumerate(given["partners"])
        }
        for number, one in enumerate(given.get("modules", [])):
            starts = day(one["starts"], zone=given["time_zone"], now=now)
            Module.objects.create(
                edition=edition,
                order=number,
                slug=one["slug"],
                title=one["title"],
                description=one["description"],
                host=hosts[one["host"]],
                level=one["level"],
                place=one["place"],
                starts_on=starts,
                ends_on=starts + timedelta(days=one["days"] - 1),
                capacity=one["capacity"],
            )
    return edition


def give_role(person: Person, programme: Programme, role: Role, *, now: datetime) -> None:
    """A role in all editions of the programme, once."""
    ProgrammeRole.objects.get_or_create(
        person=person, programme=programme, edition=None, role=role, defaults={"since": now}
    )


def load_programmes(organisations: dict[str, Organisation], *, now: datetime) -> dict[str, Edition]:
    """All editions of the demo: `traces`, `archived` and `current`."""
    traces, real = read("traces"), read("lets_get_real")
    first = load_programme(traces["programme"], now=now)
    second = load_programme(real["programme"], now=now)
    return {
        "traces": load_edition(first, traces["edition"], organisations, now=now),
        "archived": load_edition(second, real["archived"], organisations, now=now),
        "current": load_edition(second, real["current"], organisations, now=now),
    }
