"""What an item says in words people read: the labels of its fields and their values, for comparisons and conflicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from museumhub.kit.dates import said, said_day
from museumhub.kit.models import StoredFile
from museumhub.kit.refusals import Sentence
from museumhub.news import content as contents
from museumhub.news import kinds
from museumhub.news.models import Item

# Fields whose texts run over lines: compared line by line.
LONG = ("teaser", "body", "resources")
_TAGS: Sentence = _("Keywords")


def label(name: str) -> str:
    """The name of a field as it begins a line."""
    if name == "tags":
        return str(_TAGS)
    field: Any = Item._meta.get_field(name)
    words = str(field.verbose_name)
    return words[:1].upper() + words[1:]


def in_words(kind: str, *given: Mapping[str, Any]) -> list[dict[str, str]]:
    """Each content as texts by field; one query for each sort of row they point to."""
    names = _names(given)
    return [
        {
            name: _said(name, content.get(name), str(content.get("time_zone") or ""), names)
            for name in contents.fields(kind)
        }
        for content in given
    ]


Names = dict[str, dict[Any, str]]


def _names(given: Iterable[Mapping[str, Any]]) -> Names:
    """What the rows that the contents point to are called, by field and key."""
    found: Names = {}
    for name, model in contents.targets().items():
        wanted: set[Any] = set()
        for content in given:
            value = content.get(name)
            wanted.update(value if isinstance(value, list) else [] if value is None else [value])
        if wanted:
            rows = model._default_manager.filter(pk__in=wanted)
            found[name] = {
                row.pk: row.name if isinstance(row, StoredFile) else str(row) for row in rows
            }
    return found


def _said(name: str, value: Any, zone: str, names: Names) -> str:
    if value in (None, "", []):
        return ""
    if name in contents.targets():
        called = names.get(name, {})
        keys = value if isinstance(value, list) else [value]
        return ", ".join(called.get(key, f"({key})") for key in keys)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if name in kinds.INSTANTS:
        return said(datetime.fromisoformat(value), zone or settings.TIME_ZONE)
    if name == "dated":
        return said_day(date.fromisoformat(value))
    if name == "language":
        return str(dict(settings.LANGUAGES).get(value, value))
    return str(value)
