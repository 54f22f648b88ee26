"""Nobody else's page can act for a reader, send them elsewhere, or choose the name the site calls itself by."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from museumhub.mail.models import Letter
from museumhub.members.models import Person
from tests.architecture import house, site
from tests.factories.members import PASSWORD, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db

ROUTES = sorted({address.route for address in house.addresses()})
# POSTs that another site's page may send, and why.
TAKES_FORGED_POSTS = {
    "/newsletter/<oid:oid>/unsubscribe/": "a mail program sends it; the secret in the address is all it needs (RFC 8058)"
}


@pytest.fixture
def administrator() -> Person:
    person: Person = PersonFactory(is_staff=True, is_superuser=True)
    return person


@pytest.fixture
def checked(administrator: Person) -> dict[str, Client]:
    """Browsers whose forms are checked as on the site itself."""
    clients = {
        who: Client(enforce_csrf_checks=True, raise_request_exception=False)
        for who in ("stranger", "administrator")
    }
    clients["administrator"].force_login(administrator)
    return clients


def test_form_without_the_sites_own_token_is_refused_everywhere(checked: dict[str, Client]) -> None:
    """Every address, every method that may change something; nothing is changed."""
    before = site.rows()
    asked = [("stranger", "post"), *(("administrator", m) for m in ("post", "put", "delete"))]
    taken = {
        (route, who, method)
        for route in ROUTES
        for who, method in asked
        if getattr(checked[who], method)(site.example(route)).status_code != 403
        and route not in TAKES_FORGED_POSTS
    }
    assert taken == set()
    assert len(ROUTES) > 150
    assert site.rows() == before


def token_of(page: site.Page) -> str:
    """That of the page's first form which changes something."""
    return next(form.fields["csrfmiddlewaretoken"] for form in page.forms if form.method == "post")


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("another's", {}),
        ("own", {"origin": "https://evil.example"}),
        ("own", {"origin": "null"}),
        ("own", {"origin": "http://testserver.evil.example"}),
    ],
)
def test_token_of_another_browser_and_form_of_another_site_are_refused(
    checked: dict[str, Client], token: str, headers: dict[str, str]
) -> None:
    client = checked["administrator"]
    tokens = {}
    for who, browser in (("own", client), ("another's", checked["stranger"])):
        tokens[who] = token_of(site.get(browser, "/language/"))
    form = {"language": "fr", "next": "/", "csrfmiddlewaretoken": tokens[token]}
    assert client.post("/language/", form, headers=headers).status_code == 403
    assert Person.objects.get(is_staff=True).language == "en"
    form["csrfmiddlewaretoken"] = tokens["own"]
    assert client.post("/language/", form).status_code == 302
    assert Person.objects.get(is_staff=True).language == "fr"


def test_form_from_elsewhere_is_refused_over_https(checked: dict[str, Client]) -> None:
    """There the Referer counts where a browser sends no Origin."""
    client = checked["stranger"]
    token = token_of(site.get(client, "/language/"))
    form = {"language": "fr", "next": "/", "csrfmiddlewaretoken": token}
    for referer in ("", "https://evil.example/", "http://testserver/"):
        sent = {"referer": referer} if referer else {}
        assert client.post("/language/", form, headers=sent, secure=True).status_code == 403
    own = {"referer": "https://testserver/language/"}
    assert client.post("/language/", form, headers=own, secure=True).status_code == 302


# --- ?next= ------------------------------------------------------------------------------------
HOSTILE = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "\t//evil.example/",
    " //evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "http://[evil.example]/",  # not even an address
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//testserver:80@evil.example/",
]
OWN = "/calls/?topic=xr"


def goes_to(address: str, page: str = "/") -> str:
    """The scheme and host a browser goes to (WHATWG URL: no tabs and newlines, a backslash is a slash)."""
    tidy = re.sub(r"[\t\r\n]", "", address.strip("".join(map(chr, range(33))))).replace("\\", "/")
    tidy = re.sub(r"^(https?):/*(?=[^/])", r"\1://", tidy, flags=re.IGNORECASE)
    tidy = re.sub(r"^//+", "//", tidy)
    try:
        whole = urlsplit(urljoin(site.HOST + page, tidy))
    except ValueError:
        return address
    return f"{whole.scheme}://{whole.netloc}"


