"""Which organisation a line of an imported table is about, and which ones merely look like it.

Lines are judged one after the other, each on what the lines before it would leave behind, so that
looking without writing and writing come to the same. What earlier lines touched is held in memory;
everything else is asked for in batches.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from museumhub.kit.text import comparison_key
from museumhub.members.importing import COLUMNS, NEW, SAME_AS, Fault, Row, shown
from museumhub.members.models import FormerAddress, Organisation
from museumhub.members.models.organisation import host_of
from museumhub.members.queries.organisations import ALIKE
from museumhub.members.words import website_key

IDENTIFIERS = ("isil", "ror", "wikidata")
ALIKE_AT_ONE_ADDRESS = (
    0.6  # a website that two share is the same museum if the names are this close
)
SHOWN_ALIKE = 3
RARE = 30  # names of a country that may have a word for it to tell them apart

CREATED, UPDATED, UNCHANGED, HELD, WRONG = "created", "updated", "unchanged", "held", "wrong"


@dataclass(frozen=True)
class Change:
    """One field of an organisation, from what to what."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Outcome:
    """What a line would do, or did. `held`: it looks like `alike`, and nobody has said whether it is one of them.

    `organisation` is as the line would leave it, not yet written; `key` is for `Register.settle`.
    """

    number: int
    what: str
    name: str
    key: int = 0
    organisation: Organisation | None = None
    changes: list[Change] = field(default_factory=list)
    alike: list[Organisation] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class Register:
    """The organisations there are, as far as lines have asked for them, and what lines have done to them."""

    def __init__(self) -> None:
        self._by: dict[str, dict[Any, set[int]]] = {
            name: defaultdict(set) for name in (*IDENTIFIERS, "site", "host", "name", "slug")
        }
        self._known: dict[int, Organisation] = {}
        self._touched: dict[int, int] = {}  # the line that did it
        self._names: dict[str, _Names] = {}
        self._former: dict[str, int] = {}
        self._next = -1

    def judged(self, rows: Iterable[Row]) -> Iterator[Outcome]:
        """What each line would do, in their order. Two queries for all of them, and one for each country met first."""
        batch = list(rows)
        self._fetch(batch)
        for row in batch:
            yield self._judge(row)
        self._forget_untouched()

    def settle(self, outcome: Outcome) -> None:
        """An organisation that was new has been written and has a number of its own now."""
        made = outcome.organisation
        if made is None or outcome.what != CREATED:
            return
        self._remove(outcome.key)
        self._touched[made.pk] = self._touched.pop(outcome.key)
        self._add(made.pk, made)
        if (names := self._names.get(str(made.country))) is not None:
            names.remove(outcome.key)
            names.add(made.pk, made.name_key, made.place_key)

    def _fetch(self, rows: list[Row]) -> None:
        """Those that some line may be about."""
        wanted = Q(pk__in=[])
        for name in IDENTIFIERS:
            if values := {row.values[name] for row in rows if row.values.get(name)}:
                wanted |= Q(**{f"{name}__in": values})
        hosts = {host_of(row.values["website"]) for row in rows if row.values.get("website")}
        names = {comparison_key(row.name)[:400] for row in rows if row.name}
        slugs = {row.same_as for row in rows if row.same_as and row.same_as != NEW}
        wanted |= Q(website_host__in=hosts - {""}) | Q(name_key__in=names) | Q(slug__in=slugs)
        if slugs:
            former = FormerAddress.objects.filter(slug__in=slugs)
            self._former = dict(former.values_list("slug", "organisation"))
            wanted |= Q(pk__in=list(self._former.values()))
        for one in Organisation.objects.filter(wanted).order_by("pk"):
            if one.pk not in self._known:
                self._add(one.pk, one)

    def _add(self, key: int, one: Organisation) -> None:
        self._known[key] = one
        for name, value in _keys(one):
            self._by[name][value].add(key)

    def _remove(self, key: int) -> None:
        one = self._known.pop(key)
        for name, value in _keys(one):
            self._by[name][value].discard(key)
            if not self._by[name][value]:
                del self._by[name][value]

    def _forget_untouched(self) -> None:
        for key in [key for key in self._known if key not in self._touched]:
            self._remove(key)

    # --- Judging one line ---------------------------------------------------------------------

    def _judge(self, row: Row) -> Outcome:
        if row.faults:
            return Outcome(row.number, WRONG, row.name, faults=row.faults)
        try:
            key = self._match(row)
            if key is None:
                return self._new(row)
            return self._same(row, key)
        except _Doubtful as doubt:
            return Outcome(row.number, WRONG, row.name, faults=[doubt.fault])

    def _match(self, row: Row) -> int | None:
        """By what the line says itself, then ISIL, ROR, Wikidata, website, and name with country."""
        if row.same_as and row.same_as != NEW:
            found = self._by["slug"].get(row.same_as, set())
            if not found and row.same_as in self._former:
                found = {self._former[row.same_as]}
            if not found:
                raise _Doubtful(
                    SAME_AS, row.same_as, _("There is no organisation at this address.")
                )
            return next(iter(found))
        for name in IDENTIFIERS:
            if (value := row.values.get(name)) and (there := self._by[name].get(value)):
                return next(iter(there))
        return self._match_by_website(row) or self._match_by_name(row)

    def _match_by_website(self, row: Row) -> int | None:
        """One at this very address whose name does not say otherwise."""
        site = website_key(row.values.get("website") or "")
        found = self._by["site"].get(site, set()) if site else set()
        found = {one for one in found if self._may_be(row, self._known[one])}
        if row.name:
            key = comparison_key(row.name)
            found = {
                one
                for one in found
                if likeness(key, self._known[one].name_key) >= ALIKE_AT_ONE_ADDRESS
            }
            exact = {one for one in found if self._known[one].name_key == key[:400]}
            found = exact or found
        if len(found) > 1:
            raise _Doubtful(
                "website",
                row.values["website"],
                _("Several organisations have this website: %(addresses)s. Say which in same_as.")
                % {"addresses": self._addresses(found)},
            )
        return next(iter(found), None)

    def _match_by_name(self, row: Row) -> int | None:
        """One of this name in this country; where both say a place, in this place."""
        country = row.values.get("country")
        if not row.name or not country:
            return None
        found = {
            one
            for one in self._by["name"].get(comparison_key(row.name)[:400], set())
            if self._may_be(row, self._known[one])
        }
        place = comparison_key(row.values.get("place") or "")[:240]
        exact = {one for one in found if self._known[one].place_key == place}
        found = exact if len(found) > 1 and exact else found
        if len(found) > 1:
            raise _Doubtful(
                "name",
                row.name,
                _(
                    "Several organisations of this country have this name: %(addresses)s. Give the "
                    "place, or say which in same_as."
                )
                % {"addresses": self._addresses(found)},
            )
        return next(iter(found), None)

    @staticmethod
    def _may_be(row: Row, one: Organisation) -> bool:
        """Neither country nor place nor an identifier says that it is another one."""
        country = row.values.get("country")
        place = comparison_key(row.values.get("place") or "")[:240]
        return not (
            (country and str(one.country) != country)
            or (place and one.place_key and place != one.place_key)
            or any(
                row.values.get(name) and getattr(one, name) not in {"", row.values[name]}
                for name in IDENTIFIERS
            )
        )

    def _addresses(self, keys: Iterable[int]) -> str:
        said = [self._known[key].slug or self._known[key].name for key in sorted(keys)]
        return ", ".join(said[:SHOWN_ALIKE]) + (" …" if len(said) > SHOWN_ALIKE else "")

    # --- What follows -------------------------------------------------------------------------

    def _same(self, row: Row, key: int) -> Outcome:
        """The line is about an organisation that is there."""
        one = self._known[key]
        if (line := self._touched.get(key)) is not None:
            raise _Doubtful(
                "",
                row.name,
                _("Line %(line)s is about the same organisation (%(name)s).")
                % {"line": line, "name": one.name},
            )
        self._refuse_others_identifiers(row, key)
        changed = copy(one)
        changes = []
        for name, value in row.values.items():
            before = getattr(one, name)
            if str(before if before is not None else "") != str(value if value is not None else ""):
                changes.append(Change(name, before, value))
                setattr(changed, name, value)
        self._touched[key] = row.number
        if not changes:
            return Outcome(row.number, UNCHANGED, one.name, key, one)
        changed.set_keys()
        if fault := _unfinished(changed):
            del self._touched[key]
            return Outcome(row.number, WRONG, one.name, faults=[fault])
        self._remove(key)
        self._add(key, changed)
        for names in self._names.values():
            names.remove(key)
        self._name(key, changed)
        return Outcome(row.number, UPDATED, changed.name, key, changed, changes=changes)

    def _new(self, row: Row) -> Outcome:
        """Nobody the line could be about, unless somebody looks like it."""
        missing = [
            Fault(column.name, "", _("An organisation that is new needs this."))
            for column in COLUMNS.values()
            if column.needed and not row.values.get(column.field)
        ]
        if missing:
            return Outcome(row.number, WRONG, row.name, faults=missing)
        made = Organisation(**{name: value for name, value in row.values.items() if value})
        made.set_keys()
        if fault := _unfinished(made):
            return Outcome(row.number, WRONG, row.name, faults=[fault])
        if row.same_as != NEW and (alike := self._alike(made)):
            return Outcome(row.number, HELD, row.name, organisation=made, alike=alike)
        key, self._next = self._next, self._next - 1
        self._touched[key] = row.number
        self._add(key, made)
        self._name(key, made)
        return Outcome(row.number, CREATED, row.name, key, made)

    def _refuse_others_identifiers(self, row: Row, key: int) -> None:
        for name in IDENTIFIERS:
            value = str(row.values.get(name) or "")
            others = self._by[name].get(value, set()) - {key} if value else set()
            if others:
                other = self._known[next(iter(others))]
                raise _Doubtful(
                    name,
                    value,
                    _("%(other)s has this identifier, and the line is about %(name)s.")
                    % {"other": other.name, "name": self._known[key].name},
                )

    # --- Likeness -----------------------------------------------------------------------------

    def _alike(self, made: Organisation) -> list[Organisation]:
        """Those of much the same name in the country, those at the same website, and those at its host whose name is close; likest first."""
        country = str(made.country)
        scored = dict(self._names_of(country).alike(made.name_key, made.place_key))
        site = website_key(made.website)
        for key in self._by["host"].get(made.website_host, ()) if made.website_host else ():
            score = likeness(made.name_key, self._known[key].name_key)
            if score >= ALIKE_AT_ONE_ADDRESS or website_key(self._known[key].website) == site:
                scored.setdefault(key, score)
        best = sorted(scored, key=lambda key: (-scored[key], key))[:SHOWN_ALIKE]
        absent = [key for key in best if key not in self._known]
        fetched = Organisation.objects.in_bulk(absent)
        return [self._known.get(key) or fetched[key] for key in best]

    def _names_of(self, country: str) -> _Names:
        """The names of a country, read once: a number and a key for each, and what earlier lines changed of them."""
        names = self._names.get(country)
        if names is None:
            names = self._names[country] = _Names()
            stored = Organisation.objects.filter(country=country).order_by()
            for key, name, place in stored.values_list("pk", "name_key", "place_key").iterator():
                if key not in self._touched:
                    names.add(key, name, place)
            for key in self._touched:
                if str(self._known[key].country) == country:
                    names.add(key, self._known[key].name_key, self._known[key].place_key)
        return names

    def _name(self, key: int, one: Organisation) -> None:
        if (names := self._names.get(str(one.country))) is not None:
            names.add(key, one.name_key, one.place_key)


