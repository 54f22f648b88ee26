"""The demonstration site, walked link by link by people of each kind: what every answer carries, and what is nobody else's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from museumhub.kit.addresses import addresses
from tests.architecture import house, site
from tests.architecture.world import OTHERS, STARTS, World, letter_paths, loaded

pytestmark = pytest.mark.django_db

VIEWS = {address.route: address.view for address in addresses()}
VIEWS_OWNERS = {address.route: address.owner for address in addresses()}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    """Loaded and walked once for all tests of this file; nothing of it stays."""
    with django_db_blocker.unblock(), loaded(tmp_path_factory.mktemp("media")) as browsers:
        before = site.rows()
        pages = {
            who: site.walk(client, *STARTS, skip=("/admin/", "/account/logout"))
            for who, client in browsers.items()
            if who not in OTHERS
        }
        for who in ("stranger", "site", "museum that applied"):
            opened = [site.get(browsers[who], path) for path in letter_paths()]
            pages[f"{who}, from letters"] = opened
        after = site.rows()
        changed = [label for label in before if before[label] != after[label]]
        yield World(browsers, pages, changed)


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


def test_reading_changes_nothing(world: World) -> None:
    """Every page by everybody, and every link of every letter: programs open those before their readers do."""
    assert world.changed_by_reading == []
    assert {page.status for page in world.pages["stranger, from letters"]} <= {200, 302, 404, 410}


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
        # Letters bring their style in the page; their frame has no rights (`museumhub.mail.frames`).
        rest = policy.replace("style-src 'unsafe-inline'", "") if is_frame(page) else policy
        if re.search(r"unsafe|nonce|\*|https?:|data:(?!;|$)", rest):
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
        if not who.startswith("stranger")
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


# What the demonstration has no page or button for, and where the same is tested.
# What people administer, though no page of theirs led to each part of it.
OWN = {"museum with a draft": "/organisations/tile-museum-aveiro/"}
TRIED_ELSEWHERE = {
    **{
        f"/organise/organisations/import/<oid:oid>/{page}": "tests/members/test_import_page.py"
        for page in ("", "again/", "delete/", "findings.csv", "leave-out/", "stop/", "write/")
    },
    "/account/continue/<oid:oid>/": "tests/members/test_kept_forms.py",
    "/account/continue/<oid:oid>/forget/": "tests/members/test_kept_forms.py",
    "/organisations/<slug:slug>/requests/<oid:oid>/withdraw/": "tests/members/test_memberships.py",
    **{
        f"/programmes/<slug:programme>/<slug:edition>/apply/<oid:oid>/{page}": (
            "tests/applications/test_access.py"
        )
        for page in ("save/<part:part>/", "sent/", "files/<oid:file>/")
    },
    **{
        f"/organise/<slug:programme>/<slug:edition>/{page}": "tests/applications/test_access.py"
        for page in ("applications/<oid:oid>/files/<oid:file>/", "call/reopen/")
    },
}


# Named after something public, and for everybody with an account.
FOR_ANYBODY = {
    "/edit/new/<slug:kind>/",  # of whoever belongs to an organisation
    "/organisations/<slug:slug>/join/",
    "/programmes/<slug:programme>/<slug:edition>/apply/begin/",
}


def is_private(route: str) -> bool:
    access = getattr(VIEWS[route], "access", None)
    if access is None or access.kind == "public" or route in FOR_ANYBODY:
        return False
    return bool(site.PARAMETER.search(route))


def nowhere(path: str) -> str:
    """The same path of something that does not exist."""
    other = re.sub(r"[a-z2-7]{26}", "a" * 26, path)
    return other if other != path else re.sub(r"^(/\w+)/[\w-]+/", r"\1/nowhere/", path)


def test_every_private_address_is_tried_by_others(world: World) -> None:
    """So that the test below looks at each."""
    led_to = world.examples()
    missing = {
        route
        for route in VIEWS
        if is_private(route)
        and route not in led_to
        and VIEWS_OWNERS[route].startswith(house.PACKAGES)
        # Until the demonstration has news, its editors' pages have nothing to show.
        and not VIEWS_OWNERS[route].startswith("museumhub.news")
    }
    assert missing - set(TRIED_ELSEWHERE) == set(), "let tests/architecture/world.py add one"


def test_what_is_somebodys_is_to_others_like_what_does_not_exist(world: World) -> None:
    """Each page and each button of somebody's, asked for by everybody whom no page led there, and pressed by them."""
    before = site.rows()
    leaks = []
    known: dict[tuple[str, str, str], tuple[int, str]] = {}
    tried: Counter[str] = Counter()

    def ask(who: str, method: str, path: str) -> tuple[int, str]:
        page = site.get(world.browsers[who], path, method=method)
        return page.status, site.words(page)

    for route, paths in world.examples().items():
        if not is_private(route):
            continue
        for path, owners in [*paths.items()][:1]:
            for who in (*OTHERS, "other organiser", "museum with a draft", "museum that applied"):
                if who in owners or path.startswith(OWN.get(who, "\0")):
                    continue
                tried[who] += 1
                for method in ("get", "post"):
                    answer = ask(who, method, path)
                    missing = (who, method, nowhere(path))
                    if missing not in known:
                        known[missing] = ask(*missing)
                    if answer != known[missing] or answer[0] not in {404, 405}:
                        leaks.append((who, method, path, answer[0], known[missing][0]))
            stranger = site.get(world.browsers["stranger"], path)
            if not stranger.headers.get("Location", "").startswith("/account/login/"):
                if stranger.status != 405:  # takes forms only
                    leaks.append(("stranger", "get", path, stranger.status, 302))
    assert leaks == []  # (who, how, what, its status, that of nothing)
    assert min(tried.values()) > 40
    after = site.rows()
    assert [label for label in before if before[label] != after[label]] == []


def test_no_address_holds_a_number_one_could_count_through() -> None:
    """Numbers in addresses are of versions, of attachments within something that is guarded itself, and of parts of the sitemap."""
    counted = {
        address.name
        for address in addresses()
        if "<int:" in address.route and address.owner.startswith(house.PACKAGES)
    }
    assert counted == {
        "questionnaires:version",
        "mail:attachment",
        "catalogue:organise_letter_attachment",
        "pages:sitemap_part",
    }
