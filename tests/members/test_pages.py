"""Every page of the room opens, with one query count whatever the number of rows."""

from datetime import timedelta

import pytest
from django.urls import reverse

from museumhub.kit import clock
from museumhub.members.services import invitation_token
from tests.factories.members import (
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_request_login_code",
        "account_reset_password",
        "account_password_reset_completed",
        "account_inactive",
        "members:directory",
        "members:erased",
    ],
)
def test_page_for_everybody_opens(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert b"<h1" in answer.content


@pytest.mark.parametrize(
    "name",
    [
        "account_logout",
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_list_webauthn",
        "members:account",
        "members:profile",
        "members:address",
        "members:second_factor",
        "members:privacy",
        "members:add",
    ],
)
def test_page_for_people_with_an_account_opens(client, name):
    client.force_login(PersonFactory())
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert b"<h1" in answer.content


@pytest.mark.parametrize("name", ["organisation", "edit", "people", "leave"])
def test_page_of_an_organisation_opens_for_its_administrator(client, name):
    membership = MembershipFactory()
    client.force_login(membership.person)
    answer = client.get(reverse(f"members:{name}", args=[membership.organisation.slug]))
    assert answer.status_code == 200
    assert b"<h1" in answer.content


@pytest.mark.parametrize("name", ["edit", "people", "leave"])
def test_inner_page_of_an_organisation_does_not_exist_for_others(client, name):
    client.force_login(PersonFactory())
    organisation = OrganisationFactory()
    assert client.get(reverse(f"members:{name}", args=[organisation.slug])).status_code == 404


@pytest.mark.parametrize("name", ["edit", "member", "remove"])
def test_page_for_administrators_does_not_exist_for_staff(client, name):
    membership = MembershipFactory(role="staff")
    other = MembershipFactory(organisation=membership.organisation)
    client.force_login(membership.person)
    arguments = [membership.organisation.slug, other.oid][: 1 if name == "edit" else 2]
    assert client.get(reverse(f"members:{name}", args=arguments)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_people_ask_the_same_number_of_queries(client, django_assert_num_queries, rows):
    membership = MembershipFactory()
    MembershipFactory.create_batch(rows, organisation=membership.organisation, role="editor")
    InvitationFactory.create_batch(rows, organisation=membership.organisation)
    JoinRequestFactory.create_batch(rows, organisation=membership.organisation)
    client.force_login(membership.person)
    with django_assert_num_queries(7):
        client.get(reverse("members:people", args=[membership.organisation.slug]))


@pytest.mark.parametrize("rows", [1, 3])
def test_account_asks_the_same_number_of_queries(client, django_assert_num_queries, rows):
    person = PersonFactory()
    MembershipFactory.create_batch(rows, person=person)
    InvitationFactory.create_batch(rows, email=person.email)
    JoinRequestFactory.create_batch(rows, person=person)
    client.force_login(person)
    with django_assert_num_queries(6):
        client.get(reverse("members:account"))


def test_invitation_opens_for_a_stranger_and_changes_nothing(client):
    invitation = InvitationFactory()
    address = reverse("members:invitation", args=[invitation_token(invitation)])
    answer = client.get(address)
    assert answer.status_code == 200
    invitation.refresh_from_db()
    assert invitation.status == "pending"


def test_invitation_that_has_run_out_is_gone(client):
    before = clock.now() - timedelta(days=20)
    invitation = InvitationFactory(created_at=before)
    answer = client.get(reverse("members:invitation", args=[invitation_token(invitation)]))
    assert answer.status_code == 410
    assert b"has run out" in answer.content


def test_invitation_with_a_forged_link_does_not_exist(client):
    invitation = InvitationFactory()
    assert client.get(f"/account/invitations/{invitation.oid}:forged/").status_code == 404
