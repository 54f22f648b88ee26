"""The daily round that deletes what has had its time; every round plans the next."""

from __future__ import annotations

from datetime import datetime, timedelta

from museumhub.members.services.housekeeping import tidy
from museumhub.schedule import services
from museumhub.schedule.models import ScheduledAction
from museumhub.schedule.registry import action

TIDY = "members.tidy"


@action(TIDY, tolerance=timedelta(days=1), when_late="do")
def run_tidy(action: ScheduledAction, now: datetime) -> str:
    """Tidy up, and plan the next day's round under that day's own key."""
    done = tidy(now)
    plan_next(now)
    return ", ".join(f"{name} {count}" for name, count in done.items())


def plan_next(now: datetime) -> None:
    """A round for the day after `now` (UTC), once however often this is called."""
    day = (now + timedelta(days=1)).replace(hour=3, minute=17, second=0, microsecond=0)
    services.plan(
        kind=TIDY, about=None, due_at=day, key=f"{TIDY}:{day.date().isoformat()}", now=now
    )
