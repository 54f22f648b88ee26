"""Imports of organisations on the site: a table is taken in, a worker looks at it, an administrator has it written.

The record is the row; a worker takes it under a lease and notes how far it has come after each two
hundred lines. One that is killed has written whole batches only: whoever takes the row next begins at
the first line, and what stands already is unchanged.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from museumhub.kit import audit, clock, stopping, throttle, uploads
from museumhub.kit.lifecycle import advance
from museumhub.kit.refusals import Refused
from museumhub.kit.wake import wake
from museumhub.members import policies
from museumhub.members.importing import shown
from museumhub.members.lifecycle import IMPORT, ORDERED
from museumhub.members.models import ImportFinding, OrganisationImport, Person
from museumhub.members.queries.register import CREATED, HELD, UPDATED, WRONG, Outcome
from museumhub.members.services import imports

WORK = "members.import_organisations"  # the task's name

KINDS = ("csv", "txt")
LARGEST = 10 * uploads.MB
AN_HOUR = 30
LEASE = timedelta(minutes=5)
KEPT = timedelta(days=30)  # then the file and what was found in it are deleted


class _Lost(Exception):
    """Another worker has taken the import."""


def take_in(
    *, file: File[bytes], actor: Person, language: str, now: datetime
) -> OrganisationImport:
    """Keep a table, and have a worker look at it. Refuses what is no text of at most 10 MB, or no table of organisations."""
    _ask(actor)
    with transaction.atomic():
        throttle.spend("members.import", actor.pk, AN_HOUR, timedelta(hours=1), now=now)
        checked = uploads.check(file, KINDS, LARGEST)
        checked.file.seek(0)
        imports.open_import(checked.file)
        taken = OrganisationImport.objects.create(
            name=checked.name,
            file=uploads.store(checked, now=now),
            started_by=actor,
            language=language,
            created_at=now,
        )
        audit.record(verb="import_taken_in", subject=taken, actor=actor, now=now)
        wake(WORK)
    return taken


def order(
    *, taken: OrganisationImport, actor: Person, leave_out: bool, now: datetime
) -> OrganisationImport:
    """Have it written. Refuses one with lines that are wrong or held, unless these are to be left out."""
    _ask(actor)
    with transaction.atomic():
        if taken.blocked and not leave_out:
            raise Refused(
                _("Some lines are wrong or need a decision. Put them right, or leave them out.")
            )
        before, after = advance(
            taken, lifecycle=IMPORT, action="order", leave_out=leave_out, lines_done=0, trouble=""
        )
        audit.record(
            verb="import_ordered", subject=taken, actor=actor, before=before, after=after, now=now
        )
        wake(WORK)
    return taken


def again(*, taken: OrganisationImport, actor: Person, now: datetime) -> OrganisationImport:
    """Have it looked at once more: other things may stand in the directory by now."""
    _ask(actor)
    with transaction.atomic():
        if taken.file_id is None:
            raise Refused(_("The file is no longer kept. Send it again."))
        before, after = advance(
            taken, lifecycle=IMPORT, action="again", lines_done=0, counts={}, written=0, trouble=""
        )
        audit.record(
            verb="import_again", subject=taken, actor=actor, before=before, after=after, now=now
        )
        wake(WORK)
    return taken


def _ask(actor: Person) -> None:
    if not policies.is_site_administrator(actor):
        raise Refused(_("Only administrators of the site import organisations."))


# --- The worker --------------------------------------------------------------------------------


def waits(now: datetime) -> bool:
    """Whether the site has something to do in any import."""
    return OrganisationImport.objects.due(now).exists()


def work_due(*, seconds: float = 120.0) -> int:
    """Take the imports that wait, one after the other, for about `seconds`; how many. Never called inside a transaction."""
    end = time.monotonic() + seconds
    done = 0
    while time.monotonic() < end and not stopping.asked():
        taken = _claim_next(clock.now())
        if taken is None:
            break
        _work(taken, end)
        done += 1
    return done


def _claim_next(now: datetime) -> OrganisationImport | None:
    claim = secrets.token_hex(8)
    while True:
        found = OrganisationImport.objects.due(now).order_by("created_at", "pk").first()
        if found is None:
            return None
        mine = OrganisationImport.objects.due(now).filter(pk=found.pk)
        if mine.update(claim=claim, lease_until=now + LEASE):
            found.refresh_from_db()
            return found


def _work(taken: OrganisationImport, end: float) -> None:
    """Look at it or write it, whichever is its turn; nothing is raised."""
    with override(taken.language):
        try:
            if taken.status == ORDERED:
                _write(taken, end)
            else:
                _look(taken)
        except _Lost:
            return
        except (Refused, OSError) as error:
            sentence = str(error) if isinstance(error, Refused) else _("The file cannot be read.")
            action = "stop" if taken.status == ORDERED else "refuse"
            _end(taken, action, trouble=sentence)
        except Exception:  # the next import must not suffer from it
            log.exception("import_failed", taken=taken.pk)
            action = "stop" if taken.status == ORDERED else "refuse"
            _end(taken, action, trouble=_("Something went wrong on the site. Try again."))


log = structlog.get_logger(__name__)


def _look(taken: OrganisationImport) -> None:
    """Note what each line would do, from the first line on."""
    taken.findings.all().delete()
    counts: Counter[str] = Counter()
    with _opened(taken) as file:
        table, unknown = imports.open_import(file)
        for outcomes in _chunks(imports.look(table)):
            counts.update(outcome.what for outcome in outcomes)
            with transaction.atomic():
                _still_mine(taken, counts=dict(counts), lines_done=counts.total())
                ImportFinding.objects.bulk_create(
                    finding for outcome in outcomes for finding in _findings(taken, outcome)
                )
    _end(
        taken,
        "look",
        counts=dict(counts),
        unknown_columns=[shown(name) for name in unknown],
        lines_done=counts.total(),
    )


def _write(taken: OrganisationImport, end: float) -> None:
    """Write line by line; where time is up, leave the rest to the next turn."""
    actor, now = taken.started_by, clock.now()
    lines = 0
    with _opened(taken) as file:
        table, _unknown = imports.open_import(file)
        writing = imports.write(
            table,
            actor=actor,
            now=now,
            leave_out=taken.leave_out,
            # The row is locked until the batch is committed, so that two workers never write at once.
            guard=lambda: _still_mine(taken),
        )
        for outcomes in _chunks(writing):
            lines += len(outcomes)
            taken.written += sum(one.what in {CREATED, UPDATED} for one in outcomes)
            _still_mine(taken, lines_done=lines, written=taken.written)
            if time.monotonic() > end or stopping.asked():
                _let_go(taken)
                return
    _end(taken, "finish", lines_done=lines)


def _opened(taken: OrganisationImport) -> Any:
    if taken.file is None:
        raise Refused(_("The file is no longer kept. Send it again."))
    return default_storage.open(taken.file.path)


def _chunks(outcomes: Iterator[Outcome]) -> Iterator[list[Outcome]]:
    while chunk := list(islice(outcomes, imports.BATCH)):
        yield chunk


def _still_mine(taken: OrganisationImport, **noted: Any) -> None:
    """Note how far it has come, and hold on to it."""
    mine = OrganisationImport.objects.filter(pk=taken.pk, claim=taken.claim)
    if not mine.update(lease_until=clock.now() + LEASE, **noted):
        raise _Lost


def _let_go(taken: OrganisationImport) -> None:
    mine = OrganisationImport.objects.filter(pk=taken.pk, claim=taken.claim)
    mine.update(claim="", lease_until=None)


def _end(taken: OrganisationImport, action: str, **noted: Any) -> None:
    """The move that ends the worker's part, if the import is still its own."""
    with transaction.atomic():
        mine = OrganisationImport.objects.select_for_update().filter(pk=taken.pk)
        if not mine.filter(claim=taken.claim).exists():
            return
        before, after = advance(
            taken, lifecycle=IMPORT, action=action, claim="", lease_until=None, **noted
        )
        audit.record(
            verb=f"import_{action}",
            subject=taken,
            actor=None,
            before=before,
            after=after,
            now=clock.now(),
        )


