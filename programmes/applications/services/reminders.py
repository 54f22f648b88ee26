"""What happens by itself around a deadline: planned with the timetable, moved with it, done once.

All of it is planned about the edition and keyed by the instant it belongs to, so that a moved deadline
has reminders of its own and one that is moved back is not told twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from museumhub.kit.dates import said
from museumhub.kit.refusals import Sentence
from museumhub.kit.zones import at_wall_clock, days_before
from museumhub.mail.models import Letter
from museumhub.mail.queries import shelf
from museumhub.members.models import Person
from museumhub.schedule.services import cancel, plan
from programmes.applications.lifecycle import DRAFT, OPEN
from programmes.applications.models import Application, Call, Contributor, OpeningAlert
from programmes.applications.services import letters
from programmes.catalogue.models import Edition
from programmes.catalogue.timetable import Timetable


@dataclass(frozen=True)
class Stage:
    """A reminder before the deadline: `ahead` of it on the edition's wall clock, at most `tolerance` late."""

    key: str
    kind: str
    ahead: timedelta
    tolerance: timedelta

    def due(self, closes_at: datetime, zone: str) -> datetime:
        """The instant; whole days are counted on the wall clock, hours as hours."""
        if self.ahead >= timedelta(days=7):
            return days_before(closes_at, self.ahead.days, zone)
        return closes_at - self.ahead


STAGES: Final = (
    Stage("7d", "applications.closes_in_7_days", timedelta(days=7), timedelta(hours=24)),
    Stage("48h", "applications.closes_in_48_hours", timedelta(hours=48), timedelta(hours=12)),
    Stage("4h", "applications.closes_in_4_hours", timedelta(hours=4), timedelta(hours=2)),
)
# Those of the stages that readers get who asked to be reminded; the last hours are for those with a draft.
TO_READERS: Final = STAGES[:2]
LAST_TO_READERS: Final = TO_READERS[-1]
OPENING: Final = "applications.call_opening"
DIGEST: Final = "applications.daily_digest"
KINDS: Final = (*(stage.kind for stage in STAGES), OPENING, DIGEST)

DIGEST_CLOCK: Final = time(8, 0)
DIGEST_DAYS_AHEAD: Final = (
    3  # mornings planned at a time, so that one that fails does not end them all
)
LINES: Final = 100  # of each part of a digest
DIGEST_AFTER: Final = timedelta(days=60)  # after the deadline, when only withdrawals can still come


def plan_edition(edition: Edition, now: datetime) -> None:
    """Plan everything that is ahead for the edition, and cancel what no longer holds; inside the caller's transaction."""
    for kind in KINDS:
        cancel(about=edition, kind=kind, now=now)
    opens_at, closes_at = edition.call_opens_at, edition.call_closes_at
    if opens_at is None or closes_at is None:
        return
    if edition.published_at is None or edition.cancelled_at is not None:
        return
    plan_digests(edition, now)
    if closes_at <= now:
        return
    if opens_at > now or _waiting(edition):
        plan(
            kind=OPENING,
            about=edition,
            due_at=opens_at,
            key=f"{OPENING}:{edition.pk}:{opens_at.isoformat()}",
            now=now,
        )
    for stage in STAGES:
        plan(
            kind=stage.kind,
            about=edition,
            due_at=stage.due(closes_at, edition.time_zone),
            key=f"{stage.kind}:{edition.pk}:{closes_at.isoformat()}",
            now=now,
        )


def _waiting(edition: Edition) -> bool:
    return _told_when_it_opens(edition).exists()


def _told_when_it_opens(edition: Edition) -> QuerySet[OpeningAlert]:
    """Those who asked before it opened."""
    return OpeningAlert.objects.filter(
        edition=edition, created_at__lt=edition.call_opens_at
    ).confirmed()


def plan_digests(edition: Edition, now: datetime) -> None:
    """Plan the next mornings' digests, as long as something can happen to the call."""
    if edition.call_opens_at is None or edition.call_closes_at is None:
        return
    day = edition.local(max(now, edition.call_opens_at)).date()
    planned = 0
    while planned < DIGEST_DAYS_AHEAD:
        due = at_wall_clock(day, DIGEST_CLOCK, edition.time_zone)
        if due > edition.call_closes_at + DIGEST_AFTER:
            return
        if due > now:
            plan(
                kind=DIGEST,
                about=edition,
                due_at=due,
                key=f"{DIGEST}:{edition.pk}:{day.isoformat()}",
                payload={"day": day.isoformat()},
                now=now,
            )
            planned += 1
        day += timedelta(days=1)


def timetable_changed(edition: Edition, before: Timetable, after: Timetable, now: datetime) -> None:
    """Move the reminders with the dates, and tell who waits for a deadline that moved. Registered with the catalogue."""
    names = {
        "call_opens_at",
        "call_closes_at",
        "time_zone",
        "published_at",
        "cancelled_at",
    }
    if not names & set(before.differences(after)):
        return
    plan_edition(edition, now)
    if not moves_for_readers(before, after, now):
        return
    was = before.call_closes_at
    if was is None:
        return
    told = set()
    for contributor in _writers(edition):
        letters.deadline_moved(contributor.application, contributor.person, was, now)
        told.add(contributor.person.email)
    for alert in _alerts(edition):
        if alert.email not in told:
            letters.deadline_moved_for(alert, was, now)


def moves_for_readers(before: Timetable, after: Timetable, now: datetime) -> bool:
    """Whether a deadline moved that somebody can still be waiting for."""
    old, new = before.call_closes_at, after.call_closes_at
    public = before.published_at is not None and after.published_at is not None
    standing = before.cancelled_at is None and after.cancelled_at is None
    return (public and standing and old is not None and new is not None and old != new) and max(
        old, new
    ) > now


