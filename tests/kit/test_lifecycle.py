"""The table of moves, and the one function that writes a status."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from museumhub.kit.lifecycle import Lifecycle, Move, advance
from museumhub.kit.refusals import Stale
from museumhub.members import lifecycle as members_lifecycle
from museumhub.members.models import JoinRequest
from tests.factories.members import JoinRequestFactory

TABLE = Lifecycle(
    initial="draft",
    statuses={"draft": "Draft", "submitted": "Submitted", "withdrawn": "Withdrawn"},
    moves=(
        Move("submit", ("draft",), "submitted", "Submit", by=("writer",), phases=("open",)),
        Move("withdraw", ("draft", "submitted"), "withdrawn", "Withdraw", by=("writer", "host")),
    ),
)


def actions(**asked: Any) -> list[str]:
    return [move.action for move in TABLE.open_moves(**asked)]


def test_open_moves_are_those_of_the_status_the_role_and_the_phase() -> None:
    assert actions(status="draft", role="writer", phase="open") == ["submit", "withdraw"]
    assert actions(status="draft", role="writer", phase="closed") == ["withdraw"]
    assert actions(status="draft", role="writer") == ["submit", "withdraw"]
    assert actions(status="submitted", role="host", phase="open") == ["withdraw"]
    assert actions(status="withdrawn", role="writer") == []
    assert actions(status="draft", role="nobody") == []


def test_choices_are_the_statuses_in_their_order() -> None:
    assert TABLE.choices == [
        ("draft", "Draft"),
        ("submitted", "Submitted"),
        ("withdrawn", "Withdrawn"),
    ]


@pytest.mark.parametrize(
    "moves",
    [
        (Move("lose", ("draft",), "lost", "Lose"),),
        (Move("find", ("lost",), "draft", "Find"),),
        (Move("same", ("draft",), "submitted", "A"), Move("same", ("draft",), "withdrawn", "B")),
    ],
    ids=["unknown target", "unknown source", "an action named twice"],
)
def test_lifecycle_with_a_wrong_table_does_not_load(moves: tuple[Move, ...]) -> None:
    with pytest.raises(ValueError, match=moves[-1].action):
        Lifecycle(initial="draft", statuses=TABLE.statuses, moves=moves)


def test_lifecycle_whose_first_status_is_unknown_does_not_load() -> None:
    with pytest.raises(ValueError, match="new"):
        Lifecycle(initial="new", statuses=TABLE.statuses, moves=())


@pytest.fixture
def asked(db: None) -> JoinRequest:
    return JoinRequestFactory()


def move(thing: JoinRequest, action: str, **also: Any) -> tuple[str, str]:
    return advance(thing, lifecycle=members_lifecycle.JOIN_REQUEST, action=action, **also)


def test_advance_writes_the_status_and_the_fields_given_with_it(
    asked: JoinRequest, now: datetime
) -> None:
    assert move(asked, "approve", answered_at=now) == ("pending", "approved")
    assert (asked.status, asked.answered_at) == ("approved", now)
    asked.refresh_from_db()
    assert (asked.status, asked.answered_at) == ("approved", now)


def test_advance_from_a_status_the_move_does_not_start_from_is_stale(
    asked: JoinRequest, now: datetime
) -> None:
    move(asked, "approve", answered_at=now)
    with pytest.raises(Stale, match="changed in the meantime"):
        move(asked, "decline", answered_at=None)
    asked.refresh_from_db()
    assert (asked.status, asked.answered_at) == ("approved", now)


def test_advance_when_somebody_else_was_first_writes_nothing(
    asked: JoinRequest, now: datetime
) -> None:
    same_in_another_tab = JoinRequest.objects.get(pk=asked.pk)
    move(asked, "withdraw")
    with pytest.raises(Stale):
        move(same_in_another_tab, "approve", answered_at=now)
    assert same_in_another_tab.status == "pending"
    asked.refresh_from_db()
    assert (asked.status, asked.answered_at) == ("withdrawn", None)


def test_advance_by_an_unknown_action_is_an_error(asked: JoinRequest) -> None:
    with pytest.raises(KeyError, match="promote"):
        move(asked, "promote")
