"""Changing the dates of an edition; every room that depends on them is told in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, writing
from museumhub.kit.refusals import Refused, Sentence
from museumhub.members.models import Person
from programmes.catalogue import policies, timetable
from programmes.catalogue.models import Edition
from programmes.catalogue.timetable import Timetable

CHANGEABLE = tuple(
    name for name in timetable.FIELDS if name not in {"published_at", "cancelled_at"}
)


def change_timetable(
    *,
    edition: Edition,
    actor: Person | None,
    changes: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
) -> Edition:
    """Set the dates, their words and the time zone named in `changes` (see `CHANGEABLE`).

    Instants are aware, days are days of the edition's zone; `actor` None is the site itself. Refuses
    people who do not organise the edition, a cancelled edition and dates out of order; raises `Stale`
    where `version` is given and somebody saved the edition since. Changing to what already stands
    does nothing.
    """
    if unknown := set(changes) - set(CHANGEABLE):
        raise ValueError(f"not dates of an edition: {sorted(unknown)}")
    with transaction.atomic():
        locked = writing.lock(Edition, edition.pk)
        if actor is not None and not policies.can_organise(actor, locked):
            raise Refused(_("Only organisers of the edition can do this."))
        if version is not None:
            writing.check_version(locked, version, changes)
        before = Timetable.of(locked)
        for name, value in changes.items():
            setattr(locked, name, value)
        check_order(locked)
        after = Timetable.of(locked)
        if names := before.differences(after):
            move(locked, names, before, after, verb="timetable_changed", actor=actor, now=now)
    edition.refresh_from_db()
    return edition


@dataclass(frozen=True)
class Rehearsal:
    """What a change would do: the fields it changes, the edition as it would be, and the rooms' sentences."""

    names: tuple[str, ...]
    edition: Edition
    consequences: list[Sentence]


def rehearse_timetable(*, edition: Edition, changes: Mapping[str, Any], now: datetime) -> Rehearsal:
    """The same checks and refusals as `change_timetable`; nothing is written. `edition` itself stays as it is."""
    before = Timetable.of(edition)
    changed = copy(edition)
    for name, value in changes.items():
        setattr(changed, name, value)
    check_order(changed)
    after = Timetable.of(changed)
    names = before.differences(after)
    sentences = timetable.consequences(edition, before, after, now) if names else []
    return Rehearsal(names, changed, sentences)


def move(
    edition: Edition,
    names: tuple[str, ...],
    before: Timetable,
    after: Timetable,
    *,
    verb: str,
    actor: Person | None,
    now: datetime,
) -> None:
    """Save a locked edition whose timetable fields `names` changed, record it, and tell the rooms above."""
    edition.sequence += 1
    edition.version += 1
    edition.updated_at = now
    edition.save(update_fields=[*names, "cancel_reason", "sequence", "version", "updated_at"])
    old, new = before.plain(), after.plain()
    audit.record(
        verb=f"catalogue.{verb}",
        subject=edition,
        context=edition,
        actor=actor,
        now=now,
        before={name: old[name] for name in names},
        after={name: new[name] for name in names},
    )
    timetable.announce(edition, before, after, now)


# What must hold, the field the refusal is shown at, and the refusal; only pairs that are both set
# are compared. The same stands as constraints in the database.
_ORDER: tuple[tuple[str, str, Callable[[Any, Any], bool], str, Sentence], ...] = (
    (
        "consultation_opens_at",
        "consultation_closes_at",
        lambda a, b: a < b,
        "consultation_closes_at",
        _("The consultation must close after it opens."),
    ),
    (
        "call_opens_at",
        "call_closes_at",
        lambda a, b: a < b,
        "call_closes_at",
        _("The call must close after it opens."),
    ),
    (
        "consultation_opens_at",
        "call_opens_at",
        lambda a, b: a < b,
        "call_opens_at",
        _("The call must open after the consultation opens."),
    ),
    (
        "call_closes_at",
        "decisions_end_at",
        lambda a, b: a < b,
        "decisions_by",
        _("The decisions must come after the call closes."),
    ),
    (
        "call_closes_at",
        "runs_start_at",
        lambda a, b: a < b,
        "runs_from",
        _("The edition must start after the call closes."),
    ),
    (
        "decisions_by",
        "runs_from",
        lambda a, b: a <= b,
        "runs_from",
        _("The edition must not start before the decisions."),
    ),
    (
        "runs_from",
        "runs_to",
        lambda a, b: a <= b,
        "runs_to",
        _("The last day must not be before the first day."),
    ),
    (
        "runs_from",
        "report_on",
        lambda a, b: a <= b,
        "report_on",
        _("The report must not come before the edition starts."),
    ),
    (
        "runs_to",
        "report_on",
        lambda a, b: a <= b,
        "report_on",
        _("The report must not come before the edition ends."),
    ),
)
_PAIRS: tuple[tuple[str, str, Sentence], ...] = (
    (
        "consultation_opens_at",
        "consultation_closes_at",
        _("Say also when the consultation closes."),
    ),
    ("consultation_closes_at", "consultation_opens_at", _("Say also when the consultation opens.")),
    ("call_opens_at", "call_closes_at", _("Say also when the call closes.")),
    ("call_closes_at", "call_opens_at", _("Say also when the call opens.")),
    ("runs_to", "runs_from", _("Say also on which day the edition starts.")),
)


def check_order(edition: Edition) -> None:
    """Refuse dates that are out of order or stand without their partner, and any of a cancelled edition; computes the instants of the days first."""
    if edition.cancelled_at is not None:
        raise Refused(_("This edition was cancelled; its dates stay as they are."))
    edition.place_days()
    for given, needed, sentence in _PAIRS:
        if getattr(edition, given) is not None and getattr(edition, needed) is None:
            raise Refused(sentence, field=needed)
    for first, second, holds, field, sentence in _ORDER:
        a: date | None = getattr(edition, first)
        b: date | None = getattr(edition, second)
        if a is not None and b is not None and not holds(a, b):
            raise Refused(sentence, field=field)
