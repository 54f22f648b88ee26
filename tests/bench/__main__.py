"""`make bench`: every figure of docs/figures.md, measured now, here, and printed as ratios within this run.

    python -m tests.bench [pages] [public] [journey] [letters] [start] [--applications N] [--letters N] [--write]

On PostgreSQL where DATABASE_URL names one, else on SQLite; with REDIS_URL the letters go through a Celery
worker. Everything runs in processes of its own on loopback; nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.bench import processes, public
from tests.bench.processes import environment
from tests.mail.sink import Sink

CLIENTS = 4
ROUNDS = 3
FIGURES = processes.ROOT / "docs" / "figures.md"
lines: list[str] = []


def say(text: str = "") -> None:
    print(text, flush=True)
    lines.append(text)


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    cells = list(head)
    say("| " + " | ".join(cells) + " |")
    say("|" + " --- |" * len(cells))
    for row in rows:
        say("| " + " | ".join(map(str, row)) + " |")
    say()


def main() -> None:
    parts: dict[str, Callable[[argparse.Namespace, Path], None]] = {
        "pages": pages,
        "public": lambda given, folder: public.measure(folder, say, table),
        "journey": journey,
        "letters": letters,
        "start": start,
    }
    options = argparse.ArgumentParser(prog="make bench ARGS=")
    options.add_argument("parts", nargs="*", choices=[*parts, []], default=[])
    options.add_argument(
        "--applications", type=int, default=60, help="in each round, all clients together"
    )
    options.add_argument("--letters", type=int, default=500)
    options.add_argument("--write", action="store_true", help="write docs/figures.md")
    given = options.parse_args()
    say("# Figures")
    say()
    say(
        f"Measured on {time.strftime('%d %B %Y')} by `make bench` on {os.cpu_count()} cores of "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"{kind_of_database()}. Everything ran on one machine over loopback: take the ratios, not the rates."
    )
    say()
    with tempfile.TemporaryDirectory() as folder:
        for name in given.parts or parts:
            parts[name](given, Path(folder))
    if given.write:
        FIGURES.write_text("\n".join(lines).strip() + "\n")


def kind_of_database() -> str:
    on = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    return f"{on} with {'Redis' if os.environ.get('REDIS_URL') else 'the embedded worker'}"


# --- Pages ---------------------------------------------------------------------------------------


def pages(given: argparse.Namespace, folder: Path) -> None:
    say("## SQL queries of a page")
    say()
    with processes.database("museumhub_bench_pages", folder) as url:
        env = environment(DATABASE_URL=url, PAGE_CACHE="false")
        processes.manage(env, "migrate", "--verbosity=0")
        found: dict[str, dict[str, int]] = processes.module(env, "tests.bench.pages")
    table(
        ["page, as a stranger sees it", "at 3 rows", "at 300 rows"],
        [[name, counts["3"], counts["300"]] for name, counts in found.items()],
    )


# --- The journey ---------------------------------------------------------------------------------


@contextlib.contextmanager
def site(
    folder: Path, settings: str, *, workers: int
) -> Iterator[tuple[processes.Server, dict[str, str]]]:
    """The site with the demo's content, and the environment for commands about it."""
    name = settings.split(".")[-1]
    with processes.database(f"museumhub_bench_{name}", folder) as url:
        env = environment(
            DATABASE_URL=url,
            MEDIA_ROOT=str(folder / "media"),
            EMAIL_URL="mailbox:",
            REDIS_URL=os.environ.get("REDIS_URL", ""),
            DJANGO_SETTINGS_MODULE=settings,
        )
        processes.manage(env, "migrate", "--verbosity=0")
        processes.manage(env, "collectstatic", "--no-input", "--verbosity=0")
        processes.manage(env, "load_demo", "--verbosity=0")
        with processes.gunicorn(
            env, "museumhub.wsgi:application", folder, workers=workers, own_config=True
        ) as server:
            yield server, env


def plans(env: dict[str, str], port: int, number: int, call: str) -> list[dict[str, Any]]:
    """For each client its share of `number` visitors who have not applied to this call yet."""
    prepared = processes.module(env, "tests.bench.prepare", str(number), call)
    return [
        {
            "port": port,
            "cookie": "sessionid",
            "sessions": prepared["sessions"][client::CLIENTS],
            "edition": prepared["edition"],
        }
        for client in range(CLIENTS)
    ]


CALLS = {
    "plain": "a call that asks what the bare form asks: sixteen texts on one page",
    "demo": "the demo's call: five pages of self-assessment, three of questions, modules, team",
}


