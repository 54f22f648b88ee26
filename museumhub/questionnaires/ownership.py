"""Who may build which questionnaire: the rooms that own questionnaires say so here when the site starts.

An owner is named by its reference (kit.references), for example `catalogue.edition:3`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from museumhub.kit.refusals import Sentence


@dataclass(frozen=True)
class Owner:
    """A thing that may own questionnaires, as the builder names it and links back to it."""

    reference: str
    name: Sentence
    url: str = ""


@dataclass(frozen=True)
class _Ownership:
    editable: Callable[[Any], Q]
    owners: Callable[[Any], Iterable[Owner]]


_registered: dict[str, _Ownership] = {}


def _none(user: Any) -> Iterable[Owner]:
    return ()


def register(
    label: str,
    editable: Callable[[Any], Q],
    owners: Callable[[Any], Iterable[Owner]] = _none,
) -> None:
    """`editable(user)` is a filter over Questionnaire; `owners(user)` are the things `user` may make questionnaires for.

    `label` names the kind of owner (`catalogue.edition`). Both are asked of signed-in people only.
    """
    if label in _registered:
        raise ValueError(f"the owner {label} is registered twice")
    _registered[label] = _Ownership(editable, owners)


def editable_filter(user: Any) -> Q:
    """All registered filters together; nothing where nobody is signed in."""
    together = Q(pk__in=[])
    if user.is_authenticated:
        for ownership in _registered.values():
            together |= ownership.editable(user)
    return together


def owners(user: Any) -> list[Owner]:
    """Everything `user` may make a questionnaire for."""
    if not user.is_authenticated:
        return []
    return [owner for ownership in _registered.values() for owner in ownership.owners(user)]


def builds_something(user: Any) -> bool:
    """May enter the builder: there is something `user` may make a questionnaire for."""
    return bool(owners(user))