def foretell(
    edition: Edition, before: Timetable, after: Timetable, now: datetime
) -> list[Sentence]:
    """What a change of the dates would do here, for the organiser to read before confirming it."""
    if not moves_for_readers(before, after, now) or after.call_closes_at is None:
        return []
    writers = {contributor.person.email for contributor in _writers(edition)}
    told = len(writers | {alert.email for alert in _alerts(edition)})
    sentences: list[Sentence] = [
        _("The reminders of the deadline move with it: the call then closes on %(deadline)s.")
        % {"deadline": said(after.call_closes_at, after.time_zone)}
    ]
    if after.call_closes_at <= now:
        sentences.append(
            _(
                "The call closes at once. Drafts can be sent within the minutes of grace, marked late."
            )
        )
    if told:
        sentences.append(
            ngettext(
                "%(count)d person gets a letter about the new deadline.",
                "%(count)d people get a letter about the new deadline.",
                told,
            )
            % {"count": told}
        )
    return sentences


def _writers(edition: Edition) -> list[Contributor]:
    """Everybody who works on a draft of the edition, with all that a letter needs."""
    found = list(
        Contributor.objects.filter(
            application__call__edition=edition,
            application__status=DRAFT,
            person__is_active=True,
            person__memberships__organisation=F("application__organisation"),
        ).select_related(
            "person", "application__organisation", "application__call__edition__programme"
        )
    )
    for contributor in found:
        contributor.application.call.edition = edition
    return found


def _alerts(edition: Edition, among: QuerySet[OpeningAlert] | None = None) -> list[OpeningAlert]:
    """Those who wait for the call, or some of them, with all that a letter needs."""
    waiting = OpeningAlert.objects.filter(edition=edition).confirmed() if among is None else among
    found = list(waiting.select_related("person"))
    for alert in found:
        alert.edition = edition
    return found


def remind(edition: Edition, stage: Stage, now: datetime) -> str:
    """Remind everybody who works on a draft, and those who asked for it; never after the deadline."""
    if edition.call_closes_at is None or edition.cancelled_at is not None:
        return _("the call has no deadline any more")
    if now >= edition.call_closes_at:
        return _("the deadline has passed; nobody was reminded")
    writers = _writers(edition)
    posted = sum(
        letters.closing_soon(writer.application, writer.person, stage.key, now)
        for writer in writers
    )
    if stage in TO_READERS:
        told = {writer.person.email for writer in writers}
        asked = OpeningAlert.objects.filter(edition=edition, before_it_closes=True).confirmed()
        posted += sum(
            letters.call_closes_soon(alert, stage.key, now)
            for alert in _alerts(edition, asked)
            if alert.email not in told
        )
    return _letters(posted)


def tell_that_call_opened(edition: Edition, now: datetime) -> str:
    """Tell everybody who asked; nobody where the call is not open after all."""
    if (
        edition.call_opens_at is None
        or edition.call_closes_at is None
        or edition.published_at is None
        or edition.cancelled_at is not None
        or not edition.call_opens_at <= now <= edition.call_closes_at
    ):
        return _("the call is not open; nobody was told")
    waiting = _alerts(edition, _told_when_it_opens(edition))
    posted = sum(letters.call_opened(alert, now) for alert in waiting)
    return _letters(posted)


def digest(edition: Edition, day: str, now: datetime) -> str:
    """Tell the organisers what came in since the last digest; never an empty letter."""
    call = Call.objects.filter(edition=edition).first()
    plan_digests(edition, now)
    if call is None:
        return _("the edition has no call")
    since = call.digested_at or edition.call_opens_at or call.edition.created_at
    facts = digest_facts(call, since, now)
    Call.objects.filter(pk=call.pk).update(digested_at=now)
    if not any(facts[name] for name in ("new", "changed", "withdrawn", "letters_failed")):
        return _("nothing new; no letter")
    posted = sum(
        letters.organisers_digest(edition, person, facts, day, now)
        for person in organisers(edition)
    )
    return _letters(posted)


def _letters(posted: int) -> str:
    return ngettext("%(count)d letter", "%(count)d letters", posted) % {"count": posted}


def digest_facts(call: Call, since: datetime, now: datetime) -> dict[str, object]:
    """New, changed and withdrawn applications after `since` up to `now`, how many drafts there are, how many letters failed."""
    own = Application.objects.filter(call=call).select_related("organisation")
    return {
        "new": _lines(own.standing().filter(submitted_at__gt=since, submitted_at__lte=now)),
        "changed": _lines(
            own.standing().filter(
                changed_at__gt=since, changed_at__lte=now, submitted_at__lte=since
            )
        ),
        "withdrawn": _lines(own.filter(withdrawn_at__gt=since, withdrawn_at__lte=now)),
        "drafts": own.drafts().count(),
        "standing": own.standing().count(),
        "letters_failed": shelf(call.edition)
        .filter(state=Letter.State.FAILED, posted_at__gt=since)
        .count(),
        "open": call.phase(now) == OPEN,
    }


def _lines(applications: QuerySet[Application]) -> list[dict[str, object]]:
    return [
        {
            "reference": one.reference,
            "organisation": one.organisation.name,
            "country": one.organisation.country.code,
            "late": one.late,
        }
        for one in applications.order_by("submitted_at", "pk")[:LINES]
    ]


def organisers(edition: Edition) -> list[Person]:
    """Who organises the edition or its whole programme, each once."""
    return list(
        Person.objects.filter(
            Q(programme_roles__edition=edition) | Q(programme_roles__edition=None),
            programme_roles__programme=edition.programme_id,
            programme_roles__role="organiser",
            is_active=True,
        )
        .distinct()
        .order_by("pk")
    )
