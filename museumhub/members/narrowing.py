"""What the directory of organisations can be narrowed by; the rooms above register what only they know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from museumhub.kit.refusals import Sentence

if TYPE_CHECKING:
    from museumhub.members.models import Organisation

Choices = Callable[[], list[tuple[str, Any]]]
Counts = Callable[[QuerySet["Organisation"]], Mapping[str, int]]


@dataclass(frozen=True)
class Narrowing:
    """One list to choose from above the directory.

    `key` is its name in the address, `label` what stands above it, `everything` its first entry.
    `choices()` are value and label of each entry (one query at most), `narrow(value)` is the
    condition on organisations, without doubling them. `counts(organisations)` says how many of
    these each value would leave (one query); without it no numbers are shown.
    """

    key: str
    order: int
    label: Sentence
    everything: Sentence
    choices: Choices
    narrow: Callable[[str], Q]
    counts: Counts | None = None


_narrowings: dict[str, Narrowing] = {}


def register(narrowing: Narrowing) -> None:
    """Add a list to the directory, when the site starts."""
    _narrowings[narrowing.key] = narrowing


def narrowings() -> list[Narrowing]:
    """All of them, from first to last."""
    return sorted(_narrowings.values(), key=lambda one: (one.order, one.key))
