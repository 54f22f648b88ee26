"""The demonstration site, walked link by link by people of each kind: what every answer carries, and what is nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from museumhub.kit.addresses import addresses
from museumhub.members.models import Person
from tests.architecture import house, site
from tests.factories.members import MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db

ROLES = {
    "site": "admin@museumhub.example",
    "organiser": "organiser@museumhub.example",
    "other organiser": "cohort@museumhub.example",
    "reviewer": "reviewer@museumhub.example",
    "museum with a draft": "museum@museumhub.example",
    "museum that applied": "musee@museumhub.example",
    "newcomer": "newcomer@museumhub.example",
    "outsider": "outsider@museum.example",
}
# They ask for what is others'.
OTHERS = ("outsider", "newcomer", "reviewer")
STARTS = [
    address.route
    for address in addresses()
    if not address.has_parameters and not address.route.startswith(("/admin/", "/account/logout"))
]
VIEWS = {address.route: address.view for address in addresses()}


@dataclass
class World:
    """The demo, who is signed in to which browser, and the pages each of them was led to."""

    browsers: dict[str, Client]
    pages: dict[str, list[site.Page]]

    def all(self) -> Iterator[tuple[str, site.Page]]:
        for who, pages in self.pages.items():
            for page in pages:
                yield who, page


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    """Loaded and walked once for all tests of this file; nothing of it stays."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), media, transaction.atomic():
        call_command("load_demo", stdout=StringIO(), stderr=StringIO())
        MembershipFactory(person=PersonFactory(email=ROLES["outsider"]))
        browsers = {"stranger": Client(raise_request_exception=False)}
        for who, email in ROLES.items():
            browsers[who] = Client(raise_request_exception=False)
            browsers[who].force_login(Person.objects.get(email=email))
        yield World(
            browsers,
            {
                who: site.walk(client, *STARTS, skip=("/admin/", "/account/logout"))
                for who, client in browsers.items()
                if who not in OTHERS
            },
        )
        transaction.set_rollback(True)


def test_walk_leads_each_to_what_is_theirs(world: World) -> None:
    """So that the tests below look at enough."""
    routes = {who: {page.route for page in pages} for who, pages in world.pages.items()}
    assert len(routes["stranger"]) > 30
    assert any("apply/<oid:oid>/questions" in route for route in routes["museum with a draft"])
    assert any("apply/<oid:oid>/read" in route for route in routes["museum that applied"])
    assert any("applications/<oid:oid>/" in route for route in routes["organiser"])
    assert any("organise/questionnaires/<oid:oid>" in route for route in routes["organiser"])
    assert any("timetable" in route for route in routes["other organiser"])
    assert len(list(world.all())) > 900


def test_no_page_fails(world: World) -> None:
    assert [
        (who, page.path, page.status)
        for who, page in world.all()
        if page.status >= 500 and page.path != "/readyz"
    ] == []


def test_every_answer_carries_a_policy_without_anything_unsafe(world: World) -> None:
    lacking = set()
    for who, page in world.all():
        policy = page.headers.get("Content-Security-Policy", "")
        if not re.search(r"default-src '(self|none)'", policy):
            lacking.add((who, page.path, "default-src"))
        if re.search(r"unsafe|nonce|\*|https?:|data:(?!;|$)", policy):
            lacking.add((who, page.path, policy))
        if not ("frame-ancestors 'none'" in policy or "sandbox" in policy or is_frame(page)):
            lacking.add((who, page.path, "frame-ancestors"))
        for name, value in (
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("X-Frame-Options", "SAMEORIGIN" if is_frame(page) else "DENY"),
        ):
            if page.headers.get(name) != value:
                lacking.add((who, page.path, name))
        if "geolocation=()" not in page.headers.get("Permissions-Policy", ""):
            lacking.add((who, page.path, "Permissions-Policy"))
    assert lacking == set()


