"""The Celery application: the wake-up call for work whose record is in the database."""

from __future__ import annotations

import logging
import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "museumhub.settings")

app = Celery("museumhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# One line for each of thousands of wake-ups a day says nothing; their warnings and errors do.
_CHATTY = (
    "celery.app.trace",
    "celery.beat",
    "celery.worker.consumer.connection",
    "celery.worker.strategy",
)


@signals.setup_logging.connect
def keep_the_sites_logs(**_: Any) -> None:
    """Celery leaves the logs as the site's settings made them (a receiver here tells it so)."""
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


@signals.worker_shutting_down.connect
def stop_taking_work(**_: Any) -> None:
    """On SIGTERM the loops of this worker and of the children it forked end after the step in hand."""
    from museumhub.kit import stopping

    stopping.ask()


@signals.beat_init.connect
def look_at_once(**_: Any) -> None:
    """A beat that starts after a pause does not wait for its first minute to pass."""
    app.send_task("schedule.tick", expires=60)
