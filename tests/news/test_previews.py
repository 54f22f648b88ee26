"""The link to what is not public yet: good for a week, for nobody else's item, kept by nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from museumhub.members.models import Person
from museumhub.news import services
from museumhub.news.models import Item

pytestmark = pytest.mark.django_db

Make = Callable[..., Item]


def address(item: Item) -> str:
    return f"/news/preview/{services.preview_token(item)}/"


def test_link_shows_a_draft_as_it_will_look_and_is_kept_by_nobody(
    complete: Make, now: datetime
) -> None:
    page = Client().get(address(complete(draft=True, feedback=True)))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Open until" in text
    assert "This is a preview." in text
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in text


def test_link_is_good_for_a_week(complete: Make, now: datetime) -> None:
    link = address(complete(draft=True))
    with time_machine.travel(now + timedelta(days=7), tick=False):
        assert Client().get(link).status_code == 200
    with time_machine.travel(now + timedelta(days=7, seconds=1), tick=False):
        over = Client().get(link)
    assert over.status_code == 410
    assert over["Cache-Control"] == "no-store"
    assert "Museums act" not in over.content.decode()


def test_link_is_made_by_the_site_alone(complete: Make, now: datetime) -> None:
    item, other = complete(draft=True), complete(draft=True)
    token = services.preview_token(item)
    for forged in (
        token[:-1] + ("B" if token.endswith("A") else "A"),
        token.replace(item.oid, other.oid),
        item.oid,
        "x",
    ):
        assert Client().get(f"/news/preview/{forged}/").status_code == 410


def test_link_to_what_was_withdrawn_or_deleted_shows_nothing(
    complete: Make, ana: Person, edda: Person, now: datetime
) -> None:
    out, draft = complete(), complete(draft=True)
    links = [address(out), address(draft)]
    services.withdraw_item(item=out, reason="Wrong.", actor=edda, now=now)
    services.delete_draft(item=draft, actor=ana, now=now)
    assert [Client().get(link).status_code for link in links] == [410, 410]
