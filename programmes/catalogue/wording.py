"""What readers are told about an edition: where it stands, its timetable, its cost and its places.

Dates are said in the edition's time zone, and beside it in the reader's own where that differs.
All texts are in the language in force.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language_info, npgettext
from django.utils.translation import gettext as _

from museumhub.kit.dates import said, said_day, said_days
from programmes.catalogue import phases
from programmes.catalogue.models import Edition
from programmes.catalogue.phases import Phase

# A call that closes within this time is shown as closing soon.
SOON = timedelta(days=7)


def standing(edition: Edition, now: datetime) -> str:
    """One or two sentences on where the edition stands at `now`."""
    return _SENTENCES[phases.phase(edition, now)](edition)


def call_period(edition: Edition) -> str:
    """When the call is open, in words that stay true: for calendars and feeds. The edition must have both instants."""
    return _("The call for applications is open from %(opens)s to %(closes)s.") % {
        "opens": _instant(edition, "call_opens_at"),
        "closes": _instant(edition, "call_closes_at"),
    }


def closes_soon(edition: Edition, now: datetime) -> bool:
    """The call is open and closes within a week."""
    return (
        phases.phase(edition, now) is phases.CALL_OPEN
        and edition.call_closes_at is not None
        and edition.call_closes_at - now <= SOON
    )


def _instant(edition: Edition, name: str) -> str:
    value: datetime = getattr(edition, name)
    return said(value, edition.time_zone)


def _announced(edition: Edition) -> str:
    if edition.call_words:
        return _("The call for applications: %(words)s.") % {"words": edition.call_words}
    if edition.runs_words:
        return _("The edition runs %(words)s.") % {"words": edition.runs_words}
    if edition.runs_from:
        return _("The edition starts on %(day)s.") % {"day": said_day(edition.runs_from)}
    return _("The edition has been announced. Its dates are not fixed yet.")


def _preparation(edition: Edition) -> str:
    over = _("The consultation is over.")
    if edition.call_words:
        call = _("The call for applications: %(words)s.") % {"words": edition.call_words}
        return f"{over} {call}"
    return over + " " + _("The call for applications has not been announced yet.")


def _selection(edition: Edition) -> str:
    closed = _("The call closed on %(at)s.") % {"at": _instant(edition, "call_closes_at")}
    if edition.decisions_by:
        due = _("Decisions are due by %(day)s.") % {"day": said_day(edition.decisions_by)}
        return f"{closed} {due}"
    return closed + " " + _("Participants are being selected.")


def _decided(edition: Edition) -> str:
    over = _("The participants have been selected.")
    if edition.runs_from:
        start = _("The edition starts on %(day)s.") % {"day": said_day(edition.runs_from)}
        return f"{over} {start}"
    return over


def _running(edition: Edition) -> str:
    if edition.runs_words:
        return _("The edition is running: %(words)s.") % {"words": edition.runs_words}
    if edition.runs_to:
        return _("The edition is running until %(day)s.") % {"day": said_day(edition.runs_to)}
    return _("The edition is running.")


def _ended(edition: Edition) -> str:
    if edition.runs_words:
        return _("The edition has ended: it ran %(words)s.") % {"words": edition.runs_words}
    return _("The edition ended on %(day)s.") % {
        "day": said_day(edition.runs_to) if edition.runs_to else ""
    }


_SENTENCES: dict[Phase, Callable[[Edition], str]] = {
    phases.CANCELLED: lambda e: (
        _("This edition was cancelled. %(reason)s") % {"reason": e.cancel_reason}
    ),
    phases.DRAFT: lambda e: _("This edition is a draft. Only its organisers see it."),
    phases.REPORTED: lambda e: _("The edition has ended and its report is published."),
    phases.ENDED: _ended,
    phases.RUNNING: _running,
    phases.DECIDED: _decided,
    phases.SELECTION: _selection,
    phases.CALL_OPEN: lambda e: (
        _("The call is open until %(at)s.") % {"at": _instant(e, "call_closes_at")}
    ),
    phases.CONSULTATION: lambda e: (
        _("The consultation is open until %(at)s.") % {"at": _instant(e, "consultation_closes_at")}
    ),
    phases.CONSULTATION_ANNOUNCED: lambda e: (
        _("The consultation opens on %(at)s.") % {"at": _instant(e, "consultation_opens_at")}
    ),
    phases.CALL_ANNOUNCED: lambda e: (
        _("The call opens on %(at)s.") % {"at": _instant(e, "call_opens_at")}
    ),
    phases.PREPARATION: _preparation,
    phases.ANNOUNCED: _announced,
}


@dataclass(frozen=True)
class Moment:
    """An instant of a step with the words before it ("opens", "closes")."""

    label: str
    at: datetime


@dataclass(frozen=True)
class Step:
    """One step of the timetable. `state` is past, present or future; `when` says its dates in words, `moments` its instants."""

    key: str
    title: str
    when: str
    state: str
    moments: list[Moment] = field(default_factory=list)


def timetable(edition: Edition, now: datetime) -> list[Step]:
    """The steps that have a date, in order; at most one of them is the present one."""
    present = phases.phase(edition, now)
    steps = [
        _period(
            edition,
            "consultation",
            _("Consultation"),
            "consultation_opens_at",
            "consultation_closes_at",
            edition.consultation_words,
            now,
        ),
        _period(
            edition,
            "call",
            _("Call for applications"),
            "call_opens_at",
            "call_closes_at",
            edition.call_words,
            now,
        ),
        _days(
            "decisions",
            _("Decisions"),
            edition.decisions_words
            or (
                _("By %(day)s") % {"day": said_day(edition.decisions_by)}
                if edition.decisions_by
                else ""
            ),
            is_over=edition.decisions_end_at is not None and edition.decisions_end_at <= now,
            is_now=present is phases.SELECTION,
        ),
        _days(
            "run",
            _("The edition runs"),
            edition.runs_words or _span(edition.runs_from, edition.runs_to),
            is_over=edition.runs_end_at is not None and edition.runs_end_at <= now,
            is_now=present is phases.RUNNING,
        ),
        _days(
            "report",
            _("Report"),
            edition.report_words or (said_day(edition.report_on) if edition.report_on else ""),
            is_over=False,
            is_now=present is phases.REPORTED,
        ),
    ]
    return _settle([step for step in steps if step is not None])


def _settle(steps: list[Step]) -> list[Step]:
    """A step whose date is said in words only is over once a later one has begun."""
    settled: list[Step] = []
    begun = False
    for step in reversed(steps):
        if begun and step.state == "future":
            step = replace(step, state="past")
        begun = begun or step.state != "future"
        settled.append(step)
    return settled[::-1]


def _period(
    edition: Edition, key: str, title: str, opens: str, closes: str, words: str, now: datetime
) -> Step | None:
    first: datetime | None = getattr(edition, opens)
    last: datetime | None = getattr(edition, closes)
    if first is None or last is None:
        return Step(key, title, words, "future") if words else None
    present = {"consultation": phases.CONSULTATION, "call": phases.CALL_OPEN}[key]
    is_now = phases.phase(edition, now) is present
    state = "present" if is_now else "past" if last < now else "future"
    when = words or _span(edition.local(first).date(), edition.local(last).date())
    moments = [Moment(_("Opens"), first), Moment(_("Closes"), last)]
    return Step(key, title, when, state, moments)


def _days(key: str, title: str, when: str, *, is_over: bool, is_now: bool) -> Step | None:
    if not when:
        return None
    return Step(key, title, when, "present" if is_now else "past" if is_over else "future")


def _span(first: date | None, last: date | None) -> str:
    if first is None:
        return ""
    if last is None:
        return _("From %(day)s") % {"day": said_day(first)}
    return said_days(first, last)


@dataclass(frozen=True)
class Next:
    """What happens next: in a few words, when (for counting), and when in words."""

    label: str
    at: datetime
    when: str


def next_date(edition: Edition, now: datetime) -> Next | None:
    """The next date of the timetable; None where none lies ahead or the edition was cancelled."""
    if edition.cancelled_at is not None:
        return None
    instants = (
        (edition.consultation_opens_at, _("consultation opens")),
        (edition.consultation_closes_at, _("consultation closes")),
        (edition.call_opens_at, _("call opens")),
        (edition.call_closes_at, _("call closes")),
    )
    days = (
        (edition.decisions_end_at, edition.decisions_by, _("decisions are due by")),
        (edition.runs_start_at, edition.runs_from, _("starts on")),
        (edition.runs_end_at, edition.runs_to, _("ends on")),
        (edition.report_start_at, edition.report_on, _("report on")),
    )
    ahead = [
        Next(label, at, said(at, edition.time_zone))
        for at, label in instants
        if at is not None and at >= now
    ]
    ahead += [
        Next(label, at, said_day(day))
        for at, day, label in days
        if at is not None and day is not None and at >= now
    ]
    return min(ahead, key=lambda one: one.at, default=None)


def cost(edition: Edition) -> str:
    """ "Funded: participants pay nothing", "A fee of GBP 2,800", or that it is not fixed yet."""
    if edition.cost == Edition.Cost.FEE and edition.fee_amount is not None:
        whole = edition.fee_amount == edition.fee_amount.to_integral_value()
        amount = number_format(
            edition.fee_amount, decimal_pos=0 if whole else 2, use_l10n=True, force_grouping=True
        )
        return _("A fee of %(currency)s %(amount)s") % {
            "currency": edition.fee_currency,
            "amount": amount,
        }
    if edition.cost == Edition.Cost.FUNDED:
        return str(Edition.Cost.FUNDED.label)
    return str(Edition.Cost.UNDECIDED.label)


def places(edition: Edition) -> str:
    """ "10 to 15 organisations", "up to 20 people", "at least 8 organisations"; empty where not stated."""
    least, most = edition.places_least, edition.places_most
    number = most or least
    if number is None:
        return ""
    if edition.places_for == Edition.Places.PEOPLE:
        unit = npgettext("places", "person", "people", number)
    else:
        unit = npgettext("places", "organisation", "organisations", number)
    if least and most and least != most:
        return _("%(least)d to %(most)d %(unit)s") % {"least": least, "most": most, "unit": unit}
    if most and least:
        return f"{most} {unit}"
    if most:
        return _("up to %(most)d %(unit)s") % {"most": most, "unit": unit}
    return _("at least %(least)d %(unit)s") % {"least": number, "unit": unit}


def language_name(code: str) -> str:
    """The language's name in the language in force; the code itself where nobody knows it."""
    try:
        info: dict[str, Any] = dict(get_language_info(code))
    except KeyError:
        return code
    return str(info["name_translated"])


def languages(edition: Edition) -> str:
    """The working languages by name: "English, Dutch"."""
    return ", ".join(language_name(code) for code in edition.languages)


def module_days(first: date | None, last: date | None) -> str:
    """When a module is held: "8 to 10 June 2027"; empty where not fixed."""
    return _span(first, last or first)
