"""The loaded demo, walked link by link by each of its people: every page answers, and none has a fault a reader would meet."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from museumhub.mail import delivery
from museumhub.members.models import Person
from museumhub.pages.demo.content import read
from tests.journeys.reading import Reading
from tests.journeys.walking import Walk

NOBODY = "a reader without an account"
PEOPLE = [NOBODY, *(one["email"] for one in read("people")["people"])]
# The same for everybody, and so opened by one reader only.
ALIKE = ("/styleguide/", "/dev/mailbox/")


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo as `make demo` shows it, its letters in the mailbox; gone after the last walk."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", verbosity=0, stdout=StringIO(), stderr=StringIO())
        delivery.drain(seconds=60)
        yield
        transaction.set_rollback(True)


@pytest.mark.walk
@pytest.mark.django_db
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_that_a_link_leads_to_answers_and_has_no_fault(demo: None, who: str) -> None:
    site = urlsplit(settings.SITE_URL)
    client = Client(SERVER_NAME=site.hostname, SERVER_PORT=str(site.port))
    if who != NOBODY:
        client.force_login(Person.objects.get(email=who))
    walk = Walk(client, skip=() if who == NOBODY else ALIKE)
    walk.go("/", *ALIKE)
    assert walk.faults == []
    assert walk.opened > 40, "the walk ended early"


WHOLE = "<html lang=en><head><title>A</title></head><body><main><h1>A</h1>{}</main></body></html>"


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<p id="a">1</p><p id="a">2</p>', "the id a 2 times"),
        ('<p id=" ">1</p>', "an empty id at <p>"),
        ('<img src="/x.png">', "an image without alt: /x.png"),
        ("<h2><span> </span></h2>", "an empty <h2>"),
        ('<h2><img src="/x.png" alt=""></h2>', "an empty <h2>"),
        ('<a href="#there">x</a>', "the fragment #there leads nowhere"),
        ('<a href="">x</a>', "a link to nothing: href=''"),
        ('<a href="/x/"><svg></svg></a>', "a link without words: /x/"),
        ('<button type="submit"></button>', "a button without words"),
        ('<label for="a">x</label>', 'for="a" names nothing'),
        ('<input aria-describedby="a b" id="a">', 'aria-describedby="b" names nothing'),
        ("<p>{% translate 'x' %}</p>", "left over from a template: {% translate 'x' %} ({%)"),
        ("<p>%(name)s</p>", "left over from a template: %(name)s (%(name)s)"),
        ('<p title="{{ x }}">x</p>', 'title="{{ x }}" at <p>'),
        ("<dd>None</dd>", "“None” in <dd>"),
        ('<input value="None">', 'value="None" at <input>'),
        ('<form method="post" action="/x/"></form>', "a form without a token: /x/"),
        ("</section>", "</section> closes nothing"),
        ("<h1>B</h1>", "2 times <h1>"),
    ],
)
def test_reading_a_page_finds_its_fault(html: str, fault: str) -> None:
    assert list(Reading(WHOLE.format(html)).faults) == [fault]


@pytest.mark.parametrize(
    "html",
    [
        '<h2><img src="/x.png" alt="A museum"></h2>',
        '<a href="/x/" aria-label="More"><svg></svg></a>',
        '<a href="#there">x</a><p id="there">y</p>',
        '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x"></form>',
        '<form><input name="q"></form>',
        "<pre>{% translate 'x' %}</pre><p>None of them</p><option>None</option>",
        "<ul><li>a<li>b</ul><br><p>c",
    ],
)
def test_reading_a_page_without_fault_finds_none(html: str) -> None:
    assert list(Reading(WHOLE.format(html)).faults) == []
