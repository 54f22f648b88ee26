"""An item with all the publication gate looks at, and what the gate says."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from museumhub.kit.markdown import outline
from museumhub.news import gate, links
from museumhub.news.models import Item, Picture, PictureQuerySet
from museumhub.news.texts import TEXTS


def manuscript(
    item: Item,
    *,
    topics: Collection[Any] | None = None,
    partners: Collection[Any] | None = None,
    user: Any = None,
) -> gate.Manuscript:
    """`item` as it stands; `topics` and `partners` are given where they are not saved yet, and then `user`, who writes."""
    outlines = [outline(text) for name in TEXTS if (text := getattr(item, name))]
    return gate.Manuscript(
        item=item,
        topics=item.topics.all() if topics is None else topics,
        partners=item.partners.all() if partners is None else partners,
        pictures=_pictures(item, {use.key for found in outlines for use in found.pictures}, user),
        broken=links.broken(link.target for found in outlines for link in found.links),
    )


def _pictures(item: Item, keys: set[str], user: Any) -> dict[str, gate.Shown]:
    """The pictures an item shows, by oid: the one at its head, and those of its texts."""
    found = {one.oid: one for one in pictures_in_text(item, keys, user)} if keys else {}
    if item.picture is not None:
        found[item.picture.oid] = item.picture
    return dict(found)


def pictures_in_text(item: Item, keys: Collection[str], user: Any) -> PictureQuerySet:
    """Those of the pictures that a text of the item may show: they stand in it already, or `user` may use them."""
    own = Q(pk__in=item.text_pictures.values("pk")) if item.pk else Q(pk__in=[])
    return Picture.objects.filter(oid__in=keys).filter(
        own | Q(pk__in=Picture.objects.usable_by(user).values("pk"))
    )


def reasons(item: Item) -> list[gate.Reason]:
    """What keeps a saved item from going out."""
    return gate.reasons(manuscript(item))