def _findings(taken: OrganisationImport, outcome: Outcome) -> Iterator[ImportFinding]:
    """One row for each thing to know; none for a line that changes nothing."""
    here = {
        "organisation_import": taken,
        "line": outcome.number,
        "what": outcome.what,
        "name": shown(outcome.name),
    }
    stands = outcome.organisation if outcome.organisation and outcome.organisation.pk else None
    if outcome.what == WRONG:
        for fault in outcome.faults:
            yield ImportFinding(**here, column=fault.column, value=fault.value, reason=fault.reason)
    elif outcome.what == HELD:
        for one in outcome.alike:
            yield ImportFinding(**here, value=shown(one.name), organisation=one if one.pk else None)
    elif outcome.what == UPDATED:
        for change in outcome.changes:
            yield ImportFinding(
                **here,
                organisation=stands,
                column=change.field,
                value=shown(str(change.before if change.before is not None else "")),
                reason=shown(str(change.after if change.after is not None else "")),
            )
    elif outcome.what == CREATED:
        yield ImportFinding(**here)


def forget_imports(now: datetime) -> int:
    """Delete imports that nobody has looked at for a month, with their files."""
    old = OrganisationImport.objects.filter(created_at__lt=now - KEPT).select_related("file")
    files = [one.file for one in old if one.file is not None]
    deleted = old.delete()[1].get("members.OrganisationImport", 0)
    uploads.discard(files)
    return deleted
