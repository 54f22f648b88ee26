"""Making the drawn maps: TopoJSON in, small SVG out. Runs when the maps are made, never for a reader.

TopoJSON (github.com/topojson/topojson-specification) keeps each border once, as an arc that both
neighbours name. Arcs are projected and thinned before countries are put together from them, so that
neighbours still fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any

from django_countries import countries

from museumhub.kit.atlas import WIDTH, Map, Spot

Ring = list[Spot]

LEAST_TURN = 0.7  # square units: a bend smaller than this is left out (Visvalingam and Whyatt 1993)
LEAST_RING = 1.5  # square units: a smaller island is left out
MARGIN = 12  # units around the frame, so that no cut edge is seen

# Too small for Natural Earth at this scale, or part of another country's shape there.
_MORE_POINTS = {
    "BQ": (-68.27, 12.18),
    "BV": (3.36, -54.42),
    "CC": (96.83, -12.17),
    "CX": (105.63, -10.48),
    "GF": (-53.13, 3.93),
    "GI": (-5.35, 36.14),
    "GP": (-61.55, 16.25),
    "MQ": (-61.02, 14.64),
    "RE": (55.53, -21.12),
    "SJ": (16.2, 78.6),
    "TK": (-171.85, -9.2),
    "TV": (179.2, -8.52),
    "UM": (-169.53, 16.73),
    "YT": (45.17, -12.83),
}


class Topology:
    """A file of world-atlas: countries made of shared arcs."""

    def __init__(self, document: dict[str, Any]) -> None:
        scale, shift = document["transform"]["scale"], document["transform"]["translate"]
        self.arcs = [_degrees(arc, scale, shift) for arc in document["arcs"]]
        self.shapes = document["objects"]["countries"]["geometries"]

    def rings(
        self, arcs: list[Ring], *, without: tuple[str, ...] = ()
    ) -> Iterator[tuple[str, Ring]]:
        """Each country's code (empty where ISO 3166 has none) with each of its outer rings, made of `arcs`."""
        for shape in self.shapes:
            code = str(countries.alpha2(int(shape["id"])) if shape.get("id") else "")
            if code in without or shape["type"] not in {"Polygon", "MultiPolygon"}:
                continue
            parts = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
            for part in parts:
                yield code, _joined(part[0], arcs)


def _degrees(arc: Iterable[list[int]], scale: list[float], shift: list[float]) -> Ring:
    """An arc's whole-numbered steps as longitudes and latitudes."""
    x = y = 0
    points = []
    for step in arc:
        x, y = x + step[0], y + step[1]
        points.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
    return points


def _joined(numbers: list[int], arcs: list[Ring]) -> Ring:
    """Arcs one after the other; a negative number is an arc walked backwards."""
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring


