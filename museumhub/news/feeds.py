"""The news as an Atom feed (RFC 4287) and as a JSON Feed (version 1.1), in the site's first language.

Each entry speaks the language it was written in. Ids are made of an item's public identifier and stay
when its address or its title changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Enclosure
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from museumhub.kit import uploads
from museumhub.kit.feeds import AtomFeed, tag_uri
from museumhub.kit.markdown import PictureUse, render
from museumhub.kit.pictures import Format
from museumhub.kit.urls import absolute
from museumhub.news import wording
from museumhub.news.models import Item
from museumhub.news.queries import Filters

# The version of JSON Feed that is written, by its address.
JSON_FEED = "https://jsonfeed.org/version/1.1"


def updated(item: Item) -> datetime:
    """Its last change, or its appearance where that came later."""
    published = item.published_at
    return item.updated_at if published is None else max(item.updated_at, published)


def _title(filters: Filters) -> str:
    """What a reader's program calls the feed: the site, and what it is narrowed to."""
    parts = [label for _name, label in filters.labels()]
    return " – ".join([_("News – %(site)s") % {"site": settings.SITE_NAME}, *parts])


def _page(filters: Filters) -> str:
    return absolute(reverse("news:list") + filters.query)


def _id(filters: Filters) -> str:
    """The id of a feed: the same for the same filters, in whatever order they were given."""
    said = "&".join(f"{name}={value}" for name, value in filters.pairs)
    return tag_uri(f"news?{said}" if said else "news")


def atom(items: Iterable[Item], filters: Filters) -> bytes:
    """The items as entries of an Atom feed."""
    with translation.override(settings.LANGUAGE_CODE):
        feed = AtomFeed(
            title=_title(filters),
            link=_page(filters),
            feed_url=absolute(reverse("news:feed_atom") + filters.query),
            description="",
            subtitle=_("What museums and their networks publish."),
            author_name=settings.SITE_NAME,
            author_link=absolute("/"),
            language=filters.language or settings.LANGUAGE_CODE,
            feed_guid=_id(filters),
        )
        for item in items:
            feed.add_item(
                title=item.title,
                link=absolute(item.get_absolute_url()),
                description=item.teaser,
                content=_content(item),
                language=item.language,
                unique_id=tag_uri(f"news/{item.oid}"),
                pubdate=item.published_at,
                updateddate=updated(item),
                author_name=wording.publisher(item),
                author_link=_publisher_address(item),
                labels=_labels(item),
                source=(item.source_name, item.source_url) if item.source_url else None,
                enclosures=[
                    Enclosure(one.address, str(one.size), one.kind) for one in _files(item)
                ],
            )
        return feed.writeString("utf-8").encode()


def json_feed(items: Iterable[Item], filters: Filters) -> bytes:
    """The items as a JSON Feed."""
    with translation.override(settings.LANGUAGE_CODE):
        whole = {
            "version": JSON_FEED,
            "title": _title(filters),
            "home_page_url": _page(filters),
            "feed_url": absolute(reverse("news:feed_json") + filters.query),
            "description": _("What museums and their networks publish."),
            "icon": absolute(static("img/apple-touch-icon.png")),
            "language": filters.language or settings.LANGUAGE_CODE,
            "authors": [{"name": settings.SITE_NAME, "url": absolute("/")}],
            "items": [_entry(item) for item in items],
        }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _entry(item: Item) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": tag_uri(f"news/{item.oid}"),
        "url": absolute(item.get_absolute_url()),
        "title": item.title,
        "summary": item.teaser,
        "content_html": _content(item),
        "date_published": _instant(item.published_at),
        "date_modified": _instant(updated(item)),
        "authors": [{"name": wording.publisher(item), "url": _publisher_address(item)}],
        "tags": [label for _term, _scheme, label in _labels(item)],
        "language": item.language,
    }
    if item.source_url:
        entry["external_url"] = item.source_url
    if item.picture is not None and (picture := item.picture.shown) is not None:
        entry["image"] = absolute(picture.largest)
    if files := _files(item):
        entry["attachments"] = [
            {"url": one.address, "mime_type": one.kind, "size_in_bytes": one.size} for one in files
        ]
    return entry


@dataclass(frozen=True)
class _File:
    """A file that belongs to an item: its address, what it is, and how many bytes."""

    address: str
    kind: str
    size: int


def _files(item: Item) -> list[_File]:
    """The document of an item, and the widest JPEG of its picture."""
    found = []
    if item.file is not None:
        address = absolute(reverse("news:file", args=[item.slug]))
        found.append(_File(address, uploads.content_type(item.file.kind), item.file.size))
    if item.picture is not None:
        widest = [one for one in item.picture.renditions.all() if one.format == Format.JPEG]
        for one in sorted(widest, key=lambda one: one.width)[-1:]:
            address = absolute(one.rendered(item.picture.oid).address)
            found.append(_File(address, uploads.content_type(one.file.kind), one.file.size))
    return found


def _content(item: Item) -> str:
    """The text with its pictures; where there is none (an event may do without), the teaser."""
    pictures = {one.oid: one for one in item.text_pictures.all()}
    if not pictures:
        return _html(item.body or item.teaser)

    def draw(use: PictureUse) -> SafeString | None:
        picture = pictures.get(use.key)
        if picture is None or (shown := picture.shown) is None:
            return None
        context = {
            "src": absolute(shown.largest),
            "picture": shown,
            "alt": use.alternative.strip() or shown.alt,
            "below": [part for part in (use.caption, shown.credit, str(shown.rights)) if part],
        }
        return render_to_string("news/_feed_picture.html", context)

    return str(render(item.body, draw=draw))


@lru_cache(maxsize=256)
def _html(text: str) -> str:
    """The newest texts are asked for again and again: by every feed, and by every change of one of them."""
    return str(render(text))


def _labels(item: Item) -> list[tuple[str, str, str]]:
    """Kind, topics and keywords as categories: term, scheme and what people read."""
    return [
        (item.kind, absolute("/news/?kind="), str(item.of_kind.label)),
        *((topic.slug, absolute("/topics/"), topic.said.short_name) for topic in item.topics.all()),
        *((tag.slug, absolute("/news/?tag="), tag.name) for tag in item.tags.all()),
    ]


def _publisher_address(item: Item) -> str:
    organisation = item.organisation
    return absolute("/" if organisation is None else organisation.get_absolute_url())


def _instant(instant: datetime | None) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else ""
