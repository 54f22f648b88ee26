"""`make demo`: one process serves the site, delivers its letters and stops when it is told."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from museumhub import settings as module
from museumhub.pages.management.commands.demo import require_port, require_writable

PATIENCE = 180.0  # the first start compresses the static files

POST_A_LETTER = """
from museumhub.kit import clock
from museumhub.mail.services import post_letter
post_letter(kind="schedule.needed_attention", key="demo", to="demo-test@museum.example", language="en",
            time_zone="UTC", context={"what": "a letter from another process"}, now=clock.now())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children(pid: int) -> list[int]:
    """The processes that `pid` has started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if f"\nPPid:\t{pid}\n" in status.read_text():
                found.append(int(status.parent.name))
    return sorted(found)


def fetched(address: str) -> tuple[int, str]:
    """Status and text; 0 while nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def until(address: str, holds: str) -> str:
    """Wait until the page at `address` is there and holds a text."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        status, text = fetched(address)
        if status == 200 and holds in text:
            return text
        time.sleep(0.2)
    raise AssertionError(f"{address} never held {holds!r}: {status} {text[:500]}")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    ours = {"DATABASE_URL", "REDIS_URL", "SITE_URL", "EMAIL_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}"}


@pytest.fixture
def demo(
    environment: dict[str, str], tmp_path: Path
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    with (tmp_path / "output").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def test_demo_serves_delivers_and_stops_cleanly(
    demo: tuple[str, subprocess.Popen[str]],
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    site, process = demo
    ready = json.loads(until(f"{site}/readyz", '"ready": true'))
    assert ready["tick_age"] is not None
    # Ctrl-C in a terminal reaches the serving process as well, which leaves the stopping to its parent.
    serving = children(process.pid)
    for child in serving:
        os.kill(child, signal.SIGINT)
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", POST_A_LETTER],
        cwd=settings.BASE_DIR,
        env=environment,
        check=True,
    )
    listed = until(f"{site}/dev/mailbox/?to=demo-test", "a letter from another process")
    assert "demo-test@museum.example" in listed
    assert children(process.pid) == serving

    os.killpg(process.pid, signal.SIGINT)  # as a terminal does on Ctrl-C
    assert process.wait(timeout=30) == 0
    said = (tmp_path / "output").read_text()
    assert f"is at {site}/" in said
    assert f"{site}/dev/mailbox/" in said
    assert "Traceback" not in said


def test_demo_on_a_port_in_use_says_so_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"^Port {port} cannot be used .*PORT=8001\.$"):
            require_port(port)
    with pytest.raises(CommandError, match="no port 99999"):
        require_port(99999)


def test_demo_with_a_folder_that_cannot_be_written_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = tmp_path / "var"
    in_the_way.write_text("a file, not a folder")
    with pytest.raises(CommandError, match="cannot be written"):
        require_writable(in_the_way)
    monkeypatch.setattr(module, "VAR_DIR", in_the_way)
    with pytest.raises(ImproperlyConfigured, match="cannot be written"):
        module._local_secret_key()


def test_local_secret_key_is_made_once_and_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "VAR_DIR", tmp_path / "var")
    first = module._local_secret_key()
    assert module._local_secret_key() == first
    assert len(first) >= 50
    (kept,) = (tmp_path / "var").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
