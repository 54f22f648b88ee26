"""`manage.py load_framework FILE`: load a framework from YAML or from SKOS (Turtle, JSON-LD)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from frameworks.documents import LARGEST, Document, Unreadable, format_of, read
from frameworks.services import Loaded, load_framework
from museumhub.kit import clock
from museumhub.kit.refusals import Refused


class Command(BaseCommand):
    help = (
        "Load a framework from a YAML file or from SKOS in Turtle or JSON-LD. The same file again "
        "changes nothing; what it no longer holds is retired. Nothing is fetched from elsewhere."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="such as frameworks/data/seven-topics.yaml")
        parser.add_argument(
            "--format",
            choices=["yaml", "turtle", "json-ld"],
            help="where the file's ending (.yaml, .ttl, .jsonld, .json) does not say it",
        )
        parser.add_argument("--slug", default="", help="of a SKOS file that does not say its own")
        parser.add_argument(
            "--language", default="", help="of a SKOS file that does not say which one leads"
        )
        parser.add_argument(
            "--lead", action="store_true", help="let this framework give the site its topics"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done and write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            document = read(
                _bytes(path),
                format=options["format"] or format_of(path),
                site=settings.SITE_URL,
                slug=options["slug"],
                language=options["language"],
            )
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
        self.stdout.write(_report(loaded, document, dry_run=options["dry_run"]))


def _bytes(path: Path) -> bytes:
    """The file, or enough of it to see that it is too large."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _report(loaded: Loaded, document: Document, *, dry_run: bool) -> str:
    lines = [
        f"{loaded.framework}: {'new' if loaded.created else 'known'}{', leads the site' if loaded.leads else ''}"
    ]
    for word in ("added", "changed", "renamed", "retired"):
        if slugs := getattr(loaded, word):
            lines.append(f"  {word}: {', '.join(slugs)}")
    lines.append(f"  unchanged: {len(loaded.unchanged)}")
    if document.left_out:
        lines.append("  in the file and not kept:")
        lines.extend(f"    {name}" for name in document.left_out)
    if dry_run:
        lines.append("  This was a rehearsal: nothing was written.")
    return "\n".join(lines)
