"""Texts that try to become code, planted into every text the site keeps: what people wrote stays words on every page.

Every text field of every row of the demonstration is written over, the names of files too, and each of its people
walks it. Pages are read by html5ever, a parser that mends markup as a browser does (through css-inline), before
anything is looked at.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from css_inline import CSSInliner

from museumhub.kit.addresses import addresses
from museumhub.mail.models import Letter
from museumhub.mail.rendering import CannotBeMade, render
from tests.architecture import site
from tests.architecture.planting import BREAKS_OUT, PAYLOADS, plant, texts
from tests.architecture.world import STARTS, World, letter_paths, loaded
from tests.kit.hostile import MARKUP

pytestmark = pytest.mark.django_db

WALKERS = ("stranger", "organiser", "museum with a draft", "museum that applied")

# --- What a page may consist of -------------------------------------------------------------------
TAGS = {
    *("text", "mark"),  # words on the map, words found by the search
    *("html", "head", "meta", "title", "link", "script", "body", "header", "footer", "main", "nav"),
    *(
        "aside",
        "section",
        "article",
        "div",
        "p",
        "span",
        "a",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "hr",
    ),
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "strong",
        "em",
        "b",
        "i",
        "small",
        "code",
        "pre",
        "br",
        "q",
    ),
    *(
        "blockquote",
        "cite",
        "abbr",
        "sub",
        "sup",
        "time",
        "bdi",
        "address",
        "del",
        "ins",
        "s",
        "wbr",
    ),
    *("table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "colgroup", "col"),
    *("figure", "figcaption", "img", "svg", "use", "path", "title", "g", "circle", "rect", "line"),
    *("polygon", "polyline", "ellipse", "defs", "pattern", "form", "fieldset", "legend", "label"),
    *("input", "textarea", "select", "option", "optgroup", "button", "output", "progress", "meter"),
    *("details", "summary", "noscript", "iframe", "picture", "source"),
}
ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "cite",
    "background",
    "xlink:href",
    "srcset",
    "data-hx-get",
    "data-hx-post",
}
FORBIDDEN = {
    "srcdoc",
    "ping",
    "http-equiv",
    "style",
    "popover",
    "background",
    "formaction",
    "is",
    "nonce",
}


class Reader(HTMLParser):
    """Everything on a page that no template of ours would write."""

    def __init__(self, *, frame: bool) -> None:
        super().__init__()
        self.frame = frame  # a letter's own HTML: it brings its style, and nothing else
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in TAGS and not (self.frame and tag in {"style", "base"}):
            self.found.append(f"<{tag}>")
        if tag == "script" and not (
            given.get("src", "").startswith("/static/") or "json" in given.get("type", "")
        ):
            self.found.append(f"<script {given}>")
        if tag == "link" and not given.get("href", "").startswith(("/", "http://127.0.0.1:8000/")):
            self.found.append(f"<link {given}>")
        if tag == "img" and not given.get("src", "").startswith(("/", "data:image/")):
            self.found.append(f"<img {given}>")
        if tag == "meta" and given.get("charset", "utf-8").lower() != "utf-8":
            self.found.append(f"<meta {given}>")
        if tag == "iframe" and "sandbox" not in given:
            self.found.append(f"<iframe {given}>")
        for name, value in given.items():
            if name.startswith(("on", "hx-", "data-hx-on")) or name in FORBIDDEN - (
                {"style", "http-equiv", "background"} if self.frame else set()
            ):
                self.found.append(f"{tag} {name}={value[:60]}")
            if re.search(r"alert|script|[<>\"'`]", name):
                self.found.append(f"{tag} with an attribute {name}")
            if name in ADDRESSES:
                self._address(tag, name, value)

    def _address(self, tag: str, name: str, value: str) -> None:
        tidy = re.sub(r"[\t\r\n]", "", value.strip()).lower().replace("\\", "/")
        scheme = re.match(r"([a-z][a-z0-9+.-]*):", tidy)
        if scheme and scheme[1] not in {"http", "https", "mailto", "webcal"}:
            if not (scheme[1] == "data" and tidy.startswith("data:image/") and tag == "img"):
                self.found.append(f"{tag} {name}={value[:60]}")
        if tag != "a" and (scheme or tidy.startswith("//")) and "127.0.0.1:8000" not in tidy:
            if not tidy.startswith("data:image/"):
                self.found.append(f"{tag} {name}={value[:60]}")


_parser = CSSInliner(
    inline_style_tags=False,
    keep_style_tags=True,
    keep_link_tags=True,
    load_remote_stylesheets=False,
)


def foreign(text: str, *, frame: bool = False) -> list[str]:
    """What stands in the page as markup and is not ours."""
    reader = Reader(frame=frame)
    reader.feed(_parser.inline(text))
    return reader.found


def found_in(page: site.Page) -> list[str]:
    if not page.headers.get("Content-Type", "").startswith("text/html"):
        return []
    return foreign(page.text, frame=page.path.endswith("/html/"))


@pytest.mark.parametrize(
    "payload", [p for p in MARKUP if re.search(r"<(?!p |div |a |title|c-)\w", p)]
)
def test_page_that_lets_a_payload_through_would_be_found(payload: str) -> None:
    """So that the tests below can fail: most payloads, written to a page as they are, are seen by the reader."""
    page = f"<!doctype html><html><head><title>x</title></head><body><main>{payload}</main></body></html>"
    # What a browser, too, leaves out or takes for a comment or for plain words.
    harmless = (
        "<frameset",
        "<![CDATA[",
        "<form",
        "<input type=submit",
        "<details open>",
        "<template",
        "<table",
        "<math",
        "<noscript",
        "<xmp",
    )
    if foreign(page) == []:
        assert payload.startswith(harmless), payload


@pytest.fixture(scope="module")
def planted_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[tuple[World, Counter[str]]]:
    with django_db_blocker.unblock(), loaded(tmp_path_factory.mktemp("media")) as browsers:
        planted = plant()
        pages = {
            who: site.walk(browsers[who], *STARTS, skip=("/admin/", "/account/logout"), of_each=1)
            for who in WALKERS
        }
        pages["reader of letters"] = [site.get(browsers["site"], path) for path in letter_paths()]
        yield World(browsers, pages), planted


@pytest.fixture
def pages(planted_world: Any) -> list[tuple[str, site.Page]]:
    return list(planted_world[0].all())


def test_enough_is_planted_and_walked(planted_world: Any, pages: Any) -> None:
    """At least a hundred payloads, in every kind of thing that holds words, and all of them on some page."""
    planted = planted_world[1]
    assert len(PAYLOADS) > 100
    for field in (
        *("members.Person.name", "members.Organisation.name", "members.Organisation.place"),
        *("catalogue.Programme.title", "catalogue.Edition.description", "catalogue.Module.title"),
        *(
            "questionnaires.Question.label",
            "questionnaires.Option.label",
            "questionnaires.Answer.value",
        ),
        *("applications.TeamMember.name", "applications.Dossier.declared_reason"),
        *("frameworks.Element.name", "kit.StoredFile.name", "mail.Letter.context"),
        *("members.Invitation.email", "catalogue.RoleInvitation.email"),
    ):
        assert planted[field] > 0, field
    assert len({page.route for _who, page in pages}) > 80
    assert sum("alert(1)" in page.text for _who, page in pages) > 150


def test_planted_page_does_not_fail(pages: Any) -> None:
    assert [(who, p.path) for who, p in pages if p.status >= 500 and p.path != "/readyz"] == []


def test_nothing_that_people_wrote_becomes_part_of_a_page(pages: Any) -> None:
    found = {(page.route, what) for _who, page in pages for what in found_in(page)}
    assert found == set()


def test_what_is_typed_again_and_asked_for_becomes_no_part_of_a_page(planted_world: Any) -> None:
    """A form that comes back with what was typed, a search that says what was looked for, and a page that is not there."""
    world = planted_world[0]
    found = set()
    shown = 0
    everything = texts(1500, 0, one_line=True)
    for who in ("stranger", "organiser", "museum with a draft"):
        client = world.browsers[who]
        asked = [f"/{quote(BREAKS_OUT)}/", *(f"{start}?q={quote(BREAKS_OUT)}" for start in STARTS)]
        answers = [site.get(client, f"{path}&next={quote(BREAKS_OUT)}") for path in asked[1:]]
        forms = {
            (page.route, form.action or page.path): form.fields
            for page in world.pages[who]
            for form in page.forms
            if form.method == "post" and "logout" not in form.action
        }
        for (_route, action), fields in forms.items():
            typed = {name: everything for name in fields if "seen" not in name and name != "step"}
            answers.append(site.get(client, action, method="post", data=typed))
        for page in [site.get(client, asked[0]), *answers]:
            shown += "alert(1)" in page.text
            found |= {(page.path.split("?")[0], what) for what in found_in(page)}
            if page.status >= 500 and "readyz" not in page.path:
                found.add((page.path, str(page.status)))
    assert found == set()
    assert shown > 40


def test_administration_shows_it_as_words_too(planted_world: Any) -> None:
    client = planted_world[0].browsers["site"]
    lists = [
        address.route
        for address in addresses()
        if address.name.endswith("_changelist") and not address.has_parameters
    ]
    pages = [site.get(client, path) for path in lists]
    for page in list(pages):
        rows = [link for link in page.links if re.search(r"/\d+/change/", link)][:1]
        pages += [site.get(client, path) for path in rows]
    assert len(pages) > 10
    assert sum("alert(1)" in page.text for page in pages) > 5
    assert {
        (p.path, what) for p in pages for what in found_in(p) if not of_the_admin(what)
    } == set()
    assert [p.path for p in pages if p.status >= 400] == []


def of_the_admin(what: str) -> bool:
    """Django's own pages bring a hidden style for pictures of arrows, and nothing of the rows."""
    return "alert" not in what and "evil" not in what and not what.startswith(("<x", "<marquee"))


