"""Signing in, asking for a code and forgetting a password do the same work for an address with an account and one without.

The same number of password hashes and the same queries, so that the time of an answer tells nothing; that the
answers are equal as well stands in test_accounts.py.
"""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from museumhub.members.models import Person
from tests.factories.members import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db

STRANGER = "nobody@museum.example"
WRONG = {"code": "BCDF-GHJK"}
CODE, RESET = "/account/login/code/", "/account/password/reset/"
NEW = {"name": "Ana Silva", "language": "en", "time_zone": "UTC", "password1": ""}
# Each way as the posts it consists of.
WAYS: dict[str, Callable[[str], list[tuple[str, dict[str, str]]]]] = {
    "sign-in": lambda address: [("/account/login/", {"login": address, "password": "wrong one"})],
    "code": lambda address: [
        (CODE, {"email": address}),
        (f"{CODE}confirm/", {}),
        (f"{CODE}confirm/", {"action": "resend"}),
        (f"{CODE}confirm/", WRONG),
        (f"{CODE}confirm/", WRONG),
    ],
    "reset": lambda address: [
        (RESET, {"email": address}),
        (f"{RESET}confirm/", {}),
        (f"{RESET}confirm/", WRONG),
        (f"{RESET}confirm/", WRONG),
    ],
}


class CountingHasher(MD5PasswordHasher):
    """Counts what takes the time: making a hash, to store it or to compare it."""

    made = 0

    def encode(self, password, salt):
        CountingHasher.made += 1
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def counted(settings):
    settings.PASSWORD_HASHERS = ["tests.members.test_strangers.CountingHasher"]
    cache.clear()


def with_password() -> Person:
    return PersonFactory()


def by_code_only() -> Person:
    person = PersonFactory()
    person.set_unusable_password()
    person.save()
    return person


def switched_off() -> Person:
    return PersonFactory(is_active=False)


def never_confirmed() -> Person:
    person = PersonFactory(confirmed=False)
    person.emailaddress_set.create(email=person.email, primary=True)
    return person


def shape(sql: str) -> str:
    """A query without its values and without the number of its savepoint."""
    return re.sub(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|\bs\d+_x\d+\b|\bNULL\b", "?", sql)


def work(send: Callable[[], object]) -> tuple[int, Counter[str]]:
    """How many hashes `send` makes, and how many queries of which shape."""
    CountingHasher.made = 0
    with CaptureQueriesContext(connection) as captured:
        send()
    return CountingHasher.made, Counter(shape(one["sql"]) for one in captured.captured_queries)


def works(way: str, address: str) -> list[tuple[int, Counter[str]]]:
    client = Client()
    client.get("/account/login/")
    return [
        # A post without fields stands for looking at the page.
        work(lambda: client.post(path, data) if data else client.get(path))  # noqa: B023
        for path, data in WAYS[way](address)
    ]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "somebody",
    [with_password, by_code_only, switched_off, never_confirmed],
    ids=lambda f: f.__name__,
)
def test_the_work_is_the_same_for_somebody_and_for_nobody(way, somebody):
    works(way, "warm@up.example")
    for known, unknown in zip(works(way, somebody().email), works(way, STRANGER), strict=True):
        assert known[0] == unknown[0]
        assert known[1] - unknown[1] == unknown[1] - known[1] == Counter()


def test_sign_in_makes_one_hash_whoever_tries():
    for address in (STRANGER, with_password().email, by_code_only().email):
        assert [hashes for hashes, _queries in works("sign-in", address)] == [1]


@pytest.mark.parametrize("password", ["", PASSWORD])
def test_sign_up_makes_as_many_hashes_for_an_address_that_is_taken(password):
    made = []
    for address in (STRANGER, with_password().email):
        form = {**NEW, "email": address, "password1": password}
        made.append(work(lambda: Client().post("/account/signup/", form))[0])  # noqa: B023
    assert made == [bool(password)] * 2


def shapes(queries: Counter[str]) -> Counter[str]:
    """Queries by what they do and with which table; how they sort and end is the library's and ours to choose."""
    told = (
        re.match(r'(INSERT INTO|UPDATE|DELETE FROM|SELECT .*? FROM) ("\w+")', one)
        for one in queries.elements()
    )
    return Counter(f"{one[1].split()[0]} {one[2]}" for one in told if one)


SIGN_UP: list[tuple[str, dict[str, str]]] = [
    ("/account/signup/", NEW),
    ("/account/confirm-email/", {}),
    ("/account/confirm-email/", WRONG),
    ("/account/confirm-email/", {"action": "change", "email": "other@museum.example"}),
    ("/account/confirm-email/", {"action": "resend"}),
]


@pytest.mark.parametrize("password", ["", PASSWORD])
@pytest.mark.parametrize("limited", [True, False], ids=["again at once", "again later"])
def test_sign_up_does_the_same_work_for_an_address_that_is_taken(password, limited):
    def sign_up(address: str) -> list[tuple[int, int, Counter[str]]]:
        client = Client()
        client.get("/account/login/")
        done = []
        for path, data in SIGN_UP:
            if data.get("action") == "resend" and not limited:
                cache.clear()
            asked = {**data, "email": address, "password1": password} if data is NEW else data
            answers = []
            hashes, queries = work(
                lambda: answers.append(client.post(path, asked) if asked else client.get(path))  # noqa: B023
            )
            done.append((answers[0].status_code, hashes, shapes(queries)))
        return done

    sign_up("warm@up.example")
    new, taken = sign_up(STRANGER), sign_up(with_password().email)
    assert new[0][:2] == (302, bool(password))
    assert new[0][2]['INSERT "members_person"'] == 1
    assert taken == new
    assert Person.objects.filter(email__endswith="invalid").count() == 0
