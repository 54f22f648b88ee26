"""Celery's way into schedule: ids only."""

from __future__ import annotations

from celery import shared_task

from museumhub.kit import clock
from museumhub.kit.wake import wake
from museumhub.mail.services import DELIVER
from museumhub.schedule import registry, services


@shared_task(name="schedule.tick")
def tick() -> None:
    """One pass over everything due."""
    ticked = services.tick(clock.now(), dispatch=_hand_out)
    if ticked.letters_due:
        wake(DELIVER)
    for queue in registry.queues_waiting(clock.now()):
        wake(queue.task)


def _hand_out(action_id: int) -> None:
    run.delay(action_id)


@shared_task(name="schedule.run")
def run(action_id: int) -> None:
    """Do one claimed action."""
    services.run(action_id, clock.now())
