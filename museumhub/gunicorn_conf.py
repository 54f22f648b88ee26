"""How gunicorn serves the site: `gunicorn -c python:museumhub.gunicorn_conf museumhub.wsgi`.

Without REDIS_URL every worker process carries the embedded Celery worker. Options on the command line
and in GUNICORN_CMD_ARGS go before these.
"""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path
from typing import Any

bind = "127.0.0.1:8000"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 25
keepalive = 5
# The heartbeat file of a worker must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# gunicorn 27 would open a socket under the home directory for its control program; nobody uses it here.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """The application is loaded in this process: start its embedded worker."""
    # What is loaded stays for good: the collector of garbage need not look through it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    from django.conf import settings

    from museumhub import embedded

    # Ctrl-C in a terminal reaches every process of the group; the server itself passes it on, as SIGQUIT.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if settings.EMBEDDED_WORKER:
        embedded.start()


def worker_int(worker: Any) -> None:
    """The process is to stop at once: nothing new is begun, and no second signal interrupts the stopping."""
    from museumhub.kit import stopping

    signal.signal(signal.SIGQUIT, signal.SIG_IGN)
    stopping.ask()


def worker_exit(server: Any, worker: Any) -> None:
    """The process has answered its last request: finish the letter in hand and go."""
    from museumhub import embedded

    embedded.stop()
