"""Posting the room's letters: to whom, under which key, and what they say as plain JSON. Called inside the act's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import override

from museumhub.kit.urls import absolute
from museumhub.mail.letters import Attachment
from museumhub.mail.services import post_letter
from museumhub.members.models import Person
from museumhub.members.services.letters import post_to_person
from programmes.applications import calendars
from programmes.applications.models import Application, OpeningAlert
from programmes.applications.queries.changes import Change
from programmes.applications.queries.sheet import Answers, Sheet
from programmes.catalogue.models import Edition

LONG_TEXT = 4_000  # characters of one answer that a letter repeats


def draft_started(application: Application, actor: Person, now: datetime) -> None:
    """The link back to the draft, with the deadline for a calendar."""
    post_to_person(
        actor,
        kind="applications.draft_started",
        key=f"applications.draft_started:{application.pk}",
        context=about(application, actor.language),
        about=application,
        shelf=application.call.edition,
        attachments=_deadline(application.call.edition, now),
        now=now,
    )


def received(application: Application, sheet: Sheet, actor: Person, now: datetime) -> None:
    """The acknowledgement, once for each time an application is sent: the reference, and all answers."""
    post_to_person(
        actor,
        kind="applications.received",
        key=f"applications.received:{application.pk}:{application.times_sent}",
        context={**about(application, actor.language), "late": application.late, **content(sheet)},
        about=application,
        shelf=application.call.edition,
        now=now,
    )


def changed(
    application: Application, changes: Sequence[Change], actor: Person, now: datetime
) -> None:
    """What was changed after submission, once for each batch of changes."""
    post_to_person(
        actor,
        kind="applications.changed",
        key=f"applications.changed:{application.pk}:{application.times_sent}",
        context={
            **about(application, actor.language),
            "late": application.late,
            "changes": [
                {
                    "label": change.label,
                    "before": _short(change.before),
                    "after": _short(change.after),
                }
                for change in changes
            ],
        },
        about=application,
        shelf=application.call.edition,
        now=now,
    )


def withdrawn(application: Application, actor: Person, now: datetime) -> None:
    """To everybody who worked on it, so that a withdrawal by mistake is noticed."""
    _to_contributors(application, actor, "withdrawn", now)


def withdrawal_taken_back(application: Application, actor: Person, now: datetime) -> None:
    """To everybody who worked on it."""
    _to_contributors(application, actor, "withdrawal_taken_back", now)


def _to_contributors(application: Application, actor: Person, fact: str, now: datetime) -> None:
    people = Person.objects.filter(contributions__application=application)
    for person in {actor, *people}:
        post_to_person(
            person,
            kind=f"applications.{fact}",
            key=f"applications.{fact}:{application.pk}:{application.times_withdrawn}:{person.pk}",
            context={
                **about(application, person.language),
                "by": actor.name or actor.email,
            },
            about=application,
            shelf=application.call.edition,
            now=now,
        )


def closing_soon(application: Application, person: Person, stage: str, now: datetime) -> bool:
    """A reminder that the draft is not sent yet; `stage` is `7d`, `48h` or `4h`. Once for each deadline, draft and person."""
    edition = application.call.edition
    closes_at = edition.call_closes_at
    return closes_at is not None and post_to_person(
        person,
        kind="applications.closing_soon",
        key=f"applications.closing_soon:{application.pk}:{person.pk}:{closes_at.isoformat()}:{stage}",
        context={
            **about(application, person.language),
            "hours_left": round((closes_at - now) / timedelta(hours=1)),
            "days_left": round((closes_at - now) / timedelta(days=1)),
        },
        about=application,
        shelf=edition,
        attachments=_deadline(edition, now),
        now=now,
    )


def deadline_moved(
    application: Application, person: Person, before: datetime, now: datetime
) -> bool:
    """To somebody with a draft: the old deadline and the new one. Once for each change of the timetable."""
    edition = application.call.edition
    return post_to_person(
        person,
        kind="applications.deadline_moved",
        key=f"applications.deadline_moved:{edition.pk}:{edition.sequence}:{application.pk}:{person.pk}",
        context={**about(application, person.language), **_moved(edition, before, now)},
        about=application,
        shelf=edition,
        attachments=_deadline(edition, now),
        now=now,
    )


def deadline_moved_for(alert: OpeningAlert, before: datetime, now: datetime) -> bool:
    """To somebody who asked to be told about the call."""
    edition = alert.edition
    return _to_alert(
        alert,
        kind="applications.deadline_moved",
        key=f"applications.deadline_moved:{edition.pk}:{edition.sequence}:alert:{alert.pk}",
        context=_moved(edition, before, now),
        now=now,
    )


def _moved(edition: Edition, before: datetime, now: datetime) -> dict[str, Any]:
    closes_at = edition.call_closes_at
    if closes_at is None:
        raise ValueError("the call of this edition has no deadline")
    return {
        "before": before.isoformat(),
        "later": closes_at > before,
        "closed": closes_at <= now,
    }


def call_opened(alert: OpeningAlert, now: datetime) -> bool:
    """The call is open now; once for each alert and opening."""
    edition = alert.edition
    opens_at = edition.call_opens_at
    return opens_at is not None and _to_alert(
        alert,
        kind="applications.call_opened",
        key=f"applications.call_opened:{alert.pk}:{opens_at.isoformat()}",
        context={},
        now=now,
    )


def call_closes_soon(alert: OpeningAlert, stage: str, now: datetime) -> bool:
    """To somebody who asked to be reminded; `stage` is that of `closing_soon`. Once for each deadline and alert."""
    closes_at = alert.edition.call_closes_at
    return closes_at is not None and _to_alert(
        alert,
        kind="applications.call_closes_soon",
        key=f"applications.call_closes_soon:{alert.pk}:{closes_at.isoformat()}:{stage}",
        context={"days_left": round((closes_at - now) / timedelta(days=1))},
        now=now,
    )


def alert_asked(alert: OpeningAlert, is_open: bool, now: datetime) -> bool:
    """To an address that somebody typed: a link to a page with a button that confirms it. At most one a day.

    `is_open`: it is about the deadline of a call that has opened.
    """
    return post_letter(
        kind="applications.alert_asked",
        key=f"applications.alert_asked:{alert.oid}:{now:%Y-%m-%d}:{is_open}",
        to=alert.email,
        language=alert.language,
        time_zone=alert.time_zone,
        context={
            **edition_facts(alert.edition, alert.language),
            "opens_at": _iso(alert.edition.call_opens_at),
            "is_open": is_open,
            "confirm_url": _alert_url("confirm_alert", alert),
        },
        about=alert,
        now=now,
    )


def _to_alert(
    alert: OpeningAlert, *, kind: str, key: str, context: dict[str, Any], now: datetime
) -> bool:
    """To the person behind the alert where there is one, else to the address that was confirmed."""
    edition = alert.edition
    whole = {
        **edition_facts(edition, (alert.person or alert).language),
        **context,
        "stop_url": _alert_url("stop_alert", alert),
    }
    attachments = _deadline(edition, now)
    if alert.person is not None:
        return post_to_person(
            alert.person,
            kind=kind,
            key=key,
            context=whole,
            about=alert,
            shelf=edition,
            attachments=attachments,
            now=now,
        )
    return post_letter(
        kind=kind,
        key=key,
        to=alert.email,
        language=alert.language,
        time_zone=alert.time_zone,
        context=whole,
        about=alert,
        shelf=edition,
        attachments=attachments,
        now=now,
    )


def organisers_digest(
    edition: Edition, person: Person, facts: dict[str, Any], day: str, now: datetime
) -> bool:
    """The day's news for one organiser; once for each edition and day (`2027-02-01` in the edition's zone)."""
    return post_to_person(
        person,
        kind="applications.organisers_digest",
        key=f"applications.organisers_digest:{edition.pk}:{day}:{person.pk}",
        context={
            **edition_facts(edition, person.language),
            **facts,
            "list_url": absolute(
                reverse("applications:organise_list", args=[edition.programme.slug, edition.slug])
            ),
            "letters_url": absolute(
                reverse("catalogue:organise_letters", args=[edition.programme.slug, edition.slug])
            )
            + "?state=failed",
        },
        about=edition,
        shelf=edition,
        now=now,
    )


def edition_facts(edition: Edition, language: str) -> dict[str, Any]:
    """What every letter about a call says: names, deadline, zone and addresses; `language` is its reader's."""
    slugs = [edition.programme.slug, edition.slug]
    with override(language):
        title = edition.full_title
    return {
        "edition": title,
        "edition_zone": edition.time_zone,
        "deadline": _iso(edition.call_closes_at),
        "edition_url": absolute(edition.get_absolute_url()),
        "apply_url": absolute(reverse("applications:start", args=slugs)),
    }


