"""`manage.py demo`: prepare the database, the demo content and the static files, and serve the site."""

from __future__ import annotations

import hashlib
import os
import socket
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import Application


class Command(BaseCommand):
    help = "Migrate, load the demo content and serve the site with its worker and ticker. Ctrl-C stops it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="the port (default 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        port: int = options["port"]
        require_port(port)
        require_writable(Path(settings.VAR_DIR))
        if "SITE_URL" not in os.environ:
            # Letters hold absolute addresses: they must name the port that is really served.
            settings.SITE_URL = f"http://127.0.0.1:{port}"
            settings.CSRF_TRUSTED_ORIGINS = [settings.SITE_URL]
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        collect_static()
        self.stdout.write(f"\n{settings.SITE_NAME} is at {settings.SITE_URL}/")
        if settings.EMAIL_URL.startswith("mailbox:"):
            self.stdout.write(f"Its letters land in {settings.SITE_URL}/dev/mailbox/")
        if "load_demo" in get_commands():
            call_command("load_demo", stdout=self.stdout)
        call_command(
            "reindex", if_empty=True, verbosity=0
        )  # a database from before there was search
        if not settings.EMBEDDED_WORKER:
            self.stdout.write(
                "REDIS_URL is set, so the worker and the ticker run by themselves:\n"
                "  celery -A museumhub worker\n  celery -A museumhub beat"
            )
        self.stdout.write("Ctrl-C stops it.\n")
        self.stdout.flush()
        connections.close_all()  # the server's processes are forked from this one
        Server(port).run()


class Server(Application):  # type: ignore[misc]
    """gunicorn in this process, which has loaded the site already."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__()

    def init(self, parser: Any, opts: Any, args: Any) -> None:
        """Nothing from the command line: it is this command's."""

    def load_config(self) -> None:
        self.load_config_from_module_name_or_filename("python:museumhub.gunicorn_conf")
        self.cfg.set("bind", f"127.0.0.1:{self.port}")
        self.cfg.set("loglevel", "warning")

    def load(self) -> Any:
        return get_wsgi_application()


def require_port(port: int) -> None:
    """Refuse a port that something else listens on, or that this user may not use."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError as error:
            raise CommandError(f"There is no port {port}: choose one from 1 to 65535.") from error
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}): "
                "stop what uses it, or choose another with make demo PORT=8001."
            ) from error


def require_writable(folder: Path) -> None:
    """Refuse a folder in which no file can be written."""
    probe = folder / ".writable"
    try:
        folder.mkdir(exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CommandError(
            f"{folder} cannot be written ({error.strerror}): the database and the files belong there."
        ) from error


def collect_static() -> None:
    """Collect and compress the static files where they have changed since the last time."""
    stamp = Path(settings.VAR_DIR) / "static.stamp"
    state = hashlib.sha256("\n".join(_static_state()).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == state and Path(settings.STATIC_ROOT).is_dir():
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(state)


def _static_state() -> Iterator[str]:
    """One line for each file the finders know: its name, size and time of change."""
    yield settings.STORAGES["staticfiles"]["BACKEND"]
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            yield f"{name} {found.st_size} {found.st_mtime_ns}"
