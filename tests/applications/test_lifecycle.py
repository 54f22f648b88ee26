"""Every status, action, role and phase of an application's life."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from programmes.applications import lifecycle
from programmes.applications.lifecycle import APPLICATION, Window

STATUSES = ("draft", "submitted", "withdrawn", "set_aside")
ACTIONS = ("submit", "change", "withdraw", "take_back", "set_aside", "take_up")
ROLES = ("applicant", "organiser", "stranger")

# Written out by hand, so that a change of the table is a change of this test.
ALLOWED = {
    ("draft", "submit", "applicant", "open"),
    ("draft", "submit", "applicant", "grace"),
    ("submitted", "change", "applicant", "open"),
    ("submitted", "change", "applicant", "grace"),
    ("submitted", "withdraw", "applicant", "open"),
    ("submitted", "withdraw", "applicant", "grace"),
    ("submitted", "withdraw", "applicant", "closed"),
    ("withdrawn", "take_back", "applicant", "open"),
    ("draft", "set_aside", "applicant", "open"),
    ("draft", "set_aside", "applicant", "grace"),
    ("draft", "set_aside", "applicant", "closed"),
    ("set_aside", "take_up", "applicant", "open"),
}

OPENS = datetime(2027, 1, 10, 8, 0, tzinfo=UTC)
CLOSES = datetime(2027, 2, 15, 22, 59, tzinfo=UTC)
GRACE = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("status", "action", "role", "phase"),
    list(product(STATUSES, ACTIONS, ROLES, lifecycle.PHASES)),
)
def test_move_for_every_status_action_role_and_phase_is_open_as_written(
    status, action, role, phase
):
    opened = {move.action for move in APPLICATION.open_moves(status=status, role=role, phase=phase)}
    assert (action in opened) is ((status, action, role, phase) in ALLOWED)


def test_lifecycle_names_exactly_the_statuses_and_actions_tested_here():
    assert tuple(APPLICATION.statuses) == STATUSES
    assert tuple(move.action for move in APPLICATION.moves) == ACTIONS


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        (OPENS - timedelta(seconds=1), "before"),
        (OPENS, "open"),
        (CLOSES - timedelta(seconds=1), "open"),
        (CLOSES, "open"),
        (CLOSES + timedelta(microseconds=1), "grace"),
        (CLOSES + GRACE, "grace"),
        (CLOSES + GRACE + timedelta(microseconds=1), "closed"),
        (CLOSES + GRACE + timedelta(seconds=1), "closed"),
    ],
)
def test_window_at_each_edge_is_in_the_stated_phase(now, phase):
    assert Window(OPENS, CLOSES, GRACE).phase(now) == phase


@pytest.mark.parametrize("window", [Window(None, None, GRACE), Window(OPENS, None, GRACE)])
def test_window_without_opening_or_deadline_has_not_opened(window):
    assert window.phase(CLOSES) == "before"


def test_window_of_an_edition_called_off_is_closed():
    assert Window(OPENS, CLOSES, GRACE, called_off=True).phase(OPENS) == "closed"
