"""Organisations on the map: which map, which dots, where they lead."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.utils.translation import override

from museumhub.members import areas
from museumhub.members.areas import Somewhere, Square
from museumhub.members.models import Organisation
from museumhub.members.queries import Wanted, directory, map_of
from museumhub.members.queries import map as map_queries
from tests.factories.members import OrganisationFactory

pytestmark = pytest.mark.django_db


def at(latitude, longitude, **given):
    return OrganisationFactory(
        latitude=Decimal(str(latitude)), longitude=Decimal(str(longitude)), **given
    )


def drawn(**asked):
    return map_of(directory(asked).wanted)


def said(found):
    return [(dot.where, dot.what) for dot in found.table]


def test_europe_is_drawn_while_all_are_there_and_the_world_otherwise():
    at(51.05, 3.72)
    OrganisationFactory(country="CY")
    assert drawn().onto.name == "europe"
    at(-33.86, 151.2, country="AU", place="Sydney")
    assert drawn().onto.name == "world"
    assert drawn(country="BE").onto.name == "europe"


def test_one_organisation_is_a_dot_that_leads_to_it():
    museum = at(51.05, 3.72, name="Museum of Salt", place="Ghent")
    [dot] = drawn().dots
    assert (dot.where, dot.what) == ("Ghent (Belgium)", "Museum of Salt")
    assert (dot.address, dot.exact, dot.number) == (museum.get_absolute_url(), True, 1)
    assert (dot.x, dot.y) == pytest.approx(drawn().onto.project(3.72, 51.05))


def test_neighbours_share_a_dot_that_leads_to_just_them(client):
    at(51.05, 3.72, place="Ghent")
    at(51.06, 3.73, place="Ghent")
    at(51.03, 3.9, place="Aalst")
    at(60.0, 10.0, place="Oslo", country="NO")
    found = drawn()
    assert said(found) == [
        ("Aalst and 1 other place (Belgium)", "3 organisations"),
        ("Oslo (Norway)", found.table[1].what),
    ]
    answer = client.get(found.table[0].address)
    assert answer.context["content"].number == 3
    assert [dot.current for dot in answer.context["map"].table] == [True, False]


def test_organisation_without_a_point_stands_for_its_country(client):
    OrganisationFactory.create_batch(2, country="FR")
    at(48.85, 2.35, country="FR", place="Paris")
    vague = next(dot for dot in drawn().dots if not dot.exact)
    assert (vague.where, vague.what) == ("France, place not given", "2 organisations")
    assert client.get(vague.address).context["content"].number == 2


def test_dots_count_every_organisation_once_and_their_lists_agree(client):
    """Along borders of squares, south of the equator, west of Greenwich, at the ends of the earth."""
    for latitude in (-90, -33.5, -0.00001, 0, 0.5, 51.99999, 52, 89.99999, 90):
        for longitude in (-180, -74, -0.00001, 0, 179.99999, 180):
            at(latitude, longitude)
    OrganisationFactory.create_batch(3, country="IS")
    found = drawn()
    assert sum(dot.number for dot in found.dots) == Organisation.objects.count()
    for dot in found.dots:
        if dot.number > 1:
            assert client.get(dot.address).context["content"].number == dot.number


def test_filters_narrow_the_map_and_stay_in_its_links():
    at(51.05, 3.72, kind="library")
    at(51.05, 3.72, kind="library")
    at(51.05, 3.72, kind="museum")
    [dot] = drawn(kind="library").dots
    assert dot.number == 2
    assert "kind=library&area=" in dot.address


def test_number_of_dots_is_bounded(monkeypatch):
    monkeypatch.setattr(map_queries, "AT_MOST", 20)
    for row in range(14):
        for column in range(14):
            at(40 + row, -5 + column)
    found = drawn()
    assert len(found.dots) <= 20
    assert sum(dot.number for dot in found.dots) == 196


def test_countries_with_organisations_are_drawn_in_colour():
    at(51.05, 3.72, country="BE")
    OrganisationFactory(country="FR")
    OrganisationFactory(country="MT")  # a dot is all that can be seen of it
    assert {"BE", "FR"} <= set(drawn().countries)
    assert "DE" not in drawn().countries


@pytest.mark.parametrize("area", [Square(102, 6, 2), Square(-68, -148, 4), Somewhere("FR")])
def test_area_is_read_as_it_is_written(area):
    assert areas.read(str(area)) == area


@pytest.mark.parametrize(
    "text", ["", "XX", "fr", "1_2", "1_1_2", "0_0_3", "0_0_64", "a_b_c", "٢_٠_2"]
)
def test_what_is_no_area_is_none(text):
    assert areas.read(text) is None


def test_drawing_and_table_say_the_same_and_every_dot_has_a_name(client):
    at(51.05, 3.72, name="Salt & Pepper", place="Ghent")
    OrganisationFactory.create_batch(2, country="FR")
    page = client.get("/organisations/").content.decode()
    svg = page[page.index('<svg class="map__drawing') : page.index("The map as a table")]
    table = page[page.index("The map as a table") : page.index('id="list"')]
    dots = re.findall(r'<a class="map__dot[^"]*" href="([^"]+)" aria-label="([^"]+)"', svg)
    cells = re.findall(r'<td[^>]*>([^<]+)</td><td[^>]*><a href="([^"]+)">([^<]+)</a>', table)
    assert sorted((address, unescape(name)) for address, name in dots) == sorted(
        (address, unescape(f"{where}: {what}")) for where, address, what in cells
    )
    assert len(dots) == 2
    assert re.search(r'href="[^"]*europe[^"]*\.svg#BE"', svg)


def test_map_speaks_the_language_of_its_reader():
    OrganisationFactory.create_batch(2, country="DE")
    with override("fr"):
        assert said(map_of(Wanted())) == [("Allemagne, lieu non précisé", "2 organisations")]
