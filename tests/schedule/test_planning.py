"""Planning: one action for each key, moved with its deadline, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from museumhub.schedule.models import ScheduledAction
from museumhub.schedule.services import cancel, plan, tick
from tests.factories.members import PersonFactory
from tests.schedule.conftest import DONE

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def planned(now: datetime, key: str = "one", **fields: Any) -> ScheduledAction:
    given: dict[str, Any] = {"kind": "tests.do", "about": None, "due_at": now + HOUR} | fields
    plan(key=key, now=now, **given)
    return ScheduledAction.objects.get(key=key)


def test_plan_twice_moves_the_one_row(now: datetime) -> None:
    planned(now, payload={"hours": 4})
    row = planned(now, due_at=now + 2 * HOUR)
    assert ScheduledAction.objects.count() == 1
    assert (row.due_at, row.not_before, row.payload) == (now + 2 * HOUR, now + 2 * HOUR, {})
    tick(now + HOUR)
    assert DONE == []
    tick(now + 2 * HOUR)
    assert DONE == ["one"]


def test_plan_what_has_been_done_changes_nothing(now: datetime) -> None:
    planned(now, due_at=now)
    tick(now)
    assert plan(kind="tests.do", about=None, due_at=now + HOUR, key="one", now=now) is False
    tick(now + 2 * HOUR)
    assert DONE == ["one"]


def test_plan_what_was_skipped_or_cancelled_plans_it_anew(now: datetime) -> None:
    planned(now, kind="tests.skip", due_at=now - 2 * HOUR)
    tick(now)
    assert ScheduledAction.objects.get().state == "skipped"
    row = planned(now, kind="tests.skip", due_at=now + HOUR)
    assert (row.state, row.outcome, row.ran_at) == ("planned", "", None)
    cancel(key="one", now=now)
    assert planned(now).state == "planned"


def test_plan_in_a_transaction_that_fails_plans_nothing(now: datetime) -> None:
    with transaction.atomic():
        planned(now)
        transaction.set_rollback(True)
    assert ScheduledAction.objects.count() == 0


def test_plan_an_unknown_kind_is_an_error(now: datetime) -> None:
    with pytest.raises(KeyError):
        plan(kind="tests.unknown", about=None, due_at=now, key="one", now=now)


def test_cancel_by_subject_and_kind_leaves_the_others(now: datetime) -> None:
    person, other = PersonFactory(), PersonFactory()
    planned(now, "a", about=person)
    planned(now, "b", about=person, kind="tests.skip")
    planned(now, "c", about=other)
    assert cancel(about=person, kind="tests.do", now=now) == 1
    assert cancel(about=person, now=now) == 1
    tick(now + HOUR)
    assert DONE == ["c"]
    with pytest.raises(TypeError):
        cancel(now=now)


def test_action_moved_while_a_worker_has_it_is_not_done_early(now: datetime) -> None:
    planned(now, due_at=now)
    handed: list[int] = []
    tick(now, dispatch=handed.append)
    planned(now, due_at=now + HOUR)
    from museumhub.schedule.services import run

    assert run(handed[0], now) == ""
    assert DONE == []
    tick(now + HOUR)
    assert DONE == ["one"]
