"""`manage.py runserver`: Django's own, with the embedded worker beside it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from whitenoise.runserver_nostatic.management.commands.runserver import (
    Command as WhitenoiseRunserver,
)

from museumhub import embedded


class Command(WhitenoiseRunserver):  # type: ignore[misc]
    def inner_run(self, *args: Any, **options: Any) -> None:
        if settings.EMBEDDED_WORKER:
            embedded.start()
        try:
            super().inner_run(*args, **options)
        finally:
            embedded.stop()
