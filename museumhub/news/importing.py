"""What can be imported as news: feeds, and lists of items in YAML or JSON, read into rows that say what is wrong with them.

Rows are what an import shows before it writes anything; `services.imports` makes drafts of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from frameworks.models import Element
from museumhub.kit import clock
from museumhub.kit.markdown import quoted
from museumhub.kit.refusals import Refused
from museumhub.kit.text import in_one_line, shortened
from museumhub.kit.zones import zone_names
from museumhub.news import content as contents
from museumhub.news import kinds, reading
from museumhub.news.models import Item

MOST = 1_000  # items of one list
TEASER = 300

# What an item of a list may say, whatever its kind. Its kind adds `kinds.COLUMNS`.
_COMMON = frozenset(
    {"kind", "language", "title", "teaser", "body", "topics", "tags", "source_url", "time_zone"}
)
# Rows of other tables, and what the site sets itself.
_NOT_IMPORTED = frozenset({"file", "result", "partners", "resources_updated_at"})


class NotAList(Refused):
    """The file is neither a feed nor a list of items."""


@dataclass(frozen=True)
class Row:
    """One item to be imported. `content` is as drafts take it (plain JSON); `wrong` says why it cannot be, in sentences."""

    number: int
    title: str
    kind: str
    content: dict[str, Any]
    source_url: str = ""
    wrong: list[str] = field(default_factory=list)


def rows_of_feed(feed: reading.Feed, *, language: str) -> list[Row]:
    """A row for each entry; `language` where it is given, else the feed's own."""
    spoken = language or feed.language
    return [
        _row(
            number,
            {
                "title": entry.title,
                "language": spoken,
                "teaser": shortened(in_one_line(entry.summary), TEASER),
                "body": quoted(entry.summary),
                "source_url": entry.link,
            },
            language,
            {},
        )
        for number, entry in enumerate(feed.entries, 1)
    ]


def rows_of_list(text: str, *, language: str) -> list[Row]:
    """A row for each item of a YAML or JSON list; `language` where an item does not say its own. Raises `NotAList`."""
    given = _parsed(text)
    if isinstance(given, dict):
        given = given.get("items")
    if not isinstance(given, list) or not given or len(given) > MOST:
        raise NotAList(
            _("Expected a feed, or a list of at most %(most)d items in YAML or JSON.")
            % {"most": MOST}
        )
    topics = dict(Element.objects.topics().values_list("slug", "pk"))
    return [_row(number, one, language, topics) for number, one in enumerate(given, 1)]


class _Loader(yaml.SafeLoader):
    """Days and times stay as they are written, so that a wrong one is a fault of its item and not of the whole file."""

    yaml_implicit_resolvers = {
        first: [(tag, found) for tag, found in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader, see above
    except yaml.YAMLError as error:
        raise NotAList(_("The file is neither a feed nor YAML nor JSON.")) from error


def _row(number: int, said: Any, language: str, topics: Mapping[str, int]) -> Row:
    if not isinstance(said, dict):
        return Row(number, "", kinds.ARTICLE, {}, wrong=[_("This is no item: it has no fields.")])
    kind = str(said.get("kind") or kinds.ARTICLE)
    title = in_one_line(str(said.get("title") or ""))
    if kind not in kinds.KINDS:
        unknown = _("There is no kind “%(kind)s”.") % {"kind": kind}
        return Row(number, title, kinds.ARTICLE, {}, wrong=[unknown])
    row = Row(number, title, kind, {}, source_url=str(said.get("source_url") or ""))
    known = (_COMMON | set(kinds.KINDS[kind].fields)) - _NOT_IMPORTED
    for name in sorted(set(map(str, said)) - known):
        row.wrong.append(_("“%(field)s” is no field of this kind.") % {"field": name})
    row.content.update(_content({**said, "title": title}, kind, language, topics, row.wrong))
    if not row.wrong:
        row.wrong.extend(_refusals(row))
    return row


def _content(
    said: dict[str, Any], kind: str, language: str, topics: Mapping[str, int], wrong: list[str]
) -> dict[str, Any]:
    """What the item says, in plain JSON: instants in UTC, topics by their keys."""
    content: dict[str, Any] = {
        "title": said["title"],
        "language": str(said.get("language") or language),
        "teaser": in_one_line(str(said.get("teaser") or "")),
        "body": str(said.get("body") or ""),
        "tags": sorted({in_one_line(str(tag)) for tag in _listed(said.get("tags"))} - {""}),
    }
    chosen = [str(slug) for slug in _listed(said.get("topics"))]
    for slug in chosen:
        if slug not in topics:
            wrong.append(_("There is no topic “%(topic)s”.") % {"topic": slug})
    content["topics"] = sorted(topics[slug] for slug in chosen if slug in topics)
    zone = str(said.get("time_zone") or "")
    for name in kinds.KINDS[kind].fields:
        value = said.get(name)
        if name in _NOT_IMPORTED or value is None:
            continue
        try:
            content[name] = _plain(name, value, zone)
        except ValueError:
            wrong.append(
                _("“%(field)s” cannot be read: %(value)s") % {"field": name, "value": str(value)}
            )
    if content["language"] not in dict(settings.LANGUAGES):
        wrong.append(
            _("The language “%(language)s” is none of this site.")
            % {"language": content["language"]}
        )
    return content


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _plain(name: str, value: Any, zone: str) -> Any:
    """A value as a draft takes it. A time without a zone is one on the wall of `zone`. `ValueError` for what is none."""
    if name in kinds.INSTANTS:
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if instant.tzinfo is None:
            if zone not in zone_names():
                raise ValueError(zone)
            instant = instant.replace(tzinfo=ZoneInfo(zone))
        return instant.astimezone(UTC).isoformat()
    if name == "dated":
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
        return day.isoformat()
    return int(value) if name == "year" else str(value)


def _refusals(row: Row) -> Iterator[str]:
    """What the model's own rules say against it."""
    now = clock.now()
    item = Item(kind=row.kind, source_url=row.source_url, created_at=now, updated_at=now)
    contents.put(item, row.content, now)
    try:
        item.full_clean(exclude=["slug"])
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            named = "" if name.startswith("__") else f"{name}: "
            yield from (f"{named}{message}" for message in messages)
