"""Roles: offered by letter, taken by a button, once; withdrawn, ended, never the last organiser."""

from datetime import timedelta

import pytest
from django.urls import reverse

from museumhub.kit.refusals import Gone, Refused, TooOften
from museumhub.mail.models import Letter
from museumhub.mail.rendering import render
from programmes.catalogue import services
from programmes.catalogue.models import Edition, ProgrammeRole, RoleInvitation
from tests.factories.catalogue import NOW, EditionFactory, ProgrammeRoleFactory
from tests.factories.members import PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def edition():
    return EditionFactory(title="Night School", programme__title="Night School", draft=True)


@pytest.fixture
def organiser(edition):
    return ProgrammeRoleFactory(programme=edition.programme, person__name="Olga").person


def invite(edition, actor, email="rita@museum.example", role="reviewer", whole=False, now=NOW):
    return services.invite_to_role(
        edition=edition, actor=actor, email=email, role=role, whole_programme=whole, now=now
    )


def address(invitation: RoleInvitation) -> str:
    return reverse("catalogue:role_invitation", args=[services.role_token(invitation)])


def test_invitation_posts_one_letter_with_a_link_that_is_not_stored(edition, organiser):
    invitation, is_new = invite(edition, organiser, email=" Rita@Museum.example ")
    again, second = invite(edition, organiser)

    assert (is_new, second, again) == (True, False, invitation)
    letter = Letter.objects.get(kind="catalogue.role_offered")
    assert letter.to == "rita@museum.example"
    made = render(letter)
    assert "Olga invites you to take a role in Night School." in made.text
    assert address(invitation) in made.text
    assert "Reviewer" in made.text
    assert letter.sensitive


def test_opening_the_link_changes_nothing_and_the_button_gives_the_role(client, edition, organiser):
    invitation, _new = invite(edition, organiser, role="organiser")
    rita = PersonFactory(email="rita@museum.example")
    client.force_login(rita)

    assert client.get(edition.get_absolute_url()).status_code == 404
    assert client.get(address(invitation)).status_code == 200
    assert not rita.programme_roles.exists()
    assert client.post(address(invitation), {"answer": "accept"}).status_code == 302
    assert client.post(address(invitation), {"answer": "accept"}).status_code == 302

    role = rita.programme_roles.get()
    assert (role.role, role.edition) == ("organiser", edition)
    assert client.get(edition.get_absolute_url()).status_code == 200
    assert Letter.objects.filter(kind="catalogue.role_accepted").count() == 1


def test_invitation_is_for_its_addressee_only(client, edition, organiser):
    invitation, _new = invite(edition, organiser)
    client.force_login(PersonFactory())

    shown = client.get(address(invitation))
    refused = client.post(address(invitation), {"answer": "accept"})

    assert b"went to rita@museum.example" in shown.content
    assert refused.status_code == 422
    assert ProgrammeRole.objects.count() == 1


def test_stranger_is_led_to_make_an_account(client, edition, organiser):
    invitation, _new = invite(edition, organiser)

    assert b"Make an account" in client.get(address(invitation)).content
    answer = client.post(address(invitation))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/signup/")
    assert client.get("/invitations/roles/forged:token/").status_code == 404


def test_invitation_that_is_over_opens_nothing(client, edition, organiser):
    rita = PersonFactory(email="rita@museum.example")
    client.force_login(rita)
    withdrawn, _new = invite(edition, organiser)
    services.withdraw_role_invitation(
        invitation=withdrawn, edition=edition, actor=organiser, now=NOW
    )
    old, _new = invite(edition, organiser, role="mentor", now=NOW - timedelta(days=14))
    declined, _new = invite(edition, organiser, role="organiser")
    assert client.post(address(declined), {"answer": "decline"}).status_code == 302

    for invitation in (withdrawn, old, declined):
        assert client.get(address(invitation)).status_code == 410
        assert client.post(address(invitation), {"answer": "accept"}).status_code == 410
        with pytest.raises(Gone):
            services.accept_role(invitation=invitation, actor=rita, now=NOW)
    assert not rita.programme_roles.exists()
    fresh, is_new = invite(edition, organiser, role="mentor")
    assert is_new
    assert fresh != old


def test_invitation_is_refused_to_who_has_the_role_and_to_who_may_not(edition, organiser):
    rita = PersonFactory(email="rita@museum.example")
    ProgrammeRoleFactory(programme=edition.programme, person=rita, role="reviewer")

    with pytest.raises(Refused, match="role already"):
        invite(edition, organiser)
    with pytest.raises(Refused, match="Only organisers"):
        invite(edition, rita, email="x@museum.example")
    of_edition = ProgrammeRoleFactory(edition=edition).person
    with pytest.raises(Refused, match="whole programme"):
        invite(edition, of_edition, email="x@museum.example", whole=True)
    assert not RoleInvitation.objects.exists()


def test_invitations_are_no_mail_cannon(edition, organiser):
    for number in range(30):
        invite(edition, organiser, email=f"p{number}@museum.example")
    with pytest.raises(TooOften):
        invite(edition, organiser, email="one-more@museum.example")
    assert Letter.objects.count() == 30


def test_last_organiser_of_a_programme_stays(edition, organiser):
    role = organiser.programme_roles.get()

    with pytest.raises(Refused, match="this is the last one"):
        services.end_role(role=role, edition=edition, actor=organiser, now=NOW)
    other = ProgrammeRoleFactory(programme=edition.programme)
    services.end_role(role=role, edition=edition, actor=other.person, now=NOW)

    assert not Edition.objects.organised_by(organiser).exists()
