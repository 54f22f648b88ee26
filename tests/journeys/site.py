"""The whole site in processes of its own, for journeys that one person walks to the end.

`embedded`: `manage.py demo` on SQLite with its worker, ticker and mailbox inside the server process.
`services`: gunicorn, `celery worker` and `celery beat` on PostgreSQL and Redis, and an SMTP sink.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TypeVar

from tests.mail.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(look: Callable[[], T | None], what: Callable[[], str], seconds: float = 60) -> T:
    """What `look` finds, asked again until it finds something; fails after `seconds` with `what`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s: {what()}")


@dataclass
class Site:
    """A running site. `letters()` are all its letters as they went out, the newest last."""

    url: str
    letters: Callable[[], list[EmailMessage]]
    processes: list[subprocess.Popen[bytes]]

    def letters_to(self, address: str) -> list[EmailMessage]:
        return [one for one in self.letters() if address in str(one["To"])]

    def letter(self, address: str, subject: str) -> EmailMessage:
        """The newest letter to `address` whose subject holds `subject`; waits for it."""
        return eventually(
            lambda: next(
                (
                    one
                    for one in reversed(self.letters_to(address))
                    if subject.lower() in str(one["Subject"]).lower()
                ),
                None,
            ),
            lambda: (
                f"a letter to {address} about “{subject}”; there are "
                f"{[str(one['Subject']) for one in self.letters_to(address)]}"
            ),
        )


def text_of(letter: EmailMessage) -> str:
    """The plain text of a letter."""
    part = letter.get_body(("plain",))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


@contextlib.contextmanager
def embedded(folder: Path) -> Iterator[Site]:
    """`manage.py demo` on a new SQLite file in `folder`; letters land in its mailbox."""
    port, database = free_port(), folder / "site.sqlite3"
    url = f"http://127.0.0.1:{port}"
    environment = {
        "DATABASE_URL": f"sqlite:///{database}",
        "MEDIA_ROOT": str(folder / "media"),
        "REDIS_URL": "",
        "SITE_URL": url,
        "EMAIL_URL": "mailbox:",
    }
    with _running([_demo(port)], environment, url, folder) as processes:
        yield Site(url, lambda: _mailbox(database), processes)


@contextlib.contextmanager
def services(folder: Path, database_url: str, redis_url: str) -> Iterator[Site]:
    """The site with a worker and a beat beside it, on an empty PostgreSQL database, and an SMTP sink."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with Sink() as sink:
        environment = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "MEDIA_ROOT": str(folder / "media"),
            "SITE_URL": url,
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        }
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT,
            env=_environment(environment),
            check=True,
        )
        celery = [sys.executable, "-m", "celery", "-A", "museumhub"]
        commands = [
            _demo(port),
            [*celery, "worker", "--concurrency", "2", "--loglevel", "warning"],
            [*celery, "beat", "--schedule", str(folder / "beat"), "--loglevel", "warning"],
        ]
        with _running(commands, environment, url, folder) as processes:
            yield Site(url, lambda: [letter.message for letter in sink.handler.received], processes)


def _demo(port: int) -> list[str]:
    return [sys.executable, "manage.py", "demo", "--port", str(port)]


def _environment(own: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **own}


@contextlib.contextmanager
def _running(
    commands: list[list[str]], environment: dict[str, str], url: str, folder: Path
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The commands as processes until the end of the block; it begins when the site answers."""
    processes: list[subprocess.Popen[bytes]] = []
    log = folder / "site.log"
    with log.open("wb") as output:
        try:
            for command in commands:
                processes.append(
                    subprocess.Popen(
                        command,
                        cwd=ROOT,
                        env=_environment(environment),
                        stdout=output,
                        stderr=subprocess.STDOUT,
                    )
                )
            eventually(lambda: _answers(url, processes, log), lambda: log.read_text()[-3000:], 240)
            yield processes
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()


def _answers(url: str, processes: list[subprocess.Popen[bytes]], log: Path) -> bool:
    for process in processes:
        assert process.poll() is None, log.read_text()[-3000:]
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _mailbox(database: Path) -> list[EmailMessage]:
    """The messages of the on-site mailbox, read from the site's database file."""
    with contextlib.closing(sqlite3.connect(database, timeout=20)) as connection:
        rows = connection.execute("SELECT raw FROM mail_mailboxmessage ORDER BY id").fetchall()
    return [message_from_bytes(bytes(raw), policy=default) for (raw,) in rows]