def is_frame(page: site.Page) -> bool:
    """The HTML of a letter, which a page of this site shows in a frame without rights."""
    return page.path.endswith("/html/")


def test_every_page_of_somebody_signed_in_is_kept_by_no_cache(world: World) -> None:
    kept = {
        (who, page.path)
        for who, page in world.all()
        if who != "stranger"
        and page.headers.get("Cache-Control") != "no-store"
        and not page.headers.get("Cache-Control", "").startswith("public")
    }
    assert kept == set()


class Executable(HTMLParser):
    """What a browser would run or load from elsewhere, had the policy let it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and "src" not in given and "json" not in given.get("type", ""):
            self.found.append("an inline script")
        if tag in {"style", "object", "embed", "base", "applet"}:
            self.found.append(f"<{tag}>")
        for name, value in given.items():
            if name == "style" or name.startswith("on"):
                self.found.append(f"{tag} {name}")
            if name in {"src", "action", "formaction", "href", "data"}:
                if value.strip().lower().startswith(("javascript:", "vbscript:", "data:text")):
                    self.found.append(f"{tag} {name}={value[:40]}")
            if name in {"src", "action", "formaction"} and re.match(r"(https?:)?//", value):
                self.found.append(f"{tag} {name}={value[:40]}")


def executable(page: site.Page) -> list[str]:
    if not page.headers.get("Content-Type", "").startswith("text/html") or is_frame(page):
        return []
    reader = Executable()
    reader.feed(page.text)
    return reader.found


def test_no_page_runs_anything_of_its_own_or_loads_anything_from_elsewhere(world: World) -> None:
    assert {(page.path, found) for _who, page in world.all() for found in executable(page)} == set()


def text_of(page: site.Page) -> str:
    """A page without its form tokens, the number in its address, and the picture drawn from that."""
    text = re.sub(r'(?:value|data-token)="[A-Za-z0-9]{64}"', "", page.text)
    text = re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)
    return re.sub(r"[a-z2-7]{26}", "OID", text)


PRIVATE = re.compile(r"/[a-z2-7]{26}[/.]|^/organise/.")


def private_pages(pages: list[site.Page]) -> list[str]:
    """Two pages of each kind that have an identifier in their address or are of organisers, and are not public."""
    found: dict[str, list[str]] = {}
    for page in pages:
        access = getattr(VIEWS.get("/" + page.route), "access", None)
        if page.status == 200 and PRIVATE.search(page.path) and access and access.kind != "public":
            found.setdefault(page.route, []).append(page.path)
    return [path for paths in found.values() for path in paths[:2]]


def test_what_is_somebodys_is_to_others_like_what_does_not_exist(world: World) -> None:
    """Each page with an identifier in its address, and each page of organisers, asked for by everybody else."""
    leaks = []
    tried = 0
    for owner in ("organiser", "museum with a draft", "museum that applied", "other organiser"):
        for path in private_pages(world.pages[owner]):
            for who in OTHERS:
                answer = site.get(world.browsers[who], path)
                nowhere = site.get(world.browsers[who], re.sub(r"[a-z2-7]{26}", "a" * 26, path))
                tried += 1
                if answer.status != 404 or text_of(answer) != text_of(nowhere):
                    leaks.append((who, path, answer.status))
            stranger = site.get(world.browsers["stranger"], path)
            if not stranger.headers.get("Location", "").startswith("/account/login/"):
                leaks.append(("stranger", path, stranger.status))
    assert leaks == []
    assert tried > 150


def test_no_address_holds_a_number_one_could_count_through() -> None:
    """Numbers in addresses are of versions and of attachments within something that is guarded itself."""
    counted = {
        address.name
        for address in addresses()
        if "<int:" in address.route and address.owner.startswith(house.PACKAGES)
    }
    assert counted == {
        "questionnaires:version",
        "mail:attachment",
        "catalogue:organise_letter_attachment",
    }
