"""One application from the open call to its acknowledgement, as a visitor without scripts makes it, and the bare form.

python -m tests.bench.journey    reads a JSON plan from standard input and prints what it measured as JSON
"""

from __future__ import annotations

import json
import re
import sys
import time
from typing import Any

from tests.bench.browser import Answer, Visitor, filled


class Stuck(Exception):
    """The site did not go on as it should; the message says where."""


def expect(answer: Answer, status: int = 200) -> Answer:
    if answer.status != status:
        words = re.sub(r"<[^>]+>|\s+", " ", answer.text.partition("<main")[2] or answer.text)
        raise Stuck(f"{answer.path} answered {answer.status}: {' '.join(words.split())[:600]}")
    return answer


def prepare_application(visitor: Visitor, edition: str) -> str:
    """Begin at the call's page, write all it asks; returns the address of the page to check and submit from."""
    start = expect(visitor.get(f"{edition}apply/"))
    begin = f"{edition}apply/begin/"
    moved = expect(visitor.post(begin, filled(start.form(begin)), "begin"), 302)
    page = expect(visitor.follow(moved))
    here = re.sub(r"questions/[^/]+/$", "", page.path)
    if page.path != here:
        # A call that asks for one page of questions and nothing else leads from there to the check.
        moved = expect(visitor.post(page.path, filled(page.form(page.path)), "answers"), 302)
        if moved.text != f"{here}check/":
            raise Stuck(f"{page.path} went on to {moved.text}")
        return moved.text
    tasks = page
    sections = dict.fromkeys(
        re.findall(rf'href="({re.escape(here)}(?:assessment|questions)/[^"/]+/)"', tasks.text)
    )
    for section in sections:
        # Where the last answers were saved the next page is already on the screen.
        page = page if page.path == section else expect(visitor.get(section))
        moved = expect(visitor.post(section, filled(page.form(section)), "answers"), 302)
        page = expect(visitor.follow(moved))
    modules, team = f"{here}modules/", f"{here}team/"
    if modules in tasks.text:
        page = page if page.path == modules else expect(visitor.get(modules))
        form = page.form(modules)
        ranks = [control.name for control in form.controls if control.kind == "select"]
        chosen = {name: str(place) if place < 3 else "" for place, name in enumerate(ranks, 1)}
        moved = expect(visitor.post(modules, filled(form, **chosen), "modules"), 302)
        expect(visitor.follow(moved))
    if team in tasks.text:
        member = {
            "name": "Marit Net-Mender",
            "email": "marit@netloft.example",
            "role": "Curator",
        }
        form = expect(visitor.get(team)).form(team, having="email")
        expect(visitor.follow(expect(visitor.post(team, filled(form, **member), "team"), 302)))
    return f"{here}check/"


def submit(visitor: Visitor, check: str) -> None:
    """Read all answers once more and send them; the POST is labelled `last POST`."""
    page = expect(visitor.get(check))
    moved = expect(visitor.post(check, filled(page.form(check)), "last POST"), 302)
    if not moved.text.endswith("/sent/"):
        raise Stuck(f"{check} went on to {moved.text}")


def arrive(visitor: Visitor, check: str) -> None:
    """The page that says that the application was received."""
    expect(visitor.get(check.replace("/check/", "/sent/")))


def bare(visitor: Visitor) -> None:
    page = expect(visitor.get("/"))
    expect(visitor.post("/", filled(page.form("")), "last POST"), 302)


def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Each part of a plan: `prepare` all applications, `submit` all, `whole` journeys, or `bare` forms."""
    visitors = [
        Visitor(plan["port"], {plan["cookie"]: session} if session else {})
        for session in plan["sessions"]
    ]
    checks: list[str] = plan.get("checks") or [""] * len(visitors)
    whole: list[float] = []
    began = time.perf_counter()
    for index, visitor in enumerate(visitors):
        at = time.perf_counter()
        if plan["part"] in {"prepare", "whole"}:
            checks[index] = prepare_application(visitor, plan["edition"])
        if plan["part"] in {"submit", "whole"}:
            submit(visitor, checks[index])
        if plan["part"] == "whole":
            arrive(visitor, checks[index])
        if plan["part"] == "bare":
            bare(visitor)
        whole.append(time.perf_counter() - at)
    return {
        "seconds": time.perf_counter() - began,
        "whole": whole,
        "requests": [pair for visitor in visitors for pair in visitor.seconds],
        "queries": [visitor.queries for visitor in visitors],
        "checks": checks,
    }


if __name__ == "__main__":
    print(json.dumps(run(json.load(sys.stdin))))
