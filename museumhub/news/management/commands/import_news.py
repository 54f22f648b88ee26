"""`manage.py import_news FEED_OR_FILE --organisation SLUG`: drafts from a feed, or from a list in YAML or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from museumhub.kit import clock
from museumhub.kit.fetch import fetch
from museumhub.kit.refusals import Refused
from museumhub.members.models import Organisation
from museumhub.news import reading
from museumhub.news.importing import Row, rows_of_feed, rows_of_list
from museumhub.news.services.imports import already_there, import_rows


class Command(BaseCommand):
    help = (
        "Make drafts of a feed (RSS or Atom; an address or a file) or of a list of items (YAML or JSON). "
        "Says what it would do; writes with --apply. The same again makes nothing twice; nothing is published."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="such as https://museum.example/feed or news.yaml")
        parser.add_argument("--organisation", required=True, help="the slug of the publisher")
        parser.add_argument(
            "--language",
            default="",
            choices=[code for code, _name in settings.LANGUAGES],
            help="of items that do not say their own, and of a feed",
        )
        parser.add_argument("--apply", action="store_true", help="write the drafts")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {options['organisation']}.")
        try:
            rows = _rows(options["source"], options["language"])
        except OSError as error:
            raise CommandError(
                f"{options['source']}: cannot be read ({error.strerror})."
            ) from error
        except Refused as refusal:
            raise CommandError(f"{options['source']}: {refusal}") from refusal
        known = already_there(organisation, rows)
        for row in rows:
            self._say(row, known)
        new = [row for row in rows if not row.wrong and row.number not in known]
        wrong = [row for row in rows if row.wrong]
        if options["apply"]:
            made = import_rows(organisation=organisation, rows=rows, now=clock.now())
            done = f"{len(made)} drafts made"
        else:
            done = f"{len(new)} drafts to be made"
        self.stdout.write(
            f"{done}, {len(known)} there already, {len(wrong)} wrong."
            + ("" if options["apply"] else " Nothing was written; add --apply.")
        )
        if wrong:
            raise CommandError("Some items are wrong; see above.")

    def _say(self, row: Row, known: set[int]) -> None:
        if row.wrong:
            self.stdout.write(f"wrong  {row.number}: {row.title} ({'; '.join(row.wrong)})")
        else:
            state = "known" if row.number in known else "new  "
            self.stdout.write(f"{state}  {row.number}: {row.title}")


def _rows(source: str, language: str) -> list[Row]:
    """What stands at an address of the web, or in a file: a feed, or else a list."""
    if source.startswith(("http://", "https://")):
        answer = fetch(
            source,
            accept=reading.KINDS,
            limit_bytes=reading.LIMIT,
            deadline_seconds=reading.SECONDS,
        )
        body, content_type, address = answer.body, answer.content_type, answer.url
    else:
        path = Path(source)
        if path.stat().st_size > reading.LIMIT:
            raise CommandError(f"{source}: more than {reading.LIMIT} bytes.")
        body, content_type, address = path.read_bytes(), "application/xml", ""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        feed = reading.read_feed(body, content_type=content_type, address=address, now=clock.now())
        return rows_of_feed(feed, language=language)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{source}: expected UTF-8.") from error
    return rows_of_list(text, language=language)