def about(application: Application, language: str) -> dict[str, Any]:
    """What every letter about an application says."""
    return {
        **edition_facts(application.call.edition, language),
        "reference": application.reference,
        "organisation": application.organisation.name,
        "submitted_at": _iso(application.submitted_at),
        "application_url": absolute(application.get_absolute_url()),
        "grace_minutes": application.call.grace_minutes,
    }


def content(sheet: Sheet) -> dict[str, Any]:
    """All that was sent, as text."""
    maturity = sheet.maturity
    return {
        "sections": _sections(sheet.form),
        "assessment": _sections(sheet.assessment) if sheet.assessment is not None else [],
        "calculated": maturity.name(maturity.calculated) if maturity is not None else "",
        "declared": maturity.name(maturity.declared) if maturity is not None else "",
        "reason": _short(maturity.reason) if maturity is not None else "",
        "modules": [choice.module.title for choice in sheet.choices],
        "team": [
            {"name": one.name, "team_email": one.email, "role": one.role} for one in sheet.team
        ],
    }


def _sections(answers: Answers) -> list[dict[str, Any]]:
    return [
        {
            "title": section.title,
            "rows": [{"label": one.label, "value": _short(one.text)} for one in section.answers],
        }
        for section in answers.sections
    ]


def _short(text: str) -> str:
    return text if len(text) <= LONG_TEXT else f"{text[:LONG_TEXT]} […]"


def _iso(instant: datetime | None) -> str:
    return instant.isoformat() if instant is not None else ""


def _alert_url(name: str, alert: OpeningAlert) -> str:
    edition = alert.edition
    return absolute(
        reverse(f"applications:{name}", args=[edition.programme.slug, edition.slug, alert.oid])
    )


def _deadline(edition: Edition, now: datetime) -> Sequence[Attachment]:
    """The deadline for a calendar, where there is one ahead."""
    if edition.call_closes_at is None or edition.call_closes_at <= now:
        return ()
    url = absolute(edition.get_absolute_url())
    return (
        Attachment(
            "deadline.ics",
            "text/calendar; method=PUBLISH",
            calendars.deadline(edition, url=url, now=now),
        ),
    )
