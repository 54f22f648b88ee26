"""Where an edition stands: one ordered table over its instants and the present. Nothing of it is stored.

The first row whose conditions all hold is the phase. The same rows answer for one edition
(`phase`) and for the database (`as_q`), so that a list and a page can never disagree. The closing
instant of a consultation or a call is itself still in time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.refusals import Sentence


class Dated(Protocol):
    """What the table reads: aware instants, None where there is none."""

    published_at: datetime | None
    cancelled_at: datetime | None
    consultation_opens_at: datetime | None
    consultation_closes_at: datetime | None
    call_opens_at: datetime | None
    call_closes_at: datetime | None
    decisions_end_at: datetime | None
    runs_start_at: datetime | None
    runs_end_at: datetime | None
    report_start_at: datetime | None


class Is(Enum):
    """What a condition asks of an instant. A missing instant is only ever UNSET."""

    SET = "set"
    UNSET = "unset"
    REACHED = "reached"  # at or before now
    OVER = "over"  # before now: the last instant itself is still in time
    DUE = "due"  # at or after now
    AHEAD = "ahead"  # after now

    def holds(self, instant: datetime | None, now: datetime) -> bool:
        if instant is None:
            return self is Is.UNSET
        return _HOLDS[self](instant, now)

    def as_q(self, field: str, now: datetime) -> Q:
        match self:
            case Is.SET | Is.UNSET:
                return Q(**{f"{field}__isnull": self is Is.UNSET})
            case Is.REACHED:
                return Q(**{f"{field}__lte": now})
            case Is.OVER:
                return Q(**{f"{field}__lt": now})
            case Is.DUE:
                return Q(**{f"{field}__gte": now})
            case Is.AHEAD:
                return Q(**{f"{field}__gt": now})


_HOLDS: dict[Is, Callable[[datetime, datetime], bool]] = {
    Is.SET: lambda instant, now: True,
    Is.UNSET: lambda instant, now: False,
    Is.REACHED: lambda instant, now: instant <= now,
    Is.OVER: lambda instant, now: instant < now,
    Is.DUE: lambda instant, now: instant >= now,
    Is.AHEAD: lambda instant, now: instant > now,
}


@dataclass(frozen=True)
class Phase:
    """One row. `key` is stable (addresses and the API use it), `label` and `tone` (a kind of c-tag) are for tags and tables."""

    key: str
    label: Sentence = field(compare=False)  # its hash follows the language in force
    when: tuple[tuple[str, Is], ...]
    tone: str = "neutral"

    def __str__(self) -> str:
        return str(self.label)

    def holds(self, edition: Dated, now: datetime) -> bool:
        """Whether the row's own conditions hold, whatever the rows above it say."""
        return all(test.holds(getattr(edition, name), now) for name, test in self.when)

    def condition(self, now: datetime, prefix: str = "") -> Q:
        """The same for the database; `prefix` such as `edition__` for a related table."""
        whole = Q()
        for name, test in self.when:
            whole &= test.as_q(prefix + name, now)
        return whole


CANCELLED = Phase("cancelled", _("Cancelled"), (("cancelled_at", Is.SET),), "danger")
DRAFT = Phase("draft", _("Draft"), (("published_at", Is.UNSET),), "warning")
REPORTED = Phase("reported", _("Report published"), (("report_start_at", Is.REACHED),))
ENDED = Phase("ended", _("Ended"), (("runs_end_at", Is.REACHED),))
RUNNING = Phase("running", _("Running"), (("runs_start_at", Is.REACHED),), "info")
DECIDED = Phase("decided", _("Decided"), (("decisions_end_at", Is.REACHED),))
SELECTION = Phase("selection", _("Selection"), (("call_closes_at", Is.OVER),))
CALL_OPEN = Phase("call_open", _("Call open"), (("call_opens_at", Is.REACHED),), "success")
CONSULTATION = Phase(
    "consultation",
    _("Consultation open"),
    (("consultation_opens_at", Is.REACHED), ("consultation_closes_at", Is.DUE)),
    "success",
)
CONSULTATION_ANNOUNCED = Phase(
    "consultation_announced",
    _("Consultation announced"),
    (("consultation_opens_at", Is.AHEAD),),
    "info",
)
CALL_ANNOUNCED = Phase("call_announced", _("Call announced"), (("call_opens_at", Is.SET),), "info")
PREPARATION = Phase("preparation", _("In preparation"), (("consultation_closes_at", Is.OVER),))
ANNOUNCED = Phase("announced", _("Announced"), ())

TABLE: tuple[Phase, ...] = (
    CANCELLED,
    DRAFT,
    REPORTED,
    ENDED,
    RUNNING,
    DECIDED,
    SELECTION,
    CALL_OPEN,
    CONSULTATION,
    CONSULTATION_ANNOUNCED,
    CALL_ANNOUNCED,
    PREPARATION,
    ANNOUNCED,
)
BY_KEY: dict[str, Phase] = {row.key: row for row in TABLE}


def phase(edition: Dated, now: datetime) -> Phase:
    """The phase of the edition at `now` (aware)."""
    return next(row for row in TABLE if row.holds(edition, now))


def as_q(wanted: Phase, now: datetime, prefix: str = "") -> Any:
    """The editions in a phase at `now`, for the database: its row holds and none above it does."""
    above = TABLE[: TABLE.index(wanted)]
    whole = wanted.condition(now, prefix)
    for row in above:
        whole &= ~row.condition(now, prefix)
    return whole
