"""Where a point of the earth stands on the drawn maps, and how these are made."""

import json
import re
from math import cos, radians
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django_countries import countries

from museumhub.kit import atlas, cartography
from museumhub.kit.atlas import EUROPE, WORLD
from tests.architecture.house import ROOT

MAPS = [EUROPE, WORLD]
DRAWN = {one.name: ROOT / "static" / one.file for one in MAPS}


def test_middle_of_each_projection_is_where_its_authors_put_it():
    x, y = EUROPE.project(10, 52)
    assert (x, y) == pytest.approx((2300 * 1000 / 5250, 2400 * 1000 / 5250))
    # Equal Earth: the equator is 2.44 times as long as a meridian; the origin lies on it.
    assert WORLD.project(11, 0)[0] == pytest.approx(500)
    left, right = WORLD.project(-168.999, 0), WORLD.project(190.999, 0)
    assert (right[0] - left[0]) == pytest.approx(1000, abs=1)
    pole, south = WORLD.project(11, 90), WORLD.project(11, -90)
    assert (right[0] - left[0]) / (south[1] - pole[1]) == pytest.approx(2.0545, abs=0.003)


@pytest.mark.parametrize("onto", MAPS, ids=lambda one: one.name)
def test_equal_areas_on_earth_are_equal_on_the_map(onto):
    """Both projections promise it: squares of a degree, each divided by the cosine of its latitude."""

    def shown(lon, lat):
        corners = [(lon, lat), (lon + 1, lat), (lon + 1, lat + 1), (lon, lat + 1)]
        on_earth = cos(radians(lat + 0.5))
        return cartography.area([onto.project(*corner) for corner in corners]) / on_earth

    assert shown(0, 40) == pytest.approx(shown(20, 65), rel=0.01)
    assert shown(-8, 50) == pytest.approx(shown(25, 36), rel=0.01)


@pytest.mark.parametrize(
    ("points", "name"),
    [
        ([], "europe"),
        ([(3.7, 51.05), (33.6, 34.9), (-21.9, 64.1), (44.5, 40.2), (-9.1, 38.7)], "europe"),
        ([(3.7, 51.05), (-74, 40.7)], "world"),
        ([(151.2, -33.9)], "world"),
        ([(-170, -52)], "world"),
    ],
)
def test_map_is_the_closest_that_shows_all(points, name):
    assert atlas.map_for(points).name == name


def test_every_country_has_a_point_that_the_world_shows():
    points = atlas.country_points()
    assert [code for code, _name in countries if code not in points] == []
    hidden = [code for code, point in points.items() if not WORLD.shows(*point)]
    assert set(hidden) <= {"AQ", "GS", "HM", "BV", "TF"}


@pytest.mark.parametrize("onto", MAPS, ids=lambda one: one.name)
def test_drawing_is_small_and_holds_each_country_it_names(onto):
    text = DRAWN[onto.name].read_text()
    assert len(text) < 60_000
    root = ElementTree.fromstring(text)
    assert root.get("viewBox") == f"0 0 1000 {onto.height}"
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert set(ids) - {"land"} == atlas.drawn_countries(onto.name)
    assert {"BE", "FR", "DE", "IT", "PL"} <= set(ids)
    assert "style=" not in text
    assert "Natural Earth (public domain" in text


@pytest.mark.parametrize(
    ("onto", "code"), [(EUROPE, "BE"), (EUROPE, "GR"), (WORLD, "BR"), (WORLD, "NZ"), (WORLD, "RU")]
)
def test_point_of_a_country_lies_in_its_drawing(onto, code):
    [path] = [
        one.get("d") for one in ElementTree.parse(DRAWN[onto.name]).iter() if one.get("id") == code
    ]
    spot = onto.project(*atlas.country_points()[code])
    assert any(cartography._holds(ring, spot) for ring in rings(path))


def rings(path):
    """The rings of a path as `cartography.path` writes them."""
    for part in filter(None, path.split("z")):
        numbers = [int(one) for one in re.findall(r"-?\d+", part)]
        x, y = numbers[:2]
        ring = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        yield ring


SQUARE_AND_NEIGHBOUR = {
    "type": "Topology",
    "transform": {"scale": [1, 1], "translate": [0, 40]},
    "arcs": [
        [[5, 0], [0, 5]],  # the border that both share
        [[5, 5], [-5, 0], [0, -5], [5, 0]],
        [[5, 0], [5, 0], [0, 5], [-5, 0]],
    ],
    "objects": {
        "countries": {
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "id": "056"},
                {"type": "Polygon", "arcs": [[2, -1]], "id": "250"},
                {"type": "Polygon", "arcs": [[2, -1]], "properties": {"name": "Nowhere"}},
            ]
        }
    },
}


def test_neighbours_share_their_border_after_it_is_thinned():
    topology = cartography.Topology(SQUARE_AND_NEIGHBOUR)
    svg, codes = cartography.drawing(topology, EUROPE)
    assert codes == ["BE", "FR"]
    shapes = {
        one.get("id"): set(next(rings(one.get("d"))))
        for one in ElementTree.fromstring(svg).iter()
        if one.get("d") and one.get("id")
    }
    assert len(shapes["BE"] & shapes["FR"]) == 2


def test_bends_that_nobody_sees_are_left_out_and_ends_stay():
    line = [(0.0, 0.0), (10.0, 0.05), (20.0, 0.0), (30.0, 10.0)]
    assert cartography.thinned(line) == [(0.0, 0.0), (20.0, 0.0), (30.0, 10.0)]


def test_ring_is_cut_at_the_frame():
    assert cartography.area(
        cartography.framed([(-50, -50), (50, -50), (50, 50), (-50, 50)], 100, 100, margin=0)
    ) == pytest.approx(2500)
    assert cartography.framed([(200, 200), (300, 200), (300, 300)], 100, 100, margin=0) == []


def test_drawing_the_maps_writes_both_and_the_points(tmp_path, settings, monkeypatch):
    for name in ("countries-110m.json", "countries-50m.json"):
        (tmp_path / name).write_text(json.dumps(SQUARE_AND_NEIGHBOUR))
    (tmp_path / "img" / "maps").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    settings.STATICFILES_DIRS = [tmp_path]
    monkeypatch.setattr(atlas, "__file__", str(tmp_path / "atlas.py"))
    call_command("draw_maps", str(tmp_path), verbosity=0)
    assert 'id="BE"' in (tmp_path / "img/maps/europe.svg").read_text()
    points = json.loads((tmp_path / "data/country_points.json").read_text())
    assert 0 < points["BE"][0] < 5 < points["FR"][0] < 10
    assert Path(tmp_path / "data/drawn_countries.json").exists()
