"""Calendar and feed: valid by their standards, the same between two acts, 304 for who has them, no cookies."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import time_machine

from programmes.catalogue.models import Edition
from programmes.catalogue.services import change_timetable
from tests.factories.catalogue import NOW, EditionFactory
from tests.factories.frameworks import TopicFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/calls.ics", "/calls.atom"]


def events(client) -> dict[str, icalendar.Component]:
    calendar = icalendar.Calendar.from_ical(client.get("/calls.ics").content)
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_calendar_holds_opening_and_deadline_of_calls_not_yet_closed(client):
    call = EditionFactory(
        call_open=True, title="Späte \U0001f570 Öffnung; mit, Zeichen\\", programme__title="Nacht"
    )
    EditionFactory(call_closed=True)
    EditionFactory(call_open=True, draft=True)
    EditionFactory()

    found = events(client)

    assert set(found) == {f"call-opens-{call.oid}@127.0.0.1", f"call-closes-{call.oid}@127.0.0.1"}
    event = found[f"call-closes-{call.oid}@127.0.0.1"]
    assert event.decoded("DTSTART") == call.call_closes_at
    assert event.decoded("DTSTART").tzinfo is not None
    assert event.decoded("DTSTAMP") == call.updated_at
    assert event["SEQUENCE"] == 0
    assert str(event["STATUS"]) == "CONFIRMED"
    assert str(event["SUMMARY"]) == "Deadline: Nacht: Späte \U0001f570 Öffnung; mit, Zeichen\\"
    assert str(event["URL"]) == f"http://127.0.0.1:8000{call.get_absolute_url()}"


def test_calendar_is_written_as_rfc_5545_asks(client):
    EditionFactory.create_batch(
        2, call_open=True, title="Ein sehr langer Titel mit Umlauten " + "äöü" * 30
    )

    response = client.get("/calls.ics")
    body = response.content

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert body.startswith(b"BEGIN:VCALENDAR\r\n")
    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(len(line) for line in lines) <= 75
    calendar = icalendar.Calendar.from_ical(body)
    assert str(calendar["VERSION"]) == "2.0"
    assert calendar["PRODID"]
    for event in calendar.walk("VEVENT"):
        assert not event.errors
        assert all(event.get(name) is not None for name in ("UID", "DTSTAMP", "DTSTART"))
    assert b"DTSTART:2027" in body
    assert all(line.endswith(b"Z") for line in lines if line.startswith((b"DTSTART", b"DTSTAMP")))


def test_calendar_moves_an_event_when_the_deadline_moves(client):
    call = EditionFactory(call_open=True)
    uid = f"call-closes-{call.oid}@127.0.0.1"
    moved = call.call_closes_at + timedelta(days=7)
    change_timetable(edition=call, actor=None, changes={"call_closes_at": moved}, now=NOW)

    event = events(client)[uid]

    assert event.decoded("DTSTART") == moved
    assert event["SEQUENCE"] == 1
    assert event.decoded("DTSTAMP") == NOW


def test_calendar_and_feed_say_that_a_call_was_cancelled(client):
    call = EditionFactory(call_open=True, cancelled=True, title="Gone")

    assert str(events(client)[f"call-closes-{call.oid}@127.0.0.1"]["STATUS"]) == "CANCELLED"
    feed = ET.fromstring(client.get("/calls.atom").content)
    assert feed.findtext(f"{ATOM}entry/{ATOM}title", "").startswith("Cancelled: ")
    assert "The host closed its doors." in feed.findtext(f"{ATOM}entry/{ATOM}summary", "")


def test_feed_has_what_rfc_4287_requires(client):
    topic = TopicFactory(short_name="Climate & Co")
    call = EditionFactory(call_open=True, title="<b>Bold</b> & brave", programme__topics=[topic])
    EditionFactory(call_upcoming=True)

    response = client.get("/calls.atom")
    feed = ET.fromstring(response.content)

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert len(feed.findall(ATOM + name)) == 1
    assert feed.findtext(f"{ATOM}author/{ATOM}name", "") == "MuseumHub"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": "http://127.0.0.1:8000/calls.atom",
        "alternate": "http://127.0.0.1:8000/calls/",
    }
    entries = feed.findall(f"{ATOM}entry")
    assert len({entry.findtext(f"{ATOM}id", "") for entry in entries}) == len(entries) == 2
    entry = entries[0]
    assert entry.findtext(f"{ATOM}id", "") == f"tag:127.0.0.1,2026:call/{call.oid}"
    assert entry.findtext(f"{ATOM}title", "").endswith("<b>Bold</b> & brave")
    assert [one.get("term") for one in entry.findall(f"{ATOM}category")] == ["Climate & Co"]
    # The call opened after the last act of an organiser.
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated", "")) == call.call_opens_at
    assert "(Brussels time, UTC+1)" in entry.findtext(f"{ATOM}summary", "")


def test_feed_without_calls_is_still_a_feed(client):
    feed = ET.fromstring(client.get("/calls.atom").content)

    assert feed.findall(f"{ATOM}entry") == []
    assert len(feed.findall(f"{ATOM}updated")) == 1
    calendar = icalendar.Calendar.from_ical(client.get("/calls.ics").content)
    assert calendar.walk("VEVENT") == []


@pytest.mark.parametrize("address", FEEDS)
def test_feeds_answer_304_until_something_changes(client, address):
    call = EditionFactory(call_open=True)
    EditionFactory(call_upcoming=True)
    first = client.get(address)
    assert first.status_code == 200
    etag, modified = first["ETag"], first["Last-Modified"]

    again = client.get(address, headers={"if-none-match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert client.get(address, headers={"if-modified-since": modified}).status_code == 304
    assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200

    change_timetable(
        edition=call,
        actor=None,
        changes={"call_closes_at": call.call_closes_at + timedelta(days=1)},
        now=NOW,
    )
    changed = client.get(address, headers={"if-none-match": etag, "if-modified-since": modified})
    assert changed.status_code == 200
    assert changed["ETag"] != etag


@pytest.mark.parametrize("address", FEEDS)
def test_feeds_change_by_themselves_when_a_call_closes(client, address):
    call = EditionFactory(call_open=True)
    EditionFactory(call_upcoming=True, call_opens_at=NOW + timedelta(days=20))
    first = client.get(address)
    etag, modified = first["ETag"], first["Last-Modified"]

    with time_machine.travel(call.call_closes_at, tick=False):
        assert client.get(address, headers={"if-modified-since": modified}).status_code == 304
    with time_machine.travel(call.call_closes_at + timedelta(seconds=1), tick=False):
        assert client.get(address, headers={"if-none-match": etag}).status_code == 200
        assert client.get(address, headers={"if-modified-since": modified}).status_code == 200


@pytest.mark.parametrize(
    "address", [*FEEDS, "/calls/", "/programmes/", "/", "/topics/", "/frameworks/"]
)
def test_public_pages_and_feeds_set_no_cookie_and_refuse_other_methods(client, address):
    EditionFactory(call_open=True)

    assert not client.get(address).cookies
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", FEEDS)
@pytest.mark.parametrize("rows", [3, 300])
def test_feeds_take_the_same_queries_for_any_number_of_calls(
    client, address, rows, django_assert_num_queries
):
    topic = TopicFactory()
    editions = EditionFactory.build_batch(rows, call_open=True, programme=None)
    programme = EditionFactory(programme__topics=[topic], call_open=True).programme
    for edition in editions:
        edition.programme = programme
        edition.place_days()
    Edition.objects.bulk_create(editions)

    with django_assert_num_queries(5):
        client.get(address)


def test_feeds_speak_the_first_language_of_the_site_whatever_the_reader_asks(client):
    EditionFactory(call_open=True)

    french = client.get("/calls.atom", headers={"accept-language": "fr"})

    assert french.content == client.get("/calls.atom").content


def test_last_change_never_lies_in_the_future(client):
    EditionFactory(call_upcoming=True, updated_at=NOW - timedelta(days=1))
    stamp = client.get("/calls.ics")["Last-Modified"]
    assert stamp == "Sun, 31 Jan 2027 10:00:00 GMT"
    assert NOW.tzinfo is UTC


def test_feed_bears_characters_that_xml_cannot_hold(client):
    EditionFactory(call_open=True, title="Bell \x07 and \x01", summary="A \x0b page\x1f")
    answer = client.get("/calls.atom")
    assert answer.status_code == 200
    titles = [one.text for one in ET.fromstring(answer.content).iter() if one.tag.endswith("title")]
    assert any("Bell  and" in str(title) for title in titles)
