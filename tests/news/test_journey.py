"""A member writes, an editor asks for a change, it is scheduled, and appears at its minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from museumhub.mail.models import Letter
from museumhub.members.models import Organisation
from museumhub.news.models import Item
from museumhub.schedule.models import ScheduledAction
from museumhub.schedule.services import tick
from tests.factories.frameworks import TopicFactory
from tests.factories.members import MembershipFactory
from tests.factories.news import NewsRoleFactory

pytestmark = pytest.mark.django_db


def letters(kind: str) -> list[tuple[str, str]]:
    return [(one.to, one.context["title"]) for one in Letter.objects.filter(kind=kind)]


@pytest.fixture
def ana(now: datetime) -> Client:
    """Writes for the Museum of Feathers."""
    membership = MembershipFactory(
        role="editor",
        person__name="Ana",
        person__email="ana@feathers.example",
        organisation__name="Museum of Feathers",
    )
    client = Client()
    client.force_login(membership.person)
    return client


@pytest.fixture
def edda(now: datetime) -> Client:
    """Edits the news."""
    client = Client()
    client.force_login(
        NewsRoleFactory(person__name="Edda", person__email="edda@network.example").person
    )
    return client


def test_from_the_first_word_to_the_minute_it_appears(
    ana: Client, edda: Client, now: datetime, settings: Any
) -> None:
    settings.ORGANISERS_NEED_SECOND_FACTOR = False
    topic = TopicFactory(slug="climate", short_name="Climate")
    assert "Write something new" in ana.get("/edit/").content.decode()
    assert "Webinar" in ana.get("/edit/new/").content.decode()

    # A draft needs a title and nothing else.
    museum = Organisation.objects.get()
    typed: dict[str, Any] = {
        "title": "Feathers at night",
        "organisation": museum.oid,
        "language": "en",
        "time_zone": "Europe/Brussels",
        "starts_at_day": "2027-03-05",
        "starts_at_clock": "18:30",
        "body": "## Come\n\nWe open at night.",
    }
    made = ana.post("/edit/new/event/", typed)
    item = Item.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/edit/items/{item.oid}/")
    assert (item.status, item.slug, item.organisation) == ("draft", "feathers-at-night", museum)
    assert item.starts_at == datetime(2027, 3, 5, 17, 30, tzinfo=UTC)

    overview = ana.get(f"/edit/items/{item.oid}/").content.decode()
    for missing in (
        "Write a teaser: one or two sentences for lists.",
        "Say when it ends.",
        "Say where it takes place, or give the address of the online room.",
        "Choose at least one topic.",
        "The heading “Come” skips a level: write it with #.",
    ):
        assert missing in overview

    # It may be submitted as it is; the editors are told once, at the end of the quarter of an hour.
    act = f"/edit/items/{item.oid}/act"
    assert ana.post(f"{act}/submit/", {"seen": 1}).status_code == 302
    tick(now + timedelta(minutes=15))
    told = Letter.objects.get(kind="news.submitted")
    assert told.to == "edda@network.example"
    assert [one["title"] for one in told.context["items"]] == ["Feathers at night"]
    assert "Feathers at night" in edda.get("/edit/queue/").content.decode()

    # What is incomplete cannot be published or scheduled.
    refused = edda.post(f"{act}/publish/", {"seen": 1})
    assert refused.status_code == 422
    assert "Choose at least one topic." in refused.content.decode()

    asked = edda.post(f"{act}/ask_for_changes/", {"text": "When does it end?\nAnd where?"})
    assert asked.status_code == 302
    assert letters("news.changes_asked") == [("ana@feathers.example", "Feathers at night")]
    overview = ana.get(f"/edit/items/{item.oid}/").content.decode()
    assert "When does it end?<br>And where?" in overview
    assert "Changes asked for" in overview

    typed |= {
        "version": 1,
        "ends_at_day": "2027-03-05",
        "ends_at_clock": "22:00",
        "place": "Ghent",
        "teaser": "The museum opens at night.",
        "topics": topic.pk,
        "tags": "birds, night",
        "body": "# Come\n\nWe open at night.",
    }
    assert ana.post(f"/edit/items/{item.oid}/text/", typed).status_code == 302
    assert "Nothing is missing" in ana.get(f"/edit/items/{item.oid}/").content.decode()
    assert ana.post(f"{act}/submit/", {"seen": 2}).status_code == 302

    # Scheduled for a minute on the editor's wall clock, then moved.
    when: dict[str, Any] = {
        "seen": 2,
        "day": "2027-02-02",
        "clock": "09:00",
        "time_zone": "Europe/Athens",
    }
    assert edda.post(f"{act}/schedule/", when).status_code == 302
    assert edda.post(f"{act}/reschedule/", when | {"clock": "09:30"}).status_code == 302
    row = ScheduledAction.objects.get(kind="news.appear")
    minute = datetime(2027, 2, 2, 7, 30, tzinfo=UTC)
    assert (row.state, row.due_at) == ("planned", minute)

    with time_machine.travel(minute - timedelta(minutes=1), tick=False):
        tick(minute - timedelta(minutes=1))
        assert Client().get("/news/feathers-at-night/").status_code == 404
    with time_machine.travel(minute, tick=False):
        tick(minute)
        page = Client().get("/news/feathers-at-night/")
    assert page.status_code == 200
    assert "Friday 5 March 2027, 18:30 to " in page.content.decode()
    item.refresh_from_db()
    assert (item.status, item.published_at) == ("published", minute)
    assert letters("news.published") == [("ana@feathers.example", "Feathers at night")]

    # Withdrawn, with the reason for everybody.
    gone = edda.post(f"{act}/withdraw/", {"reason": "The museum is closed."})
    assert gone.status_code == 302
    page = Client().get("/news/feathers-at-night/")
    assert page.status_code == 410
    assert "The museum is closed." in page.content.decode()
    assert letters("news.withdrawn") == [("ana@feathers.example", "Feathers at night")]
