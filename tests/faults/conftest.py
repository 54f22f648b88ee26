"""The whole site as it runs in production: PostgreSQL, Redis, real workers and beats, and a mail server of its own."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from museumhub.celery import app
from museumhub.kit import clock
from museumhub.mail.models import Letter
from museumhub.mail.services import DELIVER, post_letter

TIMEOUT = 2.0  # seconds the workers wait for the mail server; their lease is half as long again


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def database_url() -> str:
    """The address of the test database, for other processes."""
    given = connection.settings_dict
    host = given["HOST"] or "127.0.0.1"
    password = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
    return f"postgres://{given['USER']}{password}@{host}:{given['PORT'] or 5432}/{given['NAME']}"


def until(holds: Callable[[], bool], *, seconds: float, each: Callable[[], object] = bool) -> bool:
    """Wait until `holds()`; `each` is called at every look. False when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        each()
        time.sleep(0.05)
    return holds()


@dataclass
class Accepted:
    """What the mail server accepted, read from its own record."""

    log: Path

    def ids(self) -> Counter[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return Counter(json.loads(line)["id"] for line in lines)

    def count(self) -> int:
        return self.ids().total()


@dataclass
class Site:
    """The processes of one test."""

    folder: Path
    sink_port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(20270201))

    @property
    def accepted(self) -> Accepted:
        return Accepted(self.folder / "accepted")

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": database_url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.sink_port}",
            "EMAIL_TIMEOUT": str(TIMEOUT),
            "CELERY_SKIP_CHECKS": "1",  # they were made before the tests, and 40 processes start here
            **more,
        }

    def start(self, *command: str, **more: str) -> subprocess.Popen[bytes]:
        with (self.folder / "output").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=settings.BASE_DIR,
                env=self.environment(**more),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def sink(self, **behaviour: float | str) -> None:
        """A mail server that behaves as told (see tests.mail.sink)."""
        options = [f"--{name.replace('_', '-')}={value}" for name, value in behaviour.items()]
        log = f"--log={self.accepted.log}"
        self.start("tests.mail.sink", f"--port={self.sink_port}", log, *options)
        assert until(self._answers, seconds=30)

    def worker(self, *, processes: int = 1) -> subprocess.Popen[bytes]:
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        return self.start(
            *("celery", "--app=museumhub", "worker", f"--concurrency={processes}", *quiet),
            "--include=tests.faults.actions",
            f"--hostname={os.urandom(4).hex()}@%h",
        )

    def beat(self) -> subprocess.Popen[bytes]:
        name = os.urandom(4).hex()
        return self.start("celery", "--app=museumhub", "beat", f"--schedule={self.folder / name}")

    def kill(self, process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGKILL) -> None:
        """SIGKILL takes the pool's children along, as the kernel or a container's end does."""
        if process.poll() is None:
            (os.killpg if how is signal.SIGKILL else os.kill)(process.pid, how)
        process.wait(timeout=60)

    def end(self) -> None:
        for process in self.processes:
            self.kill(process)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.sink_port), timeout=1):
                return True
        except OSError:
            return False


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    flush_redis()
    running = Site(tmp_path)
    try:
        yield running
    finally:
        running.end()
        flush_redis()


def flush_redis() -> None:
    """Empty this site's Redis database, as FLUSHALL would; other sites may share the server."""
    with app.connection_for_write() as broker:
        cast(Any, broker.default_channel).client.flushdb()


def call_for_delivery() -> None:
    """What every request that posts a letter does."""
    app.send_task(DELIVER, retry=False, expires=5)


def call_for_a_tick() -> None:
    """What the beat does every minute."""
    app.send_task("schedule.tick", retry=False, expires=5)


def post(
    count: int, *, first: int = 0, to: Callable[[int], str] = lambda n: f"n{n}@museum.example"
) -> None:
    for number in range(first, first + count):
        post_letter(
            kind="schedule.needed_attention",
            key=f"faults:{number}",
            to=to(number),
            language="en",
            time_zone="UTC",
            context={"what": f"letter {number}", "kind": "faults"},
            now=clock.now(),
        )


def states() -> Counter[str]:
    return Counter(Letter.objects.values_list("state", flat=True))


def settled() -> bool:
    return not Letter.objects.filter(state__in=["queued", "sending"]).exists()


def expect_each_once_or_twice(site: Site, count: int) -> tuple[int, int]:
    """Every letter arrived, a second copy under the same Message-ID at most; returns duplicates and uncertain ones."""
    arrived = site.accepted.ids()
    posted = set(Letter.objects.values_list("message_id", flat=True))
    assert len(posted) == count
    assert set(arrived) <= posted, "a copy under another Message-ID"
    unsure = set(Letter.objects.filter(state="uncertain").values_list("message_id", flat=True))
    said_sent = set(Letter.objects.filter(state="sent").values_list("message_id", flat=True))
    assert said_sent <= set(arrived), "sent but not delivered"
    assert posted - set(arrived) <= unsure, "lost"
    assert max(arrived.values()) <= 2
    return arrived.total() - len(arrived), len(unsure)


def figures(name: str, **found: Any) -> None:
    """One line of figures, shown by `pytest -s` and in the summary of the run."""
    FIGURES.append(
        f"{name}: "
        + ", ".join(f"{what.replace('_', ' ')} {value}" for what, value in found.items())
    )


FIGURES: list[str] = []


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if FIGURES:
        terminalreporter.section("faults")
        for line in FIGURES:
            terminalreporter.write_line(line)
