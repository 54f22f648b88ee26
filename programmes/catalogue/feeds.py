"""Calls as a calendar (RFC 5545) and as a feed (RFC 4287), in the site's first language.

Both say only what stays true between two acts of an organiser, so that their content changes when
something happened and not with every request. Instants are in UTC, which needs no zone rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Event, vUri

from museumhub.kit.feeds import AtomFeed, empty_calendar, tag_uri
from museumhub.kit.urls import absolute
from programmes.catalogue import wording
from programmes.catalogue.models import Edition


def calendar(editions: Iterable[Edition]) -> bytes:
    """An iCalendar file: for each call its deadline, and its opening where that is a moment of its own."""
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Calls for applications – %(site)s") % {"site": settings.SITE_NAME}
        whole = empty_calendar(name, "Calls")
        for edition in editions:
            for event in _events(edition):
                whole.add_component(event)
        return bytes(whole.to_ical())


def _events(edition: Edition) -> Iterable[Event]:
    if edition.call_opens_at is not None:
        title = _("Call opens: %(edition)s") % {"edition": edition.full_title}
        yield _event(edition, "opens", edition.call_opens_at, title)
    if edition.call_closes_at is not None:
        title = _("Deadline: %(edition)s") % {"edition": edition.full_title}
        yield _event(edition, "closes", edition.call_closes_at, title)


def _event(edition: Edition, what: str, at: datetime, title: str) -> Event:
    """One instant without length. The UID never changes, and SEQUENCE counts the changes of the timetable."""
    address = absolute(edition.get_absolute_url())
    event = Event()
    event.add("uid", f"call-{what}-{edition.oid}@{settings.SITE_HOST}")
    event.add("sequence", edition.sequence)
    event.add("dtstamp", edition.updated_at.astimezone(UTC).replace(microsecond=0))
    event.add("created", edition.created_at.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", edition.updated_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", at.astimezone(UTC).replace(microsecond=0))
    event.add("summary", title)
    event.add("description", f"{wording.call_period(edition)}\n{address}")
    event.add("url", vUri(address))
    event.add("status", "CANCELLED" if edition.cancelled_at else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if topics := [topic.short_name for topic in edition.programme.topics.all()]:
        event.add("categories", topics)
    return event


def atom(editions: Iterable[Edition], now: datetime) -> bytes:
    """An Atom feed of the same calls; cancelled ones say so in their title."""
    with translation.override(settings.LANGUAGE_CODE):
        feed = AtomFeed(
            title=_("Calls for applications – %(site)s") % {"site": settings.SITE_NAME},
            link=absolute(reverse("catalogue:calls")),
            feed_url=absolute(reverse("catalogue:calls_atom")),
            description="",
            subtitle=_("What museums can apply for, the next deadline first."),
            author_name=settings.SITE_NAME,
            language=settings.LANGUAGE_CODE,
            feed_guid=tag_uri("calls"),
        )
        for edition in editions:
            title = edition.full_title
            if edition.cancelled_at is not None:
                title = _("Cancelled: %(edition)s") % {"edition": title}
            feed.add_item(
                title=title,
                link=absolute(edition.get_absolute_url()),
                description=_summary(edition),
                unique_id=tag_uri(f"call/{edition.oid}"),
                pubdate=edition.published_at,
                updateddate=_updated(edition, now),
                categories=[topic.short_name for topic in edition.programme.topics.all()],
            )
        return feed.writeString("utf-8").encode()


def _summary(edition: Edition) -> str:
    parts = [
        edition.summary or edition.programme.summary,
        edition.cancel_reason or wording.call_period(edition),
    ]
    return " ".join(part for part in parts if part)


def _updated(edition: Edition, now: datetime) -> datetime:
    """The last act of an organiser, or the opening of the call where that came later."""
    opened = edition.call_opens_at
    if opened is not None and edition.updated_at < opened <= now:
        return opened
    return edition.updated_at
