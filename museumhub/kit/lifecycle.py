"""Lifecycles as data: statuses, moves and who may make them; and the one function that writes a status.

A room's `lifecycle.py` declares a `Lifecycle`; its services call `advance`. Buttons, tests and the
diagrams in docs/ read the same table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from museumhub.kit.changes import announce_move
from museumhub.kit.refusals import Sentence, Stale


@dataclass(frozen=True)
class Move:
    """One line of the table: `action` takes a thing from one of `sources` to `target`.

    `by` names the roles that may make it, `phases` the phases in which it is open (empty: any),
    `letter` the letter it posts, `label` the words on its button.
    """

    action: str
    sources: tuple[str, ...]
    target: str
    label: Sentence
    by: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    letter: str = ""


@dataclass(frozen=True)
class Lifecycle:
    """All statuses of a thing with their labels, the first of them, and its moves."""

    initial: str
    statuses: dict[str, Sentence]
    moves: tuple[Move, ...]
    _by_action: dict[str, Move] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.initial not in self.statuses:
            raise ValueError(f"the first status {self.initial} is not among the statuses")
        table: dict[str, Move] = {}
        for move in self.moves:
            unknown = {*move.sources, move.target} - set(self.statuses)
            if unknown or move.action in table:
                raise ValueError(f"{move.action}: unknown status {unknown} or action named twice")
            table[move.action] = move
        object.__setattr__(self, "_by_action", table)

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """For a model field."""
        return list(self.statuses.items())

    def move(self, action: str) -> Move:
        """The line of the table for `action`; `KeyError` where there is none."""
        return self._by_action[action]

    def open_moves(self, *, status: str, role: str, phase: str = "") -> Iterable[Move]:
        """The moves somebody in `role` can make now; `phase` empty means: do not ask for the phase."""
        for move in self.moves:
            if status in move.sources and role in move.by:
                if not move.phases or not phase or phase in move.phases:
                    yield move


def advance(
    thing: models.Model, *, lifecycle: Lifecycle, action: str, **also: Any
) -> tuple[str, str]:
    """Make the move: a compare-and-swap on `status`, together with the fields in `also`.

    Returns (from, to). Raises `Stale` where somebody else moved the thing first; nothing is
    written then. The caller has checked role and phase, and records the audit event.
    """
    move = lifecycle.move(action)
    before: str = thing.status  # type: ignore[attr-defined]
    if before in move.sources:
        written = (
            type(thing)
            ._base_manager.filter(pk=thing.pk, status=before)
            .update(status=move.target, **also)
        )
        if written == 1:
            thing.status = move.target  # type: ignore[attr-defined]
            for name, value in also.items():
                setattr(thing, name, value)
            announce_move(thing)
            return before, move.target
    raise Stale(
        _("This was changed in the meantime. Load the page again to see how it stands now.")
    )


def advance_all(
    things: models.QuerySet[Any], *, lifecycle: Lifecycle, action: str, **also: Any
) -> int:
    """Make the move for all of `things` that stand where it begins, in one statement; how many there were.

    For loading in bulk: nothing is announced, and the caller says so itself where readers keep copies.
    """
    move = lifecycle.move(action)
    return things.filter(status__in=move.sources).update(status=move.target, **also)
