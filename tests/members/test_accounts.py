"""Signing up and in, codes, passwords, addresses and second factors, followed through the pages."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from museumhub.kit.models import AuditEvent
from museumhub.mail.models import Letter
from museumhub.members.models import Person
from tests.factories.members import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db

NEW = {"name": "Ana Silva", "email": "ana@museum.example", "language": "fr"}
NEW |= {"time_zone": "Europe/Lisbon", "password1": ""}


@pytest.fixture(autouse=True)
def no_old_limits():
    """Limits of sign-in live in the cache, which a transaction of a test does not always take back."""
    cache.clear()


def newest(kind: str) -> Letter:
    return Letter.objects.filter(kind=kind).latest("pk")


def code_of(kind: str):
    return newest(kind).context["code"]


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), {**NEW, **changes})


def is_signed_in(client):
    return client.get(reverse("members:account")).status_code == 200


def test_sign_up_by_code_makes_a_person_with_a_confirmed_address(client):
    answer = sign_up(client)
    assert (answer.status_code, answer["Location"]) == (302, "/account/confirm-email/")
    assert not is_signed_in(client)
    letter = newest("account.signup_code")
    assert (letter.to, letter.language, letter.time_zone) == (
        "ana@museum.example",
        "fr",
        "Europe/Lisbon",
    )
    assert letter.sensitive
    assert letter.context["code"] not in letter.key
    answer = client.post(
        "/account/confirm-email/", {"code": letter.context["code"].lower().replace("-", " ")}
    )
    assert answer.status_code == 302
    assert is_signed_in(client)
    person = Person.objects.get(email="ana@museum.example")
    assert (person.name, person.language, person.time_zone) == ("Ana Silva", "fr", "Europe/Lisbon")
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).verified


def test_sign_up_with_a_wrong_code_three_times_starts_again(client):
    sign_up(client)
    answers = [client.post("/account/confirm-email/", {"code": "WRONG"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 302]
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Ana\r\nBcc: everybody@museum.example"),
        ("name", "Visit https://prize.example"),
        ("name", ""),
        ("name", "x" * 121),
        ("email", "ana@museum"),
        ("email", "ana@museum.example\nBcc: x@y.example"),
        ("password1", "short"),
        ("password1", "password1234"),
        ("language", "tlh"),
        ("time_zone", "Mars/Olympus"),
    ],
)
def test_sign_up_with_a_field_that_cannot_be_says_so_and_keeps_the_rest(client, field, value):
    answer = sign_up(client, **{field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    page = answer.content.decode()
    assert f'href="#id_{field}"' in page
    if field != "name":
        assert 'value="Ana Silva"' in page
    assert not Person.objects.exists()


@pytest.mark.parametrize("name", ["محمد علي", "Zoë 🏺 Łukasz", "李 小龍"])
def test_sign_up_with_a_name_in_any_script_keeps_it(client, name):
    assert sign_up(client, name=name).status_code == 302
    assert Person.objects.get().name == name


def test_sign_in_by_password_rotates_the_session(client):
    person = PersonFactory()
    client.get(reverse("account_login"))
    client.session.save()
    before = client.session.session_key
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/dashboard/")
    assert client.session.session_key != before


def test_sign_in_leads_back_to_where_it_was_asked_for_and_never_elsewhere(client):
    person = PersonFactory()
    for onward, found in (
        ("/organisations/", "/organisations/"),
        ("//evil.example", "/dashboard/"),
    ):
        answer = client.post(
            reverse("account_login"),
            {"login": person.email, "password": PASSWORD, "next": onward},
        )
        assert answer["Location"] == found
        client.logout()


def test_sign_in_by_code_needs_no_password(client):
    person = PersonFactory(language="de")
    answer = client.post(reverse("account_request_login_code"), {"email": person.email})
    assert answer["Location"] == "/account/login/code/confirm/"
    assert newest("account.signin_code").language == "de"
    client.post("/account/login/code/confirm/", {"code": code_of("account.signin_code")})
    assert is_signed_in(client)


def test_codes_are_asked_for_at_most_three_times_a_minute(client):
    person = PersonFactory()
    for _ in range(3):
        Client().post(reverse("account_request_login_code"), {"email": person.email})
    answer = client.post(reverse("account_request_login_code"), {"email": person.email})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Too many attempts" in answer.content.decode()
    assert Letter.objects.filter(kind="account.signin_code").count() == 3


def test_wrong_passwords_are_stopped_after_five(client):
    person = PersonFactory()
    wrong = {"login": person.email, "password": "not the password"}
    for _ in range(5):
        assert client.post(reverse("account_login"), wrong).status_code == 422
    answer = client.post(reverse("account_login"), {**wrong, "password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()


def test_many_sign_ups_from_one_network_address_get_the_429_page(client):
    for number in range(20):
        sign_up(client, email=f"not an address {number}")
    answer = sign_up(client)
    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()


def without_what_differs(answer, address: str) -> str:
    """The page without its form tokens and the address that was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return page.replace(address, "ADDRESS")


