"""Who reads the site in German or French reads all of it so: no sentence of ours is left in English."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import override

from museumhub.kit import throttle
from museumhub.kit.middleware import refusals
from museumhub.kit.refusals import TooOften
from museumhub.members.models import Person
from museumhub.pages.views import errors
from tests import languages
from tests.architecture import house, site

pytestmark = pytest.mark.django_db

LANGUAGES = ("de", "fr")
# From here links lead to every page of the kind, among them an edition's, the application's and the organisers'.
STARTS = [
    address.route
    for address in house.addresses()
    if not address.has_parameters and address.owner.startswith(house.PACKAGES)
]
SKIP = ("/admin/", "/styleguide/")
READERS = ("", "organiser@museumhub.example", "museum@museumhub.example")
EDITION = "<slug:programme>/<slug:edition>"
MUST_BE_READ = {
    *("", "programmes/", "calls/", "account/signup/", "dashboard/", "account/privacy/"),
    *(f"programmes/{EDITION}/", f"programmes/{EDITION}/apply/"),
    f"programmes/{EDITION}/apply/<oid:oid>/",
    f"programmes/{EDITION}/apply/<oid:oid>/questions/<slug:section>/",
    f"programmes/{EDITION}/apply/<oid:oid>/check/",
    *(f"organise/{EDITION}/", f"organise/{EDITION}/applications/"),
    "organise/questionnaires/<oid:oid>/",
}
# Words of the demo that happen to hold a text of the catalogue.
OF_THE_DEMO = (
    "Places go first of all by your museum's level of digital maturity.",
    "We look above all at your museum's level of digital maturity",
    "Collaborative action research.",
    "Write down what it is for: one page is enough to begin with.",
)


def reader(email: str, language: str) -> Client:
    """Somebody's browser, set to `language`; a stranger's without an address."""
    client = Client(raise_request_exception=False)
    client.cookies["django_language"] = language
    if email:
        person = Person.objects.get(email=email)
        person.language = language
        person.save()
        client.force_login(person)
    return client


# A letter in its frame speaks its recipient's language.
LETTER = "/letters/<oid:oid>/html/"


def english(said: Iterable[str], language: str) -> list[str]:
    own = [text for text in said if not any(words in text for words in OF_THE_DEMO)]
    return languages.english_left(own, language)


@pytest.fixture
def demo() -> None:
    call_command("load_demo", stdout=StringIO(), stderr=StringIO())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_a_page_is_left_in_english(demo: None, language: str) -> None:
    left: set[str] = set()
    routes: set[str] = set()
    for email in READERS:
        said: dict[str, str] = {}
        for page in site.walk(reader(email, language), *STARTS, skip=SKIP, of_each=1):
            is_page = page.headers.get("Content-Type", "").startswith("text/html")
            if page.status == 200 and is_page and not page.route.endswith(LETTER):
                spoken, found = languages.texts(page.text)
                assert spoken == language, page.path
                said |= dict.fromkeys(found - said.keys(), page.path)
                routes.add(page.route)
        left.update(f"{said[text]}: {text}" for text in english(said, language))
    assert left == set()
    assert routes >= MUST_BE_READ


def request() -> HttpRequest:
    made = RequestFactory().get("/")
    made.user = AnonymousUser()
    return made


def too_often() -> HttpResponse:
    """What the site answers to somebody who has spent what there is to spend."""
    middleware: Any = refusals(lambda _request: HttpResponse())
    throttle.spend("tests", "somebody", 1, timedelta(hours=1))
    with pytest.raises(TooOften) as refused:
        throttle.spend("tests", "somebody", 1, timedelta(hours=1))
    answer = middleware.process_exception(request(), refused.value)
    assert isinstance(answer, HttpResponse)
    return answer


ERRORS: dict[str, Callable[[Client], Any]] = {
    "a bad address": lambda client: client.get("/?q=%00"),
    "an unknown address": lambda client: client.get("/no/such/page/"),
    "a form without its token": lambda client: client.post("/language/", {"language": "fr"}),
    "not allowed": lambda client: errors.forbidden(request(), PermissionDenied()),
    "a fault": lambda client: client.get("/"),
    "too often": lambda client: too_often(),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ERRORS)
def test_no_sentence_of_an_error_page_is_left_in_english(
    name: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(now: datetime) -> None:
        raise RuntimeError

    monkeypatch.setattr("museumhub.pages.views.home.Home", broken)
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.cookies["django_language"] = language
    with override(language):
        answer = ERRORS[name](client)
    spoken, said = languages.texts(answer.content.decode())
    assert answer.status_code >= 400
    assert spoken == language
    assert len(said) > 5
    assert languages.english_left(said, language) == []


@pytest.mark.parametrize(
    ("page", "left"),
    [
        ("<p>Sign in with a code</p>", ["Sign in with a code"]),
        ('<a title="Sign in with a code">?</a>', ["Sign in with a code"]),
        ("<p>Now: Sign in with\n a code!</p>", ["Now: Sign in with a code!"]),
        ("<p>You have left the Museum of Salt.</p>", ["You have left the Museum of Salt."]),
        ('<p lang="en">Sign in with a code</p>', []),
        ("<script>Sign in with a code</script>", []),
        ("<p>Mit einem Code anmelden</p>", []),
    ],
)
def test_english_that_is_left_is_found(page: str, left: list[str]) -> None:
    spoken, said = languages.texts(f'<html lang="de"><body>{page}</body></html>')
    assert languages.english_left(said, spoken) == left
