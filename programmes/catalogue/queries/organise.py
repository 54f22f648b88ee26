"""What organisers see: their editions in a table, the people of an edition, and what was done to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.models import AuditEvent
from museumhub.kit.references import reference
from museumhub.kit.refusals import Sentence
from museumhub.mail.queries import RESENT
from museumhub.members.models import Membership, Person
from programmes.catalogue import organise_tabs, phases, trail, wording
from programmes.catalogue.models import (
    Edition,
    Module,
    Partner,
    Programme,
    ProgrammeRole,
    RoleInvitation,
)
from programmes.catalogue.phases import Phase
from programmes.catalogue.queries.cards import by_interest
from programmes.catalogue.queries.programmes import STAGES

EDITIONS_ON_A_PAGE = 50
EVENTS_ON_A_PAGE = 50
# Members of partner organisations offered in the form; others are invited by address.
MEMBERS_OFFERED = 200

# What readers will miss, for organisers.
HINTS: dict[str, Sentence] = {
    "description": _("There is no description yet."),
    "dates": _("There are no dates yet, not even in words."),
    "cost": _("Applicants do not learn what they pay."),
    "who": _("Applicants do not learn who can apply."),
    "partners": _("No partner is named."),
}


@dataclass(frozen=True)
class Row:
    """One edition in the organisers' table; `numbers` are (label, number) in the order of the registered columns."""

    edition: Edition
    phase: Phase
    next: wording.Next | None
    numbers: list[tuple[Sentence, int]]


@dataclass(frozen=True)
class OrganiseList:
    """A page of the editions somebody organises, and the programmes they can add editions to."""

    page: Page[Edition]
    rows: list[Row]
    labels: list[Sentence]
    programmes: list[Programme]


def organise_list(
    user: Any, now: datetime, *, stage: str = "", words: str = "", page: str | int = 1
) -> OrganiseList:
    """Drafts and what needs attention first. One query for each registered column, four beside them."""
    editions = Edition.objects.organised_by(user).select_related("programme")
    if stage == "draft":
        editions = editions.in_phase(phases.DRAFT, now)
    elif stage in STAGES:
        wanted = Q()
        for phase in STAGES[stage]:
            wanted |= phases.as_q(phase, now)
        editions = editions.filter(wanted)
    for word in words.split()[:10]:
        editions = editions.filter(Q(title__icontains=word) | Q(programme__title__icontains=word))
    shown = Paginator(by_interest(editions, now), EDITIONS_ON_A_PAGE).get_page(page)
    found = list(shown.object_list)
    columns = organise_tabs.columns()
    counts = [column.count(found, now) if found else {} for column in columns]
    return OrganiseList(
        page=shown,
        rows=[
            Row(
                edition,
                phases.phase(edition, now),
                wording.next_date(edition, now),
                [
                    (column.label, count.get(edition.pk, 0))
                    for column, count in zip(columns, counts, strict=True)
                ],
            )
            for edition in found
        ],
        labels=[column.label for column in columns],
        programmes=list(Programme.objects.organised_by(user).order_by("title", "pk")[:100]),
    )


def numbers(edition: Edition, now: datetime) -> list[tuple[Sentence, int]]:
    """The registered numbers of one edition with their labels."""
    return [
        (column.label, column.count([edition], now).get(edition.pk, 0))
        for column in organise_tabs.columns()
    ]


def hints(edition: Edition) -> list[tuple[str, Sentence]]:
    """What readers will miss on the page: (name of the organise page where it is added, sentence)."""
    found: list[tuple[str, Sentence]] = []
    if not (edition.summary or edition.programme.summary) or not (
        edition.description or edition.programme.description
    ):
        found.append(("details", HINTS["description"]))
    if edition.call_opens_at is None and not edition.call_words and edition.runs_from is None:
        found.append(("timetable", HINTS["dates"]))
    if edition.call_opens_at is not None:
        if edition.cost == Edition.Cost.UNDECIDED:
            found.append(("details", HINTS["cost"]))
        if not edition.who_can_apply:
            found.append(("details", HINTS["who"]))
    if not Partner.objects.of_edition(edition).exists():
        found.append(("partners", HINTS["partners"]))
    return found


