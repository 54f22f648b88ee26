"""Events: by day, by what they are narrowed to, and as calendars that programs read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.test import Client

from museumhub.news.models import Item
from tests.factories.frameworks import TopicFactory
from tests.factories.members import OrganisationFactory
from tests.factories.news import NOW, ItemFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

DAY = timedelta(days=1)


def event(days: float, hours: float = 2, **fields: Any) -> Item:
    """An event that begins so many days from now."""
    starts = NOW + timedelta(days=days)
    made: Item = ItemFactory(
        event=True, starts_at=starts, ends_at=starts + timedelta(hours=hours), **fields
    )
    return made


def titles(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/events/{query}")
    assert answer.status_code == 200
    months = answer.context["content"].months
    return [card.item.title for month in months for card in month.cards]


def entries(client: Client, address: str = "/events/calendar.ics") -> dict[str, Any]:
    """The events of a calendar by their summary."""
    calendar = icalendar.Calendar.from_ical(client.get(address).content)
    return {str(one["SUMMARY"]): one for one in calendar.walk("VEVENT")}


def test_events_to_come_stand_by_day_and_those_that_run_first(client: Client) -> None:
    event(40, title="Later")
    event(3, title="Soon")
    event(-1, hours=72, title="Running")
    event(-2, title="Over")
    event(5, title="Secret", draft=True)
    ItemFactory(title="No event")
    assert titles(client) == ["Running", "Soon", "Later"]


def test_events_stand_under_the_month_of_their_own_clock(client: Client) -> None:
    midnight = datetime(2027, 3, 31, 23, 30, tzinfo=UTC)
    ItemFactory(event=True, starts_at=midnight, ends_at=midnight + DAY, time_zone="Europe/Brussels")
    [month] = client.get("/events/").context["content"].months
    assert month.first.isoformat() == "2027-04-01"


def test_past_events_are_found_by_year_the_latest_first(client: Client) -> None:
    event(-10, title="January")
    event(-400, title="Long ago")
    event(-20, title="Earlier in January")
    event(9, title="To come")
    assert titles(client, "?year=2027") == ["January", "Earlier in January"]
    assert titles(client, "?year=2025") == ["Long ago"]
    text = client.get("/events/").content.decode()
    assert 'href="/events/?year=2025"' in text
    assert 'href="/events/?year=2026"' in text


@pytest.mark.parametrize(
    "query",
    [
        "?topic=climate",
        "?place=ghent",
        "?place=GH\u00c8NT+lace",
        "?where=place",
        "?organisation=ships",
        "?tag=salt",
        "?q=lace",
        "?language=fr",
    ],
)
def test_filter_leaves_what_fits(client: Client, query: str) -> None:
    found = event(
        3,
        title="Lace",
        place="House of Lace, Ghent",
        language="fr",
        topics=[TopicFactory(slug="climate")],
        organisation=OrganisationFactory(slug="ships"),
    )
    found.tags.add("Salt")
    event(4, title="Other", place="", online_url="https://rooms.example/1")
    assert titles(client, query) == ["Lace"]
    assert set(entries(client, f"/events/calendar.ics{query}")) == {"Lace"}


def test_events_online_are_those_with_a_room(client: Client) -> None:
    event(3, title="Both", online_url="https://rooms.example/1")
    event(4, title="Online", place="", online_url="https://rooms.example/1")
    event(5, title="Here")
    assert titles(client, "?where=online") == ["Both", "Online"]
    assert titles(client, "?where=place") == ["Both", "Here"]


def test_filter_that_means_nothing_is_left_out_with_a_sentence(client: Client) -> None:
    event(3, title="Lace")
    answer = client.get("/events/?where=moon&topic=moon")
    assert "There is no topic “moon”." in answer.content.decode()
    assert "Nothing happens “moon”" in answer.content.decode()
    assert client.get("/events/calendar.ics?where=moon").status_code == 404


def test_no_event_says_what_to_do(client: Client) -> None:
    assert "No event is announced at the moment" in client.get("/events/").content.decode()


def test_calendar_says_each_event_in_its_own_zone(client: Client) -> None:
    shown = event(
        20,
        hours=2.5,
        title="Späte \U0001f570 Öffnung; mit, Zeichen\\",
        teaser="Line, with; signs",
        time_zone="Europe/Athens",
        place="House; of, Lace",
        online_url="https://rooms.example/1?a=b&c=d",
        topics=[TopicFactory(short_name="Climate & Co")],
        organisation=OrganisationFactory(name="Museum, of: Lace", slug="lace"),
    )
    answer = client.get("/events/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    body = answer.content
    lines = body.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert not any(b"\n" in line for line in lines)
    calendar = icalendar.Calendar.from_ical(body)
    zone: Any
    [zone] = calendar.walk("VTIMEZONE")
    assert str(zone["TZID"]) == "Europe/Athens"
    [found] = calendar.walk("VEVENT")
    assert not found.errors
    assert str(found["UID"]) == f"event-{shown.oid}@127.0.0.1"
    assert found["SEQUENCE"] == 0
    assert found["DTSTART"].params["TZID"] == "Europe/Athens"
    assert found.decoded("DTSTART") == shown.starts_at
    assert found.decoded("DTSTART").hour == 12
    assert found.decoded("DTEND") == shown.ends_at
    assert found.decoded("DTSTAMP") == shown.updated_at
    assert str(found["SUMMARY"]) == shown.title
    assert str(found["LOCATION"]) == "House; of, Lace"
    assert str(found["URL"]) == f"http://127.0.0.1:8000{shown.get_absolute_url()}"
    assert str(found["STATUS"]) == "CONFIRMED"
    assert shown.teaser in str(found["DESCRIPTION"])
    assert found["ORGANIZER"].params["CN"] == "Museum, of: Lace"
    # The rules of the zone hold for the day: what another program makes of them is the same instant.
    local = zone.to_tz().utcoffset(found.decoded("DTSTART").replace(tzinfo=None))
    assert local == shown.starts_at.astimezone(ZoneInfo("Europe/Athens")).utcoffset()


def test_calendar_keeps_what_is_just_over_and_drops_what_is_long_over(client: Client) -> None:
    event(-20, title="Just over")
    event(-60, title="Long over")
    assert set(entries(client)) == {"Just over"}


def test_calendar_says_that_an_event_was_withdrawn(client: Client) -> None:
    gone = event(5, title="Gone", withdrawn=True, version=4)
    event(5, title="Never there", draft=True)
    found = entries(client)
    assert set(found) == {"Gone"}
    assert str(found["Gone"]["STATUS"]) == "CANCELLED"
    assert found["Gone"]["SEQUENCE"] == 4
    assert gone.withdrawn_reason in str(found["Gone"]["DESCRIPTION"])
    assert str(entries(client, f"/news/{gone.slug}.ics")["Gone"]["STATUS"]) == "CANCELLED"


def test_calendar_answers_304_until_an_event_moves(client: Client) -> None:
    shown = event(5, title="Moves")
    first = client.get("/events/calendar.ics")
    etag, modified = first["ETag"], first["Last-Modified"]
    assert client.get("/events/calendar.ics", headers={"if-none-match": etag}).status_code == 304
    Item.objects.filter(pk=shown.pk).update(
        starts_at=NOW + 6 * DAY, ends_at=NOW + 7 * DAY, version=2, updated_at=NOW
    )
    for headers in ({"if-none-match": etag}, {"if-modified-since": modified}):
        assert client.get("/events/calendar.ics", headers=headers).status_code == 200
    moved = entries(client)["Moves"]
    assert moved["SEQUENCE"] == 1
    assert moved.decoded("DTSTART") == NOW + 6 * DAY


def test_each_event_has_a_calendar_file_of_its_own(client: Client) -> None:
    shown = event(5, title="One")
    event(6, title="Other")
    assert f'href="/news/{shown.slug}.ics"' in client.get(shown.get_absolute_url()).content.decode()
    answer = client.get(f"/news/{shown.slug}.ics")
    assert answer["Content-Disposition"] == f'inline; filename="{shown.slug}.ics"'
    assert set(entries(client, f"/news/{shown.slug}.ics")) == {"One"}


def test_what_is_no_public_event_has_no_calendar_file(client: Client) -> None:
    for item in (ItemFactory(), event(3, draft=True), event(3, scheduled=True)):
        assert client.get(f"/news/{item.slug}.ics").status_code == 404
    assert client.get("/news/nothing.ics").status_code == 404


@pytest.mark.parametrize("rows", [3, 40])
@pytest.mark.parametrize(
    ("address", "queries"),
    [("/events/", 6), ("/events/?year=2027", 6), ("/events/calendar.ics", 8)],
)
def test_events_take_the_same_queries_for_any_number(
    client: Client, rows: int, address: str, queries: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(rows):
        event(number if number % 2 else -number / 10 - 1, with_topic=True)
    with django_assert_max_num_queries(queries):
        client.get(address)
