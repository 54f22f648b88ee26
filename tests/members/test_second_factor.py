"""Organisers and staff of the site need a second factor: the decorator, the page, the admin."""

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from museumhub.kit.addresses import addresses
from museumhub.members import policies
from museumhub.members.models import Person
from museumhub.members.second_factor import second_factor_required
from tests.architecture import site
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demanded(settings):
    settings.ORGANISERS_NEED_SECOND_FACTOR = True


def asked_of(person):
    request = RequestFactory().get("/organise/editions/")
    request.user = person
    return second_factor_required(lambda request: HttpResponse("inside"))(request)


@pytest.mark.parametrize(
    ("kinds", "counts"),
    [
        ([], False),
        (["recovery_codes"], False),
        (["totp", "recovery_codes"], True),
        (["webauthn"], True),
    ],
)
def test_second_factor_is_an_app_or_a_passkey(kinds, counts):
    person = PersonFactory()
    for kind in kinds:
        Authenticator.objects.create(user=person, type=kind, data={})
    assert policies.has_second_factor(person) is counts


def test_somebody_without_is_sent_to_the_page_that_explains_it(client):
    person = PersonFactory()
    answer = asked_of(person)
    assert answer["Location"] == "/account/second-factor/?next=%2Forganise%2Feditions%2F"
    client.force_login(person)
    page = client.get(answer["Location"]).content.decode()
    assert reverse("mfa_activate_totp") in page
    assert reverse("mfa_add_webauthn") in page


def test_somebody_with_one_comes_in_and_the_page_leads_on(client):
    person = PersonFactory()
    Authenticator.objects.create(user=person, type="totp", data={})
    assert asked_of(person).content == b"inside"
    client.force_login(person)
    page = client.get("/account/second-factor/?next=%2Forganise%2Feditions%2F").content.decode()
    assert 'href="/organise/editions/"' in page


def test_page_leads_nowhere_else(client):
    person = PersonFactory()
    Authenticator.objects.create(user=person, type="totp", data={})
    client.force_login(person)
    page = client.get("/account/second-factor/?next=https://evil.example/").content.decode()
    assert 'href="https://evil.example' not in page


def test_site_that_does_not_ask_for_it_lets_everybody_through(settings):
    settings.ORGANISERS_NEED_SECOND_FACTOR = False
    assert asked_of(PersonFactory()).content == b"inside"


def test_admin_sends_staff_to_the_second_factor(client):
    index = reverse("admin:index")
    staff = PersonFactory(is_staff=True, is_superuser=True)
    client.force_login(staff)
    answer = client.get(index, follow=True)
    assert answer.redirect_chain[-1][0] == "/account/second-factor/?next=%2Fadmin%2F"
    Authenticator.objects.create(user=staff, type="totp", data={})
    for page in (
        "admin:index",
        "admin:members_person_changelist",
        "admin:members_organisation_add",
    ):
        assert client.get(reverse(page)).status_code == 200
    assert client.get(reverse("admin:members_person_change", args=[staff.pk])).status_code == 200


ADMIN = [
    site.concrete(address.route, "1")
    for address in addresses()
    if address.route.startswith("/admin/")
]


@pytest.mark.parametrize("who", ["a stranger", "somebody", "somebody who was staff"])
def test_admin_does_not_exist_for_others(client, who):
    """Every address of it answers like one that was never there."""
    if who != "a stranger":
        somebody = PersonFactory(is_staff="was" in who, is_superuser="was" in who)
        client.force_login(somebody)
        Person.objects.filter(pk=somebody.pk).update(is_staff=False)
    assert len(ADMIN) > 40
    nowhere = site.words(site.get(client, "/nowhere/"))
    for path in ADMIN:
        for answer in (client.get(path), client.post(path), client.head(path)):
            assert answer.status_code == 404, path
        assert site.words(site.get(client, path)) == nowhere, path