def modules(edition: Edition) -> list[Module]:
    """The modules in order with their hosts."""
    return list(edition.modules.select_related("host__organisation").order_by("order", "pk"))


def partners(edition: Edition) -> list[Partner]:
    """The partners of the edition and of its programme in order."""
    return list(
        Partner.objects.of_edition(edition)
        .select_related("organisation", "programme")
        .order_by("order", "pk")
    )


@dataclass(frozen=True)
class People:
    """Who has a role in an edition or its programme, and who was asked."""

    roles: list[ProgrammeRole]
    invitations: list[RoleInvitation]


def people(edition: Edition, now: datetime) -> People:
    """Two queries, however many."""
    scope = Q(edition=None) | Q(edition=edition)
    return People(
        roles=list(
            edition.programme.roles.filter(scope)
            .select_related("person")
            .order_by("role", "person__name", "pk")
        ),
        invitations=list(
            edition.programme.role_invitations.filter(scope).open_at(now).select_related("inviter")
        ),
    )


def members_of_partners(edition: Edition) -> list[tuple[str, str]]:
    """People of the partner organisations, as (identifier, name and organisation), for a list to choose from."""
    organisations = Partner.objects.of_edition(edition).values("organisation")
    memberships = (
        Membership.objects.filter(organisation__in=organisations, person__is_active=True)
        .select_related("person", "organisation")
        .order_by("organisation__name_key", "person__name", "pk")[:MEMBERS_OFFERED]
    )
    offered: dict[str, str] = {}
    for one in memberships:
        offered.setdefault(one.person.oid, f"{one.person.name or '–'} ({one.organisation.name})")
    return list(offered.items())


def member_of_partner(edition: Edition, oid: str) -> Person | None:
    """The person behind an identifier of that list; None for anybody else."""
    organisations = Partner.objects.of_edition(edition).values("organisation")
    return (
        Person.objects.filter(oid=oid, is_active=True, memberships__organisation__in=organisations)
        .distinct()
        .first()
    )


@dataclass(frozen=True)
class Change:
    """One field of an event: its name in words, what it was and what it became."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One act: when, who ("" is the site itself), what, and the fields it changed."""

    at: datetime
    actor: str
    what: Sentence
    changes: list[Change]


def history(edition: Edition, page: str | int = 1) -> tuple[Page[AuditEvent], list[Entry]]:
    """What was done to the edition and its programme, the latest first: three queries."""
    contexts = [reference(edition), reference(edition.programme)]
    ours = Q(verb__startswith="catalogue.") | Q(verb=RESENT)
    events = AuditEvent.objects.filter(ours, context__in=contexts)
    shown = Paginator(events.order_by("-at", "-pk"), EVENTS_ON_A_PAGE).get_page(page)
    found = list(shown.object_list)
    names = names_of(found)
    return shown, [
        Entry(
            at=event.at,
            actor=names.get(event.actor_id, "") if event.actor_id is not None else "",
            what=trail.VERBS.get(event.verb, event.verb),
            changes=_changes(event, edition),
        )
        for event in found
    ]


def names_of(events: Iterable[AuditEvent]) -> dict[int, str]:
    """Who did it, by primary key, under the names of today; one query."""
    ids = {event.actor_id for event in events if event.actor_id is not None}
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=ids)}


def _changes(event: AuditEvent, edition: Edition) -> list[Change]:
    before, after = event.before or {}, event.after or {}
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    return [
        Change(
            trail.field_label(name),
            trail.recorded(name, before.get(name), edition.time_zone),
            trail.recorded(name, after.get(name), edition.time_zone),
        )
        for name in dict.fromkeys([*before, *after])
    ]