@pytest.mark.parametrize(
    ("name", "field", "more"),
    [
        ("account_signup", "email", NEW),
        ("account_signup", "email", NEW | {"password1": PASSWORD}),
        ("account_request_login_code", "email", {}),
        ("account_reset_password", "email", {}),
        ("account_login", "login", {"password": "not the password"}),
    ],
)
def test_answers_are_equal_for_a_known_and_an_unknown_address(name, field, more):
    PersonFactory(email="known@museum.example")
    seen = []
    for address in ("known@museum.example", "other@museum.example"):
        client = Client()
        answer = client.post(reverse(name), {**more, field: address})
        pages = [
            (answer.status_code, answer.get("Location"), without_what_differs(answer, address))
        ]
        if answer.status_code == 302:
            page = client.get(answer["Location"])
            pages.append((page.status_code, None, without_what_differs(page, address)))
            wrong = client.post(answer["Location"], {"code": "BCDF-GHJK"})
            pages.append((wrong.status_code, None, without_what_differs(wrong, address)))
        seen.append(pages)
    assert seen[0] == seen[1]


def test_known_and_unknown_address_both_get_a_letter():
    PersonFactory(email="known@museum.example")
    for address in ("known@museum.example", "other@museum.example"):
        sign_up(Client(), email=address)
        Client().post(reverse("account_request_login_code"), {"email": address})
        Client().post(reverse("account_reset_password"), {"email": address})
    kinds = {(letter.to, letter.kind) for letter in Letter.objects.all()}
    assert kinds == {
        ("known@museum.example", "account.already_exists"),
        ("known@museum.example", "account.signin_code"),
        ("known@museum.example", "account.password_code"),
        ("other@museum.example", "account.signup_code"),
        ("other@museum.example", "account.signin_code"),
        ("other@museum.example", "account.password_code"),
    }


def test_unknown_address_that_asks_for_a_code_is_told_by_letter():
    for name in ("account_request_login_code", "account_reset_password"):
        Client().post(reverse(name), {"email": "nobody@museum.example"})
    assert [letter.kind for letter in Letter.objects.all()] == ["account.unknown"] * 2


def test_forgotten_password_is_replaced_with_a_code_and_signs_in(client):
    person = PersonFactory()
    client.post(reverse("account_reset_password"), {"email": person.email})
    answer = client.post(
        "/account/password/reset/confirm/", {"code": code_of("account.password_code")}
    )
    assert answer["Location"] == "/account/password/reset/complete/"
    answer = client.post(answer["Location"], {"password1": "four unrelated words here"})
    assert answer.status_code == 302
    assert is_signed_in(client)
    person.refresh_from_db()
    assert person.check_password("four unrelated words here")
    assert newest("account.password_reset").to == person.email
    assert AuditEvent.objects.filter(verb="account.password_reset", actor_id=person.pk).count() == 1


def test_password_change_ends_other_sessions(client):
    person = PersonFactory()
    other = Client()
    other.force_login(person)
    client.force_login(person)
    answer = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "four unrelated words here"},
    )
    assert answer.status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert newest("account.password_changed").to == person.email


def test_somebody_switched_off_is_out_at_the_next_request(client):
    person = PersonFactory()
    client.force_login(person)
    assert is_signed_in(client)
    Person.objects.update(is_active=False)
    assert not is_signed_in(client)
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert answer["Location"] == "/account/inactive/"


def test_signing_out_needs_a_post(client):
    client.force_login(PersonFactory())
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_password_of_whoever_made_the_account_is_useless_when_the_owner_proves_the_address(client):
    sign_up(Client(), password1=PASSWORD)
    Client().post(reverse("account_request_login_code"), {"email": NEW["email"]})
    client.post(reverse("account_request_login_code"), {"email": NEW["email"]})
    client.post("/account/login/code/confirm/", {"code": code_of("account.signin_code")})
    assert is_signed_in(client)
    assert not Person.objects.get().has_usable_password()
    answer = Client().post(reverse("account_login"), {"login": NEW["email"], "password": PASSWORD})
    assert answer.status_code == 422


