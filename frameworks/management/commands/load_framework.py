"""`manage.py load_framework FILE`: load a framework with its topics and goals from a YAML file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from frameworks.documents import Unreadable, read
from frameworks.services import Loaded, load_framework
from museumhub.kit import clock
from museumhub.kit.refusals import Refused


class Command(BaseCommand):
    help = "Load a framework from a YAML file. The same file again changes nothing; what it no longer holds is retired."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="such as frameworks/data/seven-topics.yaml")
        parser.add_argument(
            "--lead", action="store_true", help="let this framework give the site its topics"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done and write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            document = read(path.read_bytes())
            loaded = load_framework(
                document=document,
                now=clock.now(),
                lead=options["lead"],
                dry_run=options["dry_run"],
            )
        except OSError as error:
            raise CommandError(f"{path}: cannot be read ({error.strerror}).") from error
        except Unreadable as error:
            raise CommandError(
                "\n".join([f"{path}: nothing was loaded.", *error.sentences])
            ) from error
        except Refused as error:
            raise CommandError(f"{path}: nothing was loaded. {error}") from error
        self.stdout.write(self._report(loaded, dry_run=options["dry_run"]))

    def _report(self, loaded: Loaded, *, dry_run: bool) -> str:
        lines = [
            f"{loaded.framework}: {'new' if loaded.created else 'known'}{', leads the site' if loaded.leads else ''}"
        ]
        for word in ("added", "changed", "retired"):
            if slugs := getattr(loaded, word):
                lines.append(f"  {word}: {', '.join(slugs)}")
        lines.append(f"  unchanged: {len(loaded.unchanged)}")
        if dry_run:
            lines.append("  This was a rehearsal: nothing was written.")
        return "\n".join(lines)
