"""What is deleted by itself after its time, and what is not."""

from datetime import timedelta

import pytest

from museumhub.kit import clock
from museumhub.members.actions import TIDY, plan_next
from museumhub.members.models import Person
from museumhub.members.services import housekeeping
from museumhub.members.services.housekeeping import tidy
from museumhub.schedule import services as schedule
from museumhub.schedule.models import ScheduledAction
from tests.factories.members import InvitationFactory, PersonFactory

pytestmark = pytest.mark.django_db


def test_account_never_confirmed_goes_after_a_week_and_others_stay():
    now = clock.now()
    squatted = PersonFactory(confirmed=False)
    squatted.emailaddress_set.create(email=squatted.email, primary=True)
    fresh = PersonFactory(confirmed=False)
    fresh.emailaddress_set.create(email=fresh.email, primary=True)
    confirmed = PersonFactory()
    Person.objects.exclude(pk=fresh.pk).update(date_joined=now - timedelta(days=8))
    assert tidy(now)["people"] == 1
    assert set(Person.objects.all()) == {fresh, confirmed}


def test_invitation_goes_a_year_after_its_last_day():
    now = clock.now()
    InvitationFactory(created_at=now - timedelta(days=380))
    kept = InvitationFactory(created_at=now - timedelta(days=378))
    assert tidy(now)["invitations"] == 1
    assert kept.organisation.invitations.count() == 1


def test_every_round_plans_the_next_one():
    now = clock.now()
    plan_next(now)
    plan_next(now)
    first = ScheduledAction.objects.get(kind=TIDY)
    schedule.tick(first.due_at)
    due = (
        ScheduledAction.objects.filter(kind=TIDY)
        .order_by("due_at")
        .values_list("due_at", flat=True)
    )
    assert [instant - due[0] for instant in due] == [timedelta(0), timedelta(days=1)]


def test_room_above_lets_its_own_be_tidied_up_once(monkeypatch):
    monkeypatch.setattr(housekeeping, "_more", {})
    housekeeping.also("crumbs", lambda now: 3)
    assert tidy(clock.now())["crumbs"] == 3
    with pytest.raises(ValueError, match="crumbs"):
        housekeeping.also("crumbs", lambda now: 0)
