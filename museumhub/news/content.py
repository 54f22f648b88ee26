"""What an item says, as plain JSON: one form for what is typed, kept as a revision, proposed, compared and put back.

Instants are ISO texts in UTC, days ISO texts, other rows their primary keys, several of them a sorted
list, keywords their names. The status, the address and the publisher of an item are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db import models

from museumhub.news import kinds
from museumhub.news.models import Item

Content = dict[str, Any]

COMMON: Final = (
    "title",
    "language",
    "teaser",
    "body",
    "picture",
    "topics",
    "tags",
    "translation_of",
)
# Set by the site itself when `resources` change.
_COMPUTED: Final = frozenset({"resources_updated_at"})
_MANY: Final = frozenset({"topics", "tags", "partners"})
_DAYS: Final = frozenset({"dated"})


def fields(kind: str) -> list[str]:
    """The names of everything an item of this kind says, in the order of forms and comparisons."""
    own = [
        name
        for name in (*kinds.COLUMNS, *kinds.RELATIONS)
        if name in kinds.KINDS[kind].fields and name not in _COMPUTED
    ]
    return ["title", "language", "teaser", *own, *COMMON[3:]]


def of(item: Item) -> Content:
    """What a saved item says."""
    return {name: _read(item, name) for name in fields(item.kind)}


def _read(item: Item, name: str) -> Any:
    if name == "tags":
        return sorted(tag.name for tag in item.tags.all())
    if name in _MANY:
        return sorted(row.pk for row in getattr(item, name).all())
    field: Any = Item._meta.get_field(name)
    return plain(getattr(item, field.attname))


def plain(value: Any) -> Any:
    """A value of a form or a row as it stands in a content."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case models.Model():
            return value.pk
        case str() | int() | None:
            return value
        case Iterable():
            rows = [plain(one) for one in value]
            return sorted(rows)
    raise TypeError(f"a content holds no {type(value).__name__}")


def tidy(content: Mapping[str, Any]) -> Content:
    """`content` with texts as forms send them: without blanks and empty lines at their ends."""
    return {
        name: value.strip() if isinstance(value, str) else value for name, value in content.items()
    }


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of what differs, in the order of `after`."""
    return [name for name in after if after[name] != before.get(name)]


def put(item: Item, content: Mapping[str, Any], now: datetime) -> None:
    """Set the columns of `item` to what `content` says; saves nothing. What is not of its kind is left out."""
    known = set(fields(item.kind))
    for name, value in content.items():
        if name in known and name not in _MANY:
            _set(item, name, value, now)


def _set(item: Item, name: str, value: Any, now: datetime) -> None:
    if name in kinds.INSTANTS:
        value = datetime.fromisoformat(value) if value else None
    elif name in _DAYS:
        value = date.fromisoformat(value) if value else None
    if name == "resources" and item.resources != value:
        item.resources_updated_at = now if value else None
    field: Any = Item._meta.get_field(name)
    setattr(item, field.attname, value)


def put_relations(item: Item, content: Mapping[str, Any]) -> None:
    """Set topics, keywords and partners of a saved item, where `content` speaks of them and they have changed."""
    for name in ("topics", "tags", "partners"):
        if name in content and name in fields(item.kind) and _read(item, name) != content[name]:
            getattr(item, name).set(content[name])


def without_what_is_gone(content: Mapping[str, Any]) -> Content:
    """`content` without references to rows that have been deleted since."""
    kept = dict(content)
    for name, model in targets().items():
        value = kept.get(name)
        if isinstance(value, list):
            there = set(model._default_manager.filter(pk__in=value).values_list("pk", flat=True))
            kept[name] = [pk for pk in value if pk in there]
        elif value is not None and not model._default_manager.filter(pk=value).exists():
            kept[name] = None
    return kept


def targets() -> dict[str, type[models.Model]]:
    """The references of an item and what they lead to."""
    names = ("picture", "translation_of", "result", "file", "topics", "partners")
    return {name: Item._meta.get_field(name).related_model for name in names}  # type: ignore[misc]
