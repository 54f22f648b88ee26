"""Pulling members' feeds: from a real server, by claims that outlive a killed worker, and one by one."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from museumhub.kit.models import AuditEvent
from museumhub.mail.models import Letter
from museumhub.members.services.housekeeping import tidy
from museumhub.news import lifecycle, tasks
from museumhub.news.models import FeedSource, PulledEntry
from museumhub.news.services import entries, pulling
from tests.conftest import NOW
from tests.factories.members import MembershipFactory
from tests.factories.news import FeedSourceFactory, NewsRoleFactory, PulledEntryFactory
from tests.hostile_server import Server, Visit, dripping, for_ever, page, redirecting, serving
from tests.together import at_once

pytestmark = pytest.mark.django_db

RSS = "application/rss+xml"


def rss(*items: str, title: str = "Museum news") -> bytes:
    whole = "".join(f"<item>{one}</item>" for one in items)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{title}</title>{whole}</channel></rss>"
    ).encode()


def item(number: int, title: str = "", **more: str) -> str:
    said = {
        "title": title or f"Entry {number}",
        "link": f"https://museum.example/{number}",
        "guid": f"id-{number}",
        "description": f"Words {number}",
        **more,
    }
    return "".join(f"<{name}>{value}</{name}>" for name, value in said.items())


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def source_at(server: Server, path: str = "/feed", **more: Any) -> FeedSource:
    source: FeedSource = FeedSourceFactory(url=server.url(path), **more)
    return source


def pull(server: Server) -> pulling.Pulled:
    return pulling.pull_due(seconds=30, network=server.network())


def titles() -> list[str]:
    return list(PulledEntry.objects.order_by("guid").values_list("title", flat=True))


# --- What a feed brings


def test_pull_brings_entries_attributed_and_waiting_and_publishes_nothing(
    server: Server, now: datetime
) -> None:
    source = source_at(server, title="")
    server.answers["/feed"] = page(
        rss(item(1, pubDate="Fri, 29 Jan 2027 09:00:00 +0100"), item(2), title="Nachrichten"),
        RSS,
        'ETag: "a"',
    )
    assert pull(server) == pulling.Pulled(answered=1, failed=0)
    first, second = PulledEntry.objects.order_by("guid")
    assert (first.title, first.link, first.summary) == (
        "Entry 1",
        "https://museum.example/1",
        "Words 1",
    )
    assert first.published_at == datetime(2027, 1, 29, 8, tzinfo=UTC)
    assert second.published_at is None
    assert {first.status, second.status} == {"new"}
    assert first.item is None
    source.refresh_from_db()
    assert (source.title, source.etag, source.last_ok, source.failures) == (
        "Nachrichten",
        '"a"',
        now,
        0,
    )
    assert (source.claim, source.lease_until) == ("", None)


def test_pull_asks_with_the_conditions_of_last_time_and_writes_nothing_when_nothing_is_new(
    server: Server, now: datetime
) -> None:
    source = source_at(server, etag='"a"', last_modified="Mon, 01 Feb 2027 08:00:00 GMT")
    server.answers["/feed"] = lambda visit: visit.answer(status="304 Not Modified")
    assert pull(server).answered == 1
    [visit] = server.visits
    assert visit.header("If-None-Match") == '"a"'
    assert visit.header("If-Modified-Since") == "Mon, 01 Feb 2027 08:00:00 GMT"
    source.refresh_from_db()
    assert (source.last_ok, source.read_at, source.etag) == (now, None, '"a"')


def test_pull_of_an_unchanged_body_reads_it_once(server: Server) -> None:
    source = source_at(server)
    server.answers["/feed"] = page(rss(item(1)), RSS)
    with time_machine.travel(NOW, tick=False):
        pull(server)
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert pull(server).answered == 1
    source.refresh_from_db()
    assert (source.read_at, source.last_ok) == (NOW, NOW + timedelta(hours=2))


def test_pull_is_repeated_without_doubles_and_changes_only_what_waits(server: Server) -> None:
    editor = NewsRoleFactory().person
    source_at(server)
    server.answers["/feed"] = page(rss(item(1), item(2), item(3)), RSS)
    with time_machine.travel(NOW, tick=False):
        pull(server)
        one, two, _three = PulledEntry.objects.order_by("guid")
        entries.take_entry(entry=one, actor=editor, now=NOW)
        entries.dismiss_entry(entry=two, actor=editor, now=NOW)
    server.answers["/feed"] = page(rss(*(item(n, f"Changed {n}") for n in (1, 2, 3, 4))), RSS)
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        pull(server)
    assert titles() == ["Entry 1", "Entry 2", "Changed 3", "Changed 4"]
    statuses = Counter(PulledEntry.objects.values_list("status", flat=True))
    assert statuses == {"taken": 1, "dismissed": 1, "new": 2}


def test_same_guid_in_two_feeds_is_two_entries(server: Server, now: datetime) -> None:
    source_at(server, "/a")
    source_at(server, "/b")
    server.answers |= {path: page(rss(item(1)), RSS) for path in ("/a", "/b")}
    pull(server)
    assert PulledEntry.objects.filter(guid="id-1").count() == 2


def test_feed_that_invents_entries_cannot_flood_the_queue_and_loses_none_that_fit_later(
    server: Server,
) -> None:
    source = source_at(server)
    PulledEntryFactory.create_batch(pulling.WAITING - 1, source=source)
    server.answers["/feed"] = page(rss(item(1), item(2)), RSS, 'ETag: "a"')
    with time_machine.travel(NOW, tick=False):
        pull(server)
    assert source.entries.waiting().count() == pulling.WAITING
    source.refresh_from_db()
    assert (source.etag, source.digest) == ("", "")
    source.entries.filter(guid="guid-0").delete()
    source.entries.exclude(guid__startswith="id-").delete()
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        pull(server)
    assert titles() == ["Entry 1", "Entry 2"]


# --- When


def test_feeds_are_spread_over_the_hour_each_at_its_own_place(now: datetime) -> None:
    places = [FeedSource(pk=number).offset for number in range(1, 121)]
    assert all(timedelta() <= place < timedelta(hours=1) for place in places)
    in_quarters = Counter(int(place / timedelta(minutes=15)) for place in places)
    assert all(25 <= in_quarters[quarter] <= 35 for quarter in range(4))
    assert FeedSource(pk=7).offset == FeedSource(pk=7).offset


def test_next_time_is_the_feeds_place_in_the_hour_and_never_at_once_again(
    server: Server, now: datetime
) -> None:
    source = source_at(server)
    server.answers["/feed"] = page(rss(item(1)), RSS)
    pull(server)
    source.refresh_from_db()
    whole = source.next_due.replace(minute=0, second=0, microsecond=0)
    assert source.next_due - whole == source.offset
    assert timedelta(minutes=30) <= source.next_due - now <= timedelta(minutes=90)
    assert pull(server) == pulling.Pulled(0, 0)
    assert len(server.visits) == 1


def test_task_of_the_beat_asks_what_is_due(now: datetime) -> None:
    """The task's own net: a loopback address is refused, in words, and the task goes on."""
    source = FeedSourceFactory(url="http://127.0.0.1/feed")
    tasks.pull_feeds()
    source.refresh_from_db()
    assert (source.trouble, source.failures) == ("private", 1)


