"""Which links of the news lead nowhere any more."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch

from museumhub.kit import clock
from museumhub.news import reading
from museumhub.news.models import Item
from museumhub.news.models.link import OutsideLink, shown_links

LINKS_ON_A_PAGE = 50


def dead_links(user: Any, page: str | int = 1) -> Page[OutsideLink]:
    """The last found first, each with `trouble_in_words` and its public items in `leading`: three queries."""
    public = Item.objects.published(clock.now()).only(
        "pk", "oid", "title", "language", "slug", "kind"
    )
    found = (
        OutsideLink.objects.seen_by(user)
        .dead()
        .filter(shown_links())
        .distinct()
        .order_by("-checked_at", "pk")
        .prefetch_related(Prefetch("items", queryset=public, to_attr="leading"))
    )
    shown = Paginator(found, LINKS_ON_A_PAGE).get_page(page)
    for link in shown:
        _tell(link)
    return shown


def dead_links_of(item: Item) -> list[OutsideLink]:
    """Those of one item, each with `trouble_in_words`: one query."""
    found = list(item.outside_links.filter(state=OutsideLink.State.DEAD).order_by("url"))
    for link in found:
        _tell(link)
    return found


def _tell(link: Any) -> None:
    link.trouble_in_words = reading.in_words(link.trouble, link.detail)
