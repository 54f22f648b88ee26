"""What an edition's dates are, and who is told when they change.

A change of any date, of the time zone, publishing and cancelling are all changes of the timetable.
Rooms above register functions when the site starts; they are called in the transaction of the
change, so that reminders and deadlines move together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from museumhub.kit.refusals import Sentence

if TYPE_CHECKING:
    from programmes.catalogue.models import Edition


@dataclass(frozen=True)
class Timetable:
    """All dates of an edition: aware instants (`…_at`), days in its time zone, and how vague ones are said."""

    time_zone: str
    published_at: datetime | None
    cancelled_at: datetime | None
    consultation_opens_at: datetime | None
    consultation_closes_at: datetime | None
    consultation_words: str
    call_opens_at: datetime | None
    call_closes_at: datetime | None
    call_words: str
    decisions_by: date | None
    decisions_words: str
    runs_from: date | None
    runs_to: date | None
    runs_words: str
    report_on: date | None
    report_words: str

    @classmethod
    def of(cls, edition: Edition) -> Timetable:
        """As the edition has it now, in memory."""
        return cls(**{field.name: getattr(edition, field.name) for field in fields(cls)})

    def with_changes(self, **changes: Any) -> Timetable:
        """The same with some fields changed."""
        return replace(self, **changes)

    def plain(self) -> dict[str, str | None]:
        """As plain JSON for the audit trail: ISO instants and days."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
        }

    def differences(self, other: Timetable) -> tuple[str, ...]:
        """The names of the fields in which the two differ."""
        return tuple(
            field.name
            for field in fields(self)
            if getattr(self, field.name) != getattr(other, field.name)
        )


FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Timetable))

OnChange = Callable[["Edition", Timetable, Timetable, datetime], Any]
Foretell = Callable[["Edition", Timetable, Timetable, datetime], Iterable[Sentence]]

_on_change: list[OnChange] = []
_foretell: list[Foretell] = []


def on_change(fn: OnChange) -> OnChange:
    """Register `fn(edition, before, after, now)`: called inside the transaction of every change; may be used as a decorator.

    An exception undoes the whole change; a `Refused` is shown to the organiser.
    """
    if fn not in _on_change:
        _on_change.append(fn)
    return fn


def foretell(fn: Foretell) -> Foretell:
    """Register `fn(edition, before, after, now) -> sentences`: what a change would do, shown before it is confirmed. Writes nothing."""
    if fn not in _foretell:
        _foretell.append(fn)
    return fn


def announce(edition: Edition, before: Timetable, after: Timetable, now: datetime) -> None:
    """Call every function registered for changes, in the order of registration."""
    for fn in _on_change:
        fn(edition, before, after, now)


def consequences(
    edition: Edition, before: Timetable, after: Timetable, now: datetime
) -> list[Sentence]:
    """What the registered rooms say a change would do."""
    return [sentence for fn in _foretell for sentence in fn(edition, before, after, now)]
