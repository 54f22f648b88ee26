"""Events as calendars (RFC 5545): each in the zone it was set in, with the rules of that zone beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vText, vUri

from museumhub.kit.feeds import empty_calendar
from museumhub.kit.urls import absolute
from museumhub.news import lifecycle, wording
from museumhub.news.models import Item
from museumhub.news.queries import Filters


def calendar(items: Iterable[Item], filters: Filters) -> bytes:
    """A calendar to subscribe to, in the site's first language; events say themselves in their own."""
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Events – %(site)s") % {"site": settings.SITE_NAME}
        parts = [name, *(label for _name, label in filters.labels())]
        return _written(empty_calendar(" – ".join(parts), "Events"), items)


def one(item: Item) -> bytes:
    """The calendar file of a single event."""
    with translation.override(settings.LANGUAGE_CODE):
        return _written(empty_calendar(item.title, "Event"), [item])


def _written(whole: Calendar, items: Iterable[Item]) -> bytes:
    events = [_event(item) for item in items]
    years = [event.decoded(name).year for event in events for name in ("dtstart", "dtend")]
    for zone in sorted({str(event["dtstart"].params.get("TZID", "")) for event in events} - {""}):
        whole.add_component(_rules(zone, min(years) - 1, max(years) + 2))
    for event in events:
        whole.add_component(event)
    return bytes(whole.to_ical())


@lru_cache(maxsize=128)
def _rules(zone: str, first: int, last: int) -> Timezone:
    """The rules of a zone (RFC 5545, section 3.6.5) from the first year to before the last."""
    return Timezone.from_tzid(zone, first_date=date(first, 1, 1), last_date=date(last, 1, 1))


def _event(item: Item) -> Event:
    """The UID never changes; SEQUENCE grows with each version of the text (RFC 5545, section 3.8.7.4)."""
    withdrawn = item.status == lifecycle.WITHDRAWN
    changed = max(item.updated_at, item.withdrawn_at or item.updated_at)
    address = absolute(item.get_absolute_url())
    event = Event()
    event.add("uid", f"event-{item.oid}@{settings.SITE_HOST}")
    event.add("sequence", item.version - 1 + withdrawn)
    event.add("dtstamp", _utc(changed))
    event.add("created", _utc(item.created_at))
    event.add("last-modified", _utc(changed))
    event.add("dtstart", _local(item.starts_at, item.time_zone))
    event.add("dtend", _local(item.ends_at, item.time_zone))
    event.add("summary", item.title, parameters={"LANGUAGE": item.language})
    event.add("description", _description(item, address), parameters={"LANGUAGE": item.language})
    event.add("url", vUri(address))
    event.add("status", "CANCELLED" if withdrawn else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if where := item.place or item.online_url:
        event.add("location", where)
    if item.online_url:
        # RFC 7986, section 5.11: the address of the online room, for programs that join by a button.
        event.add(
            "conference",
            vUri(item.online_url),
            parameters={"VALUE": "URI", "FEATURE": "AUDIO,VIDEO"},
        )
    organizer = (
        vCalAddress(absolute(f"/organisations/{item.organisation.slug}/"))
        if item.organisation
        else None
    )
    if organizer is not None:
        organizer.params["CN"] = vText(wording.publisher(item))
        event.add("organizer", organizer)
    if topics := [topic.said.short_name for topic in item.topics.all()]:
        event.add("categories", topics)
    return event


def _description(item: Item, address: str) -> str:
    parts = [
        item.teaser,
        item.withdrawn_reason,
        _("Register: %(address)s") % {"address": item.registration_url}
        if item.registration_url
        else "",
        _("Online room: %(address)s") % {"address": item.online_url} if item.online_url else "",
        address,
    ]
    return "\n".join(part for part in parts if part)


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)


def _local(instant: datetime | None, zone: str) -> datetime:
    """On the clock of the event, so that it stays at its hour where a country changes its rules."""
    assert instant is not None  # noqa: S101 - only events are asked for
    place = ZoneInfo(zone) if zone else UTC
    return instant.astimezone(place).replace(microsecond=0)
