"""The public directory of organisations: who is in it, how many of each kind, and a page of names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from anyascii import anyascii
from django.db.models import Q, QuerySet
from django.utils.text import slugify

from museumhub.kit.text import comparison_key
from museumhub.members import areas
from museumhub.members.models import Organisation
from museumhub.members.narrowing import narrowings
from museumhub.members.queries.by_name import Slice, slice_of

A_PAGE = 24
LONGEST = 200  # characters of a search
_WORDS = 8


@dataclass(frozen=True)
class Choice:
    """One entry of a list to choose from; `number` is None where nobody counts."""

    value: str
    label: Any
    number: int | None
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One list to choose from, with what each entry would leave of the organisations that fit the rest."""

    key: str
    label: Any
    everything: Any
    choices: list[Choice]


@dataclass(frozen=True)
class Wanted:
    """What the reader looks for; only values that the site knows."""

    words: str = ""
    chosen: dict[str, str] = field(default_factory=dict)
    area: areas.Area | None = None

    @property
    def anything(self) -> bool:
        """The list is narrowed."""
        return bool(self.words or self.chosen or self.area)

    @property
    def address(self) -> dict[str, str]:
        """As the query of an address, to go on from."""
        said = {"q": self.words, **self.chosen, "area": str(self.area or "")}
        return {key: value for key, value in said.items() if value}

    def found(self, *, without: str = "") -> QuerySet[Organisation]:
        """The organisations that fit, in no order; `without` leaves one condition out."""
        found = Organisation.objects.order_by()
        for condition in self._conditions(without):
            found = found.filter(condition)
        return found

    def _conditions(self, without: str) -> list[Q]:
        known = {one.key: one for one in narrowings()}
        conditions = [
            known[key].narrow(value) for key, value in self.chosen.items() if key != without
        ]
        if self.area is not None and without != "area":
            conditions.append(self.area.condition)
        if without != "q":
            conditions += [_says(word) for word in comparison_key(self.words).split()[:_WORDS]]
        return conditions


def _says(word: str) -> Q:
    """The word stands in the name or place, in its own script, or in the address, which is in Latin letters."""
    said = Q(name_key__contains=word) | Q(place_key__contains=word)
    latin = slugify(anyascii(word))
    return said | Q(slug__contains=latin) if latin else said


def found_by_words(words: str) -> QuerySet[Organisation]:
    """Organisations whose name or place has all these words, by name."""
    return Wanted(words[:LONGEST]).found().order_by("name_key", "pk")


@dataclass(frozen=True)
class Directory:
    """One page of the directory."""

    wanted: Wanted
    facets: list[Facet]
    number: int
    page: Slice


Lists = dict[str, list[tuple[str, Any]]]


def wanted(asked: Mapping[str, str], lists: Lists | None = None) -> Wanted:
    """What an address asks for. Values nobody knows are passed over."""
    lists = _lists() if lists is None else lists
    chosen = {
        key: asked[key]
        for key, entries in lists.items()
        if asked.get(key) and asked[key] in {value for value, _label in entries}
    }
    words = " ".join(asked.get("q", "").split())[:LONGEST].strip()
    return Wanted(words, chosen, areas.read(asked.get("area", "")))


def _lists() -> Lists:
    return {one.key: list(one.choices()) for one in narrowings()}


def directory(asked: Mapping[str, str]) -> Directory:
    """The page an address asks for: as many queries for any number of organisations."""
    lists = _lists()
    sought = wanted(asked, lists)
    found = sought.found()
    return Directory(
        wanted=sought,
        facets=[_facet(one.key, lists[one.key], sought) for one in narrowings()],
        number=found.count(),
        page=_page(found, after=asked.get("after", ""), before=asked.get("before", "")),
    )


def _facet(key: str, entries: list[tuple[str, Any]], wanted: Wanted) -> Facet:
    narrowing = next(one for one in narrowings() if one.key == key)
    chosen = wanted.chosen.get(key, "")
    counts = narrowing.counts(wanted.found(without=key)) if narrowing.counts else None
    return Facet(
        key=key,
        label=narrowing.label,
        everything=narrowing.everything,
        choices=[
            Choice(
                value, label, counts.get(value, 0) if counts is not None else None, value == chosen
            )
            for value, label in entries
            if counts is None or counts.get(value) or value == chosen
        ],
    )


def _page(found: QuerySet[Organisation], *, after: str, before: str) -> Slice:
    """The names that follow the organisation of the address `after`, or precede `before`; else the first."""
    rows = found.select_related("logo")
    mark = _mark(after or before)
    if mark is None:
        return slice_of(rows, size=A_PAGE)
    page = (
        slice_of(rows, size=A_PAGE, after=mark)
        if after
        else slice_of(rows, size=A_PAGE, before=mark)
    )
    # An end of the list that has moved: the first page is shown whole.
    if not page.rows or (before and not after and not page.before):
        return slice_of(rows, size=A_PAGE)
    return page


def _mark(slug: str) -> Organisation | None:
    if not slug:
        return None
    return Organisation.objects.filter(slug=slug[:80]).only("pk", "name_key").first()