def test_password_chosen_at_sign_up_works_after_the_code_from_the_same_browser(client):
    sign_up(client, password1=PASSWORD)
    client.post("/account/confirm-email/", {"code": code_of("account.signup_code")})
    assert Person.objects.get().check_password(PASSWORD)


def change_address(client, address: str):
    """Ask for another address as somebody who signs in by password, and prove it on the way."""
    answer = client.post(reverse("members:address"), {"action_add": "1", "email": address})
    assert answer["Location"] == "/account/reauthenticate/?next=%2Faccount%2Femail%2F"
    return client.post(answer["Location"], {"password": PASSWORD, "next": "/account/email/"})


def test_address_change_warns_the_old_address_twice_and_moves_the_account(client):
    person = PersonFactory(email="old@museum.example")
    client.force_login(person)
    assert change_address(client, "New@museum.example")["Location"] == "/account/confirm-email/"
    assert newest("account.address_change_asked").to == "old@museum.example"
    assert newest("account.address_code").to == "new@museum.example"
    person.refresh_from_db()
    assert person.email == "old@museum.example"
    client.post("/account/confirm-email/", {"code": code_of("account.address_code")})
    person.refresh_from_db()
    assert person.email == "new@museum.example"
    changed = newest("account.address_changed")
    assert (changed.to, changed.context["to_email"]) == ("old@museum.example", "new@museum.example")
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("new@museum.example", True, True)
    ]


def test_address_that_was_taken_meanwhile_is_refused_at_the_code(client):
    person = PersonFactory(email="old@museum.example")
    client.force_login(person)
    change_address(client, "wanted@museum.example")
    PersonFactory(email="wanted@museum.example")
    answer = client.post("/account/confirm-email/", {"code": code_of("account.address_code")})
    assert answer.status_code == 422
    assert "Another account uses this address already" in answer.content.decode()
    person.refresh_from_db()
    assert person.email == "old@museum.example"


def test_address_change_without_password_asks_for_a_code_to_the_present_address(client):
    person = PersonFactory(email="old@museum.example")
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    answer = client.post(
        reverse("members:address"), {"action_add": "1", "email": "new@museum.example"}
    )
    assert answer["Location"] == "/account/confirm/?next=%2Faccount%2Femail%2F"
    client.post(answer["Location"], {"action": "send", "next": "/account/email/"})
    assert newest("account.confirm_code").to == "old@museum.example"
    assert not Letter.objects.filter(to="new@museum.example").exists()
    wrong = client.post(answer["Location"], {"code": "BCDF-GHJK", "next": "/account/email/"})
    assert wrong.status_code == 422
    code = code_of("account.confirm_code")
    answer = client.post(answer["Location"], {"code": code, "next": "/account/email/"})
    assert answer["Location"] == "/account/confirm-email/"
    assert newest("account.address_code").to == "new@museum.example"


def test_profile_changes_language_and_zone(client):
    person = PersonFactory()
    client.force_login(person)
    answer = client.post(
        reverse("members:profile"),
        {"name": "  Zoë   Ünal ", "language": "de", "time_zone": "Asia/Tokyo"},
    )
    assert answer["Location"] == "/account/"
    person.refresh_from_db()
    assert (person.name, person.language, person.time_zone) == ("Zoë Ünal", "de", "Asia/Tokyo")
    assert 'lang="de"' in client.get(reverse("members:account")).content.decode()


def test_authenticator_app_is_added_and_asked_for_at_the_next_sign_in(
    client, django_capture_on_commit_callbacks
):
    person = PersonFactory()
    client.force_login(person)
    address = reverse("mfa_activate_totp")
    answer = client.get(address)
    client.post(answer["Location"], {"password": PASSWORD, "next": address})
    secret = client.get(address).context["form"].secret
    code = totp.format_hotp_value(
        totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time())))
    )
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, {"code": code})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(answer["Location"]).status_code == 200
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert newest("account.app_added").to == person.email
    client.logout()
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.post(answer["Location"], {"code": "000000"}).status_code == 422
    assert not is_signed_in(client)
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    client.post(answer["Location"], {"code": recovery})
    assert is_signed_in(client)


def test_codes_and_addresses_do_not_reach_the_log(client, caplog):
    sign_up(client)
    client.post("/account/confirm-email/", {"code": code_of("account.signup_code")})
    text = " ".join(str(record.__dict__) for record in caplog.records)
    assert code_of("account.signup_code") not in text
    assert "ana@museum.example" not in text
