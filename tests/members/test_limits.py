"""How often one may try and ask: by account, by network address, and whose word counts about that address behind a proxy."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from museumhub.mail.models import Letter
from museumhub.members.adapter import AccountAdapter
from tests.factories.members import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db

ADDRESS = "ana@museum.example"


@pytest.fixture(autouse=True)
def no_old_limits():
    cache.clear()


@pytest.fixture
def ana():
    return PersonFactory(email=ADDRESS)


def sign_in(password: str, *, login: str = ADDRESS, source: str = "192.0.2.1", **headers: str):
    client = Client(REMOTE_ADDR=source)
    form = {"login": login, "password": password}
    answer = client.post(reverse("account_login"), form, headers=headers)
    return answer.status_code


def test_sixth_wrong_password_of_an_account_is_429_and_the_right_one_is_refused_too(ana):
    guesses = [sign_in("a guess", source=f"192.0.2.{n}") for n in range(6)]
    assert guesses == [422] * 5 + [429]
    assert sign_in(PASSWORD, source="192.0.2.99") == 429


@pytest.mark.parametrize(
    "way",
    [
        {"host": "testserver:{n}"},
        {"host": "TESTSERVER:{n}"},
        {"host": "localhost:{n}"},
        {"x-forwarded-host": "host{n}.example"},
        {"x-forwarded-for": "198.51.100.{n}"},
        {"user-agent": "browser {n}"},
    ],
    ids=lambda way: next(iter(way.values())),
)
def test_limit_of_an_account_cannot_be_evaded_by_a_header(ana, settings, way):
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    guesses = [
        sign_in("a guess", source=f"192.0.2.{n}", **{k: v.format(n=n) for k, v in way.items()})
        for n in range(1, 8)
    ]
    assert guesses == [422] * 5 + [429] * 2


@pytest.mark.parametrize(
    "address", [" ana@museum.example", "ANA@museum.example", "Ana@Museum.Example "]
)
def test_limit_of_an_account_cannot_be_evaded_by_spelling(ana, address):
    for n in range(5):
        sign_in("a guess", source=f"192.0.2.{n}")
    assert sign_in(PASSWORD, login=address, source="192.0.2.99") == 429


def test_nobody_is_locked_out_by_the_guesses_of_others(ana, client):
    for n in range(6):
        sign_in("a guess", source=f"192.0.2.{n}")
    client.post(reverse("account_request_login_code"), {"email": ADDRESS})
    code = Letter.objects.get(kind="account.signin_code").context["code"]
    client.post("/account/login/code/confirm/", {"code": code})
    assert client.get(reverse("members:account")).status_code == 200


def test_eleventh_wrong_password_from_one_network_address_is_429(ana):
    tries = [sign_in("a guess", login=f"person{n}@museum.example") for n in range(11)]
    assert tries == [422] * 10 + [429]
    assert sign_in(PASSWORD) == 429
    assert sign_in(PASSWORD, source="192.0.2.2") == 302


def test_right_passwords_are_not_counted(ana):
    assert [sign_in(PASSWORD) for _ in range(12)] == [302] * 12


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "", "192.0.2.7"),
        (0, "198.51.100.1", "192.0.2.7"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.5, 198.51.100.1", "198.51.100.1"),
        (1, "not an address, 198.51.100.1", "198.51.100.1"),
        (1, "", "192.0.2.7"),
        (2, "203.0.113.5, 198.51.100.1, 198.51.100.254", "198.51.100.1"),
        (2, "198.51.100.1", "192.0.2.7"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
    ],
)
def test_forwarded_address_is_believed_as_far_as_there_are_proxies(
    settings, proxies, forwarded, counted
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = RequestFactory(REMOTE_ADDR="192.0.2.7").get("/", headers=headers)
    assert AccountAdapter().get_client_ip(request) == counted


def test_visitors_behind_one_proxy_are_told_apart_and_cannot_pretend(ana, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def guess(n: int, visitor: str):
        said = {"x-forwarded-for": f"203.0.113.{n}, {visitor}"}
        return sign_in("a guess", login=f"person{n}@museum.example", source="10.0.0.1", **said)

    assert [guess(n, "198.51.100.1") for n in range(11)] == [422] * 10 + [429]
    assert guess(20, "198.51.100.2") == 422


def test_ipv6_visitors_are_counted_by_their_network(ana):
    """Whoever has one address of 2001:db8::/64 has them all."""
    tries = [
        sign_in("a guess", login=f"person{n}@museum.example", source=f"2001:db8::{n:x}")
        for n in range(11)
    ]
    assert tries == [422] * 10 + [429]


@pytest.mark.parametrize("address", [ADDRESS, "nobody@museum.example"])
@pytest.mark.parametrize("name", ["account_reset_password", "account_request_login_code"])
def test_hundred_requests_for_one_address_send_three_letters(ana, name, address):
    answers = [
        Client(REMOTE_ADDR=f"192.0.2.{n}").post(reverse(name), {"email": address}).status_code
        for n in range(100)
    ]
    assert answers == [302] * 3 + [429] * 97
    assert Letter.objects.filter(to=address).count() == 3


def test_one_network_address_asks_for_twenty_resets_a_minute():
    client = Client()
    answers = [
        client.post(
            reverse("account_reset_password"), {"email": f"person{n}@museum.example"}
        ).status_code
        for n in range(22)
    ]
    assert answers == [302] * 20 + [429] * 2


def test_codes_asked_for_again_are_three_at_most_for_one_sign_in(ana, client):
    client.post(reverse("account_request_login_code"), {"email": ADDRESS})
    for _ in range(8):
        client.post("/account/login/code/confirm/", {"action": "resend"})
    assert Letter.objects.filter(to=ADDRESS).count() == 3


def test_refused_try_keeps_the_address_that_was_typed(ana, client):
    for _ in range(5):
        client.post(reverse("account_login"), {"login": ADDRESS, "password": "a guess"})
    answer = client.post(reverse("account_login"), {"login": ADDRESS, "password": "a guess"})
    assert answer.status_code == 429
    assert f'value="{ADDRESS}"' in answer.content.decode()
    assert "Wait a few minutes, or ask for a sign-in code" in answer.content.decode()


def ask_for_code(client: Client, address: str = ADDRESS) -> int:
    status: int = client.post(reverse("account_request_login_code"), {"email": address}).status_code
    return status


def exhaust(address: str) -> None:
    """Ask for codes from everywhere, all day, until nobody gets another one."""
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=1), tick=False) as clock:
        for n in range(40):
            ask_for_code(Client(REMOTE_ADDR=f"198.51.100.{n}"), address)
            clock.shift(timedelta(seconds=61))
    assert ask_for_code(Client(REMOTE_ADDR="203.0.113.9"), address) == 429


def test_stranger_cannot_use_up_the_codes_of_somebody_who_has_signed_in_here(ana):
    """The person's own browser counts by itself, after signing out too; another's does not."""
    own = Client()
    own.force_login(ana)
    own.get("/account/")
    own.post("/account/logout/")
    exhaust(ADDRESS)
    assert ask_for_code(own) == 302
    own.post("/account/login/code/confirm/", {"code": newest_code()})
    assert own.get("/account/").status_code == 200
    others = Client()
    others.force_login(PersonFactory())
    others.get("/account/")
    others.post("/account/logout/")
    assert ask_for_code(others) == 429


def newest_code() -> str:
    code: str = Letter.objects.filter(kind="account.signin_code").order_by("-pk")[0].context["code"]
    return code


def test_browser_of_somebody_has_limits_too(ana):
    own = Client()
    own.force_login(ana)
    own.get("/account/")
    asked = []
    for _turn in range(5):
        again = Client()  # without the sign-in that has begun
        again.cookies["known"] = own.cookies["known"].value
        asked.append(ask_for_code(again))
    assert asked == [302] * 3 + [429] * 2


@pytest.mark.parametrize("address", [ADDRESS, "nobody@museum.example"])
def test_one_network_gets_ten_codes_a_day_for_one_address_and_leaves_some_to_others(ana, address):
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        asked = []
        for n in range(12):
            asked.append(ask_for_code(Client(REMOTE_ADDR="198.51.100.7"), address))
            clock.shift(timedelta(seconds=61 + n))
        assert asked == [302] * 10 + [429] * 2
        assert ask_for_code(Client(REMOTE_ADDR="198.51.100.8"), address) == 302


def test_cookie_of_a_browser_names_nobody_and_cannot_be_made(ana):
    own = Client()
    own.force_login(ana)
    own.get("/account/")
    cookie = own.cookies["known"]
    assert ADDRESS not in cookie.value
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    forged = Client()
    forged.cookies["known"] = f"{ana.oid}:x:{'y' * 43}"
    exhaust(ADDRESS)
    assert ask_for_code(forged) == 429
