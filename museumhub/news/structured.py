"""An item of news as schema.org says it: an article, an event with its place and zone, or a document."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from museumhub.kit.structured import the_site, together, trail, without_nothing
from museumhub.kit.urls import absolute
from museumhub.news import kinds
from museumhub.news.models import Item
from museumhub.news.queries import Around, Reading

# The nearest classes of schema.org; what is none of these is an article of the news.
_CLASSES = {
    kinds.EVENT: "Event",
    kinds.WEBINAR: "Event",
    kinds.PUBLICATION: "Report",
    kinds.TOOLKIT: "LearningResource",
    kinds.RECOMMENDATION: "Report",
}
_ATTENDANCE = "https://schema.org/{}EventAttendanceMode"


def as_schema(content: Reading, around: Around) -> dict[str, Any]:
    """The item and where it stands; nothing that its page does not say."""
    item = content.item
    said = _event(item, over=content.over) if item.of_kind.is_timed else _text(content, around)
    whole = {
        "@type": _CLASSES.get(item.kind, "NewsArticle"),
        "@id": absolute(item.get_absolute_url()),
        "url": absolute(item.get_absolute_url()),
        "inLanguage": item.language,
        "description": item.teaser,
        "image": picture_of(item),
        "keywords": [
            *(topic.said.short_name for topic in content.topics),
            *(tag.name for tag in content.tags),
        ],
        **said,
    }
    crumbs = trail(
        (_("News"), reverse("news:list")),
        (str(item.of_kind.plural), f"{reverse('news:list')}?kind={item.kind}"),
        (item.title, item.get_absolute_url()),
    )
    return together(whole, crumbs)


def picture_of(item: Item) -> str:
    """The address of its picture in the format every program knows; empty without one."""
    shown = item.picture.shown if item.picture is not None else None
    return absolute(shown.largest) if shown is not None else ""


def _text(content: Reading, around: Around) -> dict[str, Any]:
    item = content.item
    title = "headline" if item.kind not in _CLASSES else "name"
    identifier = content.identifier
    return {
        title: item.title,
        "datePublished": _instant(item.published_at),
        "dateModified": _instant(item.updated_at),
        "author": [{"@type": "Person", "name": name} for name in content.authors]
        or _publisher(item),
        "publisher": _publisher(item),
        "mainEntityOfPage": absolute(item.get_absolute_url()),
        "copyrightYear": item.year,
        "identifier": identifier and (identifier.address or identifier.text),
        "isBasedOn": item.source_url,
        "contributor": [_organisation(one) for one in content.partners],
        "workTranslation": [
            {"@id": absolute(one.get_absolute_url())} for one in around.translations
        ],
    }


def _event(item: Item, *, over: bool) -> dict[str, Any]:
    """Times carry the distance from UTC of the event's own zone, so that they are read on its clock."""
    online, place = bool(item.online_url) or not item.place, bool(item.place)
    mode = "Mixed" if online and place else "Online" if online else "Offline"
    # Afterwards nobody is led to an empty room.
    room = absolute(item.get_absolute_url())
    if not over:
        room = item.online_url or item.registration_url or room
    rooms = [
        {"@type": "Place", "name": item.place, "address": item.place} if place else {},
        {"@type": "VirtualLocation", "url": room} if online else {},
    ]
    return {
        "name": item.title,
        "startDate": _local(item.starts_at, item.time_zone),
        "endDate": _local(item.ends_at, item.time_zone),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": _ATTENDANCE.format(mode),
        "location": [one for one in rooms if one],
        "organizer": _publisher(item),
        "recordedIn": {"@type": "VideoObject", "url": item.recording_url, "name": item.title}
        if item.recording_url
        else None,
    }


def _publisher(item: Item) -> dict[str, Any]:
    if item.organisation is None:
        return without_nothing(the_site())
    return _organisation(item.organisation)


def _organisation(organisation: Any) -> dict[str, Any]:
    here = absolute(organisation.get_absolute_url())
    return {"@type": "Organization", "@id": here, "name": organisation.name, "url": here}


def _instant(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""


def _local(instant: datetime | None, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).isoformat() if instant and zone else _instant(instant)
