"""Putting the newsletter together for everybody whose day and hour have come.

In short transactions of a batch each: the letter is posted under a key of the subscription and its
instant, and the instant of the next one is written, or neither. A worker that is killed leaves the rest
to the next; two workers never take the same row.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from museumhub.kit import clock, stopping
from museumhub.mail.services import post_letter
from museumhub.news.models import NewsletterDay, Subscription
from museumhub.news.queries.newsletter import Choice, choice_of, contents
from museumhub.news.services.moves import APPEAR
from museumhub.news.services.newsletter import links_of
from museumhub.schedule.models import ScheduledAction

ASSEMBLE: Final = "news.assemble_newsletters"

BATCH: Final = 50  # subscribers of one transaction
# What was published a moment ago may not be committed yet: it is left to the next letter.
SETTLED: Final = timedelta(minutes=2)

State = ScheduledAction.State


@dataclass
class Press:
    """One round: its instant, up to when it tells, and what it has put together already."""

    now: datetime
    until: datetime
    made: dict[Choice, dict[str, Any] | None] = field(default_factory=dict)

    def contents(self, choice: Choice) -> dict[str, Any] | None:
        """Read once for all who chose alike."""
        if choice not in self.made:
            self.made[choice] = contents(choice, until=self.until, now=self.now)
        return self.made[choice]


def waits(now: datetime) -> bool:
    """Whether the newsletter is to be put together for somebody."""
    return Subscription.objects.due(now).exists() and not _something_appears(now)


def _something_appears(now: datetime) -> bool:
    """An item whose minute has come is on its way to the public: a letter put together now would miss it for good."""
    on_its_way = Q(state=State.PLANNED, not_before__lte=now) | Q(
        state__in=[State.CLAIMED, State.RUNNING]
    )
    return ScheduledAction.objects.filter(on_its_way, kind=APPEAR).exists()


def assemble_due(*, seconds: float = 120.0) -> int:
    """Put the letters together whose time has come; how many subscribers were seen to. Never called inside a transaction."""
    now = clock.now()
    if _something_appears(now):
        return 0
    end = time.monotonic() + seconds
    press = Press(now, (now - SETTLED).replace(second=0, microsecond=0))
    done = 0
    while not stopping.asked() and time.monotonic() < end:
        number = _batch(press)
        if not number:
            break
        done += number
    return done


@transaction.atomic
def _batch(press: Press) -> int:
    due = Subscription.objects.due(press.now)
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    rows = due.select_related("person").prefetch_related("topics").order_by("next_due_at", "pk")
    subscriptions = list(rows[:BATCH])
    tallies: Counter[tuple[date, str, str, str]] = Counter()
    today = press.now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    for one in subscriptions:
        outcome = "letters" if _post(one, press) else "nothing_new"
        tallies[today, one.frequency, one.language, outcome] += 1
        # However late this one is, the next one is the next that is still to come.
        one.next_due_at = one.rhythm.after(press.now)
    Subscription.objects.bulk_update(
        subscriptions, ["next_due_at", "covered_until", "last_letter_at"]
    )
    for (day, frequency, language, outcome), number in sorted(tallies.items()):
        row, _made = NewsletterDay.objects.get_or_create(
            day=day, frequency=frequency, language=language
        )
        NewsletterDay.objects.filter(pk=row.pk).update(**{outcome: F(outcome) + number})
    return len(subscriptions)


def _post(subscription: Subscription, press: Press) -> bool:
    """Its letter, where something is new; a person who is switched off gets none."""
    since, person = subscription.covered_until, subscription.person
    assert since is not None  # noqa: S101 - held by a constraint of whoever is due
    assert subscription.next_due_at is not None  # noqa: S101 - the same
    until = max(since, press.until)
    made = press.contents(choice_of(subscription, since=since))
    subscription.covered_until = until
    if made is None or (person is not None and not person.is_active):
        return False
    posted = post_letter(
        kind="news.newsletter",
        key=f"news.newsletter:{subscription.pk}:{subscription.next_due_at:%Y-%m-%dT%H:%MZ}",
        to=subscription.email,
        name=person.name if person is not None else "",
        language=subscription.language,
        time_zone=subscription.time_zone,
        context={**made, **links_of(subscription)},
        about=subscription,
        person_id=person.pk if person is not None else None,
        now=press.now,
    )
    if posted:
        subscription.last_letter_at = press.now
    return posted
