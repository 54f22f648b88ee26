"""The kinds of scheduled actions, with what happens when one is late, and the queues of work that rooms keep themselves.

Rooms register theirs in `actions`.
"""

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


@dataclass(frozen=True)
class Queue:
    """Work whose record is in a table of its room and which no transaction may hold: encoding, fetching, sending.

    `task` is the Celery task that does it, `waits(now)` says whether some is due, `work()` does it here.
    """

    task: str
    waits: Callable[[datetime], bool]
    work: Callable[[], object]


_queues: dict[str, Queue] = {}


def queue(task: str, *, waits: Callable[[datetime], bool], work: Callable[[], object]) -> None:
    """Have every tick look whether work waits, and call `task` where it does; so a lost call costs a minute."""
    if task in _queues:
        raise ValueError(f"the queue of {task} is registered twice")
    _queues[task] = Queue(task, waits, work)


def queues_waiting(now: datetime) -> list[Queue]:
    """The queues in which something is due."""
    return [queue for queue in _queues.values() if queue.waits(now)]


def kinds() -> Iterator[ActionKind]:
    """All kinds, in the order in which they were registered."""
    yield from _kinds.values()
