"""`manage.py import_organisations FILE.csv`: organisations from a table, looked at first and written with --apply."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from museumhub.kit import clock
from museumhub.kit.refusals import Refused
from museumhub.members.importing import shown
from museumhub.members.queries.register import (
    CREATED,
    HELD,
    UNCHANGED,
    UPDATED,
    WRONG,
    Outcome,
)
from museumhub.members.services import imports


class Command(BaseCommand):
    """Its columns, and how a line finds its organisation, stand in docs/importing.md."""

    help = (
        "Import organisations from a CSV file in UTF-8 (separated by commas, semicolons or tabs). "
        "Says what each line would do; writes with --apply. The same file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="write what was shown")
        parser.add_argument(
            "--leave-out",
            action="store_true",
            help="write although some lines are wrong or need a decision, and leave those out",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        apply, leave_out = options["apply"], options["leave_out"]
        try:
            found = self._look(options["file"], quiet=options["verbosity"] == 0)
            blocked = found[WRONG] + found[HELD]
            if blocked and not (apply and leave_out):
                raise CommandError(
                    f"{found[WRONG]} lines are wrong and {found[HELD]} need a decision. Nothing was written; "
                    "put them right, or write the others with --apply --leave-out."
                )
            if not apply:
                self.stdout.write("Nothing was written; add --apply.")
                return
            done = self._write(options["file"], leave_out=leave_out)
        except OSError as error:
            raise CommandError(f"{options['file']}: cannot be read ({error.strerror}).") from error
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if done[CREATED] + done[UPDATED]:
            self.stdout.write(f"Written: {done[CREATED]} new, {done[UPDATED]} changed.")
        else:
            self.stdout.write("Everything stands already; nothing was changed.")

    def _look(self, path: Path, *, quiet: bool) -> Counter[str]:
        counts: Counter[str] = Counter()
        with path.open("rb") as file:
            table, unknown = imports.open_import(file)
            for name in unknown:
                self.stderr.write(f"column passed over: {shown(name)}")
            for outcome in imports.look(table):
                counts[outcome.what] += 1
                if not quiet or outcome.what in {WRONG, HELD}:
                    for line in said(outcome):
                        self.stdout.write(line)
        self.stdout.write(
            f"{counts[CREATED]} new, {counts[UPDATED]} to change, {counts[UNCHANGED]} as they are, "
            f"{counts[HELD]} to decide, {counts[WRONG]} wrong."
        )
        return counts

    def _write(self, path: Path, *, leave_out: bool) -> Counter[str]:
        with path.open("rb") as file:
            table, _unknown = imports.open_import(file)
            return imports.counted(
                imports.write(table, actor=None, now=clock.now(), leave_out=leave_out)
            )


def said(outcome: Outcome) -> Iterator[str]:
    """One line for each thing to know of a line of the table; none where nothing changes."""
    head = f"line {outcome.number}: {outcome.what}: {shown(outcome.name)}"
    if outcome.what == WRONG:
        for fault in outcome.faults:
            where = f"{fault.column} “{fault.value}”: " if fault.column else ""
            yield f"{head}: {where}{fault.reason}"
    elif outcome.what == HELD:
        for one in outcome.alike:
            place = f" at /organisations/{one.slug}/" if one.slug else ""
            yield f"{head}: looks like {shown(one.name)}{place}; say which in the column same_as, or “new”"
    elif outcome.what == UPDATED:
        changes = "; ".join(
            f"{change.field} “{shown(str(change.before or ''))}” → “{shown(str(change.after or ''))}”"
            for change in outcome.changes
        )
        yield f"{head}: {changes}"
    elif outcome.what == CREATED:
        yield head
