"""The organisations of the directory on a map: a bounded number of dots, whatever the number of organisations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Any
from urllib.parse import urlencode

from django.db.models import Avg, Count, F, Max, Min
from django.db.models.functions import Floor
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from museumhub.kit import atlas
from museumhub.members.areas import FINEST, SIDES, Area, Somewhere, Square
from museumhub.members.queries.listing import Wanted

AT_MOST = 150  # dots of organisations whose point is known; each country adds one at most
# Halves of a degree below which two dots of a map would cover each other.
_LEAST = {"europe": 2, "world": 8}


@dataclass(frozen=True)
class Dot:
    """One place on the map. `number` organisations are there; `exact` is false for a whole country.

    `address` leads to the one organisation, or to the list of them; `size` is 1 to 5.
    """

    x: float
    y: float
    number: int
    exact: bool
    where: str
    what: str
    address: str
    current: bool

    @property
    def size(self) -> int:
        return min(5, 1 + round(sqrt(self.number) / 2)) if self.number > 1 else 1


@dataclass(frozen=True)
class MapOfOrganisations:
    """A map with its dots, the largest first, so that small ones stand upon them; `table` is sorted by name."""

    onto: atlas.Map
    dots: list[Dot]
    countries: list[str]

    @property
    def table(self) -> list[Dot]:
        return sorted(self.dots, key=lambda dot: (dot.where.casefold(), -dot.number))


@dataclass
class _Group:
    """Organisations near each other, before they are put on a map."""

    number: int
    longitude: float
    latitude: float
    places: int
    place: str
    countries: set[str]
    name: str
    slug: str

    def take_in(self, other: _Group) -> None:
        """The middle moves by weight; the place named is that of the larger part."""
        whole = self.number + other.number
        if other.number > self.number:
            self.place = other.place
        self.longitude += (other.longitude - self.longitude) * other.number / whole
        self.latitude += (other.latitude - self.latitude) * other.number / whole
        self.number, self.places = whole, self.places + other.places
        self.countries |= other.countries


def map_of(wanted: Wanted) -> MapOfOrganisations:
    """Whoever fits, wherever on the map (the area chosen is marked, not cut out): two queries."""
    found = wanted.found(without="area")
    squares = _squares(found)
    without_point = found.filter(latitude__isnull=True)
    somewhere = dict(without_point.values_list("country").annotate(Count("pk")))
    known = atlas.country_points()
    homeless = {code: number for code, number in somewhere.items() if code in known}
    onto = atlas.map_for(
        [(one.longitude, one.latitude) for one in squares.values()]
        + [known[code] for code in homeless]
    )
    dots = [_dot(onto, area, group, wanted) for area, group in _joined(squares, _LEAST[onto.name])]
    dots += [_country_dot(onto, code, number, wanted) for code, number in homeless.items()]
    present = {code for one in squares.values() for code in one.countries} | set(homeless)
    return MapOfOrganisations(
        onto=onto,
        dots=sorted(dots, key=lambda dot: (-dot.number, dot.where)),
        countries=sorted(present & atlas.drawn_countries(onto.name)),
    )


def _squares(found: Any) -> dict[tuple[int, int], _Group]:
    """Counted by the database in squares of half a degree."""
    rows = (
        found.filter(latitude__isnull=False)
        .annotate(south=Floor(F("latitude") * FINEST), west=Floor(F("longitude") * FINEST))
        .values("south", "west")
        .annotate(
            number=Count("pk"),
            latitude_there=Avg("latitude"),
            longitude_there=Avg("longitude"),
            places=Count("place_key", distinct=True),
            place=Min("place"),
            country_first=Min("country"),
            country_last=Max("country"),
            name=Min("name"),
            slug_there=Min("slug"),
        )
    )
    return {
        (int(row["south"]), int(row["west"])): _Group(
            number=row["number"],
            longitude=float(row["longitude_there"]),
            latitude=float(row["latitude_there"]),
            places=row["places"],
            place=row["place"],
            countries={row["country_first"], row["country_last"]},
            name=row["name"],
            slug=row["slug_there"],
        )
        for row in rows
    }


def _joined(squares: dict[tuple[int, int], _Group], least: int) -> Iterable[tuple[Square, _Group]]:
    """Small squares put together to larger ones until there are few enough."""
    for side in SIDES:
        if side < least:
            continue
        larger: dict[tuple[int, int], list[_Group]] = defaultdict(list)
        for (south, west), group in squares.items():
            larger[south // side * side, west // side * side].append(group)
        if len(larger) <= AT_MOST or side == SIDES[-1]:
            break
    for (south, west), groups in larger.items():
        whole = groups[0]
        for other in groups[1:]:
            whole.take_in(other)
        yield Square(south, west, side), whole


def _dot(onto: atlas.Map, area: Square, group: _Group, wanted: Wanted) -> Dot:
    x, y = onto.project(group.longitude, group.latitude)
    names = [str(countries.name(code)) for code in sorted(group.countries)]
    place = group.place or ", ".join(names)
    if group.places > 1:
        where = ngettext(
            "%(place)s and %(number)s other place",
            "%(place)s and %(number)s other places",
            group.places - 1,
        ) % {"place": place, "number": group.places - 1}
    else:
        where = place
    if group.place:
        where = f"{where} ({', '.join(names)})"
    if group.number == 1:
        address, what = reverse("members:organisation", args=[group.slug]), group.name
    else:
        address, what = _narrowed_to(area, wanted), _organisations(group.number)
    return Dot(x, y, group.number, True, where, what, address, wanted.area == area)


def _country_dot(onto: atlas.Map, code: str, number: int, wanted: Wanted) -> Dot:
    x, y = onto.project(*atlas.country_points()[code])
    area = Somewhere(code)
    where = _("%(country)s, place not given") % {"country": countries.name(code)}
    address = _narrowed_to(area, wanted)
    return Dot(x, y, number, False, where, _organisations(number), address, wanted.area == area)


def _organisations(number: int) -> str:
    return ngettext("%(number)s organisation", "%(number)s organisations", number) % {
        "number": number
    }


def _narrowed_to(area: Area, wanted: Wanted) -> str:
    query = urlencode({**wanted.address, "area": str(area)})
    return f"{reverse('members:directory')}?{query}#list"
