"""The public pages under load: from the cache and made anew, beside a constant answer and a minimal view; and the search."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
    """A page of both networks and what it was measured beside, medians of the rounds; ratios of rates, round by round."""

    few: Load
    many: Load
    other: Load
    few_ratio: float
    ratio: float  # of the larger network
    slower: float  # how many times slower the larger network answers

    @property
    def cells(self) -> list[str]:
        return [
            f"{self.many.rate:.0f} ({self.other.rate:.0f})",
            f"{self.many.p99:.0f} ({self.other.p99:.0f})",
            f"**{self.ratio:.2f}**",
            f"{self.few_ratio:.2f}",
            f"{self.slower:.2f}",
        ]


def measure(folder: Path, say: Callable[[str], None], table: Callable[[Any, Any], None]) -> None:
    """Needs wrk (Debian: wrk); says so where it is missing."""
    say("## Public pages under load")
    say("")
    if shutil.which("wrk") is None:
        say("Not measured: wrk is not installed (Debian: apt-get install wrk).")
        return
    unasked = folder / "unasked.lua"
    unasked.write_text(UNASKED)
    searched: dict[str, dict[str, list[float]]] = {}
    with ExitStack() as stack:
        networks = [stack.enter_context(_network(folder, *size)) for size in SIZES]
        publishing = [sys.executable, "-m", "tests.bench.publishing"]
        with _serving(networks, cached=True) as ports:
            kept = _each_page(networks, ports, "/bench/constant/")
            with ExitStack() as editors:
                for network in networks:
                    log = network.folder / "publishing.log"
                    editors.enter_context(processes.process(network.env, log, *publishing))
                made = _each_page(networks, ports, "/bench/minimal/", unasked)
        with _serving(networks, cached=False) as ports:
            whole = _each_page(networks, ports, "/bench/minimal/")
        for network in networks:
            searched[f"{network.items:,}"] = processes.module(network.env, "tests.bench.searching")
    (few, some), (many, all_of_them) = SIZES
    say(
        f"Two networks side by side: {many:,} items and {all_of_them:,} organisations, and {few:,} and {some}. Each behind "
        f"gunicorn with 2 processes of 8 threads, wrk with {CONNECTIONS} connections on the same machine. Each page in "
        f"{ROUNDS} rounds of {SECONDS} s, in turns: what it stands beside (in brackets; through the same server and "
        "middleware: (a) a constant answer of 20 KB, (b) a view with one query and a template of 20 rows), the page of "
        "the smaller network, the page of the larger. Medians of the rounds: answers a second, 99th percentile in "
        "milliseconds, and the ratios of the rates."
    )
    say("")
    ways = {
        "From the cache, beside (a)": kept,
        "Made anew, beside (b): each request asks for an address nobody has asked for, while an item of the news is "
        "changed every second; what was drawn since then for another address stands (`page_cache.kept`)": made,
        "Nothing kept, beside (b): the cache is off": whole,
    }
    for way, found in ways.items():
        say(f"{way}.")
        say("")
        table(
            [
                f"page at {many:,} items",
                "a second",
                "p99",
                "ratio",
                f"ratio at {few:,}",
                "times slower than there",
            ],
            [[name, *one.cells] for name, one in found.items()],
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
                items,
                what,
                f"{statistics.median(times):.1f}",
                f"**{statistics.quantiles(times, n=20)[-1]:.1f}**",
                f"{max(times):.1f}",
            ]
            for items, kinds in searched.items()
            for what, times in kinds.items()
        ],
    )


@dataclass(frozen=True)
class Network:
    """A site's environment, how many items of news it has, and the addresses that are measured, by their names."""

    items: int
    env: dict[str, str]
    folder: Path
    pages: dict[str, str]


@contextmanager
def _network(folder: Path, items: int, organisations: int) -> Iterator[Network]:
    own = folder / str(items)
    own.mkdir()
    with processes.database(f"museumhub_bench_public_{items}", own) as url:
        env = environment(
            DATABASE_URL=url,
            MEDIA_ROOT=str(own / "media"),
            EMAIL_URL="mailbox:",
            REDIS_URL=_redis_of_its_own(items),
            DJANGO_SETTINGS_MODULE="tests.bench.public_settings",
        )
        processes.manage(env, "migrate", "--verbosity=0")
        processes.manage(env, "collectstatic", "--no-input", "--verbosity=0")
        processes.manage(env, "load_demo", "--verbosity=0")
        pages = processes.module(env, "tests.bench.plenty", str(items), str(organisations))
        processes.manage(env, "reindex", "--verbosity=0")
        yield Network(items, env, own, pages)


def _redis_of_its_own(items: int) -> str:
    """The two networks must not find each other's pages: the larger takes the next database of the same Redis."""
    given = urlsplit(os.environ.get("REDIS_URL", ""))
    if not given.scheme:
        return ""
    number = int(given.path.strip("/") or 0) + (items == SIZES[-1][0])
    return given._replace(path=f"/{number}").geturl()


@contextmanager
def _serving(networks: list[Network], *, cached: bool) -> Iterator[list[int]]:
    """The ports of the sites of all networks."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                processes.gunicorn(
                    {**network.env, "PAGE_CACHE": "true" if cached else "false"},
                    "museumhub.wsgi:application",
                    network.folder,
                    workers=2,
                    own_config=True,
                )
            ).port
            for network in networks
        ]


def _each_page(
    networks: list[Network], ports: list[int], other: str, script: Path | None = None
) -> dict[str, Beside]:
    few, many = networks
    return {
        name: beside(ports, (few.pages[name], path), other, script)
        for name, path in many.pages.items()
    }


def beside(
    ports: list[int], pages: tuple[str, str], other: str, script: Path | None = None
) -> Beside:
    """Another page and the page of both networks in turns, so that all meet the machine in the same state."""
    few, many = ports
    loads = (
        lambda: load(many, other),
        lambda: load(few, pages[0], script),
        lambda: load(many, pages[1], script),
    )
    for one in loads:
        one()  # so that nothing is new
    rounds = [tuple(one() for one in loads) for _round in range(ROUNDS)]
    others, fews, manys = zip(*rounds, strict=True)
    return Beside(
        few=_median(fews),
        many=_median(manys),
        other=_median(others),
        few_ratio=statistics.median(few.rate / other.rate for other, few, _many in rounds),
        ratio=statistics.median(many.rate / other.rate for other, _few, many in rounds),
        slower=statistics.median(few.rate / many.rate for _other, few, many in rounds),
    )


def _median(loads: Sequence[Load]) -> Load:
    return Load(
        statistics.median(load.rate for load in loads),
        statistics.median(load.p99 for load in loads),
    )


def load(port: int, path: str, script: Path | None = None) -> Load:
    """wrk's figures for one address; a failed answer is an error."""
    url = f"http://127.0.0.1:{port}{path}"
    command = ["wrk", "--latency", "-t1", f"-c{CONNECTIONS}"]
    if script is not None:
        command.append(f"-s{script}")
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
