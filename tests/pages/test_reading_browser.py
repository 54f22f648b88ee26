"""The pages people read, in a real browser: accessible on a wide light screen and on a narrow dark one (320 pixels, as 1280 are at 400 %), still while they load, and readable on paper and right to left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from frameworks import documents
from frameworks.models import Element
from frameworks.services import load_framework
from museumhub.news.kinds import KINDS
from museumhub.news.models import Item
from museumhub.pages.services.search import reindex
from tests.browser import Window
from tests.factories.catalogue import EditionFactory
from tests.factories.members import OrganisationFactory
from tests.factories.news import EndorsementFactory, ItemFactory, PictureFactory
from tests.frameworks.test_skos import SHIPPED

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

ADDRESSES = {
    "home": "/",
    "topics": "/topics/",
    "topic": "/topics/open-museums/",
    "news": "/news/",
    "events": "/events/",
    "search": "/search/?q=museums",
    "search-empty": "/search/?q=xyzzyq",
    "directory": "/organisations/",
    "organisation": "/organisations/feathers/",
    "frameworks": "/frameworks/",
    "framework": "/frameworks/openglam/",
    "newsletter": "/newsletter/",
}
ITEMS = {kind: f"/news/the-{kind}/" for kind in KINDS if kind != "statement"} | {
    "statement": "/statements/the-statement/"
}
# Each kind of news once; the rest of the pages on both screens.
SCREENS = {
    (1280, "light"): ADDRESSES | dict(list(ITEMS.items())[::2]),
    (320, "dark"): ADDRESSES | dict(list(ITEMS.items())[1::2]),
}
SHIFTS = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((one) => { sum += one.value; }))
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 300);
})"""


@pytest.fixture(autouse=True)
def some_content(transactional_db: None) -> None:
    """One item of each kind, with a picture, of a museum on the map, under two topics."""
    now = timezone.now()
    for path in SHIPPED:
        load_framework(document=documents.read(path.read_bytes()), now=now)
    topics = [Element.objects.get(slug=slug) for slug in ("open-museums", "climate")]
    EditionFactory(programme__topics=topics, call_open=True)
    museum = OrganisationFactory(slug="feathers", country="BE", latitude=50.85, longitude=4.35)
    picture = PictureFactory(organisation=museum, alt="A hall", credit="Ana Marques")
    soon = {"event": 9, "webinar": 12}
    for number, kind in enumerate(KINDS):
        traits: dict[str, Any] = {} if kind == "article" else {kind: True}
        if kind in soon:
            starts = now + timedelta(days=soon[kind])
            traits |= {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
        ItemFactory(
            slug=f"the-{kind}",
            title=f"What museums say in {kind}",
            picture=picture if number % 2 == 0 else None,
            organisation=museum,
            topics=topics,
            published_at=now - timedelta(days=number + 1),
            **traits,
        )
    statement = Item.objects.get(slug="the-statement")
    EndorsementFactory(statement=statement, of_organisation=True, organisation=museum)
    EndorsementFactory.create_batch(2, statement=statement)
    list(reindex(now=now))


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_reading_pages_are_accessible(
    open_window: Callable[..., Window], width: int, scheme: str
) -> None:
    window = open_window(width=width, scheme=scheme)
    found = {}
    for name, address in SCREENS[width, scheme].items():
        window.open(address)
        if wrong := [*window.violations(), *window.overhang()]:
            found[name] = wrong
        window.shot(f"{name}-{width}-{scheme}")
    assert found == {}


def test_front_page_and_article_keep_still_and_hold_in_every_direction_and_on_paper(
    open_window: Callable[..., Window],
) -> None:
    window = open_window(width=320)
    for address in ("/", "/news/the-article/"):
        window.open(address)
        window.page.wait_for_load_state("networkidle")
        assert window.page.evaluate(SHIFTS) < 0.02, address
        window.page.evaluate("document.documentElement.dir = 'rtl'")
        assert window.overhang() == []
        window.page.emulate_media(media="print")
        assert window.overhang() == []
        window.page.emulate_media(media="screen")
