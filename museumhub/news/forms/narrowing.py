"""What readers narrow the news by, read from the address of a page, a feed or a calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frameworks.models import Element, Tag
from museumhub.kit.languages import language_name
from museumhub.kit.refusals import Sentence
from museumhub.members.models import Organisation
from museumhub.news import kinds
from museumhub.news.queries import WHERE, Filters, years
from museumhub.news.queries.lists import month_name

# Longer words are no search but an attempt to be expensive.
LONGEST = 100


# What each list can be narrowed by.
NEWS = ("topic", "kind", "tag", "q", "organisation", "language", "year", "month")
EVENTS = ("topic", "tag", "q", "organisation", "language", "place", "where", "year")


LABELS: dict[str, Sentence] = {
    "q": gettext_lazy("Words"),
    "topic": gettext_lazy("Topic"),
    "kind": gettext_lazy("Kind"),
    "language": gettext_lazy("Language"),
    "place": gettext_lazy("Place"),
    "where": gettext_lazy("Where"),
    "year": gettext_lazy("Year"),
}
# What only links set goes along without being shown.
QUIET = ("tag", "organisation", "month")


@dataclass(frozen=True)
class Field:
    """One field as it is shown; without `options` it takes words."""

    name: str
    label: Sentence
    value: str
    options: list[tuple[str, Sentence]]


@dataclass(frozen=True)
class FilterForm:
    """The fields a list can be narrowed by: those to choose from, and (name, value) of those that go along."""

    shown: list[Field]
    hidden: list[tuple[str, str]]


def form(
    choices: Choices,
    filters: Filters,
    names: tuple[str, ...] = NEWS,
    quiet: tuple[str, ...] = QUIET,
) -> FilterForm:
    """The form for `names`, with what is in force; those in `quiet` are not shown."""
    values = dict(filters.pairs)
    shown = [
        Field(name, label, values.get(name, ""), _options(name, choices))
        for name, label in LABELS.items()
        if name in names and name not in quiet
    ]
    return FilterForm(shown, [(name, values[name]) for name in quiet if name in values])


def _options(name: str, choices: Choices) -> list[tuple[str, Sentence]]:
    """What can be chosen, beginning with everything; nothing for a field of words."""
    match name:
        case "topic":
            topics = [(one.slug, one.said.short_name) for one in choices.topics]
            return [("", _("All topics")), *topics]
        case "kind":
            plurals = [(key, kind.plural) for key, kind in kinds.KINDS.items()]
            return [("", _("All kinds")), *plurals]
        case "language":
            languages = [(code, language_name(code)) for code in choices.languages]
            return [("", _("All languages")), *languages]
        case "where":
            return [("", _("Anywhere")), *WHERE.items()]
        case "year":
            return [("", _("All years")), *((str(year), str(year)) for year in choices.years)]
    return []


@dataclass(frozen=True)
class Chip:
    """A filter that a link sets or takes away: what it is, and the query of the list with that done."""

    name: str
    label: str
    query: str


class Choices:
    """What can be chosen. Tables are asked when they are needed and once only; `in_years` finds the years."""

    def __init__(self, now: datetime, in_years: Callable[[datetime], list[int]] = years) -> None:
        self._now = now
        self._in_years = in_years
        self.languages = [code for code, _name in settings.LANGUAGES]

    @cached_property
    def topics(self) -> list[Element]:
        return list(Element.objects.topics().select_related("framework").order_by("order", "pk"))

    @cached_property
    def years(self) -> list[int]:
        return self._in_years(self._now)


@dataclass(frozen=True)
class Read:
    """What an address asks for: the filters that mean something, and a sentence for each that does not."""

    filters: Filters
    unknown: list[str]

    def months(self) -> list[Chip]:
        """The months of the year that was chosen, each with the query of the list of it."""
        if self.filters.year is None:
            return []
        return [
            Chip(str(month), month_name(month), replace(self.filters, month=month).query)
            for month in range(1, 13)
        ]

    def chips(self) -> list[Chip]:
        """One for each filter in force."""
        return [
            Chip(name, label, self.filters.without(name).query)
            for name, label in self.filters.labels()
        ]


def read(query: QueryDict, choices: Choices, names: tuple[str, ...] = NEWS) -> Read:
    """The filters of an address. A value that is none leaves its filter out, with a sentence that says so."""
    asked = {name: " ".join(query.get(name, "").split())[:LONGEST] for name in names}
    asked = {name: value for name, value in asked.items() if value}
    found = {name: _FINDING[name](value, choices) for name, value in asked.items()}
    if not found.get("year") and "month" in found:
        found["month"] = None
    unknown = [_sentence(name, value) for name, value in asked.items() if not found[name]]
    return Read(Filters(**{name: value for name, value in found.items() if value}), unknown)


def _words(value: str, _choices: Choices) -> str:
    return value


def _topic(value: str, choices: Choices) -> Element | None:
    return next((one for one in choices.topics if one.slug == value), None)


def _kind(value: str, _choices: Choices) -> str:
    return value if value in kinds.KINDS else ""


def _tag(value: str, _choices: Choices) -> Tag | None:
    shown: Tag | None = Tag.objects.filter(slug=value).first()
    return shown


def _organisation(value: str, _choices: Choices) -> Organisation | None:
    shown = Organisation.objects.filter(slug=value)
    return shown.first()


def _language(value: str, choices: Choices) -> str:
    return value if value in choices.languages else ""


def _where(value: str, _choices: Choices) -> str:
    return value if value in WHERE else ""


def _year(value: str, choices: Choices) -> int | None:
    return next((year for year in choices.years if str(year) == value), None)


def _month(value: str, _choices: Choices) -> int | None:
    return int(value) if value in _MONTHS else None


_MONTHS = tuple(str(month) for month in range(1, 13))

_FINDING: dict[str, Callable[[str, Choices], Any]] = {
    "q": _words,
    "topic": _topic,
    "kind": _kind,
    "tag": _tag,
    "organisation": _organisation,
    "language": _language,
    "place": _words,
    "where": _where,
    "year": _year,
    "month": _month,
}


def _sentence(name: str, value: str) -> str:
    values = {"value": value[:60]}
    match name:
        case "topic":
            return _("There is no topic “%(value)s”.") % values
        case "kind":
            return _("There is no kind of news called “%(value)s”.") % values
        case "tag":
            return _("Nothing carries the keyword “%(value)s”.") % values
        case "organisation":
            return _("There is no organisation “%(value)s”.") % values
        case "where":
            return _("Nothing happens “%(value)s”; there is online, and at a place.") % values
        case "language":
            return _("This site has no texts in “%(value)s”.") % values
        case "month":
            return _("“%(value)s” is no month of a year.") % values
    return _("There is nothing from the year “%(value)s”.") % values
