"""Celery's way into the room: no arguments at all, the rows know what is due."""

from __future__ import annotations

from celery import shared_task

from museumhub.kit import clock
from museumhub.kit.wake import wake
from museumhub.members.services import import_runs

SECONDS = 120.0  # of one turn, well below CELERY_TASK_SOFT_TIME_LIMIT


@shared_task(name=import_runs.WORK)
def import_organisations() -> None:
    """Look at the tables that came in, write those that are ordered, and ask for another turn where some are left."""
    import_runs.work_due(seconds=SECONDS)
    if import_runs.waits(clock.now()):
        wake(import_runs.WORK)
