"""What a reader can do about an edition now (apply, continue a draft, be told when the call opens); the rooms above provide it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from programmes.catalogue.models import Edition


@dataclass(frozen=True)
class CallAction:
    """A template, included on the edition's page with `edition` and the names in `context`."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


Provider = Callable[[Any, "Edition", datetime], CallAction | None]

_providers: list[Provider] = []


def provide(fn: Provider) -> Provider:
    """Register `fn(user, edition, now) -> CallAction | None`; may be used as a decorator. `user` may not be signed in."""
    if fn not in _providers:
        _providers.append(fn)
    return fn


def actions(user: Any, edition: Edition, now: datetime) -> list[CallAction]:
    """All actions open to the reader, in the order of registration."""
    return [action for fn in _providers if (action := fn(user, edition, now)) is not None]