@pytest.mark.parametrize(
    "state",
    [
        {"active": False},
        {"parked_at": NOW},
        {"next_due": NOW + timedelta(seconds=1)},
        {"claim": "x", "lease_until": NOW + timedelta(seconds=1)},
    ],
    ids=["switched off", "parked", "not yet", "held"],
)
def test_feed_is_left_alone(server: Server, now: datetime, state: dict[str, Any]) -> None:
    source_at(server, **state)
    assert pull(server) == pulling.Pulled(0, 0)
    assert server.connections == 0


# --- What goes wrong


def test_feed_that_fails_is_asked_less_and_less_often_up_to_a_day(server: Server) -> None:
    source = source_at(server)
    server.answers["/feed"] = page(b"no", "text/html")
    pauses, at = [], NOW
    for _attempt in range(8):
        with time_machine.travel(at, tick=False):
            assert pull(server).failed == 1
        source.refresh_from_db()
        pauses.append(round((source.next_due - at) / timedelta(hours=1)))
        at = source.next_due
    assert pauses[0] <= 2
    assert pauses == sorted(pauses)
    assert pauses[-1] == 24
    assert (source.trouble, source.detail, source.failures) == ("type", "text/html", 8)
    assert source.failing_since == NOW


def test_feed_that_answers_again_is_asked_every_hour_again(server: Server, now: datetime) -> None:
    source = source_at(server, failures=9, failing_since=NOW - timedelta(days=3), trouble="slow")
    server.answers["/feed"] = page(rss(item(1)), RSS)
    pull(server)
    source.refresh_from_db()
    assert (source.failures, source.failing_since, source.trouble) == (0, None, "")
    assert source.next_due - now <= timedelta(minutes=90)


