"""Setting up a call, changing what it asks for, closing it at once and opening it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit
from museumhub.kit.refusals import Refused, Stale
from museumhub.members.models import Person
from museumhub.questionnaires.models import Questionnaire
from programmes.applications.lifecycle import OPEN
from programmes.applications.models import Application, Call
from programmes.applications.references import prefix_from
from programmes.applications.services.reminders import plan_edition
from programmes.catalogue.models import Edition
from programmes.catalogue.policies import can_organise
from programmes.catalogue.services import change_timetable

SETTINGS = (
    "introduction",
    "form",
    "assessment",
    "one_per_organisation",
    "modules_to_rank",
    "asks_team",
    "grace_minutes",
)


def create_call(
    *,
    edition: Edition,
    form: Questionnaire,
    assessment: Questionnaire | None = None,
    actor: Person | None,
    now: datetime,
    **settings: Any,
) -> Call:
    """Set up the edition's call; when it opens and closes stands in the timetable.

    `settings` are others of SETTINGS and `reference_prefix`. Refuses who does not organise the edition,
    a second call, and a beginning of references that another call has.
    """
    _refuse_stranger(actor, edition)
    prefix = settings.pop("reference_prefix", "") or prefix_from(
        edition.programme.slug, edition.slug
    )
    with transaction.atomic():
        if Call.objects.filter(edition=edition).exists():
            raise Refused(_("This edition has a call already."))
        call = Call(
            edition=edition,
            form=form,
            assessment=assessment,
            reference_prefix=_free_prefix(prefix),
            **settings,
        )
        try:
            with transaction.atomic():
                call.save()
        except IntegrityError as error:
            raise Refused(_("This edition has a call already.")) from error
        _record("call_created", call, actor, now)
        plan_edition(edition, now)
    return call


def _free_prefix(prefix: str) -> str:
    """The prefix, or with a number where another call has it."""
    taken = set(
        Call.objects.filter(reference_prefix__startswith=prefix[:20]).values_list(
            "reference_prefix", flat=True
        )
    )
    number, free = 2, prefix
    while free in taken:
        free = f"{prefix[:20].rstrip('-')}-{number}"
        number += 1
    return free


def change_call(
    *, call: Call, actor: Person | None, changes: Mapping[str, Any], seen: int, now: datetime
) -> Call:
    """Change what the call asks for (a subset of SETTINGS).

    Refuses other questions or another assessment once an application was begun, and "one for each
    organisation" while an organisation has two; raises `Stale` over somebody else's save.
    """
    if unknown := set(changes) - set(SETTINGS):
        raise ValueError(f"not settings of a call: {sorted(unknown)}")
    _refuse_stranger(actor, call.edition)
    with transaction.atomic():
        locked = (
            Call.objects.select_for_update(of=("self",)).select_related("edition").get(pk=call.pk)
        )
        if locked.revision != seen:
            raise Stale(_("Somebody changed these settings while you were writing."))
        changed = {name: value for name, value in changes.items() if getattr(locked, name) != value}
        if not changed:
            return locked
        if {"form", "assessment"} & set(changed) and locked.applications.exists():
            field = "form" if "form" in changed else "assessment"
            raise Refused(
                _(
                    "Applications have been begun with these questions. Change the questions "
                    "themselves, or set up another edition."
                ),
                field=field,
            )
        if "one_per_organisation" in changed:
            _apply_slots(locked, one=changed["one_per_organisation"])
        before = {name: _plain(getattr(locked, name)) for name in changed}
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.revision += 1
        locked.save(update_fields=[*changed, "revision"])
        _record(
            "call_changed",
            locked,
            actor,
            now,
            before=before,
            after={name: _plain(value) for name, value in changed.items()},
        )
    return locked


def _apply_slots(call: Call, *, one: bool) -> None:
    """Make the database hold the promise for the applications there are."""
    if one:
        twice = (
            Application.objects.filter(call=call)
            .values("organisation")
            .annotate(number=Count("pk"))
            .filter(number__gt=1)
        )
        if twice.exists():
            raise Refused(
                _("An organisation has more than one application to this call already."),
                field="one_per_organisation",
            )
    Application.objects.filter(call=call).update(slot=1 if one else None)


def close_call(*, call: Call, actor: Person, now: datetime) -> Call:
    """Close an open call at this moment: the deadline moves to now, with its grace, and who writes is told."""
    _refuse_stranger(actor, call.edition)
    if call.phase(now) != OPEN:
        raise Refused(_("The call is not open."))
    with transaction.atomic():
        change_timetable(
            edition=call.edition, actor=actor, changes={"call_closes_at": now}, now=now
        )
        _record("call_closed", call, actor, now)
    return call


def reopen_call(*, call: Call, actor: Person, closes_at: datetime, now: datetime) -> Call:
    """Open a closed call again until `closes_at`; drafts can be sent again. Refuses an instant that has passed."""
    _refuse_stranger(actor, call.edition)
    if closes_at <= now:
        raise Refused(_("Choose a deadline that is still ahead."), field="closes_at")
    with transaction.atomic():
        change_timetable(
            edition=call.edition, actor=actor, changes={"call_closes_at": closes_at}, now=now
        )
        _record("call_reopened", call, actor, now)
    return call


def _refuse_stranger(actor: Person | None, edition: Edition) -> None:
    """`actor` is None where the site itself acts, such as when the demo is loaded."""
    if actor is not None and not can_organise(actor, edition):
        raise Refused(_("Only organisers of the edition can do this."))


def _record(
    verb: str,
    call: Call,
    actor: Person | None,
    now: datetime,
    *,
    before: object = None,
    after: object = None,
) -> None:
    audit.record(
        verb=f"applications.{verb}",
        subject=call,
        context=call.edition,
        actor=actor,
        now=now,
        before=before,
        after=after,
    )


def _plain(value: Any) -> Any:
    """A setting for the audit trail: a questionnaire by its public id, a long text by its length."""
    if isinstance(value, Questionnaire):
        return value.oid
    return len(value) if isinstance(value, str) else value
