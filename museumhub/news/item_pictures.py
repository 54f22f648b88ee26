"""Items show pictures of the library: one at their head, others in their texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from museumhub.news.models import Item, Picture
from museumhub.news.pictures import Place, Use, used_by


def _shown(now: datetime) -> Q:
    public = Item.objects.published(now)
    return Q(Exists(public.filter(picture=OuterRef("pk")))) | Q(
        Exists(public.filter(text_pictures=OuterRef("pk")))
    )


def _used() -> Q:
    return Q(Exists(Item.objects.filter(picture=OuterRef("pk")))) | Q(
        Exists(Item.objects.filter(text_pictures=OuterRef("pk")))
    )


def _places(picture: Picture, user: Any, now: datetime) -> Iterator[Place]:
    """The newest fifty; a title only of what the reader may see."""
    showing = Q(picture=picture) | Q(
        pk__in=Item.objects.filter(text_pictures=picture).order_by().values("pk")
    )
    visible = set(Item.objects.visible_to(user, now).filter(showing).values_list("pk", flat=True))
    for item in Item.objects.filter(showing).order_by("-pk")[:50]:
        public = item.is_public(now)
        yield Place(
            title=item.title if item.pk in visible else "",
            what=item.get_kind_display() if item.pk in visible else _("A text of somebody else"),
            address=item.get_absolute_url() if public else "",
            public=public,
        )


used_by(Use("items", shown=_shown, used=_used, places=_places))
