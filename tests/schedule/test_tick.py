"""The tick: everything due is done once, late ones as their kind says, broken ones are put back and in the end parked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from museumhub.mail.models import Letter
from museumhub.schedule.models import ScheduledAction, TickRecord
from museumhub.schedule.services import ATTEMPTS, LEASE, hold_lease, release_lease, run, tick
from tests.schedule.conftest import DONE, WRONG
from tests.schedule.test_planning import HOUR, planned

pytestmark = pytest.mark.django_db


def test_tick_does_what_is_due_in_order_and_records_it(now: datetime) -> None:
    planned(now, "later", due_at=now)
    planned(now, "earlier", due_at=now - timedelta(minutes=5))
    planned(now, "future", due_at=now + HOUR)
    ticked = tick(now)
    assert DONE == ["earlier", "later"]
    assert (ticked.dispatched, ticked.reclaimed, ticked.letters_due) == (2, 0, 2)
    row = ScheduledAction.objects.get(key="later")
    assert (row.state, row.outcome, row.ran_at, row.attempts) == ("done", "did later", now, 1)
    assert TickRecord.objects.get().at == now
    tick(now)
    assert len(DONE) == 2


def test_two_ticks_hand_out_an_action_once(now: datetime) -> None:
    planned(now, due_at=now)
    first: list[int] = []
    second: list[int] = []
    tick(now, dispatch=first.append)
    tick(now, dispatch=second.append)
    assert (len(first), second) == (1, [])
    assert run(first[0], now) == "done"
    assert run(first[0], now) == ""
    assert DONE == ["one"]


@pytest.mark.parametrize(
    ("kind", "late", "state", "outcome"),
    [
        ("tests.do", timedelta(days=2), "done", "did one"),
        ("tests.skip", timedelta(minutes=60), "done", "did one"),
        (
            "tests.skip",
            timedelta(hours=27, minutes=5),
            "skipped",
            "Skipped: 1 d 3 h late; at most 1 h is allowed.",
        ),
        ("tests.tell", timedelta(hours=2), "done", "did one"),
    ],
)
def test_late_action_is_done_or_skipped_as_its_kind_says(
    now: datetime, kind: str, late: timedelta, state: str, outcome: str
) -> None:
    planned(now, kind=kind, due_at=now - late)
    tick(now)
    row = ScheduledAction.objects.get()
    assert (row.state, row.outcome, row.ran_at) == (state, outcome, now)
    assert len(DONE) == (state == "done")


def test_late_action_to_tell_of_posts_a_letter_to_the_operators(
    now: datetime, settings: Any
) -> None:
    settings.OPERATORS = ["ops@hub.example"]
    planned(now, kind="tests.tell", due_at=now - 2 * HOUR)
    tick(now)
    letter = Letter.objects.get(to="ops@hub.example")
    assert letter.context["what"] == "done 2 h late"


@pytest.mark.parametrize(
    ("language", "what", "kept"),
    [
        ("en", "done 2 h late", "Skipped: 2 h late; at most 1 h is allowed."),
        ("de", "2 h verspätet erledigt", "Übersprungen: 2 h verspätet; höchstens 1 h ist erlaubt."),
        (
            "fr",
            "faite avec 2 h de retard",
            "Omise\u00a0: 2 h de retard\u00a0; au plus 1 h est admise.",
        ),
    ],
)
def test_operators_read_in_the_language_of_the_site_whoever_is_at_work(
    now: datetime, settings: Any, language: str, what: str, kept: str
) -> None:
    settings.OPERATORS = ["ops@hub.example"]
    settings.LANGUAGE_CODE = language
    planned(now, "told", kind="tests.tell", due_at=now - 2 * HOUR)
    planned(now, "left", kind="tests.skip", due_at=now - 2 * HOUR)
    with override("fr"):
        tick(now)
    letter = Letter.objects.get(to="ops@hub.example")
    assert (letter.language, letter.context["what"]) == (language, what)
    assert ScheduledAction.objects.get(key="left").outcome == kept


def test_action_that_goes_wrong_leaves_no_effect_and_is_tried_again(now: datetime) -> None:
    planned(now, due_at=now)
    WRONG.append(ValueError("no"))
    tick(now)
    row = ScheduledAction.objects.get()
    assert (row.state, row.attempts, row.outcome) == ("planned", 1, "ValueError: no")
    assert row.not_before == now + timedelta(minutes=2)
    assert Letter.objects.count() == 0
    tick(now)
    assert DONE == []
    tick(now + timedelta(minutes=2))
    assert DONE == ["one"]
    assert Letter.objects.count() == 1


def test_action_that_always_goes_wrong_is_parked_and_told_of(now: datetime, settings: Any) -> None:
    settings.OPERATORS = ["ops@hub.example"]
    planned(now, due_at=now)
    at = now
    for _ in range(ATTEMPTS + 3):
        WRONG[:] = [ValueError("never")]
        tick(at)
        at += 2 * HOUR
    row = ScheduledAction.objects.get()
    assert (row.state, row.attempts, row.outcome) == ("failed", ATTEMPTS, "ValueError: never")
    assert Letter.objects.get().context["what"] == f"given up after {ATTEMPTS} attempts"


def test_broken_action_does_not_stop_the_others(now: datetime) -> None:
    planned(now, "bad", due_at=now - HOUR)
    for number in range(100):
        planned(now, f"good{number}", due_at=now)
    WRONG.append(ValueError("no"))
    tick(now)
    assert len(DONE) == 100
    assert ScheduledAction.objects.filter(state="done").count() == 100


def test_action_of_a_worker_that_was_killed_is_taken_up_again(now: datetime) -> None:
    planned(now, due_at=now)
    tick(now, dispatch=lambda _: None)
    ScheduledAction.objects.update(state="running", attempts=1)
    assert tick(now + LEASE).reclaimed == 0
    ticked = tick(now + LEASE + timedelta(seconds=1))
    assert (ticked.reclaimed, ticked.dispatched) == (1, 1)
    assert DONE == ["one"]


def test_action_that_kills_its_worker_every_time_is_parked(now: datetime) -> None:
    planned(now, due_at=now)
    tick(now, dispatch=lambda _: None)
    ScheduledAction.objects.update(state="running", attempts=ATTEMPTS)
    tick(now + HOUR)
    row = ScheduledAction.objects.get()
    assert (row.state, DONE) == ("failed", [])
    assert row.outcome == "Given up: it stopped its worker every time."


def test_lease_is_held_by_one_until_it_runs_out_or_is_released(now: datetime) -> None:
    span = timedelta(seconds=15)
    assert hold_lease("ticker", "a", span, now) is True
    assert hold_lease("ticker", "b", span, now) is False
    assert hold_lease("ticker", "a", span, now + timedelta(seconds=10)) is True
    assert hold_lease("ticker", "b", span, now + timedelta(seconds=20)) is False
    assert hold_lease("ticker", "b", span, now + timedelta(seconds=26)) is True
    release_lease("ticker", "a")
    assert hold_lease("ticker", "a", span, now + timedelta(seconds=27)) is False
    release_lease("ticker", "b")
    assert hold_lease("ticker", "a", span, now + timedelta(seconds=28)) is True
