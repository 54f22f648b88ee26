"""Two drawn maps, of Europe and of the world, and where a point of the earth stands on each.

The drawings (static/img/maps/) are made from Natural Earth by `manage.py draw_maps`; what is put on
them is projected here, by the same formulas.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

Spot = tuple[float, float]

WIDTH = 1000
RADIUS = 6_371.0  # of the earth in kilometres
_POINTS = Path(__file__).parent / "data" / "country_points.json"


@dataclass(frozen=True)
class Map:
    """One drawing of 1000 by `height` units; `project` takes longitude and latitude in degrees."""

    name: str
    height: int
    project: Callable[[float, float], Spot]

    @property
    def file(self) -> str:
        """The static file with the land (`#land`) and each country under its code (`#BE`)."""
        return f"img/maps/{self.name}.svg"

    def shows(self, longitude: float, latitude: float) -> bool:
        """The point is on the drawing, and not at its very edge."""
        x, y = self.project(longitude, latitude)
        return 0 < x < WIDTH and 0 < y < self.height


def _europe(longitude: float, latitude: float) -> Spot:
    """Lambert's azimuthal equal-area projection around 10° E, 52° N, as the European grid has it (EPSG:3035), on a sphere."""
    along = radians(longitude - 10)
    up, middle = radians(latitude), radians(52)
    facing = sin(middle) * sin(up) + cos(middle) * cos(up) * cos(along)
    if facing < -0.99:  # around the other end of the earth, which is everywhere and nowhere here
        return -WIDTH, -WIDTH
    scale = RADIUS * sqrt(2 / (1 + facing))
    x = scale * cos(up) * sin(along)
    y = scale * (cos(middle) * sin(up) - sin(middle) * cos(up) * cos(along))
    return (x - _WEST) * _TO_UNITS, (_NORTH - y) * _TO_UNITS


# From Iceland to the Caucasus, from Crete to the North Cape, in kilometres from the middle.
_WEST, _EAST, _SOUTH, _NORTH = -2_300.0, 2_950.0, -2_050.0, 2_400.0
_TO_UNITS = WIDTH / (_EAST - _WEST)


def _world(longitude: float, latitude: float) -> Spot:
    """The Equal Earth projection (Šavrič, Patterson, Jenny 2018) around 11° E, which cuts through the Bering Strait."""
    along = radians((longitude - 11 + 180) % 360 - 180)
    slope = asin(sqrt(3) / 2 * sin(radians(latitude)))
    square = slope * slope
    sixth = square**3
    across = 9 * 0.003796 * square**4 + 7 * 0.000893 * sixth - 3 * 0.081106 * square + 1.340264
    x = 2 * sqrt(3) * along * cos(slope) / (3 * across)
    y = slope * (1.340264 - 0.081106 * square + sixth * (0.000893 + 0.003796 * square))
    return WIDTH / 2 + x * _EARTH_UNITS, (_TOP - y) * _EARTH_UNITS


_EARTH_UNITS = WIDTH / (2 * 2.7066)  # the equator is 5.4132 radii long
_TOP = 1.3173  # the pole; the drawing ends at 58° S

EUROPE = Map("europe", round((_NORTH - _SOUTH) * _TO_UNITS), _europe)
WORLD = Map("world", round(_world(11, -58)[1]), _world)


def map_for(points: list[tuple[float, float]]) -> Map:
    """The closest map that shows all of these longitudes and latitudes."""
    return EUROPE if all(EUROPE.shows(*point) for point in points) else WORLD


@cache
def country_points() -> dict[str, tuple[float, float]]:
    """Longitude and latitude of a point well inside each country, by its code (ISO 3166-1, two letters)."""
    return {code: (lon, lat) for code, (lon, lat) in json.loads(_POINTS.read_text()).items()}


@cache
def drawn_countries(name: str) -> frozenset[str]:
    """The codes of the countries that a map draws by themselves; the smallest are a dot at most."""
    return frozenset(json.loads((_POINTS.parent / "drawn_countries.json").read_text())[name])
