"""Roles and invitations as personal data: handed out to the person, gone or nameless when the person is."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from museumhub.kit import privacy
from museumhub.mail.models import Letter
from museumhub.mail.rendering import render
from museumhub.members.models import Person
from museumhub.members.services import erase_person
from museumhub.members.services.housekeeping import tidy
from programmes.catalogue import services
from programmes.catalogue.models import Edition, ProgrammeRole, RoleInvitation
from tests.factories.catalogue import EditionFactory, ProgrammeRoleFactory
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db


def invite(edition: Edition, actor: Person, email: str, now: datetime) -> RoleInvitation:
    invitation, _new = services.invite_to_role(
        edition=edition,
        actor=actor,
        email=email,
        role="reviewer",
        whole_programme=False,
        now=now,
    )
    return invitation


@pytest.fixture
def night_school() -> Edition:
    edition: Edition = EditionFactory(title="Night School", programme__title="Night School")
    ProgrammeRoleFactory(programme=edition.programme, person__name="Olga")
    return edition


@pytest.fixture
def rita(night_school: Edition, now: datetime) -> Person:
    """Organises one programme and has invited two people to it, one in vain; reviews in another, where she was invited."""
    rita: Person = PersonFactory(name="Rita Roe", email="rita@museum.example")
    own = EditionFactory(title="Day School", programme__title="Day School")
    ProgrammeRoleFactory(programme=own.programme, person=rita)
    invite(own, rita, "sam@museum.example", now)
    services.withdraw_role_invitation(
        invitation=invite(own, rita, "wrong@museum.example", now),
        edition=own,
        actor=rita,
        now=now,
    )
    olga = night_school.programme.roles.get().person
    services.accept_role(
        invitation=invite(night_school, olga, rita.email, now), actor=rita, now=now
    )
    return rita


def handed_out(person: Person) -> dict[str, list[dict[str, Any]]]:
    return {
        holding.name: list(holding.export(person))
        for holding in privacy.holdings()
        if holding.name.startswith("catalogue.")
    }


def test_person_gets_their_roles_and_invitations_without_anybody_elses_address(
    rita: Person,
) -> None:
    data = handed_out(rita)
    assert {(one["programme"], one["edition"], one["role"]) for one in data["catalogue.roles"]} == {
        ("Day School", None, "organiser"),
        ("Night School", "Night School", "reviewer"),
    }
    got, *others = data["catalogue.role_invitations"]
    assert (got["programme"], got["address"], got["status"]) == (
        "Night School",
        "rita@museum.example",
        "accepted",
    )
    assert [
        (one["status"], one.get("invited_by_me"), one.get("answered_by_me")) for one in others
    ] == [
        ("withdrawn", True, None),
        ("pending", True, None),
        ("withdrawn", None, True),
    ]
    assert "sam@" not in json.dumps(data)
    assert "Olga" not in json.dumps(data)


def test_somebody_else_gets_nothing_of_it(rita: Person) -> None:
    assert handed_out(PersonFactory()) == {"catalogue.roles": [], "catalogue.role_invitations": []}


def test_erased_organiser_has_no_role_and_no_invitation_left(rita: Person, now: datetime) -> None:
    erase_person(person=rita, actor=rita, now=now)
    assert not ProgrammeRole.objects.filter(person=rita).exists()
    assert not RoleInvitation.objects.filter(email="rita@museum.example").exists()
    nameless = RoleInvitation.objects.filter(inviter=None, answered_by=None)
    assert {one.email for one in nameless} == {"sam@museum.example", "wrong@museum.example"}


def test_invitation_of_an_erased_organiser_can_be_accepted_and_says_from_nobody(
    rita: Person, now: datetime, client: Any
) -> None:
    erase_person(person=rita, actor=rita, now=now)
    invitation = RoleInvitation.objects.get(email="sam@museum.example")
    sam = PersonFactory(email="sam@museum.example")
    client.force_login(sam)
    address = reverse("catalogue:role_invitation", args=[services.role_token(invitation)])
    page = client.get(address).content.decode()
    assert "erased.invalid" not in page
    assert "<dt>From</dt>" not in page.replace("\n", "")
    assert client.post(address, {"answer": "accept"}).status_code == 302
    assert sam.programme_roles.get().role == "reviewer"
    letter = Letter.objects.get(kind="catalogue.role_offered", to="sam@museum.example")
    assert "somebody whose account was erased invites you" in render(letter).text


def test_letter_to_the_organiser_no_longer_names_who_accepted(rita: Person, now: datetime) -> None:
    letter = Letter.objects.get(kind="catalogue.role_accepted")
    assert "Rita Roe" in render(letter).text
    erase_person(person=rita, actor=rita, now=now)
    letter.refresh_from_db()
    assert "Rita" not in render(letter).text


def test_invitation_to_a_role_goes_a_year_after_its_last_day(
    night_school: Edition, now: datetime
) -> None:
    olga = night_school.programme.roles.get().person
    lasts = timedelta(days=14 + 365)
    invite(night_school, olga, "old@museum.example", now - lasts - timedelta(seconds=1))
    invite(night_school, olga, "young@museum.example", now - lasts)
    assert tidy(now)["role_invitations"] == 1
    assert RoleInvitation.objects.get().email == "young@museum.example"