def area(ring: Ring) -> float:
    """The ring's area, whichever way it runs."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def thinned(arc: Ring, least: float = LEAST_TURN) -> Ring:
    """The arc without the bends whose triangle is smaller than `least`; its ends stay."""
    points = list(arc)
    closed = len(points) > 2 and points[0] == points[-1]
    while len(points) > (4 if closed else 2):
        triangles = [area(points[at - 1 : at + 2]) for at in range(1, len(points) - 1)]
        smallest = min(range(len(triangles)), key=triangles.__getitem__)
        if triangles[smallest] >= least:
            break
        del points[smallest + 1]
    return points


def framed(ring: Ring, width: float, height: float, margin: float = MARGIN) -> Ring:
    """What of the ring lies in the frame (Sutherland and Hodgman 1974)."""
    edges = ((0, -margin, 1), (0, width + margin, -1), (1, -margin, 1), (1, height + margin, -1))
    for axis, limit, sign in edges:
        if not ring:
            break
        kept: Ring = []
        for before, point in zip([ring[-1], *ring[:-1]], ring, strict=True):
            was_in, is_in = (sign * (one[axis] - limit) >= 0 for one in (before, point))
            if was_in != is_in:
                share = (limit - before[axis]) / (point[axis] - before[axis])
                kept.append(
                    (
                        before[0] + share * (point[0] - before[0]),
                        before[1] + share * (point[1] - before[1]),
                    )
                )
            if is_in:
                kept.append(point)
        ring = kept
    return ring


def path(rings: Iterable[Ring]) -> str:
    """Rings as an SVG path in whole units, each step relative to the one before."""
    parts = []
    for ring in rings:
        rounded = [(round(x), round(y)) for x, y in ring]
        points = [one for at, one in enumerate(rounded) if at == 0 or one != rounded[at - 1]]
        if len(points) > 1 and points[0] == points[-1]:
            points.pop()
        if len(points) < 3:
            continue
        steps = [
            f"{x - before[0]} {y - before[1]}".replace(" -", "-")
            for before, (x, y) in pairwise(points)
        ]
        parts.append(f"M{points[0][0]} {points[0][1]}l{' '.join(steps).replace(' -', '-')}z")
    return "".join(parts)


def drawing(topology: Topology, onto: Map) -> tuple[str, list[str]]:
    """The map as SVG, and the codes of the countries in it; Antarctica is left out."""

    def placed(point: Spot) -> Spot:
        return onto.project(*point)

    arcs = [thinned([placed(point) for point in arc]) for arc in topology.arcs]
    shapes: dict[str, list[Ring]] = {}
    for code, ring in topology.rings(arcs, without=("AQ",)):
        if _crosses_the_seam(ring):
            continue  # St Lawrence Island, half on each end of the world
        inside = framed(ring, WIDTH, onto.height)
        if len(inside) > 2 and area(inside) >= LEAST_RING:
            shapes.setdefault(code, []).append(inside)
    drawn = {code: path(rings) for code, rings in sorted(shapes.items())}
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {onto.height}">',
        "<!-- Made with Natural Earth (public domain, naturalearthdata.com), from the npm package",
        "     world-atlas 2.0.2 (ISC, see maps.LICENSE.txt), by manage.py draw_maps. -->",
        '<g id="land">',
        *(
            f'<path{f" id={chr(34)}{code}{chr(34)}" if code else ""} d="{d}"/>'
            for code, d in drawn.items()
            if d
        ),
        "</g>",
        "</svg>",
        "",
    ]
    return "\n".join(lines), [code for code, d in drawn.items() if code and d]


def _crosses_the_seam(ring: Ring) -> bool:
    """Two neighbours stand at opposite ends of the drawing."""
    return any(abs(a[0] - b[0]) > WIDTH / 2 for a, b in pairwise(ring))


def points(topology: Topology) -> dict[str, tuple[float, float]]:
    """For each country a longitude and latitude well inside its largest part."""
    largest: dict[str, Ring] = {}
    for code, cut in topology.rings(topology.arcs):
        ring = _unrolled(cut)
        if code and _extent(ring) > _extent(largest.get(code, [])):
            largest[code] = ring
    found = {code: _deepest(ring) for code, ring in largest.items()}
    return dict(sorted({**_MORE_POINTS, **found}.items()))


def _unrolled(ring: Ring) -> Ring:
    """The ring without the leap at 180°, so that one that crosses it is in one piece."""
    whole: Ring = []
    for x, y in ring:
        turns = round((whole[-1][0] - x) / 360) if whole else 0
        whole.append((x + 360 * turns, y))
    return whole


def _extent(ring: Ring) -> float:
    """The area of a ring in degrees, those of longitude as short as they are at its latitude."""
    if not ring:
        return 0
    narrow = cos(radians(sum(y for _x, y in ring) / len(ring)))
    return area(ring) * narrow


def _deepest(ring: Ring, steps: int = 40) -> Spot:
    """Of a grid of points inside, the one that is farthest from the border."""
    narrow = cos(radians(sum(y for _x, y in ring) / len(ring)))
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    grid = [
        (
            min(xs) + (max(xs) - min(xs)) * (column + 0.5) / steps,
            min(ys) + (max(ys) - min(ys)) * (row + 0.5) / steps,
        )
        for column in range(steps)
        for row in range(steps)
    ]
    inside = [point for point in grid if _holds(ring, point)] or ring
    thin = ring[:: max(1, len(ring) // 300)]

    def depth(point: Spot) -> float:
        return min(hypot((x - point[0]) * narrow, y - point[1]) for x, y in thin)

    best = max(inside, key=depth)
    return round((best[0] + 180) % 360 - 180, 2), round(best[1], 2)


def _holds(ring: Ring, point: Spot) -> bool:
    """The point is inside: a line from it to the east crosses the ring an odd number of times."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside
