"""What is a person's own in an application goes with the person; what the organisation wrote stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from museumhub.members.models import Person
from museumhub.members.services import erase_person
from museumhub.members.services.housekeeping import tidy
from museumhub.questionnaires.models import Answer
from programmes.applications.models import Application, Dossier, OpeningAlert, TeamMember
from programmes.applications.services.alerts import ask_for_alert, ask_for_alert_by_address
from tests.factories.applications import ApplicationFactory, CallFactory
from tests.factories.catalogue import EditionFactory
from tests.factories.members import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Person:
    museum = OrganisationFactory(name="Museum of Tides")
    MembershipFactory(organisation=museum)
    person: Person = MembershipFactory(
        organisation=museum, person__email="ana@tides.example", person__name="Ana"
    ).person
    return person


def application(ana: Person, **traits: object) -> Application:
    """Ana's, with the level she stated and herself in the team."""
    museum = ana.memberships.get().organisation
    made: Application = ApplicationFactory(
        call=CallFactory(assessed=True, asks_team=True),
        organisation=museum,
        begun_by=ana,
        **traits,
    )
    Dossier.objects.filter(pk=made.dossier_id).update(
        declared_level="higher", declared_reason="We have a lamp."
    )
    TeamMember.objects.create(dossier=made.dossier, person=ana, name="Ana", email=ana.email)
    return made


def test_draft_in_which_nobody_else_wrote_is_emptied(ana: Person, now: datetime) -> None:
    draft = application(ana, complete=True)
    erase_person(person=ana, actor=ana, now=now)
    draft = Application.objects.select_related("dossier").get(pk=draft.pk)
    assert not Answer.objects.exists()
    assert (draft.dossier.declared_level, draft.dossier.declared_reason) == ("", "")
    assert (draft.created_by, draft.dossier.team.count()) == (None, 0)


def test_draft_with_a_colleague_and_what_was_sent_stay_without_the_persons_marks(
    ana: Person, now: datetime
) -> None:
    colleague = ana.memberships.get().organisation.memberships.exclude(person=ana).get().person
    together = application(ana, contributors=[ana, colleague], complete=True)
    sent = application(ana, submitted=True)
    erase_person(person=ana, actor=ana, now=now)
    for kept in Application.objects.filter(pk__in=[together.pk, sent.pk]).select_related("dossier"):
        assert kept.dossier.declared_reason == "We have a lamp."
        assert kept.dossier.response.answers.count() == 2
        assert (kept.created_by, kept.dossier.team.count()) == (None, 0)
    assert set(Answer.objects.values_list("saved_by_id", flat=True)) == {None}


def test_daily_round_forgets_alerts_nobody_confirmed_and_those_of_closed_calls(
    now: datetime,
) -> None:
    soon = EditionFactory(call_upcoming=True)
    for email, days in (("old@museum.example", 8), ("fresh@museum.example", 6)):
        ask_for_alert_by_address(
            edition=soon,
            email=email,
            language="en",
            address_of_sender="127.0.0.1",
            now=now - timedelta(days=days),
        )
    ask_for_alert(edition=soon, actor=PersonFactory(email="sure@museum.example"), now=now)
    assert tidy(now)["opening_alerts"] == 1
    assert set(OpeningAlert.objects.values_list("email", flat=True)) == {
        "fresh@museum.example",
        "sure@museum.example",
    }
    assert soon.call_closes_at is not None
    assert tidy(soon.call_closes_at + timedelta(seconds=1))["opening_alerts"] == 2
