"""Instants and wall clocks: what "23:59 on the last day" means in a zone, and how an instant reads there.

Instants are aware and in UTC; a zone is an IANA name. Arithmetic in days is done on the wall clock,
then turned into an instant, so a day over a clock change has 23 or 25 hours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


@cache
def zone_names() -> frozenset[str]:
    """Every IANA zone of this installation; found on the disk once, which takes as long as drawing a page."""
    return frozenset(available_timezones())


def validate_zone(name: str) -> None:
    """For a model or form field: an IANA zone name this installation knows."""
    if name not in zone_names():
        raise ValidationError(_("Choose a time zone from the list."))


def site_zone() -> str:
    """The zone of the site itself; the default of a model field, so that migrations do not depend on TIME_ZONE."""
    return settings.TIME_ZONE


def at_wall_clock(day: date, clock: time, zone: str) -> datetime:
    """The instant (UTC) at which a clock on the wall in `zone` shows `clock` on `day`.

    A time the zone skips in spring is read as the instant the clocks jump to; one that happens
    twice in autumn is read as the later one, which is to the writer's favour for a deadline.
    """
    place = ZoneInfo(zone)
    local = datetime.combine(day, clock.replace(tzinfo=None), tzinfo=place)
    instant = local.replace(fold=1).astimezone(UTC)
    if instant.astimezone(place).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    # In a gap the two readings of the time lie on either side of the jump: close in on it.
    before, after = instant, local.replace(fold=0).astimezone(UTC)
    new_offset = after.astimezone(place).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(place).utcoffset() == new_offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def end_of_day(day: date, zone: str) -> datetime:
    """23:59:00 on `day` in `zone`, as an instant."""
    return at_wall_clock(day, time(23, 59), zone)


def days_before(instant: datetime, days: int, zone: str) -> datetime:
    """The instant `days` calendar days earlier at the same time on the wall clock of `zone`."""
    local = instant.astimezone(ZoneInfo(zone))
    return at_wall_clock(local.date() - timedelta(days=days), local.time(), zone)