def journey(given: argparse.Namespace, folder: Path) -> None:
    say("## A whole application beside a bare form")
    say()
    counted = {}
    with site(folder, "tests.bench.counting", workers=1) as (server, env):
        for call in CALLS:
            [plan, *_] = plans(env, server.port, CLIENTS, call)
            counted[call] = processes.at_once([{**plan, "part": "whole"}])[0]
    with (
        site(folder, "museumhub.settings", workers=2) as (server, env),
        processes.database("museumhub_bench_bare", folder) as bare_url,
    ):
        bare_env = environment(DATABASE_URL=bare_url)
        processes.run(
            bare_env, sys.executable, "-m", "tests.bench.bare", "migrate", "--run-syncdb", "-v0"
        )
        with processes.gunicorn(
            bare_env, "tests.bench.bare:application", folder, workers=2, own_config=False
        ) as bare:
            rounds = [one_round(env, server, bare, given.applications) for _ in range(ROUNDS)]
        held = memory(server)
    say(
        f"{CLIENTS} clients at once, {given.applications} applications a round, {ROUNDS} rounds in turns with the bare "
        "form (16 text fields, one GET, one POST, one INSERT); both behind gunicorn with 2 processes of 8 threads. "
        "Medians of the rounds. A whole application goes from the call's page to the acknowledgement, without scripts; "
        + (
            "its two letters are queued, and no worker runs beside it."
            if os.environ.get("REDIS_URL")
            else "its two letters are written and delivered by the embedded worker meanwhile."
        )
    )
    say()
    figures = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    say(f"Bare forms a second (GET and POST): {figures['bares']:.1f}; its POST alone, in the time")
    say(f"in which it is answered: {figures['bare_posts']:.1f}.")
    say()
    for call, what in CALLS.items():
        say(f"### {what[0].upper()}{what[1:]}")
        say()
        one = counted[call]
        table(
            ["", "figure"],
            [
                ["requests of one application", len(one["requests"]) // len(one["whole"])],
                ["SQL queries of all of them", one["queries"][0]],
                ["whole applications a second", f"{figures[f'{call} wholes']:.1f}"],
                ["95th percentile of a request", f"{figures[f'{call} p95'] * 1000:.0f} ms"],
                [
                    "95th percentile of a whole application",
                    f"{figures[f'{call} whole_p95']:.2f} s",
                ],
                [
                    "last POSTs a second while they are answered",
                    f"{figures[f'{call} last_posts']:.1f}",
                ],
                [
                    "**last POST / bare form**",
                    f"**{figures[f'{call} last_posts'] / figures['bares']:.2f}**",
                ],
                [
                    "last POST / bare POST",
                    f"{figures[f'{call} last_posts'] / figures['bare_posts']:.2f}",
                ],
                [
                    "**whole application / bare form**",
                    f"**{figures[f'{call} wholes'] / figures['bares']:.3f}**",
                ],
            ],
        )
    say(held)


def one_round(
    env: dict[str, str], server: processes.Server, bare: processes.Server, number: int
) -> dict[str, float]:
    bares = processes.at_once(
        [{"port": bare.port, "part": "bare", "sessions": [""] * number} for _ in range(CLIENTS)]
    )
    found = {"bares": rate(bares), "bare_posts": rate_of(bares, "last POST")}
    for call in CALLS:
        ready = plans(env, server.port, number, call)
        prepared = processes.at_once([{**plan, "part": "prepare"} for plan in ready])
        sent = processes.at_once(
            [
                {**plan, "part": "submit", "checks": done["checks"]}
                for plan, done in zip(ready, prepared, strict=True)
            ]
        )
        wholes = processes.at_once(
            [{**plan, "part": "whole"} for plan in plans(env, server.port, number, call)]
        )
        times = [seconds for one in wholes for _, seconds in one["requests"]]
        found |= {
            f"{call} wholes": rate(wholes),
            f"{call} p95": percentile(times),
            f"{call} whole_p95": percentile(
                [seconds for one in wholes for seconds in one["whole"]]
            ),
            f"{call} last_posts": rate_of(sent, "last POST"),
        }
    return found


def rate(results: list[dict[str, Any]]) -> float:
    """How many a second all clients together came to the end of."""
    rates: list[float] = [len(one["whole"]) / one["seconds"] for one in results]
    return sum(rates)


def rate_of(results: list[dict[str, Any]], label: str) -> float:
    """How many requests of this label a second, counting only the time in which they were being answered."""
    means: list[float] = [
        statistics.mean(seconds for name, seconds in one["requests"] if name == label)
        for one in results
    ]
    return sum(1 / mean for mean in means)


def percentile(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def memory(server: processes.Server) -> str:
    if not processes.has_memory_figures():
        return ""
    parts = [
        f"{rss / 2**20:.0f} MB RSS ({pss / 2**20:.0f} MB PSS)" for _, rss, pss in server.memory()
    ]
    return f"Memory after that, of gunicorn's first process and each web process: {', '.join(parts)}.\n"


# --- Letters -------------------------------------------------------------------------------------


def letters(given: argparse.Namespace, folder: Path) -> None:
    say("## Letters")
    say()
    number = str(given.letters)
    with Sink() as sink, processes.database("museumhub_bench_letters", folder) as url:
        env = environment(DATABASE_URL=url, EMAIL_URL=sink.url)
        processes.manage(env, "migrate", "--verbosity=0")
        run = "tests.bench.letters"
        bare, written, ours = [], [], []
        for _ in range(ROUNDS):
            bare.append(given.letters / processes.module(env, run, "bare", number, str(sink.port)))
            written.append(
                given.letters / processes.module(env, run, "written", number, str(sink.port))
            )
            processes.module(env, run, "post", number)
            ours.append(given.letters / processes.module(env, run, "deliver"))
        rows = [
            [
                "bare loop: one connection, one text, nothing recorded",
                f"{statistics.median(bare):.0f}",
            ],
            [
                "the same loop, each letter written from its templates",
                f"{statistics.median(written):.0f}",
            ],
            [
                "outbox: claimed, written from templates, handed over, recorded",
                f"{statistics.median(ours):.0f}",
            ],
            [
                "**outbox / bare loop**",
                f"**{statistics.median(ours) / statistics.median(bare):.2f}**",
            ],
        ]
        if os.environ.get("REDIS_URL"):
            rows.append(
                [
                    "through a Celery worker, from the posting on",
                    f"{worker(env, folder, number):.0f}",
                ]
            )
    table(["letters a second to an SMTP sink on this machine", "figure"], rows)


def worker(env: dict[str, str], folder: Path, number: str) -> float:
    """Letters a second from the moment they are posted until a real worker has sent the last."""
    env = {**env, "REDIS_URL": os.environ["REDIS_URL"]}
    command = [sys.executable, "-m", "celery", "-A", "museumhub", "worker", "--loglevel=warning"]
    with processes.process(env, folder / "worker.log", *command, "--concurrency=2") as child:
        time.sleep(8)  # until it listens; not part of what is measured
        began = time.perf_counter()
        processes.module(env, "tests.bench.letters", "post", number)
        while processes.module(env, "tests.bench.letters", "waiting"):
            if time.perf_counter() - began > 300:
                raise RuntimeError((folder / "worker.log").read_text()[-4000:])
            time.sleep(0.2)
        seconds = time.perf_counter() - began
        if processes.has_memory_figures():
            sizes = [processes._memory(pid) for pid in processes.family(child.pid)]
            held = ", ".join(
                f"{rss / 2**20:.0f} MB RSS ({pss / 2**20:.0f} MB PSS)" for _, rss, pss in sizes
            )
            say(f"Memory of the Celery worker's processes: {held}.\n")
    return int(number) / seconds


# --- Starting ------------------------------------------------------------------------------------


def start(given: argparse.Namespace, folder: Path) -> None:
    say("## Starting")
    say()
    with processes.clone() as here:
        first, held = demo(here, folder)
        second, _ = demo(here, folder)
    table(
        ["`make demo` until the first page", "seconds"],
        [
            ["from nothing: environment, packages, database, demo content", f"{first:.0f}"],
            ["the second time", f"{second:.1f}"],
        ],
    )
    say(held)


def demo(here: Path, folder: Path) -> tuple[float, str]:
    port, log = processes.free_port(), folder / "demo.log"
    env = environment()
    for name in ("DATABASE_URL", "MEDIA_ROOT", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL"):
        env.pop(name, None)
    with processes.process(env, log, "make", "demo", f"PORT={port}", cwd=here) as child:
        seconds = processes.wait_for(f"http://127.0.0.1:{port}/", child, log, seconds=900)
        held = memory(processes.Server(port, child))
        os.killpg(child.pid, signal.SIGINT)
        child.wait(60)
    return seconds, held


if __name__ == "__main__":
    main()
