"""Template tags of the news."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils import formats
from django.utils.http import urlencode

from museumhub.kit import languages
from museumhub.kit.keyset import Place
from museumhub.news.models import Item
from museumhub.news.queries import Filters

register = template.Library()


@register.simple_tag
def place_address(filters: Filters, direction: str, place: Place) -> str:
    """The query string of the page that begins at a place, `before` or `after` it, its filters kept."""
    return f"?{urlencode([*filters.pairs, (direction, str(place))])}"


@register.simple_tag
def language_name(code: str) -> str:
    """The language's own name for itself: "Français"."""
    return languages.language_name(code)


@register.simple_tag
def day_of(item: Item, form: str) -> str:
    """The first day of an event on its own clock, in a format of Django's such as `j`."""
    if item.starts_at is None:
        return ""
    local = item.starts_at.astimezone(ZoneInfo(item.time_zone or settings.TIME_ZONE))
    return formats.date_format(local, form)
