"""How instants are said to people: with the weekday, the clock, the zone and how far away they are."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from museumhub.kit.cities import city

_UTC = {"UTC", "Etc/UTC"}


def zone_name(instant: datetime, zone: str) -> str:
    """ "Berlin time, UTC+1": the zone's city and its distance from UTC at that instant."""
    local = instant.astimezone(ZoneInfo(zone))
    offset = local.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset is not None else 0
    if zone in _UTC:
        return "UTC"
    sign = "+" if minutes >= 0 else "\u2212"
    hours, rest = divmod(abs(minutes), 60)
    distance = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"
    return _("%(city)s time, %(distance)s") % {"city": city(zone), "distance": distance}


def said(instant: datetime, zone: str) -> str:
    """ "Tuesday 1 December 2026, 23:59 (Berlin time, UTC+1)" in the language in force."""
    local = instant.astimezone(ZoneInfo(zone))
    return _("%(day)s, %(clock)s (%(zone)s)") % {
        "day": said_day(local),
        "clock": formats.date_format(local, "H:i"),
        "zone": zone_name(instant, zone),
    }


def said_briefly(instant: datetime, zone: str) -> str:
    """ "1 December 2026, 23:59" on the clock of `zone`, which the page names elsewhere: for tables."""
    local = instant.astimezone(ZoneInfo(zone))
    return _("%(day)s, %(clock)s") % {
        "day": said_date(local),
        "clock": formats.date_format(local, "H:i"),
    }


def said_span(start: datetime, end: datetime | None, zone: str) -> str:
    """ "Wednesday 15 March 2023, 10:00 to 12:30 (Brussels time, UTC+1)"; over several days both days are said."""
    if end is None or end == start:
        return said(start, zone)
    place = ZoneInfo(zone)
    first, last = start.astimezone(place), end.astimezone(place)
    values = {
        "day": said_day(first),
        "from": formats.date_format(first, "H:i"),
        "last_day": said_day(last),
        "to": formats.date_format(last, "H:i"),
        "zone": zone_name(start, zone),
    }
    if first.date() == last.date():
        # Translators: as in "Wednesday 15 March 2023, 10:00 to 12:30 (Brussels time, UTC+1)".
        return _("%(day)s, %(from)s to %(to)s (%(zone)s)") % values
    # Translators: as in "Wednesday 15 March 2023, 10:00 to Friday 17 March 2023, 12:30 (Brussels time, UTC+1)".
    return _("%(day)s, %(from)s to %(last_day)s, %(to)s (%(zone)s)") % values


def said_shortly(instant: datetime, zone: str) -> str:
    """ "1 Dec., 23:59 (Berlin time)" in the language in force: for a line that is about the days ahead."""
    local = instant.astimezone(ZoneInfo(zone))
    # Translators: a day in Django's date format, such as "2 Dec.".
    day = _in_words(local, _("j N"), pgettext("the first day of a month", "j N"))
    clock = formats.date_format(local, "H:i")
    if zone in _UTC:
        return f"{day}, {clock} UTC"
    # Translators: stands in the subject of a letter; the shorter the better.
    return _("%(day)s, %(clock)s (%(city)s time)") % {
        "day": day,
        "clock": clock,
        "city": city(zone),
    }


def city_time(zone: str) -> str:
    """ "Berlin time"."""
    return _("%(city)s time") % {"city": city(zone)} if zone not in _UTC else "UTC"


def said_day(day: date) -> str:
    """ "Tuesday 1 December 2026" in the language in force."""
    # Translators: a date in words in Django's date format, such as "Tuesday 2 December 2026".
    usual = _("l j F Y")
    return _in_words(day, usual, pgettext("the first day of a month", "l j F Y"))


def said_date(day: date) -> str:
    """ "1 December 2026", without the weekday."""
    # Translators: a date in Django's date format, such as "10 June 2027".
    return _in_words(day, _("j F Y"), pgettext("the first day of a month", "j F Y"))


def said_days(first: date, last: date) -> str:
    """ "8 to 10 June 2027", "30 May to 2 June 2027": a span of whole days, what they share said once."""
    if first == last:
        return said_day(first)
    end = said_date(last)
    if (first.year, first.month) == (last.year, last.month):
        # Translators: the first day of a span within a month in Django's date format, such as "8".
        start = _in_words(first, _("j"), pgettext("the first day of a month", "j"))
        # Translators: as in "8 to 10 June 2027".
        return pgettext("days of one month", "%(first)s to %(last)s") % {
            "first": start,
            "last": end,
        }
    if first.year == last.year:
        # Translators: the first day of a span whose last day is in the same year, such as "30 May".
        start = _in_words(first, _("j F"), pgettext("the first day of a month", "j F"))
    else:
        start = said_date(first)
    # Translators: as in "30 May to 2 June 2027".
    return _("%(first)s to %(last)s") % {"first": start, "last": end}


def _in_words(day: date, usual: str, on_the_first: str) -> str:
    """Some languages say the first of a month in another way than the other days: « le 1er juin »."""
    return formats.date_format(day, on_the_first if day.day == 1 else usual)


def distance(instant: datetime, now: datetime) -> str:
    """ "in 3 days", "in 5 hours", "2 weeks ago": the largest unit that says it, rounded down."""
    seconds = (instant - now).total_seconds()
    ahead, size = seconds >= 0, abs(seconds)
    if size < 60:
        return _("in less than a minute") if ahead else _("a moment ago")
    if size < 3600:
        n = int(size // 60)
        text = ngettext("%(n)d minute", "%(n)d minutes", n)
    elif size < 2 * 86400:
        n = int(size // 3600)
        text = ngettext("%(n)d hour", "%(n)d hours", n)
    elif size < 28 * 86400:
        n = int(size // 86400)
        text = ngettext("%(n)d day", "%(n)d days", n)
    elif size < 84 * 86400:
        n = int(size // (7 * 86400))
        text = ngettext("%(n)d week", "%(n)d weeks", n)
    elif size < 365 * 86400:
        n = int(size // (30.44 * 86400))
        text = ngettext("%(n)d month", "%(n)d months", n)
    else:
        n = int(size // (365.25 * 86400)) or 1
        text = ngettext("%(n)d year", "%(n)d years", n)
    phrase = text % {"n": n}
    return (
        _("in %(duration)s") % {"duration": phrase}
        if ahead
        else _("%(duration)s ago") % {"duration": phrase}
    )
