"""One item as its readers see it; the public page, the preview and the editors' pages read the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from frameworks.models import Element, Tag
from museumhub.kit.pictures import Shown
from museumhub.members.models import Organisation
from museumhub.news import wording
from museumhub.news.models import Item, ItemQuerySet
from museumhub.news.texts import html_of


@dataclass(frozen=True)
class Reading:
    """What stands on the page of an item at `now`. `closed`: its closing instant has passed; `over`: its last hour.

    `body` and `resources` are its texts as HTML, `lead` the picture at its head, where its files are made.
    """

    item: Item
    topics: list[Element]
    tags: list[Tag]
    partners: list[Organisation]
    closed: bool
    over: bool
    result: Item | None
    has_times: bool
    body: SafeString
    resources: SafeString
    lead: Shown | None
    standing: wording.Standing | None
    identifier: wording.Identifier | None

    @property
    def authors(self) -> list[str]:
        """Of a document, one by one."""
        return [name for part in self.item.authors.split(";") if (name := part.strip())]

    @property
    def colour(self) -> str:
        """The colour of its first topic."""
        return self.topics[0].colour if self.topics else ""

    @property
    def sign(self) -> str:
        """The sign of its first topic."""
        return self.topics[0].sign if self.topics else ""

    @property
    def was_updated(self) -> bool:
        """Changed on a later day than it was published."""
        published = self.item.published_at
        return published is not None and self.item.updated_at.date() > published.date()


_PARTS = (
    *("topics__framework", "tags", "partners", "result"),
    *("picture__renditions", "text_pictures__renditions"),
)


def with_parts(items: ItemQuerySet) -> ItemQuerySet:
    """The items with the rows they name, for `reading`."""
    return items.select_related("organisation", "picture", "file")


def reading(item: Item, now: datetime, *, token: str = "") -> Reading:
    """`item` came from `with_parts`: eight queries at most. A result that is not public yet is not named.

    `token` is that of a preview's link: with it the files of pictures open for somebody without an account.
    """

    def show(shown: Shown) -> Shown:
        return shown.behind(urlencode({"preview": token})) if token else shown

    prefetch_related_objects([item], *_PARTS)
    pictures = {one.oid: one for one in item.text_pictures.all()}
    lead = item.picture.shown if item.picture is not None else None
    result = item.result if item.result is not None and item.result.is_public(now) else None
    topics = [topic for topic in item.topics.all() if not topic.retired]
    return Reading(
        item=item,
        topics=sorted(topics, key=lambda topic: (topic.framework_id, topic.order, topic.pk)),
        tags=sorted(item.tags.all(), key=lambda tag: tag.key),
        partners=sorted(item.partners.all(), key=lambda partner: partner.name_key),
        closed=item.has_closed(now),
        over=item.is_over(now),
        result=result,
        has_times=bool(item.starts_at or item.closes_at),
        body=html_of(item.body, pictures=pictures, language=item.language, show=show),
        resources=html_of(
            item.resources, pictures=pictures, language=item.language, top=3, show=show
        ),
        lead=show(lead) if lead is not None else None,
        standing=wording.standing(item, now),
        identifier=wording.identifier(item.identifier),
    )
