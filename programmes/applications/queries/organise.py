"""What organisers see: the list of applications with its filters, the numbers, one application's history, and the table to download."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext as _
from django_countries import countries

from museumhub.kit.models import AuditEvent
from museumhub.kit.references import reference
from museumhub.kit.tables import written
from museumhub.members.models import Person
from museumhub.questionnaires.queries import current_version
from museumhub.questionnaires.structure import scheme_of
from programmes.applications.lifecycle import DRAFT, SET_ASIDE, SUBMITTED, WITHDRAWN
from programmes.applications.models import Application, Call, ModuleChoice
from programmes.applications.queries.sheet import level_name
from programmes.catalogue.models import Edition, Module


@dataclass(frozen=True)
class Numbers:
    """How many applications stand where; a draft is counted and nothing more of it is told."""

    drafts: int
    submitted: int
    late: int
    withdrawn: int
    countries: int


@dataclass(frozen=True)
class Row:
    """One line of the organisers' list."""

    application: Application
    level: str
    first_choice: str


@dataclass(frozen=True)
class Happening:
    """One line of an application's history."""

    at: datetime
    who: str
    what: str


def numbers(call: Call) -> Numbers:
    """One query."""
    counted = Application.objects.filter(call=call).aggregate(
        drafts=Count("pk", filter=Q(status__in=(DRAFT, SET_ASIDE))),
        submitted=Count("pk", filter=Q(status=SUBMITTED)),
        late=Count("pk", filter=Q(status=SUBMITTED, late=True)),
        withdrawn=Count("pk", filter=Q(status=WITHDRAWN)),
        countries=Count("organisation__country", filter=Q(status=SUBMITTED), distinct=True),
    )
    return Numbers(**counted)


def listed(edition: Edition, filters: Mapping[str, str]) -> QuerySet[Any]:
    """Sent applications with `level` (the agreed, else the stated, else the calculated one) and `first_choice`; what FilterForm narrows."""
    wanted = ModuleChoice.objects.filter(dossier=OuterRef("dossier"), rank=1)
    found = (
        Application.objects.sent()
        .filter(call__edition=edition)
        .select_related("organisation", "dossier")
        .annotate(
            level=Case(
                When(~Q(agreed_level=""), then=F("agreed_level")),
                When(~Q(dossier__declared_level=""), then=F("dossier__declared_level")),
                default=F("dossier__calculated_level"),
                output_field=CharField(),
            ),
            first_choice=Subquery(wanted.values("module__title")[:1]),
        )
        .order_by("-submitted_at", "-pk")
    )
    return _narrowed(found, filters)


def rows(found: Iterable[Any], levels: Mapping[str, str]) -> list[Row]:
    """A page of `listed`, the levels in words; no query."""
    return [
        Row(one, levels.get(one.level, "") or level_name(one.level), one.first_choice or "")
        for one in found
    ]


def _narrowed(found: QuerySet[Any], filters: Mapping[str, str]) -> QuerySet[Any]:
    if words := filters.get("q", ""):
        found = found.filter(Q(reference__icontains=words) | Q(organisation__name__icontains=words))
    if status := filters.get("status"):
        found = found.filter(status=status)
    if country := filters.get("country"):
        found = found.filter(organisation__country=country)
    if module := filters.get("module"):
        found = found.filter(dossier__choices__rank=1, dossier__choices__module__slug=module)
    if level := filters.get("level"):
        found = found.filter(level=level)
    if late := filters.get("late"):
        found = found.filter(late=late == "yes")
    return found


def countries_of(edition: Edition) -> list[tuple[str, str]]:
    """Countries of those who applied, by name; one query."""
    rows = (
        Application.objects.sent()
        .filter(call__edition=edition)
        .order_by()
        .values_list("organisation__country", flat=True)
        .distinct()
    )
    return sorted(((code, str(countries.name(code))) for code in rows), key=lambda pair: pair[1])


def modules_of(edition: Edition) -> list[Module]:
    """One query."""
    return list(Module.objects.filter(edition=edition).order_by("order", "pk"))


def levels_of(call: Call) -> list[tuple[str, str]]:
    """The levels of the call's self-assessment, the lowest first; none without one."""
    version = current_version(call.assessment_id) if call.assessment_id is not None else None
    if version is None:
        return []
    return [(band.key, band.name) for band in scheme_of(version).bands]


def history(application: Application) -> list[Happening]:
    """What was done with the application, the latest first; two queries. Names are those of today."""
    events = list(
        AuditEvent.objects.filter(subject=reference(application)).order_by("-at", "-pk")[:200]
    )
    people = Person.objects.in_bulk([e.actor_id for e in events if e.actor_id is not None])
    return [
        Happening(
            event.at,
            str(people.get(event.actor_id, "")) if event.actor_id is not None else _("the site"),
            said(event.verb),
        )
        for event in events
    ]


def said(verb: str) -> str:
    """An act in words."""
    words = {
        "applications.draft_started": _("Draft begun"),
        "applications.organisation_changed": _("Organisation changed"),
        "applications.submitted": _("Submitted"),
        "applications.changed": _("Changes sent"),
        "applications.changes_discarded": _("Unsent changes thrown away"),
        "applications.withdrawn": _("Withdrawn"),
        "applications.withdrawal_taken_back": _("Withdrawal taken back"),
        "applications.draft_set_aside": _("Draft set aside"),
        "applications.draft_take_up": _("Draft taken up again"),
    }
    return words.get(verb, verb)


def as_csv(applications: Iterable[Any]) -> str:
    """The organisers' list as a table (RFC 4180)."""
    return "".join(written([_COLUMNS, *map(_cells, applications)]))


_COLUMNS = (
    "reference",
    "organisation",
    "country",
    "kind",
    "size",
    "status",
    "submitted_at",
    "late",
    "changed_at",
    "calculated_level",
    "stated_level",
    "agreed_level",
    "first_choice",
)


def _cells(one: Any) -> tuple[object, ...]:
    organisation = one.organisation
    return (
        one.reference,
        organisation.name,
        organisation.country.code,
        organisation.kind,
        organisation.size_band,
        one.status,
        one.submitted_at.isoformat() if one.submitted_at else "",
        "yes" if one.late else "no",
        one.changed_at.isoformat() if one.changed_at else "",
        one.dossier.calculated_level,
        one.dossier.declared_level,
        one.agreed_level,
        one.first_choice,
    )