def test_server_that_asks_to_come_back_later_is_obeyed_up_to_a_day(
    server: Server, now: datetime
) -> None:
    for path, seconds in (("/a", 5 * 3600), ("/b", 900_000)):
        source_at(server, path)
        wait = f"Retry-After: {seconds}"
        server.answers[path] = lambda visit, wait=wait: visit.answer(  # type: ignore[misc]
            b"", wait, status="503 Busy"
        )
    pull(server)
    first, second = FeedSource.objects.order_by("url")
    assert timedelta(hours=4.5) <= first.next_due - now <= timedelta(hours=6)
    assert timedelta(hours=23) <= second.next_due - now <= timedelta(hours=25)


def test_feed_that_fails_for_two_weeks_is_parked_and_its_administrators_are_told_once(
    server: Server, now: datetime
) -> None:
    source = source_at(server, failures=20, failing_since=NOW - timedelta(days=14), trouble="slow")
    keepers = [MembershipFactory(organisation=source.organisation).person for _ in range(2)]
    MembershipFactory(organisation=source.organisation, role="editor")
    server.answers["/feed"] = lambda visit: visit.answer(status="404 Not Found")
    pull(server)
    source.refresh_from_db()
    assert (source.parked_at, source.trouble) == (now, "missing")
    letters = Letter.objects.filter(kind="news.feed_parked")
    assert {letter.to for letter in letters} == {person.email for person in keepers}
    assert letters[0].context["reason"] == "There is nothing at this address (404)."
    assert AuditEvent.objects.filter(verb="news.feed_parked").count() == 1
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert pull(server) == pulling.Pulled(0, 0)


def test_feed_that_is_gone_for_good_is_parked_at_once(server: Server, now: datetime) -> None:
    source = source_at(server)
    server.answers["/feed"] = lambda visit: visit.answer(status="410 Gone")
    pull(server)
    source.refresh_from_db()
    assert source.parked_at == now


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><rss version='2.0'><channel><item><title>&j;</title></item></channel></rss>"
).encode()

LAUGHS_16 = LAUGHS.decode().replace("?>", ' encoding="utf-16"?>').encode("utf-16-be")


def test_hostile_feeds_harm_no_other(server: Server, now: datetime, monkeypatch: Any) -> None:
    """Eleven that want to hurt, asked before and between two that are well; each ends with its own reason."""
    monkeypatch.setattr("museumhub.news.reading.SECONDS", 1.5)

    def rude(visit: Visit) -> None:
        visit.send(b"\x00" * 100_000)

    hostile: dict[str, tuple[Any, str]] = {
        "/endless": (for_ever(b"<item/>" * 500, f"Content-Type: {RSS}"), "too_long"),
        "/drip": (dripping(b"HTTP/1.1 200 OK\r\n", b"X"), "slow"),
        "/inside": (redirecting("http://127.0.0.1/feed"), "private"),
        "/metadata": (redirecting("http://169.254.169.254/latest/"), "private"),
        "/file": (redirecting("file:///etc/passwd"), "address"),
        "/laughs": (page(LAUGHS, RSS), "declarations"),
        "/laughs16": (page(LAUGHS_16, RSS), "declarations"),
        "/html": (page(b"<html>", "text/html"), "type"),
        "/lies": (page(b"<html><body>not a feed</body></html>", RSS), "not_a_feed"),
        "/noise": (rude, "too_long"),
        "/loop": (redirecting("/loop"), "redirects"),
    }
    for number, (path, (answer, _trouble)) in enumerate(hostile.items()):
        source_at(server, path, next_due=NOW - timedelta(minutes=60 - number))
        server.answers[path] = answer
    for path, due in (("/good", NOW - timedelta(minutes=57)), ("/well", NOW)):
        source_at(server, path, next_due=due)
        server.answers[path] = page(rss(item(1, f"From {path}")), RSS)
    base = server.network()
    done = pulling.pull_due(seconds=60, network=base)
    assert done == pulling.Pulled(answered=2, failed=len(hostile))
    assert sorted(titles()) == ["From /good", "From /well"]
    for path, (_answer, trouble) in hostile.items():
        source = FeedSource.objects.get(url=server.url(path))
        assert (source.trouble, source.failures) == (trouble, 1), path


