"""When the public pages of the news change by themselves: events begin and end, calls close."""

from __future__ import annotations

from datetime import datetime

from museumhub.kit import changes
from museumhub.news import lifecycle
from museumhub.news.models import Item

INSTANTS = ("published_at", "starts_at", "ends_at", "closes_at")


@changes.moments
def next_of_an_item(now: datetime) -> datetime | None:
    """The first instant, from `now` on, of an item that is public or will be; one query for each kind of instant."""
    out = Item.objects.filter(status__in=lifecycle.OUT)
    found = [
        out.filter(**{f"{name}__gte": now}).order_by(name).values_list(name, flat=True).first()
        for name in INSTANTS
    ]
    return min((at for at in found if at is not None), default=None)
