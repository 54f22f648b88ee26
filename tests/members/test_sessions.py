"""Sessions: a new key at every sign-in, and their end when something changes by which somebody is known."""

from collections.abc import Callable

import psycopg
import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from museumhub.mail.models import Letter
from museumhub.members.models import Membership, Person
from tests.factories.members import PASSWORD, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "four unrelated words here"
COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture(autouse=True)
def no_old_limits():
    cache.clear()


def code_of(kind: str):
    return Letter.objects.filter(kind=kind).latest("pk").context["code"]


def is_signed_in(client):
    return client.get(reverse("members:account")).status_code == 200


def by_password(client, person):
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def by_code(client, person):
    client.post(reverse("account_request_login_code"), {"email": person.email})
    client.post("/account/login/code/confirm/", {"code": code_of("account.signin_code")})


def by_new_password(client, person):
    client.post(reverse("account_reset_password"), {"email": person.email})
    client.post("/account/password/reset/confirm/", {"code": code_of("account.password_code")})
    client.post("/account/password/reset/complete/", {"password1": NEW_PASSWORD})


def by_second_factor(client, person):
    totp.TOTP.activate(person, totp.generate_totp_secret())
    codes = RecoveryCodes.activate(person)
    by_password(client, person)
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": codes.get_unused_codes()[0]})


def by_sign_up(client, person):
    form = {"name": "Ana", "email": "new@museum.example", "language": "en", "time_zone": "UTC"}
    client.post(reverse("account_signup"), {**form, "password1": ""})
    client.post("/account/confirm-email/", {"code": code_of("account.signup_code")})


Way = Callable[[Client, Person], None]


@pytest.mark.parametrize(
    "way",
    [by_password, by_code, by_new_password, by_second_factor, by_sign_up],
    ids=lambda way: way.__name__,
)
def test_key_that_was_known_before_signing_in_is_worth_nothing_after(client, way: Way):
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    way(client, PersonFactory())
    assert is_signed_in(client)
    assert client.cookies[COOKIE].value != planted
    assert not Session.objects.filter(session_key=planted).exists()
    other = Client()
    other.cookies[COOKIE] = planted
    assert not is_signed_in(other)


def test_key_that_was_made_up_is_not_taken_over(client):
    client.cookies[COOKIE] = "a" * 32
    by_password(client, PersonFactory())
    assert is_signed_in(client)
    assert client.cookies[COOKIE].value != "a" * 32


def test_token_of_forms_changes_at_sign_in(client):
    client.get(reverse("account_login"))
    before = client.cookies["csrftoken"].value
    by_password(client, PersonFactory())
    assert client.cookies["csrftoken"].value != before


def test_signing_out_leaves_nothing_of_the_session(client):
    by_password(client, PersonFactory())
    key = client.cookies[COOKIE].value
    client.post(reverse("account_logout"))
    other = Client()
    other.cookies[COOKIE] = key
    assert not is_signed_in(other)
    assert not Session.objects.filter(session_key=key).exists()


def signed_in_elsewhere(person) -> Client:
    other = Client()
    other.force_login(person)
    assert is_signed_in(other)
    return other


def test_another_address_ends_the_sessions_elsewhere_and_not_this_one(client):
    person = PersonFactory(email="old@museum.example")
    other = signed_in_elsewhere(person)
    client.force_login(person)
    answer = client.post(
        reverse("members:address"), {"action_add": "1", "email": "new@museum.example"}
    )
    client.post(answer["Location"], {"password": PASSWORD, "next": "/account/email/"})
    before = client.cookies[COOKIE].value
    client.post("/account/confirm-email/", {"code": code_of("account.address_code")})
    person.refresh_from_db()
    assert person.email == "new@museum.example"
    assert is_signed_in(client)
    assert client.cookies[COOKIE].value != before
    assert not is_signed_in(other)


def test_first_password_ends_the_sessions_elsewhere_and_not_this_one(client):
    person = PersonFactory()
    person.set_unusable_password()
    person.save()
    other = signed_in_elsewhere(person)
    by_code(client, person)
    answer = client.post(reverse("members:set_password"), {"password1": NEW_PASSWORD})
    assert answer.status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_forgotten_password_ends_the_sessions_elsewhere(client):
    person = PersonFactory()
    other = signed_in_elsewhere(person)
    by_new_password(client, person)
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_session_of_a_former_key_of_the_site_goes_on(client, settings):
    person = PersonFactory()
    settings.SECRET_KEY = "former" * 10
    client.force_login(person)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "newest" * 10, ["former" * 10]
    assert is_signed_in(client)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_signed_in(client)  # was brought up to the new key by the request before


def test_session_of_a_key_the_site_does_not_know_ends(client, settings):
    settings.SECRET_KEY = "former" * 10
    client.force_login(PersonFactory())
    settings.SECRET_KEY = "newest" * 10
    assert not is_signed_in(client)


@pytest.mark.parametrize("role", ["editor", "staff", ""])
def test_role_that_was_taken_away_is_gone_at_the_next_request(client, role):
    membership = MembershipFactory()
    slug = membership.organisation.slug
    client.force_login(membership.person)
    invite = reverse("members:invite", args=[slug])
    form = {"email": "guest@museum.example", "role": "staff"}
    assert client.post(invite, form).status_code == 302
    if role:
        Membership.objects.filter(pk=membership.pk).update(role=role)
    else:
        membership.delete()
    assert client.post(invite, {**form, "email": "two@museum.example"}).status_code == 404


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="a file has no connection that breaks"
)
@pytest.mark.django_db(transaction=True)
def test_connection_that_broke_is_made_anew_for_whoever_asks_next(client):
    """The statement that reads the session is the first of the request and finds it out."""
    client.force_login(PersonFactory())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [number] = cursor.fetchone()
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    assert is_signed_in(client)


def test_session_that_has_ended_is_none(client):
    client.force_login(PersonFactory())
    assert is_signed_in(client)
    Session.objects.update(expire_date=timezone.now())
    assert not is_signed_in(client)
