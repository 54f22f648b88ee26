"""Servers for a benchmark: each in processes of its own, on loopback, ended at the end of its block."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]
Environment = dict[str, str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**own: str) -> Environment:
    """This process's environment without what would steer the site, and `own` on top."""
    steering = {"DJANGO_SETTINGS_MODULE", "SITE_URL", "EMAIL_URL", "REDIS_URL", "DATABASE_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in steering}
    return {**kept, **own}


@contextlib.contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """The address of an empty database: on the PostgreSQL that DATABASE_URL names, else a file in `folder`."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield re.sub(r"/[^/?]*(\?.*)?$", rf"/{name}\1", given)
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def manage(env: Environment, *command: str) -> str:
    """What a command of the site prints; its error output where it fails."""
    return run(env, sys.executable, "manage.py", *command)


def module(env: Environment, name: str, *arguments: str, given: object = None) -> Any:
    """The JSON that `python -m name` prints, fed with `given` as JSON."""
    text = json.dumps(given) if given is not None else None
    return json.loads(run(env, sys.executable, "-m", name, *arguments, text=text))


def run(env: Environment, *command: str, text: str | None = None, cwd: Path = ROOT) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=env, input=text, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]

    def memory(self) -> list[tuple[str, int, int]]:
        """Each process of the server: its command, RSS and PSS in bytes (PSS only where Linux tells it)."""
        return [_memory(pid) for pid in family(self.process.pid)]


@contextlib.contextmanager
def process(
    env: Environment, log: Path, *command: str, cwd: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """A process with its children, until the end of the block."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command, cwd=cwd, env=env, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


@contextlib.contextmanager
def gunicorn(
    env: Environment, application: str, folder: Path, *, workers: int, own_config: bool
) -> Iterator[Server]:
    """`application` behind gunicorn: both sites with the same workers and threads, the site with its own configuration file."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", f"--workers={workers}"]
    command += ["--worker-class=gthread", "--threads=8", "--keep-alive=5", "--log-level=warning"]
    if own_config:
        command.append("--config=python:museumhub.gunicorn_conf")
    else:
        command.append("--no-control-socket")
    env = {**env, "SITE_URL": f"http://127.0.0.1:{port}"}
    log = folder / f"{application.split('.')[0]}.log"
    with process(env, log, *command, application) as child:
        wait_for(f"http://127.0.0.1:{port}/", child, log)
        yield Server(port, child)


def wait_for(url: str, child: subprocess.Popen[bytes], log: Path, seconds: float = 300) -> float:
    """The seconds until `url` answers with a page."""
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        if child.poll() is not None:
            raise RuntimeError(log.read_text()[-4000:])
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                if answer.status == 200:
                    return time.perf_counter() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError(f"{url} did not answer.\n{log.read_text()[-4000:]}")


def at_once(plans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each plan carried out by a visitor's process of its own (see journey.py), all at the same time."""
    env = environment()
    with ThreadPoolExecutor(len(plans)) as pool:
        return list(pool.map(lambda plan: module(env, "tests.bench.journey", given=plan), plans))


def family(pid: int) -> list[int]:
    """A process and all that it started; on Linux."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


def _memory(pid: int) -> tuple[str, int, int]:
    command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    sizes = {line.split(":")[0]: line.split()[1] for line in rollup.splitlines()[1:]}
    return command, int(sizes["Rss"]) * 1024, int(sizes["Pss"]) * 1024


def has_memory_figures() -> bool:
    return Path("/proc/self/smaps_rollup").exists()


@contextlib.contextmanager
def clone() -> Iterator[Path]:
    """A fresh clone of this checkout's present commit, without an environment or data."""
    import tempfile

    folder = Path(tempfile.mkdtemp())
    try:
        run(environment(), "git", "clone", "--quiet", str(ROOT), str(folder / "museumhub"))
        yield folder / "museumhub"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
