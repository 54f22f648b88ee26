"""The sub-navigation of an edition's organise pages and the numbers of the organisers' list; rooms above add theirs when the site starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from museumhub.kit.refusals import Sentence

if TYPE_CHECKING:
    from programmes.catalogue.models import Edition


def _always(user: Any, edition: Edition) -> bool:
    return True


@dataclass(frozen=True)
class Tab:
    """One page about an edition. `key` is unique; `address(edition)` gives its path; lower `order` stands first.

    The catalogue's own: overview 10, details 40, timetable 50, modules 60, partners 70, people 80, letters 85, history 90.
    """

    key: str
    label: Sentence
    address: Callable[[Edition], str]
    order: int
    shown: Callable[[Any, Edition], bool] = _always


@dataclass(frozen=True)
class Column:
    """One number of the organisers' list: `count(editions, now)` gives it by edition's primary key in a constant number of queries."""

    key: str
    label: Sentence
    count: Callable[[Iterable[Edition], datetime], dict[int, int]]


_tabs: dict[str, Tab] = {}
_columns: dict[str, Column] = {}


def register(tab: Tab) -> None:
    """Add a tab; a second of the same key is a mistake."""
    if tab.key in _tabs:
        raise ValueError(f"the tab {tab.key} is registered twice")
    _tabs[tab.key] = tab


def register_column(column: Column) -> None:
    """Add a number to the organisers' list; a second of the same key is a mistake."""
    if column.key in _columns:
        raise ValueError(f"the column {column.key} is registered twice")
    _columns[column.key] = column


def tabs(user: Any, edition: Edition) -> list[Tab]:
    """Those shown to the person for the edition, in order."""
    shown = (tab for tab in _tabs.values() if tab.shown(user, edition))
    return sorted(shown, key=lambda tab: tab.order)


def columns() -> list[Column]:
    """All numbers in the order of registration."""
    return list(_columns.values())