class _Doubtful(Exception):
    """The line cannot be told from others; `fault` says why."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.fault = Fault(column, shown(value), reason)


def _keys(one: Organisation) -> Iterator[tuple[str, Any]]:
    for name in IDENTIFIERS:
        if value := getattr(one, name):
            yield name, value
    if one.website:
        yield "site", website_key(one.website)
        yield "host", one.website_host
    yield "name", one.name_key
    if one.slug:
        yield "slug", one.slug


def _unfinished(one: Organisation) -> Fault | None:
    """What the organisation as a whole would lack."""
    if one.description and not one.description_language:
        return Fault(
            "description_language", "", _("Say in which language the description is written.")
        )
    return None


def likeness(key: str, other: str) -> float:
    """From 0 to 1, whatever the order of the words."""
    if key == other:
        return 1.0
    mine, theirs = " ".join(sorted(key.split())), " ".join(sorted(other.split()))
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    if matcher.real_quick_ratio() < 0.5 or matcher.quick_ratio() < 0.5:
        return 0.0
    return matcher.ratio()


class _Names:
    """Names of one country by their words, so that only those that share some are compared."""

    def __init__(self) -> None:
        self.keys: dict[int, tuple[str, str]] = {}
        self.words: dict[str, set[int]] = defaultdict(set)

    def add(self, key: int, name: str, place: str) -> None:
        self.keys[key] = (name, place)
        for word in set(name.split()):
            self.words[word].add(key)

    def remove(self, key: int) -> None:
        name, _place = self.keys.pop(key, ("", ""))
        for word in set(name.split()):
            self.words[word].discard(key)

    def alike(self, name: str, place: str) -> Iterator[tuple[int, float]]:
        """Names that share a rare word, or half of their letters in whole words, and read much the same.

        Where both say another place, only the very same name is looked at twice: "City Museum" of
        two cities is two museums, or one whose city is written in two ways.
        """
        shared: Counter[int] = Counter()
        akin: set[int] = set()
        for word in set(name.split()):
            having = self.words.get(word, set())
            if len(having) <= RARE:
                akin |= having
            for key in having:
                shared[key] += len(word)
        for key, letters in shared.items():
            other, there = self.keys[key]
            if key not in akin and 4 * letters < len(name) + len(other):
                continue
            if place and there and place != there and name != other:
                continue
            score = likeness(name, other)
            if score >= ALIKE:
                yield key, score
