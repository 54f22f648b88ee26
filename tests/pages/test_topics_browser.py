"""The matrix, a topic, a framework and an element in a real browser: accessible in every width, and readable without colour and on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from frameworks import documents
from frameworks.models import Element
from frameworks.services import load_framework
from tests.browser import Window
from tests.factories.catalogue import EditionFactory
from tests.factories.news import ItemFactory
from tests.frameworks.test_skos import SHIPPED

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

ADDRESSES = {
    "topics": "/topics/",
    "topic": "/topics/open-museums/",
    "framework": "/frameworks/seven-topics/",
    "element": "/frameworks/openglam/open-metadata/",
}


@pytest.fixture(autouse=True)
def some_content(transactional_db: None) -> None:
    """Everything under one topic, some of it under a second, and nothing under the others."""
    now = timezone.now()
    for path in SHIPPED:
        load_framework(document=documents.read(path.read_bytes()), now=now)
    open_museums, climate = (Element.objects.get(slug=slug) for slug in ("open-museums", "climate"))
    EditionFactory(programme__topics=[open_museums], call_open=True)
    for traits in ({}, {"event": True, "starts_at": now + timedelta(days=9), "ends_at": now + timedelta(days=9, hours=1)}, {"toolkit": True}):  # fmt: skip
        ItemFactory(topics=[open_museums, climate], published_at=now - timedelta(days=2), **traits)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 800, 1280])
def test_topics_and_frameworks_are_accessible_and_do_not_scroll_sideways(
    open_window: Callable[..., Window], width: int, scheme: str
) -> None:
    window = open_window(width=width, scheme=scheme)
    for name, address in ADDRESSES.items():
        window.open(address)
        window.check()
        window.shot(f"{name}-{width}-{scheme}")


def test_matrix_is_a_table_where_there_is_room_and_says_everything_where_there_is_none(
    open_window: Callable[..., Window],
) -> None:
    wide, narrow = open_window(width=1280), open_window(width=320)
    for window in (wide, narrow):
        window.open("/topics/")

    table = wide.page.get_by_role("table", name="What there is where a topic meets a goal")
    assert table.get_by_role("columnheader").count() == 8
    assert table.get_by_role("rowheader").count() == 7
    assert table.get_by_role("cell").count() == 49
    cell = narrow.page.locator(".matrix__cell--serves", has_text="1 resource").first
    assert cell.is_visible()
    label = cell.evaluate("e => getComputedStyle(e, '::before').content")
    assert label in {'"1 Withstanding change"', '"3 Culture every day"'}
    assert narrow.page.get_by_text("nothing yet", exact=True).first.is_visible()


def test_matrix_tells_gaps_apart_without_colour_and_on_paper(
    open_window: Callable[..., Window],
) -> None:
    forced = open_window(width=1280, forced_colors="active")
    forced.open("/topics/")
    gap = forced.page.locator(".matrix__cell--gap").first
    assert gap.evaluate("e => getComputedStyle(e).outlineStyle") == "dashed"
    assert gap.inner_text().strip() == "answers this goal\nnothing yet"

    paper = open_window(width=718)
    paper.open("/topics/")
    paper.page.emulate_media(media="print")
    assert paper.overhang() == []
    assert paper.page.locator(".matrix__cell--serves").first.is_visible()
