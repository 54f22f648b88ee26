"""Celery's way into mail: no arguments at all, the outbox knows what is due."""

from __future__ import annotations

from celery import shared_task

from museumhub.kit.wake import wake
from museumhub.mail import delivery
from museumhub.mail.services import DELIVER

SECONDS = 20.0  # one turn; a worker that is asked to stop waits no longer than the letter in hand


@shared_task(name=DELIVER)
def deliver() -> None:
    """Deliver what is due, and ask for another turn where some is left."""
    if delivery.drain(seconds=SECONDS).more:
        wake(DELIVER)
