"""The outbox against killed workers, an emptied Redis and a mail server that misbehaves: no letter is lost."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings

from museumhub.kit import clock
from museumhub.mail.models import Letter
from tests.faults.conftest import (
    Site,
    call_for_delivery,
    expect_each_once_or_twice,
    figures,
    flush_redis,
    post,
    settled,
    states,
    until,
)

pytestmark = [pytest.mark.faults, pytest.mark.services]


def more_accepted(site: Site, count: int) -> bool:
    target = site.accepted.count() + count
    return until(lambda: site.accepted.count() >= target, seconds=60, each=call_for_delivery)


def test_outbox_worker_killed_20_times_loses_no_letter(site: Site) -> None:
    site.sink(slow=0.005)
    post(500)
    began = time.monotonic()
    workers = [site.worker(), site.worker()]
    kills = 0
    in_hand: set[str] = set()
    while kills < 20:
        assert more_accepted(site, site.chance.randint(5, 20)), f"{kills} kills: {states()}"
        time.sleep(site.chance.random() * 0.02)
        site.kill(workers.pop(0))
        handed = Letter.objects.filter(state="sending", handed_at__isnull=False)
        in_hand |= set(handed.values_list("message_id", flat=True))
        workers.append(site.worker())
        kills += 1
    left = states()
    assert until(settled, seconds=90, each=call_for_delivery), states()
    assert left["queued"] + left["sending"] > 0, "the letters were out before the last kill"
    duplicates, uncertain = expect_each_once_or_twice(site, 500)
    assert set(site.accepted.ids()) == set(Letter.objects.values_list("message_id", flat=True))
    # Each second copy is explained: the letter was in the hands of the mail server when a worker was killed.
    assert {name for name, copies in site.accepted.ids().items() if copies > 1} <= in_hand
    assert duplicates <= kills
    assert uncertain <= 5
    figures(
        "worker SIGKILLed",
        kills=kills,
        letters_in_hand_at_a_kill=len(in_hand),
        letters=500,
        distinct=len(site.accepted.ids()),
        lost=0,
        duplicates=duplicates,
        copies=max(site.accepted.ids().values()),
        uncertain=uncertain,
        seconds=round(time.monotonic() - began),
    )


def test_outbox_worker_stopped_by_sigterm_sends_nothing_twice(site: Site) -> None:
    site.sink(slow=0.02)
    post(150)
    slowest = 0.0
    for _ in range(4):
        worker = site.worker()
        assert more_accepted(site, site.chance.randint(10, 30))
        began = time.monotonic()
        site.kill(worker, signal.SIGTERM)
        slowest = max(slowest, time.monotonic() - began)
    assert Letter.objects.filter(state="sending").count() == 0
    site.worker()
    assert until(settled, seconds=60, each=call_for_delivery)
    assert site.accepted.ids() == dict.fromkeys(
        Letter.objects.values_list("message_id", flat=True), 1
    )
    assert slowest < 30
    figures(
        "worker SIGTERMed", times=4, letters=150, lost=0, duplicates=0, slowest=f"{slowest:.1f} s"
    )


def test_outbox_redis_emptied_again_and_again_loses_no_letter(site: Site) -> None:
    site.sink(slow=0.02)
    site.worker()
    site.beat()
    flushes = 0

    def flush() -> None:
        nonlocal flushes
        flush_redis()
        flushes += 1
        time.sleep(0.3)

    for first in range(0, 200, 20):
        post(20, first=first)
        flush()
    assert until(settled, seconds=60, each=flush), states()
    assert site.accepted.ids() == dict.fromkeys(
        Letter.objects.values_list("message_id", flat=True), 1
    )
    figures("Redis emptied", times=flushes, letters=200, lost=0, duplicates=0)


def test_outbox_misbehaving_server_gets_every_letter_it_would_take(site: Site) -> None:
    site.sink(later=0.10, bad="gone", slow=0.005, drop=0.02, late=0.01, late_by=3.0, seed=7)
    post(300, to=lambda n: f"gone{n}@museum.example" if n % 100 == 50 else f"n{n}@museum.example")
    site.worker(processes=2)

    def hurry() -> None:
        """The clock is wound by hand: pauses are minutes and hours long."""
        Letter.objects.filter(state="queued", next_try__gt=clock.now()).update(
            next_try=clock.now() - timedelta(seconds=1)
        )
        call_for_delivery()

    assert until(settled, seconds=90, each=hurry), states()
    failed = Letter.objects.filter(state="failed")
    assert sorted(failed.values_list("to", "attempts")) == [
        (f"gone{n}@museum.example", 1) for n in (150, 250, 50)
    ]
    assert all(letter.error.startswith("550 5.1.1") for letter in failed)
    arrived = site.accepted.ids()
    wanted = set(Letter.objects.exclude(state="failed").values_list("message_id", flat=True))
    assert set(arrived) == wanted
    assert max(arrived.values()) <= 2
    figures(
        "server: 10 % 451, 1 % 550, 2 % dropped after accepting, 1 % answered too late",
        letters=300,
        delivered=len(arrived),
        failed=failed.count(),
        duplicates=arrived.total() - len(arrived),
        copies=max(arrived.values()),
        uncertain=states()["uncertain"],
    )


def test_outbox_poison_letter_does_not_stop_a_hundred_good_ones(site: Site) -> None:
    site.sink()
    post(101)
    # A kind that an upgrade took away.
    Letter.objects.filter(key="faults:0").update(kind="faults.gone")
    site.worker()
    assert until(settled, seconds=60, each=call_for_delivery)
    assert states() == {"sent": 100, "failed": 1}
    assert Letter.objects.get(state="failed").error == "KeyError: 'faults.gone'"
    figures("1 poison letter", good=100, sent=100, failed=1)


BLACK_HOLE = """
import statistics, time
import django
django.setup()
from django.db import transaction
from museumhub.kit import clock
from museumhub.mail.services import post_letter
took = []
for number in range(100):
    began = time.monotonic()
    with transaction.atomic():
        post_letter(kind="schedule.needed_attention", key=f"hole:{number}", to="a@museum.example",
                    language="en", time_zone="UTC", context={}, now=clock.now())
    took.append(time.monotonic() - began)
print(statistics.quantiles(took, n=20)[-1])
"""


def test_outbox_redis_that_swallows_packets_does_not_slow_a_request(site: Site) -> None:
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(50)  # connections are accepted by the kernel, and nobody ever answers
        answer = subprocess.run(
            [sys.executable, "-c", BLACK_HOLE],
            cwd=settings.BASE_DIR,
            env=site.environment(
                REDIS_URL=f"redis://127.0.0.1:{hole.getsockname()[1]}/0",
                DJANGO_SETTINGS_MODULE="museumhub.settings",
            ),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert Letter.objects.filter(state="queued").count() == 100
    p95 = float(answer.stdout)
    assert p95 < 0.5
    figures("Redis swallows packets", letters=100, p95=f"{p95 * 1000:.0f} ms")
