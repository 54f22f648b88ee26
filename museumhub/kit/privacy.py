"""The register of personal data: every field that holds some is named here by its room, with how it is handed out and erased.

A room calls `register` in its `privacy` module, loaded by its AppConfig. A test fails when a model
field that looks personal (an e-mail, name, address or free-text answer) belongs to no holding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Export = Callable[[Any], Iterable[dict[str, Any]]]
Erase = Callable[[Any, datetime], None]


@dataclass(frozen=True)
class Holding:
    """One kind of personal data.

    `fields` are `app_label.model.field` labels; `export(person)` yields plain-JSON rows;
    `erase(person, now)` blanks or deletes them inside the caller's transaction; `purpose` and
    `kept_for` are sentences for the privacy page.
    """

    name: str
    fields: frozenset[str]
    export: Export
    erase: Erase
    purpose: Any
    kept_for: Any


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Add a holding; a second of the same name is a mistake."""
    if holding.name in _holdings:
        raise ValueError(f"the holding {holding.name} is registered twice")
    _holdings[holding.name] = holding


def holdings() -> Iterator[Holding]:
    """All holdings in the order of registration, the ground floor first."""
    yield from _holdings.values()