def led_away(answer: Any, path: str) -> list[str]:
    """Where the answer sends its reader, at once or by a link or form: what is not this site."""
    places = [answer.headers.get("Location", "")]
    text = answer.content.decode() if not answer.streaming else ""
    reader = site.Reader()
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        reader.feed(text)
    places += [*reader.links, *(form.action for form in reader.forms)]
    places += re.findall(r"http-equiv=\"?refresh[^>]*url=([^\"'>]+)", text, re.IGNORECASE)
    return [place for place in places if place and goes_to(place, path) != site.HOST]


def test_what_leads_away_is_known() -> None:
    """So that the tests below can fail."""
    assert {goes_to(hostile) for hostile in HOSTILE}.isdisjoint({site.HOST})
    assert goes_to(OWN) == goes_to("calls/") == goes_to("http://testserver/x") == site.HOST


@pytest.mark.parametrize("hostile", HOSTILE[:2])
def test_no_address_sends_its_reader_where_the_query_says(hostile: str) -> None:
    """Every address that is asked without more, by a stranger and by somebody signed in: GET and an empty form."""
    browsers = {who: Client(raise_request_exception=False) for who in ("stranger", "somebody")}
    browsers["somebody"].force_login(MembershipFactory().person)
    away = []
    named = dict.fromkeys(("next", "return_to", "redirect_to", "url", "continue"), hostile)
    for route in ROUTES:
        if site.PARAMETER.search(route) or route.startswith(("/account/logout/", "/admin/")):
            continue
        path = f"{route}?{urlencode(named)}"
        for who, client in browsers.items():
            asked = [client.get(path), client.post(path, named)]
            away += [(who, route, place) for one in asked for place in led_away(one, route)]
    known = re.compile(r"https://(creativecommons\.org|www\.rfc-editor\.org)/")
    assert [one for one in away if not known.match(one[2])] == []


@pytest.fixture(autouse=True)
def no_old_limits() -> None:
    cache.clear()


def code_for(address: str) -> str:
    code: str = Letter.objects.filter(to=address).order_by("-pk")[0].context["code"]
    return code


def by_password(client: Client, onward: str) -> Any:
    person = PersonFactory()
    form = {"login": person.email, "password": PASSWORD, "next": onward}
    return client.post(f"/account/login/?next={quote(onward)}", form)


def by_code(client: Client, onward: str) -> Any:
    person = PersonFactory()
    client.post(
        f"/account/login/code/?next={quote(onward)}", {"email": person.email, "next": onward}
    )
    form = {"code": code_for(person.email), "next": onward}
    return client.post(f"/account/login/code/confirm/?next={quote(onward)}", form)


def by_sign_up(client: Client, onward: str) -> Any:
    form = {"name": "Ana", "email": "ana@new.example", "language": "en", "time_zone": "UTC"}
    client.post(f"/account/signup/?next={quote(onward)}", {**form, "password1": "", "next": onward})
    form = {"code": code_for("ana@new.example"), "next": onward}
    return client.post(f"/account/confirm-email/?next={quote(onward)}", form)


def by_second_factor(client: Client, onward: str) -> Any:
    person = PersonFactory()
    RecoveryCodes.activate(person)
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(person, secret)
    by = {"login": person.email, "password": PASSWORD, "next": onward}
    client.post(f"/account/login/?next={quote(onward)}", by)
    counter = next(iter(yield_hotp_counters_from_time()))
    form = {"code": format_hotp_value(hotp_value(secret, counter)), "next": onward}
    return client.post(f"/account/2fa/authenticate/?next={quote(onward)}", form)


def by_proving_oneself(client: Client, onward: str) -> Any:
    client.force_login(PersonFactory())
    form = {"password": PASSWORD, "next": onward}
    return client.post(f"/account/reauthenticate/?next={quote(onward)}", form)