def test_feeds_and_calendars_hold_it_as_words(pages: Any) -> None:
    read = Counter[str]()
    for _who, page in pages:
        kind = page.headers.get("Content-Type", "").split(";")[0]
        if page.status != 200:
            continue
        if kind.endswith("xml"):
            tags = {element.tag for element in ElementTree.fromstring(page.text).iter()}
            assert not {tag for tag in tags if re.search("script|img|svg|iframe", tag)}, page.path
        elif kind.endswith("json"):
            json.loads(page.text)
        elif kind == "text/calendar":
            lines = page.text.replace("\r\n ", "").splitlines()
            names = {re.split("[:;]", line)[0] for line in lines}
            assert all(re.fullmatch(r"[A-Z-]+", name) for name in names), (page.path, names)
        else:
            continue
        read[kind] += 1
    assert read.total() > 8


def test_letters_hold_it_as_words_and_lead_nowhere_else(planted_world: Any) -> None:
    letters = [one for one in Letter.objects.order_by("pk") if one.context]
    assert len(letters) > 20
    made_of_it = 0
    for letter in letters[::3]:
        try:
            made = render(letter)
        except CannotBeMade:
            # A subject of two lines, which no form lets anybody write, is a letter that does not leave.
            continue
        made_of_it += 1
        assert foreign(made.html, frame=True) == [], letter.kind
        links = re.findall(r"href=[\"']([^\"']*)", made.html)
        assert [link for link in links if "evil" in link] == [], letter.kind
        assert "evil.example" not in made.text, letter.kind
        assert "\n" not in made.subject
    assert made_of_it > 10
