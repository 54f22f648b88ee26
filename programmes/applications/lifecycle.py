"""The life of an application as data: its statuses, and who may make which move in which phase of its call.

The phases are those of the call (`Window`), computed from its opening, its deadline and its grace.
`services`, the buttons on the pages and the tests read this table; nothing else knows these rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from museumhub.kit.lifecycle import Lifecycle, Move

DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
WITHDRAWN: Final = "withdrawn"
SET_ASIDE: Final = "set_aside"

APPLICANT: Final = "applicant"
ORGANISER: Final = "organiser"

BEFORE: Final = "before"
OPEN: Final = "open"
GRACE: Final = "grace"
CLOSED: Final = "closed"
PHASES: Final = (BEFORE, OPEN, GRACE, CLOSED)

APPLICATION = Lifecycle(
    initial=DRAFT,
    statuses={
        DRAFT: _("draft"),
        SUBMITTED: _("submitted"),
        WITHDRAWN: _("withdrawn"),
        SET_ASIDE: _("set aside"),
    },
    moves=(
        Move(
            action="submit",
            sources=(DRAFT,),
            target=SUBMITTED,
            label=_("Submit the application"),
            by=(APPLICANT,),
            phases=(OPEN, GRACE),
            letter="applications.received",
        ),
        Move(
            action="change",
            sources=(SUBMITTED,),
            target=SUBMITTED,
            label=_("Send the changes"),
            by=(APPLICANT,),
            phases=(OPEN, GRACE),
            letter="applications.changed",
        ),
        Move(
            action="withdraw",
            sources=(SUBMITTED,),
            target=WITHDRAWN,
            label=_("Withdraw the application"),
            by=(APPLICANT,),
            phases=(OPEN, GRACE, CLOSED),
            letter="applications.withdrawn",
        ),
        Move(
            action="take_back",
            sources=(WITHDRAWN,),
            target=SUBMITTED,
            label=_("Take the withdrawal back"),
            by=(APPLICANT,),
            phases=(OPEN,),
            letter="applications.withdrawal_taken_back",
        ),
        Move(
            action="set_aside",
            sources=(DRAFT,),
            target=SET_ASIDE,
            label=_("Set the draft aside"),
            by=(APPLICANT,),
            phases=(OPEN, GRACE, CLOSED),
        ),
        Move(
            action="take_up",
            sources=(SET_ASIDE,),
            target=DRAFT,
            label=_("Take the draft up again"),
            by=(APPLICANT,),
            phases=(OPEN,),
        ),
    ),
)


@dataclass(frozen=True)
class Window:
    """When a call takes applications: aware instants and the grace after the deadline.

    `closes_at` itself is still in time. Without an opening or a deadline the call has not opened;
    a call that is `called_off` takes nothing any more.
    """

    opens_at: datetime | None
    closes_at: datetime | None
    grace: timedelta
    called_off: bool = False

    def phase(self, now: datetime) -> str:
        """One of `PHASES` at the instant `now`."""
        if self.called_off:
            return CLOSED
        if self.opens_at is None or self.closes_at is None or now < self.opens_at:
            return BEFORE
        if now <= self.closes_at:
            return OPEN
        if now <= self.closes_at + self.grace:
            return GRACE
        return CLOSED

    @property
    def shut_at(self) -> datetime | None:
        """The last instant at which a form opened before the deadline is taken, marked late."""
        return self.closes_at + self.grace if self.closes_at is not None else None