def by_proving_oneself_by_code(client: Client, onward: str) -> Any:
    person = PersonFactory()
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    path = f"{reverse('members:confirm_by_code')}?next={quote(onward)}"
    client.post(path, {"action": "send", "next": onward})
    return client.post(path, {"code": code_for(person.email), "next": onward})


def by_being_signed_in(client: Client, onward: str) -> Any:
    client.force_login(PersonFactory())
    return client.get(f"/account/login/?next={quote(onward)}")


def by_signing_out(client: Client, onward: str) -> Any:
    client.force_login(PersonFactory())
    return client.post(f"/account/logout/?next={quote(onward)}", {"next": onward})


def by_language(client: Client, onward: str) -> Any:
    return client.post(f"/language/?next={quote(onward)}", {"language": "fr", "next": onward})


def by_adding_an_organisation(client: Client, onward: str) -> Any:
    client.force_login(PersonFactory())
    form = {"name": "Museum of Tides", "kind": "museum", "country": "PT", "next": onward}
    return client.post(f"/organisations/new/?next={quote(onward)}", form)


WAYS = (
    by_password,
    by_code,
    by_sign_up,
    by_second_factor,
    by_proving_oneself,
    by_proving_oneself_by_code,
    by_being_signed_in,
    by_signing_out,
    by_language,
    by_adding_an_organisation,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_form_that_leads_on_leads_on_within_the_site(
    client: Client, way: Callable[[Client, str], Any]
) -> None:
    """Done to its end, so that the test below looks at forms that do lead on."""
    answer = way(client, OWN)
    assert (answer.status_code, answer.headers.get("Location")) == (302, OWN)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_form_that_leads_on_leads_nowhere_else(
    client: Client, way: Callable[[Client, str], Any], hostile: str
) -> None:
    answer = way(client, hostile)
    assert answer.status_code == 302
    assert goes_to(answer.headers["Location"]) == site.HOST
    assert "evil" not in answer.headers["Location"]


def test_address_that_begins_like_another_site_is_not_redirected_to(client: Client) -> None:
    for path in ("//evil.example/calls", "//evil.example/calls/..", "/\\evil.example/organise"):
        answer = client.get(path)
        assert answer.status_code == 404 or goes_to(answer.headers["Location"]) == site.HOST


# --- The site's own name -----------------------------------------------------------------------
PRETENDED = {
    "x-forwarded-host": "evil.example",
    "x-forwarded-server": "evil.example",
    "x-host": "evil.example",
    "x-original-url": "https://evil.example/",
    "x-rewrite-url": "https://evil.example/",
    "x-forwarded-port": "4711",
    "forwarded": "for=192.0.2.1;host=evil.example;proto=https",
}


def test_no_page_takes_the_sites_name_from_the_request(settings: Any) -> None:
    """Nor where the server answers to another name as well: links with a host have that of SITE_URL."""
    settings.ALLOWED_HOSTS = ["testserver", "elsewhere.example"]
    browsers = {who: Client(raise_request_exception=False) for who in ("stranger", "somebody")}
    browsers["somebody"].force_login(MembershipFactory().person)
    told = []
    for route in ROUTES:
        if site.PARAMETER.search(route) or route.startswith(("/account/logout/", "/admin/")):
            continue
        for who, client in browsers.items():
            page = site.get(client, route, host="elsewhere.example", **PRETENDED)
            whole = page.text + str(page.headers)
            told += [
                (who, route, name)
                for name in ("evil.example", "elsewhere.example", "4711")
                if name in whole
            ]
    assert told == []


@pytest.mark.parametrize("way", WAYS[:6], ids=lambda way: way.__name__)
def test_no_letter_takes_the_sites_name_from_the_request(
    way: Callable[[Client, str], Any], settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "elsewhere.example"]
    pretending = Client(headers={"host": "elsewhere.example", **PRETENDED})
    way(pretending, OWN)
    for letter in Letter.objects.all():
        links = re.findall(r"https?://[^\s\"'}]+", str(letter.context))
        assert all(link.startswith(f"{settings.SITE_URL}/") for link in links)
        assert not re.search("evil|elsewhere", str(letter.context) + letter.reply_to)
