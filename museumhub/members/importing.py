"""The columns of a table of organisations (docs/importing.md), and what one line of it says: cleaned values, or faults in words.

A column that is not there changes nothing, nor does an empty cell; a hyphen alone empties what stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_countries import countries

from museumhub.kit.refusals import Refused
from museumhub.kit.tables import Line, without_guard
from museumhub.kit.text import comparison_key, one_line, shortened, without_controls
from museumhub.members import coordinates, identifiers
from museumhub.members.models import Organisation
from museumhub.members.words import (
    has_letters,
    no_web_address,
    tidy_line,
    tidy_website,
)

EMPTIES = "-"
NEW = "new"
SHOWN = 80  # characters of a faulty value


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell; `column` is empty where it is the line as a whole."""

    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One line: the values of the fields it speaks of, which organisation it names itself (`same_as`), and its faults."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    same_as: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))


def _line_of(longest: int, *checks: Callable[[str], None]) -> Callable[[str], str]:
    """One line of at most so many characters."""

    def read(text: str) -> str:
        one_line(text)
        value = tidy_line(text)
        if len(value) > longest:
            raise ValidationError(_("This is longer than %(most)s characters.") % {"most": longest})
        for check in checks:
            check(value)
        return value

    return read


def _identifier(tidy: Callable[[str], str], check: Callable[[str], None]) -> Callable[[str], str]:
    def read(text: str) -> str:
        value = tidy(text)
        check(value)
        return value

    return read


def _description(text: str) -> str:
    value = without_controls(text).strip()
    if len(value) > 5000:
        raise ValidationError(_("This is longer than %(most)s characters.") % {"most": 5000})
    return value


def _one_of(names: Callable[[], Mapping[str, str]]) -> Callable[[str], str]:
    """A code, or what it is called in a language of the site."""

    def read(text: str) -> str:
        value = names().get(comparison_key(text))
        if value is None:
            codes = sorted(set(names().values()))
            said = ", ".join(codes) if len(codes) <= 12 else _("the codes of ISO 3166, such as BE")
            raise ValidationError(_("This is none of these: %(codes)s.") % {"codes": said})
        return value

    return read


def _in_every_language(choices: Callable[[], Sequence[tuple[Any, Any]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            for value, label in choices():
                found.setdefault(comparison_key(str(label)), str(value))
    for value, _label in choices():
        found[comparison_key(str(value))] = str(value)
    return found


@cache
def _kinds() -> dict[str, str]:
    return _in_every_language(lambda: Organisation.Kind.choices)


@cache
def _sizes() -> dict[str, str]:
    return _in_every_language(lambda: Organisation.SizeBand.choices)


@cache
def _country_names() -> dict[str, str]:
    found = _in_every_language(lambda: list(countries))
    for code, _name in countries:
        found.setdefault(comparison_key(countries.alpha3(code)), code)
    return found


@cache
def _languages() -> dict[str, str]:
    return {comparison_key(code): code for code, _name in settings.LANGUAGES}


@dataclass(frozen=True)
class Column:
    """A column of the table: the field it fills, how a cell is read, and whether a hyphen may empty it."""

    name: str
    field: str
    read: Callable[[str], Any]
    empty: Any = ""
    needed: bool = False  # by an organisation that is new


COLUMNS = {
    column.name: column
    for column in (
        Column("name", "name", _line_of(200, has_letters, no_web_address), needed=True),
        Column("kind", "kind", _one_of(_kinds), needed=True),
        Column("country", "country", _one_of(_country_names), needed=True),
        Column("place", "place", _line_of(120, no_web_address)),
        Column("size", "size_band", _one_of(_sizes)),
        Column("website", "website", tidy_website),
        Column("isil", "isil", _identifier(identifiers.tidy_isil, identifiers.check_isil)),
        Column("ror", "ror", _identifier(identifiers.tidy_ror, identifiers.check_ror)),
        Column(
            "wikidata",
            "wikidata",
            _identifier(identifiers.tidy_wikidata, identifiers.check_wikidata),
        ),
        Column(
            "latitude",
            "latitude",
            lambda text: coordinates.read_degrees(text, within=90),
            empty=None,
        ),
        Column(
            "longitude",
            "longitude",
            lambda text: coordinates.read_degrees(text, within=180),
            empty=None,
        ),
        Column("description", "description", _description),
        Column("description_language", "description_language", _one_of(_languages)),
    )
}
SAME_AS = "same_as"
# Any of these tells which organisation a line is about.
_TELLING = ({"isil"}, {"ror"}, {"wikidata"}, {"website"}, {"name", "country"}, {SAME_AS})


def check_columns(columns: Sequence[str]) -> list[str]:
    """Those that nobody knows, which are passed over. `Refused` where no line could say which organisation it is about."""
    given = set(columns)
    if not any(telling <= given for telling in _TELLING):
        raise Refused(
            _(
                "The first line names no columns that tell organisations apart: isil, ror, wikidata, "
                "website, or name and country."
            )
        )
    return [name for name in columns if name not in COLUMNS and name != SAME_AS]


def read_row(line: Line) -> Row:
    """What the line says; every fault it has, not only the first."""
    if line.wrong:
        return Row(line.number, faults=[Fault("", "", line.wrong)])
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, column in COLUMNS.items():
        cell = line.cells.get(name, "").strip()
        if not cell:
            continue
        if cell == EMPTIES and not column.needed:
            values[column.field] = column.empty
            continue
        text = without_guard(cell)
        try:
            values[column.field] = column.read(text)
        except ValidationError as error:
            faults.append(Fault(name, shown(text), " ".join(error.messages)))
    faults += _together(values, line)
    same_as = without_guard(line.cells.get(SAME_AS, "").strip())
    return Row(line.number, values, same_as, faults)


def _together(values: Mapping[str, Any], line: Line) -> Iterator[Fault]:
    """What only several cells of a line can get wrong."""
    if ("latitude" in values) != ("longitude" in values):
        given, other = ("latitude", "longitude")
        if given not in values:
            given, other = other, given
        if line.cells.get(other, "").strip() in {"", EMPTIES}:
            yield Fault(
                given,
                shown(line.cells.get(given, "")),
                _("Latitude and longitude are given together, or neither."),
            )
    elif (values.get("latitude") is None) != (values.get("longitude") is None):
        yield Fault("latitude", "", _("Latitude and longitude are given together, or neither."))


def shown(text: str) -> str:
    """A value as a list of faults shows it: short, and without characters that move the others about."""
    plain = "".join(one if one.isprintable() else "·" for one in text)
    return shortened(plain, SHOWN)
