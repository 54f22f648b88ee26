"""Scheduled actions against a stopped ticker, two beats and killed workers: each is done once, or skipped as stated."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from museumhub.kit import clock
from museumhub.kit.models import AuditEvent
from museumhub.schedule import services
from museumhub.schedule.models import ScheduledAction
from tests.faults.actions import RAN
from tests.faults.conftest import Site, call_for_a_tick, figures, until

pytestmark = [pytest.mark.faults, pytest.mark.services]


def planned(kind: str, count: int, late: timedelta) -> None:
    now = clock.now()
    for number in range(count):
        key = f"{kind}:{late}:{number}"
        services.plan(kind=kind, about=None, due_at=now - late, key=key, now=now)


def runs() -> Counter[str]:
    return Counter(AuditEvent.objects.filter(verb=RAN).values_list("subject", flat=True))


def finished() -> bool:
    return not ScheduledAction.objects.exclude(state__in=["done", "skipped"]).exists()


def more_runs(count: int) -> bool:
    target = runs().total() + count
    return until(lambda: finished() or runs().total() >= target, seconds=60)


def test_schedule_ticker_stopped_across_due_times_does_each_once_or_skips_it(site: Site) -> None:
    planned("faults.do", 50, timedelta(hours=3))
    planned("faults.skip", 50, timedelta(minutes=30))
    planned("faults.skip", 50, timedelta(hours=3))
    site.worker(processes=2)
    began = time.monotonic()
    site.beat()
    assert until(finished, seconds=60)
    assert Counter(ScheduledAction.objects.values_list("kind", "state")) == {
        ("faults.do", "done"): 50,
        ("faults.skip", "done"): 50,
        ("faults.skip", "skipped"): 50,
    }
    assert set(runs().values()) == {1}
    assert runs().total() == 100
    assert set(
        ScheduledAction.objects.filter(state="skipped").values_list("outcome", flat=True)
    ) == {"Skipped: 3 h late; at most 1 h is allowed."}
    figures(
        "ticker stopped across 150 due times",
        done=100,
        skipped=50,
        twice=0,
        seconds=round(time.monotonic() - began),
    )


def test_schedule_two_beats_do_nothing_twice(site: Site) -> None:
    planned("faults.do", 500, timedelta(minutes=1))
    site.worker(processes=2)
    site.beat()
    site.beat()
    assert until(finished, seconds=90)
    assert runs().total() == len(runs()) == 500
    figures("two beats", actions=500, runs=500, twice=0)


def others_at_the_database() -> int:
    """Connections to the test's database beside this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        number: int = cursor.fetchone()[0]
    return number


def test_schedule_worker_killed_in_the_middle_does_each_once(site: Site) -> None:
    planned("faults.do", 400, timedelta(minutes=1))
    kills = 0
    while not finished():
        worker = site.worker(processes=2)
        # The leases of the killed are ten minutes long: the clock is wound by hand.
        ScheduledAction.objects.filter(state__in=["claimed", "running"]).update(
            lease_until=clock.now() - timedelta(seconds=1)
        )
        call_for_a_tick()
        assert more_runs(80)
        if not finished():
            site.kill(worker)
            # What it had sent before may still be on its way into the database.
            assert until(lambda: others_at_the_database() == 0, seconds=60)
            kills += 1
    assert kills >= 2
    assert runs().total() == len(runs()) == 400
    figures("worker SIGKILLed over actions", kills=kills, actions=400, runs=400, twice=0)
