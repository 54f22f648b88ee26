"""What holds for every page of the site, whoever asks: it answers, changes nothing, and carries its headers."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.test import Client

from tests.architecture import house, site
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db

STARTS = [
    address.route
    for address in house.addresses()
    if not address.has_parameters and not address.route.startswith("/admin/")
]
OURS_AND_PUBLIC = [
    address.route
    for address in house.addresses()
    if not address.has_parameters
    and address.owner.startswith(house.PACKAGES)
    and address.view.access.kind == "public"
]


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(PersonFactory(is_staff=True, is_superuser=True))
    client.raise_request_exception = False
    return client


@pytest.fixture
def stranger() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture(params=["a stranger", "an administrator"])
def anybody(request: pytest.FixtureRequest) -> Client:
    client: Client = request.getfixturevalue(request.param.split()[1])
    return client


_walked: dict[bool, list[site.Page]] = {}


def walk(client: Client) -> list[site.Page]:
    """Every page that a stranger or an administrator finds, fetched now."""
    pages = site.walk(client, *STARTS, skip=("/admin/",))
    _walked["sessionid" in client.cookies] = pages
    return pages


def walked(client: Client) -> list[site.Page]:
    """The same, fetched once for all tests that only look at the pages: the site is empty in each."""
    return _walked.get("sessionid" in client.cookies) or walk(client)


def test_reading_every_page_changes_no_row(anybody: Client) -> None:
    anybody.get("/")
    before = site.rows()
    assert walk(anybody)
    after = site.rows()
    changed = [label for label in before if before[label] != after[label]]
    assert changed == []


def test_no_page_uses_an_id_twice(anybody: Client) -> None:
    doubled = {}
    for page in walked(anybody):
        reader = site.Reader()
        reader.feed(page.text)
        if twice := [name for name, count in Counter(reader.ids).items() if count > 1]:
            doubled[page.path] = twice
    assert doubled == {}


@pytest.mark.parametrize("path", OURS_AND_PUBLIC)
def test_public_page_carries_the_headers_that_protect_its_reader(
    stranger: Client, path: str
) -> None:
    headers = site.get(stranger, path).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert not re.search(r"unsafe|nonce|\*|https?:", headers["Content-Security-Policy"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", OURS_AND_PUBLIC)
def test_public_page_gives_a_stranger_who_only_reads_no_session(
    stranger: Client, path: str
) -> None:
    stranger.get(path)
    assert set(stranger.cookies) <= {"csrftoken"}


def test_pages_of_somebody_signed_in_are_kept_by_no_cache(administrator: Client) -> None:
    kept = [
        page.path
        for page in walked(administrator)
        if page.status == 200 and page.headers.get("Cache-Control") != "no-store"
        if not page.headers.get("Cache-Control", "").startswith("public")
    ]
    assert kept == []
