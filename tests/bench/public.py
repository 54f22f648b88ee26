"""The public pages under load: from the cache and made anew, beside a constant answer and a minimal view; and the search."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import processes
from tests.bench.processes import environment

CONNECTIONS = 8
SECONDS = 1
# Each page is measured in turns with what it stands beside: a machine may be twice as fast a second later.
ROUNDS = 9
# Each request asks for an address nobody has asked for: no page is there, as for the first reader after a change.
UNASKED = """
local number, start = 0, os.time()
request = function()
  number = number + 1
  local sign = string.find(wrk.path, "?", 1, true) and "&" or "?"
  return wrk.format("GET", wrk.path .. sign .. "unasked=" .. start .. "." .. number)
end
"""
# Items and organisations: a network that begins, and one of many years.
SIZES = ((1_000, 50), (100_000, 5_000))


@dataclass(frozen=True)
class Load:
    """How many answers a second, and the 99th percentile of their times in milliseconds."""

    rate: float
    p99: float


@dataclass(frozen=True)
class Beside:
    """A page and what it was measured beside: medians of the rounds. `ratio` is that of their rates, round by round."""

    page: Load
    other: Load
    ratio: float

    @property
    def cells(self) -> list[str]:
        return [
            f"{self.page.rate:.0f} ({self.other.rate:.0f})",
            f"{self.page.p99:.0f} ({self.other.p99:.0f})",
            f"**{self.ratio:.2f}**",
        ]


def measure(folder: Path, say: Callable[[str], None], table: Callable[[Any, Any], None]) -> None:
    """Needs wrk (Debian: wrk); says so where it is missing."""
    say("## Public pages under load")
    say("")
    if shutil.which("wrk") is None:
        say("Not measured: wrk is not installed (Debian: apt-get install wrk).")
        return
    found: dict[int, dict[str, tuple[Beside, Beside, Beside]]] = {}
    searched: dict[int, dict[str, list[float]]] = {}
    unasked = folder / "unasked.lua"
    unasked.write_text(UNASKED)
    with processes.database("museumhub_bench_public", folder) as url:
        env = environment(
            DATABASE_URL=url,
            MEDIA_ROOT=str(folder / "media"),
            EMAIL_URL="mailbox:",
            REDIS_URL=os.environ.get("REDIS_URL", ""),
            DJANGO_SETTINGS_MODULE="tests.bench.public_settings",
        )
        processes.manage(env, "migrate", "--verbosity=0")
        processes.manage(env, "collectstatic", "--no-input", "--verbosity=0")
        processes.manage(env, "load_demo", "--verbosity=0")
        for items, organisations in SIZES:
            pages = processes.module(env, "tests.bench.plenty", str(items), str(organisations))
            processes.manage(env, "reindex", "--verbosity=0")
            with serving(env, folder, cached=True) as cached:
                kept = {
                    name: beside(cached, path, "/bench/constant/") for name, path in pages.items()
                }
                command = [sys.executable, "-m", "tests.bench.publishing"]
                with processes.process(env, folder / "publishing.log", *command):
                    made = {
                        name: beside(cached, path, "/bench/minimal/", unasked)
                        for name, path in pages.items()
                    }
            with serving(env, folder, cached=False) as plain:
                whole = {
                    name: beside(plain, path, "/bench/minimal/") for name, path in pages.items()
                }
            found[items] = {name: (kept[name], made[name], whole[name]) for name in pages}
            searched[items] = processes.module(env, "tests.bench.searching")
    say(
        f"gunicorn with 2 processes of 8 threads, wrk with {CONNECTIONS} connections on the same machine; each page in "
        f"{ROUNDS} rounds of {SECONDS} s in turns with what it stands beside (in brackets), through the same server "
        "and middleware: (a) a constant answer of 20 KB, (b) a view with one query and a template of 20 rows. Medians of "
        "the rounds; answers a second, 99th percentile in milliseconds, and the ratio of the rates. “Made anew”: each "
        "request asks for an address nobody has asked for, while an item of the news is changed every second; what was "
        "drawn since then for another address stands (`page_cache.kept`). “Nothing kept”: the cache is off."
    )
    say("")
    for items, organisations in SIZES:
        say(f"### {items:,} items, {organisations:,} organisations")
        say("")
        table(
            [
                *("page", "from the cache /s (a)", "p99", "/ (a)"),
                *("made anew /s (b)", "p99", "/ (b)"),
                *("nothing kept /s (b)", "p99", "/ (b)"),
            ],
            [
                [name, *(cell for way in ways for cell in way.cells)]
                for name, ways in found[items].items()
            ],
        )
    few, many = (found[items] for items, _organisations in SIZES)
    say(
        "How much slower a page is made at the larger size, its ratio to (b) there beside the one here (asked: at most 1.3 "
        "times):"
    )
    say("")
    table(
        ["page", "times slower", "with nothing kept"],
        [
            [name, *(f"{few[name][way].ratio / many[name][way].ratio:.2f}" for way in (1, 2))]
            for name in few
        ],
    )
    say(
        "Searches of many sorts, one after the other (common and rare words, several, phrases, slips, narrowed ones, words "
        "of three languages), in milliseconds; 95th percentile asked of the search: under 50."
    )
    say("")
    table(
        ["items", "what", "median", "95th percentile", "slowest"],
        [
            [
                f"{items:,}",
                what,
                f"{statistics.median(times):.1f}",
                f"**{statistics.quantiles(times, n=20)[-1]:.1f}**",
                f"{max(times):.1f}",
            ]
            for items, kinds in searched.items()
            for what, times in kinds.items()
        ],
    )


@contextmanager
def serving(env: dict[str, str], folder: Path, *, cached: bool) -> Iterator[int]:
    with processes.gunicorn(
        {**env, "PAGE_CACHE": "true" if cached else "false"},
        "museumhub.wsgi:application",
        folder,
        workers=2,
        own_config=True,
    ) as server:
        yield server.port


def beside(port: int, path: str, other: str, script: Path | None = None) -> Beside:
    """A page in turns with another, so that both meet the machine in the same state."""
    for one in (other, path):
        load(port, one, script if one == path else None, seconds=1)  # so that nothing is new
    rounds = [(load(port, other), load(port, path, script)) for _round in range(ROUNDS)]
    return Beside(
        page=_median([page for _other, page in rounds]),
        other=_median([other for other, _page in rounds]),
        ratio=statistics.median(page.rate / other.rate for other, page in rounds),
    )


def _median(loads: list[Load]) -> Load:
    return Load(
        statistics.median(load.rate for load in loads),
        statistics.median(load.p99 for load in loads),
    )


def load(port: int, path: str, script: Path | None = None, seconds: int = SECONDS) -> Load:
    """wrk's figures for one address; a failed answer is an error."""
    url = f"http://127.0.0.1:{port}{path}"
    command = ["wrk", "--latency", "-t1", f"-c{CONNECTIONS}"]
    if script is not None:
        command.append(f"-s{script}")
    done = subprocess.run(
        [*command, f"-d{seconds}s", url], check=True, capture_output=True, text=True
    )
    if "Non-2xx" in done.stdout:
        raise RuntimeError(f"{path}\n{done.stdout}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    if rate is None or p99 is None:
        raise RuntimeError(done.stdout)
    return Load(float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]])
