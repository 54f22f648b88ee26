"""Asking a worker to look now instead of at its next turn. Losing the call costs latency, never work.

A request never speaks to the broker: `wake` only notes the task's name, and a daemon thread of this
process publishes it with short time limits and without retries (a broker that swallows packets has
been seen to hold a publisher for more than 40 seconds).
"""

from __future__ import annotations

import os
import threading

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction

log = structlog.get_logger(__name__)

# Set while a worker of the in-memory transport runs in this process: nobody else would hear the call.
listening = threading.Event()

EXPIRES = 60  # seconds after which an unheard call is worth nothing: the beat has called since


class _Caller:
    """The thread of one process that publishes what was noted; a forked process makes its own."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.names: set[str] = set()
        self.noted = threading.Event()
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self._publish, name="wake", daemon=True)
        self.thread.start()

    def note(self, name: str) -> None:
        with self.lock:
            self.names.add(name)
        self.noted.set()

    def _publish(self) -> None:
        while True:
            self.noted.wait()
            self.noted.clear()
            with self.lock:
                names, self.names = self.names, set()
            for name in sorted(names):
                try:
                    current_app.send_task(name, retry=False, expires=EXPIRES, ignore_result=True)
                except Exception as error:  # whatever it is, the beat will call in its turn
                    log.warning("wake_unheard", task=name, error=type(error).__name__)


_caller: _Caller | None = None
_making = threading.Lock()


def wake(task_name: str) -> None:
    """After the transaction commits, ask a worker to run `task_name`. Never blocks, never fails, may be lost."""
    transaction.on_commit(lambda: _note(task_name), robust=True)


def _note(task_name: str) -> None:
    global _caller, _making
    if settings.EMBEDDED_WORKER and not listening.is_set():
        return
    if _caller is None or _caller.pid != os.getpid():
        with _making:
            if _caller is None or _caller.pid != os.getpid():
                _caller = _Caller()
    _caller.note(task_name)


def _after_fork() -> None:
    """A fork while the lock was held would leave it held for ever in the child."""
    global _making, _caller
    _making, _caller = threading.Lock(), None


os.register_at_fork(after_in_child=_after_fork)
