"""`manage.py reindex`: bring what can be found in step with what there is."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from museumhub.kit import clock
from museumhub.pages.models import SearchDocument
from museumhub.pages.services.search import reindex, unlearn


class Command(BaseCommand):
    """Idempotent, in batches; readers go on searching meanwhile."""

    help = "Read everything the public may see into the search index anew. A second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing where there is an index already",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and SearchDocument.objects.exists():
            return
        for label, done in reindex(now=clock.now()):
            self._say(
                f"{label}: {done.written} written, {done.removed} removed, {done.unchanged} unchanged",
                options,
            )
        self._say(f"words forgotten: {unlearn()}", options)

    def _say(self, line: str, options: dict[str, Any]) -> None:
        if options["verbosity"]:
            self.stdout.write(line)
