"""`manage.py tick`: one pass over everything due, letters included; for cron, or to catch up by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from museumhub.kit import clock
from museumhub.mail import delivery
from museumhub.schedule import registry, services

SECONDS = 300.0  # the longest time one pass spends on letters


class Command(BaseCommand):
    help = (
        "Do what is due now and deliver the letters that wait. Safe to run at any time, also twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        ticked = services.tick(clock.now())
        for queue in registry.queues_waiting(clock.now()):
            queue.work()
        delivered = delivery.drain(seconds=SECONDS)
        self.stdout.write(
            f"actions {ticked.dispatched}, letters sent {delivered.sent}, "
            f"failed {delivered.failed}, to be tried again {delivered.put_back + delivered.lost_answers}"
        )
