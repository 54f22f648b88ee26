"""Kinds of actions that tell what they did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from museumhub.mail.services import post_letter
from museumhub.schedule.models import ScheduledAction
from museumhub.schedule.registry import action

# What the actions of this test did, and how many times the next ones are to go wrong.
DONE: list[str] = []
WRONG: list[Exception] = []


def _effect(row: ScheduledAction, now: datetime) -> str:
    post_letter(
        kind="schedule.needed_attention",
        key=f"effect:{row.key}",
        to="somebody@museum.example",
        language="en",
        time_zone="UTC",
        context={
            "action": row.key,
            "what": "done",
            "kind": row.kind,
            "due": row.due_at.isoformat(),
        },
        now=now,
    )
    if WRONG:
        raise WRONG.pop()
    DONE.append(row.key)
    return f"did {row.key}"


action("tests.do", tolerance=timedelta(hours=1), when_late="do")(_effect)
action("tests.skip", tolerance=timedelta(hours=1), when_late="skip")(_effect)
action("tests.tell", tolerance=timedelta(hours=1), when_late="tell")(_effect)


@pytest.fixture(autouse=True)
def nothing_done() -> Iterator[None]:
    DONE.clear()
    WRONG.clear()
    yield
    WRONG.clear()
