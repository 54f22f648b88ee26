"""Scheduled actions whose every run leaves a row, so that a second run shows. Workers load them with `--include`."""

from __future__ import annotations

from datetime import datetime, timedelta

from museumhub.kit import audit
from museumhub.schedule.models import ScheduledAction
from museumhub.schedule.registry import action

RAN = "faults.ran"


def _leave_a_row(row: ScheduledAction, now: datetime) -> str:
    audit.record(verb=RAN, subject=row, actor=None, now=now)
    return "left a row"


action("faults.do", tolerance=timedelta(hours=1), when_late="do")(_leave_a_row)
action("faults.skip", tolerance=timedelta(hours=1), when_late="skip")(_leave_a_row)
