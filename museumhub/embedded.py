"""The embedded worker: without a Redis, the web process itself runs the site's Celery tasks and its ticker, in threads.

The transport is Celery's in-memory one, so calls reach only the worker of the same process; as the
database is the queue of record, a process that dies loses none. Every process runs a worker, only the one
that holds the lease in the database ticks. (A beat forked by `worker -B` does not share the in-memory
transport, and the filesystem transport loses what a killed process had taken.)
"""

from __future__ import annotations

import os
import socket
import threading
from datetime import timedelta
from typing import Any, cast

import structlog
from celery import signals
from celery.beat import Scheduler
from celery.concurrency.thread import TaskPool
from celery.exceptions import WorkerShutdown
from celery.worker import WorkController
from celery.worker import state as worker_state
from django.db import connection

from museumhub.celery import app
from museumhub.kit import clock, stopping, wake
from museumhub.schedule import services

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=15)
TURN = 4.0  # seconds between renewals of the lease, at most
PATIENCE = 10.0  # seconds that a stop waits for the task in hand


class Pool(TaskPool):
    """Threads that take nothing up any more once the process was asked to stop: calls for work may be lost."""

    def on_apply(self, *given: Any, **named: Any) -> Any:
        if stopping.asked():
            raise WorkerShutdown(os.EX_OK)
        return super().on_apply(*given, **named)


class Embedded:
    """The worker and the ticker of one process."""

    def __init__(self) -> None:
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._ended = threading.Event()
        self._worker = threading.Thread(target=self._work, name="worker", daemon=True)
        self._ticker = threading.Thread(target=self._tick, name="ticker", daemon=True)

    def start(self) -> None:
        """Start both threads; returns at once."""
        stopping.begin()
        cast(Any, worker_state).should_stop = None
        self._worker.start()
        self._ticker.start()

    def stop(self) -> None:
        """Stop both within a few seconds; a letter in hand is finished first."""
        stopping.ask()
        self._ended.set()
        wake.listening.clear()
        cast(Any, worker_state).should_stop = os.EX_OK
        # The loop looks at that between two messages, waits for one more (celery.worker.loops.synloop), and
        # each wait is two seconds long unless something comes.
        for _ in range(2):
            app.send_task("mail.deliver", expires=1)
        self._ticker.join(PATIENCE)
        self._worker.join(PATIENCE)

    def _work(self) -> None:
        signals.setup_logging.send(sender=None)
        controller = WorkController(
            app=app,
            hostname=f"embedded@{self._name}",
            pool=Pool,
            concurrency=2,
            # Acknowledgements wait for the loop's next turn; calls for work must not wait for them.
            prefetch_multiplier=0,
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
            ready_callback=self._ready,
        )
        controller.start()

    def _ready(self, consumer: Any) -> None:
        wake.listening.set()
        app.send_task("schedule.tick")

    def _tick(self) -> None:
        """The beat's own schedule, ticked by whoever holds the lease."""
        scheduler: Scheduler | None = None
        turn = 0.1
        while not self._ended.wait(turn):
            turn = TURN
            try:
                if services.hold_lease("ticker", self._name, LEASE, clock.now()):
                    scheduler = scheduler or Scheduler(app=app)
                    turn = min(float(scheduler.tick()), TURN)
                else:
                    scheduler = None
            except Exception as error:  # a database that is away comes back
                log.warning("ticker_paused", error=type(error).__name__)
                connection.close()
        try:
            services.release_lease("ticker", self._name)
        except Exception as error:
            log.warning("ticker_lease_kept", error=type(error).__name__)
        connection.close()


_embedded: Embedded | None = None


def start() -> None:
    """Start the embedded worker of this process, once."""
    global _embedded
    if _embedded is None:
        _embedded = Embedded()
        _embedded.start()


def stop() -> None:
    """Stop it, where it was started."""
    global _embedded
    if _embedded is not None:
        _embedded.stop()
        _embedded = None
