"""What every feed and calendar of the site has in common: ids that stay, dates of change, and 304 for who has what there is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from icalendar import Calendar, vDuration

from museumhub.kit.text import without_controls

# How often a client should ask again.
REFRESH = timedelta(hours=6)
# The year in the tag URIs.
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/feed+json; charset=utf-8"
CALENDAR = "text/calendar; charset=utf-8"


def tag_uri(what: str) -> str:
    """A tag URI (RFC 4151) that stays when an address changes."""
    return f"tag:{settings.SITE_HOST},{BEGINNING.year}:{what}"


def empty_calendar(name: str, about: str) -> Calendar:
    """A calendar without events; `about` is a word in English for its product identifier."""
    whole = Calendar()
    whole.add("prodid", f"-//{settings.SITE_NAME}//{about}//EN")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    # NAME and REFRESH-INTERVAL: RFC 7986, sections 5.1 and 5.7; the X- names are their elders.
    whole.add("name", name)
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", vDuration(REFRESH))
    return whole


class AtomFeed(Atom1Feed):
    """Atom (RFC 4287) with what Django's leaves out: summaries that are plain text, the whole text as
    HTML, the language of an entry, an author's address and categories with a scheme.

    Beyond Django's arguments an item takes `content` (HTML), `language`, `labels` (term, scheme, label)
    and `source` (a name and an address: where the entry appeared first).
    """

    def add_item(self, *args: Any, **more: Any) -> None:
        """Without the control characters that XML cannot hold: one in a title would end the whole feed."""
        super().add_item(*map(_told, args), **{name: _told(value) for name, value in more.items()})

    def latest_post_date(self) -> datetime:
        """When an entry last changed; an empty feed is as old as the site's ids, and the same tomorrow."""
        return super().latest_post_date() if self.items else BEGINNING

    def root_attributes(self) -> dict[str, str]:
        """Paths of the site in a text are read against its address."""
        return {**super().root_attributes(), "xml:base": f"{settings.SITE_URL}/"}

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        language = item.get("language")
        return {"xml:lang": language} if language else {}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        plain = item.pop("description", None)
        super().add_item_elements(handler, {**item, "description": None})
        if plain:
            handler.addQuickElement("summary", plain, {"type": "text"})
        if item.get("content"):
            handler.addQuickElement("content", item["content"], {"type": "html"})
        for term, scheme, label in item.get("labels", ()):
            handler.addQuickElement(
                "category", "", {"term": term, "scheme": scheme, "label": label}
            )
        if item.get("source"):
            name, address = item["source"]
            handler.addQuickElement("link", "", {"rel": "via", "href": address, "title": name})


def _told(value: Any) -> Any:
    """The same without control characters, in lists as well."""
    if isinstance(value, list | tuple):
        return type(value)(map(_told, value))
    return without_controls(value) if isinstance(value, str) else value


def entity_tag(parts: Iterable[object]) -> str:
    """A strong validator made of what decides a body (RFC 9110, section 8.8.3)."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(repr(part).encode())
        digest.update(b"\x00")
    return f'"{digest.hexdigest()[:32]}"'


def answer(
    request: HttpRequest,
    build: Callable[[], bytes],
    *,
    content_type: str,
    etag: str,
    changed: datetime | None,
    name: str = "",
) -> HttpResponseBase:
    """200 with both validators, or 304 without `build` having been called (RFC 9110, sections 8.8 and 13).

    `changed` is when what the body says last changed; `name` the file name a program may keep it under.
    """
    headers = {"ETag": etag, "Cache-Control": "public, max-age=300"}
    stamp = int(changed.timestamp()) if changed is not None else None
    if stamp is not None:
        headers["Last-Modified"] = http_date(stamp)
    if name:
        headers["Content-Disposition"] = f'inline; filename="{name}"'
    ready = get_conditional_response(request, etag, stamp)
    if ready is None:
        ready = HttpResponse(build(), content_type=content_type)
    for key, value in headers.items():
        ready.headers[key] = value
    return ready
