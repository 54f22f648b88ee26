"""When a newsletter comes: every day, on a day of the week or of the month, at an hour on its reader's wall clock."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from museumhub.kit.refusals import Sentence
from museumhub.kit.zones import at_wall_clock

DAILY: Final = "daily"
WEEKLY: Final = "weekly"
MONTHLY: Final = "monthly"

FREQUENCIES: Final[dict[str, Sentence]] = {
    DAILY: _("Every day"),
    WEEKLY: _("Every week"),
    MONTHLY: _("Every month"),
}
# How far ahead a letter looks for what begins or closes.
AHEAD: Final = {
    DAILY: timedelta(days=2),
    WEEKLY: timedelta(days=8),
    MONTHLY: timedelta(days=32),
}
# The days one may choose of each; nothing to choose every day.
DAYS: Final = {DAILY: range(1), WEEKLY: range(7), MONTHLY: range(1, 32)}
LAST_DAY: Final = 31

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rhythm:
    """`day` is the day of the week (Monday is 0) or of the month; a month without it has the letter on its last day.

    `hour` is shown by a clock on the wall in `zone`. An hour that the clock skips in spring comes when it
    jumps; of one that it shows twice in autumn the later counts.
    """

    frequency: str
    day: int
    hour: int
    zone: str

    def after(self, instant: datetime) -> datetime:
        """The first time it comes after an instant."""
        day = self._local(instant) - _DAY
        while not (self._falls_on(day) and self._on(day) > instant):
            day += _DAY
        return self._on(day)

    def before(self, instant: datetime) -> datetime:
        """The last time it came, or would have come, before an instant or at it."""
        day = self._local(instant) + _DAY
        while not (self._falls_on(day) and self._on(day) <= instant):
            day -= _DAY
        return self._on(day)

    def _local(self, instant: datetime) -> date:
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def _on(self, day: date) -> datetime:
        return at_wall_clock(day, time(self.hour), self.zone)

    def _falls_on(self, day: date) -> bool:
        if self.frequency == WEEKLY:
            return day.weekday() == self.day
        if self.frequency == MONTHLY:
            return day.day == min(self.day, monthrange(day.year, day.month)[1])
        return True
