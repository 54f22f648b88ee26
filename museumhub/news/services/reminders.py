""" "Remind me" before an event begins or a call closes: asked for, confirmed, stopped, and sent when its time has come.

The letters are planned about the item and keyed by its instant: an event that is moved has reminders of
its own, one that is moved back is not told twice, and one that is withdrawn has none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from museumhub.kit import audit
from museumhub.kit.refusals import Refused
from museumhub.kit.throttle import spend
from museumhub.kit.urls import absolute
from museumhub.mail.services import post_letter
from museumhub.members.models import Person
from museumhub.members.services import post_to_person
from museumhub.news.models import Item
from museumhub.news.models.reminder import AHEAD, Reminder, can_be_reminded, instant_of
from museumhub.schedule import services as schedule

UNCONFIRMED_FOR: Final = timedelta(days=7)
OVER_FOR: Final = timedelta(days=7)  # an event may still be moved to a later day

KINDS: Final = {
    Reminder.Ahead.DAY: "news.remind_a_day_ahead",
    Reminder.Ahead.HOUR: "news.remind_an_hour_ahead",
}


def ask_for_reminder(*, item: Item, ahead: str, actor: Person, now: datetime) -> Reminder:
    """Remind a person; asking again changes how long before. Refuses what is not public, or too near."""
    _refuse_past(item, now)
    with transaction.atomic():
        reminder = _row(item, actor.email.lower(), ahead, actor.language, actor.time_zone, now)
        reminder.person, reminder.ahead = actor, ahead
        reminder.confirmed_at = reminder.confirmed_at or now
        reminder.save()
        audit.record(
            verb="news.reminder_asked", subject=reminder, context=item, actor=actor, now=now
        )
        plan_item(item, now)
    return reminder


def ask_for_reminder_by_address(
    *, item: Item, email: str, ahead: str, language: str, address_of_sender: str, now: datetime
) -> None:
    """Send the address a letter with a link to confirm it; the caller cannot tell whether it was known.

    An address gets at most three such letters a day and a sender asks for at most ten an hour (`TooOften`).
    """
    _refuse_past(item, now)
    email = email.strip().lower()
    spend("news.reminder.sender", address_of_sender, 10, timedelta(hours=1), now=now)
    spend("news.reminder.address", email, 3, timedelta(days=1), now=now)
    with transaction.atomic():
        reminder = _row(item, email, ahead, language, item.time_zone, now)
        if reminder.confirmed_at is None:
            reminder.ahead, reminder.language = ahead, language
            reminder.asked_at, reminder.times_asked = now, reminder.times_asked + 1
            reminder.save()
            _ask_to_confirm(reminder, now)


@transaction.atomic
def confirm_reminder(*, reminder: Reminder, now: datetime) -> None:
    """The owner of the address agrees; a second time changes nothing."""
    if Reminder.objects.filter(pk=reminder.pk, confirmed_at=None).update(confirmed_at=now):
        reminder.confirmed_at = now
        plan_item(reminder.item, now)


def stop_reminder(*, reminder: Reminder) -> None:
    """Forget the address."""
    Reminder.objects.filter(pk=reminder.pk).delete()


def forget_reminders(now: datetime) -> int:
    """Delete addresses nobody confirmed within a week, and those of what is over; says how many."""
    stale = Reminder.objects.filter(confirmed_at=None, asked_at__lt=now - UNCONFIRMED_FOR)
    over = Reminder.objects.filter(item__starts_at__lt=now - OVER_FOR)
    closed = Reminder.objects.filter(
        item__starts_at__isnull=True, item__closes_at__lt=now - OVER_FOR
    )
    return sum(rows.delete()[0] for rows in (stale, over, closed))


def plan_item(item: Item, now: datetime) -> None:
    """Plan what is ahead for those who asked, and cancel what no longer holds; inside the caller's transaction."""
    for kind in KINDS.values():
        schedule.cancel(about=item, kind=kind, now=now)
    instant = instant_of(item)
    if not item.is_public(now) or instant is None or instant <= now:
        return
    if not Reminder.objects.filter(item=item).confirmed().exists():
        return
    for ahead, kind in KINDS.items():
        if instant - AHEAD[ahead] > now:
            schedule.plan(
                kind=kind,
                about=item,
                due_at=instant - AHEAD[ahead],
                key=f"{kind}:{item.pk}:{instant.isoformat()}",
                payload={"instant": instant.isoformat()},
                now=now,
            )


def remind(item: Item, ahead: Reminder.Ahead, planned_for: str, now: datetime) -> str:
    """Remind those who asked; an hour ahead also those who asked for a day and were not reminded. What came of it, for the record."""
    instant = instant_of(item)
    if not item.is_public(now) or instant is None or instant.isoformat() != planned_for:
        return _("it was moved or withdrawn; nobody was reminded")
    if instant <= now:
        return _("it has begun or closed; nobody was reminded")
    wanted = Reminder.objects.filter(item=item).confirmed().select_related("person")
    if ahead == Reminder.Ahead.DAY:
        wanted = wanted.filter(ahead=ahead)
    posted = sum(_remind(one, item, instant, now) for one in wanted.iterator())
    return ngettext("%(count)d letter", "%(count)d letters", posted) % {"count": posted}


def _row(
    item: Item, email: str, ahead: str, language: str, time_zone: str, now: datetime
) -> Reminder:
    try:
        with transaction.atomic():
            row, _made = Reminder.objects.get_or_create(
                item=item,
                email=email,
                defaults={
                    "ahead": ahead,
                    "language": language,
                    "time_zone": time_zone,
                    "asked_at": now,
                },
            )
    except IntegrityError:  # somebody pressed twice
        row = Reminder.objects.get(item=item, email=email)
    locked = Reminder.objects.select_for_update(of=("self",)).get(pk=row.pk)
    locked.item = item
    return locked


def _refuse_past(item: Item, now: datetime) -> None:
    if not can_be_reminded(item, now):
        raise Refused(_("There is nothing ahead here to be reminded of."))


def _ask_to_confirm(reminder: Reminder, now: datetime) -> None:
    post_letter(
        kind="news.reminder_asked",
        key=f"news.reminder_asked:{reminder.pk}:{reminder.times_asked}",
        to=reminder.email,
        language=reminder.language,
        time_zone=reminder.time_zone,
        context={**_facts(reminder.item), "confirm_url": _address("reminder_confirm", reminder)},
        about=reminder,
        now=now,
    )


def _remind(reminder: Reminder, item: Item, instant: datetime, now: datetime) -> bool:
    reminder.item = item
    key = f"news.reminded:{reminder.pk}:{instant.isoformat()}"
    context = {**_facts(item), "stop_url": _address("reminder_stop", reminder)}
    if reminder.person is not None:
        return post_to_person(
            reminder.person,
            kind="news.reminded",
            key=key,
            context=context,
            about=reminder,
            now=now,
        )
    return post_letter(
        kind="news.reminded",
        key=key,
        to=reminder.email,
        language=reminder.language,
        time_zone=reminder.time_zone,
        context=context,
        about=reminder,
        now=now,
    )


def _facts(item: Item) -> dict[str, object]:
    return {
        "title": item.title,
        "begins_at": item.starts_at.isoformat() if item.starts_at else "",
        "closes_at": item.closes_at.isoformat() if item.closes_at else "",
        "item_zone": item.time_zone,
        "place": item.place,
        "online_url": item.online_url,
        "item_url": absolute(item.get_absolute_url()),
    }


def _address(name: str, reminder: Reminder) -> str:
    return absolute(reverse(f"news:{name}", args=[reminder.item.slug, reminder.oid]))
