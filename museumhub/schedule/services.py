"""Planning, moving and cancelling what must happen at a time, and doing what is due."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from museumhub.kit.references import reference
from museumhub.mail import outbox
from museumhub.mail.models import Letter
from museumhub.mail.services import post_letter
from museumhub.schedule import registry
from museumhub.schedule.models import Lease, ScheduledAction, TickRecord

log = structlog.get_logger(__name__)

State = ScheduledAction.State

LEASE = timedelta(minutes=10)  # longer than a task may take (CELERY_TASK_TIME_LIMIT)
ATTEMPTS = 10  # then the action is parked as failed, with its error
BATCH = 200  # actions one tick takes at a time

Dispatch = Callable[[int], None]


@dataclass(frozen=True)
class Ticked:
    """What one tick found: leases that had run out, actions handed to a worker, letters that are due."""

    reclaimed: int
    dispatched: int
    letters_due: int


def _subject(about: models.Model | str | None) -> str:
    return reference(about) if isinstance(about, models.Model) else about or ""


@transaction.atomic
def plan(
    *,
    kind: str,
    about: models.Model | str | None,
    due_at: datetime,
    key: str,
    payload: Mapping[str, Any] | None = None,
    now: datetime,
) -> bool:
    """One action for each `key`, in the caller's transaction; planning again moves it while it has not run.

    A cancelled, skipped or failed action is planned anew. Returns False where it has been done already;
    nothing changes then. `due_at` may be past: what happens then is what its kind says of late ones.
    """
    registry.find(kind)
    fields: dict[str, Any] = {
        "kind": kind,
        "about": _subject(about),
        "due_at": due_at,
        "not_before": due_at,
        "payload": dict(payload or {}),
    }
    ScheduledAction.objects.bulk_create([ScheduledAction(key=key, **fields)], ignore_conflicts=True)
    moved = (
        ScheduledAction.objects.filter(key=key)
        .exclude(state=State.DONE)
        .update(
            **fields,
            state=State.PLANNED,
            attempts=0,
            claim="",
            lease_until=None,
            outcome="",
            ran_at=None,
        )
    )
    return moved == 1


def cancel(
    *,
    key: str | None = None,
    about: models.Model | str | None = None,
    kind: str | None = None,
    now: datetime,
) -> int:
    """Cancel what has not run, by key, by subject, or by subject and kind; returns how many there were."""
    if key is None and about is None:
        raise TypeError("cancel() needs a key or a subject")
    waiting = ScheduledAction.objects.filter(
        state__in=[State.PLANNED, State.CLAIMED, State.RUNNING]
    )
    if key is not None:
        waiting = waiting.filter(key=key)
    if about is not None:
        waiting = waiting.filter(about=_subject(about))
    if kind is not None:
        waiting = waiting.filter(kind=kind)
    return waiting.update(state=State.CANCELLED, claim="", lease_until=None, ran_at=now)


def tick(now: datetime, *, dispatch: Dispatch | None = None) -> Ticked:
    """One pass over everything due: take up what was abandoned, claim what is due, hand it out, sweep the outbox.

    `dispatch` is called with the id of each claimed action after its claim is committed; without it the
    action runs here and now. Two ticks at once, or one that is killed, do nothing twice.
    """
    with _in_the_language_of_the_site():
        reclaimed = _reclaim(now)
    dispatched = 0
    while ids := _claim(now):
        for action_id in ids:
            if dispatch is not None:
                dispatch(action_id)
            else:
                run(action_id, now)
        dispatched += len(ids)
    outbox.sweep(now)
    TickRecord.objects.update_or_create(pk=1, defaults={"at": now})
    return Ticked(reclaimed, dispatched, Letter.objects.due(now).count())


def _reclaim(now: datetime) -> int:
    """Put back what a worker took and never finished; give up what has been taken too often. One statement."""
    return ScheduledAction.objects.filter(
        state__in=[State.CLAIMED, State.RUNNING], lease_until__lt=now
    ).update(
        state=Case(
            When(attempts__gte=ATTEMPTS, then=Value(State.FAILED.value)),
            default=Value(State.PLANNED.value),
        ),
        outcome=Case(
            When(
                attempts__gte=ATTEMPTS,
                then=Value(_("Given up: it stopped its worker every time.")),
            ),
            default=Value(""),
        ),
        claim="",
        lease_until=None,
    )


def _claim(now: datetime) -> list[int]:
    """Claim a batch of due actions by compare-and-swap, and commit."""
    claim = secrets.token_hex(8)
    with transaction.atomic():
        due = ScheduledAction.objects.filter(state=State.PLANNED, not_before__lte=now)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        ids = list(due.order_by("not_before", "id").values_list("id", flat=True)[:BATCH])
        if not ids:
            return []
        ScheduledAction.objects.filter(id__in=ids, state=State.PLANNED).update(
            state=State.CLAIMED, claim=claim, lease_until=now + LEASE
        )
    return list(
        ScheduledAction.objects.filter(claim=claim)
        .order_by("due_at", "id")
        .values_list("id", flat=True)
    )


def run(action_id: int, now: datetime) -> str:
    """Do one claimed action; returns the state it is in afterwards, or nothing where it was not ours to do.

    The function of its kind and the record that it is done are one transaction: a worker killed in the
    middle leaves neither. An error puts the action back with a growing pause, and after `ATTEMPTS`
    parks it as failed.
    """
    claim = secrets.token_hex(8)
    taken = ScheduledAction.objects.filter(id=action_id, state=State.CLAIMED).update(
        state=State.RUNNING,
        claim=claim,
        attempts=models.F("attempts") + 1,
        lease_until=now + LEASE,
    )
    if not taken:
        return ""
    with _in_the_language_of_the_site():
        try:
            return _do(action_id, claim, now)
        except Exception as error:  # one action that goes wrong must not stop the others
            log.exception("action_failed", action=action_id)
            return _put_back(action_id, claim, now, error)


def _in_the_language_of_the_site() -> override:
    """What came of an action is written down, and told to the operators, in the language of the site."""
    return override(settings.LANGUAGE_CODE)


@transaction.atomic
def _do(action_id: int, claim: str, now: datetime) -> str:
    action = (
        ScheduledAction.objects.select_for_update()
        .filter(id=action_id, claim=claim, state=State.RUNNING)
        .first()
    )
    if action is None:  # moved or cancelled in the meantime
        return ""
    kind = registry.find(action.kind)
    late = now - action.due_at
    if late > kind.tolerance and kind.when_late == "skip":
        state = State.SKIPPED
        outcome = _("Skipped: %(late)s late; at most %(tolerance)s is allowed.") % {
            "late": _span(late),
            "tolerance": _span(kind.tolerance),
        }
    else:
        state, outcome = State.DONE, kind.run(action, now)
        if late > kind.tolerance and kind.when_late == "tell":
            tell_operators(action, now, "late", _("done %(span)s late") % {"span": _span(late)})
    ScheduledAction.objects.filter(id=action_id).update(
        state=state, outcome=outcome, ran_at=now, claim="", lease_until=None
    )
    return state


def _put_back(action_id: int, claim: str, now: datetime, error: Exception) -> str:
    with transaction.atomic():
        action = ScheduledAction.objects.filter(
            Q(id=action_id), Q(claim=claim), state=State.RUNNING
        ).first()
        if action is None:
            return ""
        over = action.attempts >= ATTEMPTS
        state = State.FAILED if over else State.PLANNED
        ScheduledAction.objects.filter(id=action_id, claim=claim).update(
            state=state,
            outcome=f"{type(error).__name__}: {error}"[:2000],
            not_before=now + timedelta(minutes=min(2**action.attempts, 60)),
            claim="",
            lease_until=None,
        )
        if over:
            attempts = ngettext(
                "given up after %(count)d attempt",
                "given up after %(count)d attempts",
                action.attempts,
            )
            tell_operators(action, now, "failed", attempts % {"count": action.attempts})
    return state


def _span(duration: timedelta) -> str:
    """`2 d 3 h`, `3 h 20 min`, `4 min`: two units, for the record."""
    minutes = int(duration.total_seconds() // 60)
    days, hours = divmod(minutes // 60, 24)
    parts = [
        # Translators: a number of days, hours or minutes with the unit's sign, as in "2 d 3 h".
        (days, _("%(amount)d d")),
        (hours, _("%(amount)d h")),
        (minutes % 60, _("%(amount)d min")),
    ]
    said = [unit % {"amount": amount} for amount, unit in parts if amount][:2]
    return " ".join(said) or _("%(amount)d min") % {"amount": 0}


def tell_operators(action: ScheduledAction, now: datetime, why: str, what: str) -> None:
    """Log it as an error, and post a letter to every address in the setting OPERATORS.

    `why` is a key (`late`, `failed`): one letter of each to each address. `what` is in the site's language.
    """
    log.error("action_needs_attention", action=action.pk, kind=action.kind, why=why)
    for number, address in enumerate(settings.OPERATORS):
        post_letter(
            kind="schedule.needed_attention",
            key=f"schedule.needed_attention:{action.pk}:{action.due_at.isoformat()}:{why}:{number}",
            to=address,
            language=settings.LANGUAGE_CODE,
            time_zone=settings.TIME_ZONE,
            context={
                "action": action.key,
                "kind": action.kind,
                "due": action.due_at.isoformat(),
                "what": what,
            },
            now=now,
        )


def hold_lease(name: str, holder: str, span: timedelta, now: datetime) -> bool:
    """Take or renew the lease for `span`; False while another holder's has not run out."""
    taken = Lease.objects.filter(Q(holder=holder) | Q(until__lt=now), name=name).update(
        holder=holder, until=now + span
    )
    if not taken:
        Lease.objects.bulk_create(
            [Lease(name=name, holder=holder, until=now + span)], ignore_conflicts=True
        )
        return Lease.objects.filter(name=name, holder=holder).exists()
    return True


def release_lease(name: str, holder: str) -> None:
    """Let the next one have it at once."""
    Lease.objects.filter(name=name, holder=holder).delete()
