"""Importing organisations from a table: looked at first, then written in batches that can be repeated.

Nothing is written while any line is wrong or looks like an organisation that is there, unless whoever
imports says that such lines are to be left out. A second run of the same table changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from museumhub.kit import audit
from museumhub.kit.refusals import Refused
from museumhub.kit.tables import Table, open_table
from museumhub.members import importing
from museumhub.members.models import Organisation, Person
from museumhub.members.queries.register import (
    CREATED,
    HELD,
    UPDATED,
    WRONG,
    Outcome,
    Register,
)
from museumhub.members.services.organisations import insert_with_free_slug

BATCH = 200  # lines of one transaction
MOST_LINES = 50_000


class Stopped(Refused):
    """A line that was in order when the table was looked at is so no more; what was written stays."""


def open_import(file: IO[bytes]) -> tuple[Table, list[str]]:
    """The table, and those of its columns that nobody knows. `Refused` where it cannot be one of organisations."""
    table = open_table(file)
    return table, importing.check_columns(table.columns)


def look(table: Table) -> Iterator[Outcome]:
    """What each line would do; nothing is written. `Refused` where the table breaks off."""
    register = Register()
    for batch in _batches(table):
        yield from register.judged(batch)


def write(
    table: Table,
    *,
    actor: Person | None,
    now: datetime,
    leave_out: bool = False,
    guard: Callable[[], None] | None = None,
) -> Iterator[Outcome]:
    """Do what each line says, two hundred lines to a transaction, and yield what was done once it is committed.

    With `leave_out` lines that are wrong or held are left out; without it the first one stops the
    import (`Stopped`). `guard` is called in each transaction before anything else, and ends the import
    by raising. Never called inside a transaction.
    """
    register = Register()
    for batch in _batches(table):
        outcomes: list[Outcome] = []
        with transaction.atomic():
            if guard is not None:
                guard()
            for outcome in register.judged(batch):
                if outcome.what in {WRONG, HELD} and not leave_out:
                    raise Stopped(_stopped(outcome))
                _write(outcome, actor=actor, now=now)
                register.settle(outcome)
                outcomes.append(outcome)
        yield from outcomes


def _batches(table: Table) -> Iterator[list[importing.Row]]:
    rows = (importing.read_row(line) for line in table.lines)
    lines = 0
    while batch := list(islice(rows, BATCH)):
        lines += len(batch)
        if lines > MOST_LINES:
            raise Refused(
                _("The table has more than %(number)s lines. Divide it.") % {"number": MOST_LINES}
            )
        yield batch


def _write(outcome: Outcome, *, actor: Person | None, now: datetime) -> None:
    organisation = outcome.organisation
    if organisation is None:
        return
    after: dict[str, Any] = {"line": outcome.number}
    if outcome.what == CREATED:
        organisation.created_at, organisation.created_by = now, actor
        insert_with_free_slug(organisation)
        verb = "organisation_created"
    elif outcome.what == UPDATED:
        fields = [change.field for change in outcome.changes]
        _update(organisation, fields)
        verb, after["fields"] = "organisation_edited", fields
    else:
        return
    audit.record(
        verb=verb, subject=organisation, actor=actor, context=organisation, after=after, now=now
    )


def _update(organisation: Organisation, fields: list[str]) -> None:
    """Write the fields over what stands; whoever has the page open to edit it is told by its version."""
    standing = Organisation.objects.select_for_update().filter(pk=organisation.pk)
    organisation.version = standing.values_list("version", flat=True).get() + 1
    try:
        with transaction.atomic():
            organisation.save(update_fields=[*fields, "version"])
    except IntegrityError as error:
        raise Stopped(
            _("Somebody else gave an identifier of %(name)s to another organisation just now.")
            % {"name": organisation.name}
        ) from error


def _stopped(outcome: Outcome) -> str:
    why = outcome.faults[0].reason if outcome.faults else _("It looks like one that is there.")
    return _("Line %(line)s: %(why)s") % {"line": outcome.number, "why": why}


def counted(outcomes: Iterator[Outcome]) -> Counter[str]:
    """How many lines did what."""
    return Counter(outcome.what for outcome in outcomes)
