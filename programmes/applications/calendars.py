"""A deadline as a calendar entry (RFC 5545), for letters and for download."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from programmes.catalogue.models import Edition


def deadline(edition: Edition, *, url: str, now: datetime) -> str:
    """The close of the edition's call, with an alarm a day before. Its UID stays and its SEQUENCE grows when the deadline moves.

    The edition has a deadline and its programme is loaded. The instant is written in UTC, which every
    calendar shows in its owner's own zone.
    """
    closes_at = edition.call_closes_at
    if closes_at is None:
        raise ValueError("the call of this edition has no deadline")
    title = _("Call closes: %(edition)s") % {"edition": edition.full_title}
    calendar = Calendar()
    calendar.add("prodid", "-//MuseumHub//applications//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"call-{edition.oid}@{settings.SITE_HOST}")
    event.add("sequence", edition.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", closes_at)
    event.add("dtend", closes_at)
    event.add("summary", title)
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(days=-1))
    event.add_component(alarm)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode()
