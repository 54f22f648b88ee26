"""What the pages of one organisation and of one person show of who belongs where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from museumhub.kit.prepared import Prepared
from museumhub.members.models import Invitation, JoinRequest, Membership, Organisation, Person
from museumhub.members.models.membership import Role


@dataclass(frozen=True)
class People:
    """Who belongs to an organisation, who was invited and who asks: three queries, however many."""

    memberships: list[Membership]
    invitations: list[Invitation]
    requests: list[JoinRequest]


def people_of(organisation: Organisation, *, now: datetime, answers: bool) -> People:
    """Members by name; with `answers` (for administrators) what waits for an answer as well."""
    memberships = organisation.memberships.select_related("person").order_by("person__name", "pk")
    return People(
        memberships=list(memberships),
        invitations=list(organisation.invitations.open_at(now).select_related("inviter"))
        if answers
        else [],
        requests=list(organisation.join_requests.pending().select_related("person"))
        if answers
        else [],
    )


_ACTED_FOR = Prepared(
    lambda blank: Organisation.objects.acted_for_by(Person(pk=blank.number("person")))
)


def acted_for(person: Any) -> list[Organisation]:
    """Those in whose name somebody may act; none for a stranger. One query."""
    return _ACTED_FOR.all(person=person.pk) if getattr(person, "is_active", False) else []


def memberships_of(person: Person) -> QuerySet[Membership]:
    """The person's memberships with their organisations, by name."""
    return (
        Membership.objects.filter(person=person)
        .select_related("organisation")
        .order_by("organisation__name_key", "pk")
    )


def invitations_to(person: Person, now: datetime) -> QuerySet[Invitation]:
    """Open invitations to the person's own address, whether or not their letter was read."""
    return (
        Invitation.objects.open_at(now)
        .filter(email=person.email)
        .select_related("organisation", "inviter")
    )


def requests_of(person: Person) -> QuerySet[JoinRequest]:
    """The person's requests that wait for an answer."""
    return JoinRequest.objects.pending().filter(person=person).select_related("organisation")


def left_without_administrator(person: Person) -> list[Organisation]:
    """Organisations with other active members whose only administrator is this person."""
    others = Membership.objects.filter(organisation=OuterRef("pk"), person__is_active=True).exclude(
        person=person
    )
    administered = Membership.objects.filter(person=person, role=Role.ADMINISTRATOR)
    return list(
        Organisation.objects.filter(
            Exists(others),
            ~Exists(others.administrators()),
            pk__in=administered.values("organisation"),
        ).order_by("name_key")
    )
