"""The room's scheduled actions: an item appears at its minute, the editors hear of what came in, and readers are reminded."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from museumhub.kit.references import dereference
from museumhub.news.models import Item, Reminder
from museumhub.news.services import moves, reminders, telling
from museumhub.schedule.models import ScheduledAction
from museumhub.schedule.registry import action


@action(moves.APPEAR, tolerance=timedelta(minutes=10), when_late="do")
def appear(scheduled: ScheduledAction, now: datetime) -> str:
    """Late is better than never; the service looks whether it is still to appear."""
    item = dereference(scheduled.about)
    return moves.appear(item, now) if isinstance(item, Item) else _("the item is gone")


@action(telling.TELL_EDITORS, tolerance=timedelta(hours=12), when_late="do")
def tell_editors(scheduled: ScheduledAction, now: datetime) -> str:
    """What has been decided since is left out."""
    told = telling.tell_editors(scheduled.due_at, now)
    return ngettext("told %(number)d editor", "told %(number)d editors", told) % {"number": told}


def _remind(scheduled: ScheduledAction, ahead: Reminder.Ahead, now: datetime) -> str:
    item = dereference(scheduled.about)
    if not isinstance(item, Item):
        return _("the item is gone")
    return reminders.remind(item, ahead, scheduled.payload["instant"], now)


@action(reminders.KINDS[Reminder.Ahead.DAY], tolerance=timedelta(hours=12), when_late="skip")
def remind_a_day_ahead(scheduled: ScheduledAction, now: datetime) -> str:
    """Half a day late at most; whoever was not reminded is an hour ahead."""
    return _remind(scheduled, Reminder.Ahead.DAY, now)


@action(reminders.KINDS[Reminder.Ahead.HOUR], tolerance=timedelta(minutes=45), when_late="skip")
def remind_an_hour_ahead(scheduled: ScheduledAction, now: datetime) -> str:
    """A letter that comes with the event itself is none."""
    return _remind(scheduled, Reminder.Ahead.HOUR, now)
