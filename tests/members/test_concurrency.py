"""What two people may do at the same moment: threads with connections of their own, on either database."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from museumhub.kit import clock
from museumhub.kit.models import TokenBucket
from museumhub.kit.refusals import Refused, TooOften
from museumhub.kit.throttle import spend
from museumhub.mail.models import Letter
from museumhub.members import services
from museumhub.members.models import Invitation, Membership, Organisation
from tests.factories.members import InvitationFactory, MembershipFactory, PersonFactory
from tests.together import at_once

pytestmark = pytest.mark.usefixtures("many_connections")


def refusals(acts: list[Callable[[], object]]) -> list[Exception | None]:
    """What each of the acts, done at once, raised."""
    return [one if isinstance(one, Exception) else None for one in at_once(acts)]


def test_invitation_accepted_twice_at_once_makes_one_member_and_one_letter():
    person = PersonFactory(email="ana@museum.example")
    invitation = InvitationFactory(email=person.email)

    def accept() -> None:
        services.accept_invitation(
            invitation=Invitation.objects.get(pk=invitation.pk), actor=person, now=clock.now()
        )

    assert refusals([accept] * 4) == [None] * 4
    assert Membership.objects.filter(person=person).count() == 1
    assert Letter.objects.filter(kind="members.invitation_accepted").count() == 1


def test_same_address_invited_twice_at_once_gets_one_letter():
    boss = MembershipFactory()

    def invite() -> None:
        services.invite(
            organisation=Organisation.objects.get(pk=boss.organisation_id),
            actor=boss.person,
            email="ana@museum.example",
            role="staff",
            now=clock.now(),
        )

    assert refusals([invite] * 4) == [None] * 4
    assert Invitation.objects.count() == 1
    assert Letter.objects.count() == 1


def test_last_two_administrators_who_leave_at_once_leave_one_behind():
    one = MembershipFactory()
    two = MembershipFactory(organisation=one.organisation)

    def leave(membership: Membership) -> Callable[[], None]:
        def act() -> None:
            services.remove_member(membership=membership, actor=membership.person, now=clock.now())

        return act

    raised = refusals([leave(one), leave(two)])
    assert sorted(type(error).__name__ for error in raised) == ["NoneType", "Refused"]
    assert one.organisation.memberships.count() == 1


def test_administrator_who_erases_while_the_other_leaves_leaves_nobody_alone():
    one = MembershipFactory()
    two = MembershipFactory(organisation=one.organisation)
    MembershipFactory(organisation=one.organisation, role="staff")
    raised = refusals(
        [
            lambda: services.erase_person(person=one.person, actor=one.person, now=clock.now()),
            lambda: services.remove_member(membership=two, actor=two.person, now=clock.now()),
        ]
    )
    assert sum(isinstance(error, Refused) for error in raised) == 1
    assert one.organisation.memberships.administrators().count() == 1


def test_organisations_of_one_name_added_at_once_get_addresses_of_their_own():
    people = PersonFactory.create_batch(4)

    def add(person) -> Callable[[], object]:
        return lambda: services.create_organisation(
            actor=person, name="City Museum", kind="museum", country="BE", now=clock.now()
        )

    assert refusals(list(map(add, people))) == [None] * 4
    assert set(Organisation.objects.values_list("slug", flat=True)) == {
        "city-museum",
        "city-museum-2",
        "city-museum-3",
        "city-museum-4",
    }


def test_last_token_is_spent_once():
    now = clock.now()
    raised = refusals([lambda: spend("act", 1, 3, timedelta(hours=1), now=now)] * 8)
    assert sum(isinstance(error, TooOften) for error in raised) == 5
    assert raised.count(None) == 3
    assert TokenBucket.objects.count() == 1
