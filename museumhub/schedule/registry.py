"""The kinds of scheduled actions, with what happens when one is late. Rooms register theirs in `actions`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from museumhub.schedule.models import ScheduledAction

Run = Callable[[ScheduledAction, datetime], str]
WhenLate = Literal["do", "skip", "tell"]


@dataclass(frozen=True)
class ActionKind:
    """`run` does it, inside a transaction that is committed together with the record that it is done.

    An action is late when more than `tolerance` has passed since it was due: `do` does it all the same,
    `skip` records that it was skipped and why, `tell` does it and tells the operators.
    """

    name: str
    run: Run
    tolerance: timedelta
    when_late: WhenLate


_kinds: dict[str, ActionKind] = {}


def action(kind: str, *, tolerance: timedelta, when_late: WhenLate) -> Callable[[Run], Run]:
    """Decorator for `def run(action, now) -> str`, which returns what came of it, for the record.

    It runs in a transaction of its own and posts its letters there; it may run again after an error, so
    whatever it does outside the database must bear being done twice.
    """

    def decorate(run: Run) -> Run:
        if kind in _kinds:
            raise ValueError(f"the action {kind} is registered twice")
        _kinds[kind] = ActionKind(kind, run, tolerance, when_late)
        return run

    return decorate


def find(kind: str) -> ActionKind:
    """The kind of this name; `KeyError` where no room registered it."""
    return _kinds[kind]


def kinds() -> Iterator[ActionKind]:
    """All kinds, in the order in which they were registered."""
    yield from _kinds.values()
