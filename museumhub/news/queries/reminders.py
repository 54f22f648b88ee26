"""What a reader has asked to be reminded of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from museumhub.news.models import Item, Reminder
from museumhub.news.models.reminder import instant_of

AT_MOST = 20


def reminder_of(user: Any, item: Item) -> Reminder | None:
    """The reader's own for one item; asks nothing where there is nothing to be reminded of."""
    if not user.is_authenticated or instant_of(item) is None:
        return None
    return Reminder.objects.confirmed().of(user).filter(item=item).first()


def own_reminders(user: Any, now: datetime) -> list[Reminder]:
    """What the reader is reminded of, in the order in which it was asked for: one query."""
    ahead = Q(item__starts_at__gt=now) | Q(item__starts_at__isnull=True, item__closes_at__gt=now)
    found = Reminder.objects.confirmed().of(user).filter(ahead, item__published_at__lte=now)
    return list(found.select_related("item")[:AT_MOST])