def test_fault_of_the_site_itself_is_noted_at_each_feed_and_holds_none(
    server: Server, now: datetime, monkeypatch: Any
) -> None:
    """The interpreter has been replaced under a running worker, as an upgrade does: nothing can be read."""
    for path in ("/a", "/b"):
        source_at(server, path)
        server.answers[path] = page(rss(item(1)), RSS)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert pull(server) == pulling.Pulled(answered=0, failed=2)
    said = FeedSource.objects.values_list("trouble", "failures", "claim", "etag", "digest")
    assert set(said) == {("site", 1, "", "", "")}


# --- Two workers, and a killed one


def test_two_workers_ask_each_feed_once(many_connections: None, server: Server) -> None:
    for number in range(8):
        source_at(server, f"/{number}", next_due=NOW)
        server.answers[f"/{number}"] = page(rss(item(1)), RSS)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        network = server.network()
        done = at_once([lambda: pulling.pull_due(seconds=30, network=network)] * 3)
    assert sum(one.answered for one in done) == 8
    assert sorted(visit.path for visit in server.visits) == [f"/{number}" for number in range(8)]
    assert PulledEntry.objects.count() == 8


def test_worker_whose_claim_ran_out_writes_nothing(server: Server, now: datetime) -> None:
    source = source_at(server)

    def slow(visit: Visit) -> None:
        """While this answer is on its way another worker takes the feed over."""
        visit.answer(rss(item(1)), f"Content-Type: {RSS}")

    server.answers["/feed"] = slow
    held = pulling.claim_next(now)
    assert held is not None
    FeedSource.objects.filter(pk=source.pk).update(claim="another")
    assert pulling.pull(held, network=server.network())
    source.refresh_from_db()
    assert (source.claim, source.last_ok) == ("another", None)
    assert PulledEntry.objects.count() == 0


KILLED = """
import os, sys, django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[2]
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[2]
from museumhub.kit.fetch import PORTS, Network
from museumhub.news.services import pulling
port = int(sys.argv[1])
net = Network(lambda h, p: ["127.0.0.1"], PORTS | {port}, frozenset({("127.0.0.1", port)}))
pulling.pull_due(seconds=60, network=net)
"""


def test_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    many_connections: None, server: Server
) -> None:
    """A real process, killed with SIGKILL while the feed is on its way; afterwards the feed is asked again."""
    source = source_at(server, next_due=datetime.now(UTC) - timedelta(minutes=1))
    process: list[subprocess.Popen[bytes]] = []

    def deadly(visit: Visit) -> None:
        body = rss(item(1), item(2))
        visit.send(
            f"HTTP/1.1 200 OK\r\nContent-Type: {RSS}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        )
        visit.send(body[:50])
        process[0].send_signal(signal.SIGKILL)
        visit.over.wait(5)

    server.answers["/feed"] = deadly
    name = str(connection.settings_dict["NAME"])
    process.append(subprocess.Popen([sys.executable, "-c", KILLED, str(server.port), name]))
    assert process[0].wait(60) == -signal.SIGKILL
    source.refresh_from_db()
    assert source.claim != ""
    assert (source.last_ok, PulledEntry.objects.count()) == (None, 0)
    server.answers["/feed"] = page(rss(item(1), item(2)), RSS)
    soon = datetime.now(UTC)
    with time_machine.travel(soon, tick=False):
        assert pull(server) == pulling.Pulled(0, 0), "its claim still holds"
    with time_machine.travel(soon + pulling.LEASE + timedelta(seconds=1), tick=False):
        assert pull(server) == pulling.Pulled(answered=1, failed=0)
    assert titles() == ["Entry 1", "Entry 2"]


# --- What is forgotten


def test_entries_nobody_took_are_forgotten_once_their_feed_has_dropped_them_for_long(
    now: datetime,
) -> None:
    old = NOW - timedelta(days=91)
    running = FeedSourceFactory(read_at=NOW)
    silent = FeedSourceFactory(read_at=old)
    gone = PulledEntryFactory(source=running, seen_at=old)
    kept = [
        PulledEntryFactory(source=running, seen_at=NOW - timedelta(days=89)),
        PulledEntryFactory(source=running, seen_at=old, status=lifecycle.TAKEN),
        PulledEntryFactory(source=silent, seen_at=old),
    ]
    assert tidy(now)["pulled_entries"] == 1
    assert not PulledEntry.objects.filter(pk=gone.pk).exists()
    assert PulledEntry.objects.count() == len(kept)
