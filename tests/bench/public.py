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
SECONDS = 4
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


def measure(folder: Path, say: Callable[[str], None], table: Callable[[Any, Any], None]) -> None:
    """Needs wrk (Debian: wrk); says so where it is missing."""
    say("## Public pages under load")
    say("")
    if shutil.which("wrk") is None:
        say("Not measured: wrk is not installed (Debian: apt-get install wrk).")
        return
    found: dict[int, dict[str, tuple[Load, Load, Load]]] = {}
    beside: dict[int, tuple[Load, Load]] = {}
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
                constant = load(cached, "/bench/constant/")
                kept = {name: load(cached, path) for name, path in pages.items()}
                minimal = load(cached, "/bench/minimal/")
                command = [sys.executable, "-m", "tests.bench.publishing"]
                with processes.process(env, folder / "publishing.log", *command):
                    made = {name: load(cached, path, unasked) for name, path in pages.items()}
            with serving(env, folder, cached=False) as plain:
                whole = {name: load(plain, path) for name, path in pages.items()}
            beside[items] = (constant, minimal)
            found[items] = {name: (kept[name], made[name], whole[name]) for name in pages}
            searched[items] = processes.module(env, "tests.bench.searching")
    say(
        f"gunicorn with 2 processes of 8 threads, wrk with {CONNECTIONS} connections on the same machine, "
        f"{SECONDS} seconds each; p99 in milliseconds. Beside them, through the same server and middleware: (a) a "
        "constant answer of 20 KB, (b) a view with one query and a template of 20 rows. “Made anew”: each request asks for "
        "an address nobody has asked for, while an item of the news is changed every second; what other rooms have a say "
        "in stands (`{% kept %}`). “Nothing kept”: the cache is off."
    )
    say("")
    for items, organisations in SIZES:
        constant, minimal = beside[items]
        say(f"### {items:,} items, {organisations:,} organisations")
        say("")
        table(
            [
                *("page", "from the cache /s", "p99", "/ (a)", "made anew /s", "p99", "/ (b)"),
                *("nothing kept /s", "p99", "/ (b)"),
            ],
            [
                ["(a) constant", f"{constant.rate:.0f}", f"{constant.p99:.0f}", "1", *[""] * 6],
                [
                    *("(b) minimal", "", "", "", f"{minimal.rate:.0f}", f"{minimal.p99:.0f}", "1"),
                    *("", "", ""),
                ],
                *(
                    [
                        name,
                        f"{kept.rate:.0f}",
                        f"{kept.p99:.0f}",
                        f"**{kept.rate / constant.rate:.2f}**",
                        f"{made.rate:.0f}",
                        f"{made.p99:.0f}",
                        f"**{made.rate / minimal.rate:.2f}**",
                        f"{whole.rate:.0f}",
                        f"{whole.p99:.0f}",
                        f"{whole.rate / minimal.rate:.2f}",
                    ]
                    for name, (kept, made, whole) in found[items].items()
                ),
            ],
        )
    few, many = (found[items] for items, _organisations in SIZES)
    say("How much slower a page is made at the larger size (asked: at most 1.3 times):")
    say("")
    table(
        ["page", "times slower", "with nothing kept"],
        [
            [name, *(f"{few[name][way].rate / many[name][way].rate:.2f}" for way in (1, 2))]
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


def load(port: int, path: str, script: Path | None = None) -> Load:
    """wrk's figures for one address, after it has been asked for a second; a failed answer is an error."""
    url = f"http://127.0.0.1:{port}{path}"
    command = ["wrk", "--latency", "-t1", f"-c{CONNECTIONS}"]
    if script is not None:
        command.append(f"-s{script}")
    subprocess.run([*command, "-d1s", url], check=True, capture_output=True)
    done = subprocess.run(
        [*command, f"-d{SECONDS}s", url], check=True, capture_output=True, text=True
    )
    if "Non-2xx" in done.stdout:
        raise RuntimeError(f"{path}\n{done.stdout}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    if rate is None or p99 is None:
        raise RuntimeError(done.stdout)
    return Load(float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]])
