"""The directory of organisations: what narrows it, what its lists count, how it is walked."""

import io
import re
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from museumhub.members.models import Organisation
from museumhub.members.queries import listing
from museumhub.members.services import imports
from tests.factories.members import OrganisationFactory

pytestmark = pytest.mark.django_db

DIRECTORY = "/organisations/"


def look(client, **asked):
    return client.get(DIRECTORY, asked)


def names(answer):
    return [one.name for one in answer.context["content"].page.rows]


def counted(answer, key):
    [facet] = [one for one in answer.context["content"].facets if one.key == key]
    return {one.value: one.number for one in facet.choices}


@pytest.fixture
def four():
    OrganisationFactory(name="Musée d'Orsay", place="Paris", country="FR", size_band="large")
    OrganisationFactory(name="Bibliothèque du Port", place="Brest", country="FR", kind="library")
    OrganisationFactory(
        name="Музей на розата", slug="muzey-na-rozata", place="Казанлък", country="BG"
    )
    OrganisationFactory(name="Zamek Krzyżtopór", place="Ujazd", country="PL", kind="heritage_site")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Bibliothèque du Port", "Musée d'Orsay", "Zamek Krzyżtopór", "Музей на розата"]),
        ({"country": "FR"}, ["Bibliothèque du Port", "Musée d'Orsay"]),
        ({"country": "FR", "kind": "museum"}, ["Musée d'Orsay"]),
        ({"size": "large"}, ["Musée d'Orsay"]),
        ({"q": "musee ORSAY"}, ["Musée d'Orsay"]),
        ({"q": "orsay brest"}, []),
        ({"q": "казанлък"}, ["Музей на розата"]),
        ({"q": "muzey"}, ["Музей на розата"]),
        ({"q": "krzyztopor"}, ["Zamek Krzyżtopór"]),
        (
            {"q": "%"},
            ["Bibliothèque du Port", "Musée d'Orsay", "Zamek Krzyżtopór", "Музей на розата"],
        ),
    ],
)
def test_directory_shows_by_name_what_fits_all_that_is_asked(client, four, asked, found):
    answer = look(client, **asked)
    assert names(answer) == found
    assert answer.context["content"].number == len(found)


def test_lists_count_what_each_entry_would_leave_of_what_fits_the_rest(client, four):
    answer = look(client, country="FR")
    assert counted(answer, "kind") == {"museum": 1, "library": 1}
    assert counted(answer, "country") == {"FR": 2, "BG": 1, "PL": 1}
    page = answer.content.decode()
    assert re.search(r'<option value="FR" selected>\s*France \(2\)', page)
    assert "Library (1)" in page


def test_entry_that_leaves_nothing_is_shown_only_while_it_is_chosen(client, four):
    answer = look(client, country="PL", kind="library")
    assert counted(answer, "kind") == {"library": 0, "heritage_site": 1}
    assert names(answer) == []
    assert "Show all" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "kind=zoo",
        "country=zz&size=x",
        "area=1_2_3",
        "area=9999_0_1",
        "area=' or 1=1",
        "after=nobody",
        "before=nobody",
        "after=x&before=y",
        "kind[$ne]=museum",
        "name_key__contains=x",
        "topic=%F0%9F%92%A5",
    ],
)
def test_what_nobody_knows_in_the_address_narrows_nothing(client, four, query):
    answer = client.get(f"{DIRECTORY}?{query}")
    assert answer.status_code == 200
    assert len(names(answer)) == 4


@pytest.mark.parametrize("query", ["q=" + "a" * 5000, "q=" + "a%20" * 900, "q=%5C", "q=%25_%27"])
def test_search_bears_any_words(client, four, query):
    assert client.get(f"{DIRECTORY}?{query}").status_code == 200


def test_walk_keeps_its_filters_and_meets_every_name_once(client, monkeypatch):
    monkeypatch.setattr(listing, "A_PAGE", 2)
    for number in range(5):
        OrganisationFactory(name=f"Same name {number // 2}", country="FR")
    OrganisationFactory(name="Another", country="BE")
    met, address = [], f"{DIRECTORY}?country=FR&q=same"
    while address:
        page = client.get(address).content.decode()
        met += re.findall(r'<a href="(/organisations/museum-[0-9]+/)"', page)
        onward = re.search(r'rel="next" href="([^"]+)"', page)
        address = DIRECTORY + unescape(onward[1]) if onward else ""
        assert not address or "country=FR" in address
    wanted = Organisation.objects.filter(country="FR").order_by("name_key", "pk")
    assert met == [one.get_absolute_url() for one in wanted]
    [back] = re.findall(r'rel="prev" href="([^"]+)"', page)
    assert names(client.get(DIRECTORY + unescape(back))) == ["Same name 1", "Same name 1"]


def test_map_stands_on_the_first_page_only(client, monkeypatch):
    monkeypatch.setattr(listing, "A_PAGE", 1)
    first, _second = (OrganisationFactory(name=name) for name in ("A", "B"))
    assert look(client).context["map"].dots
    assert look(client, after=first.slug).context["map"] is None


@pytest.mark.parametrize("rows", [1, 3])
def test_directory_makes_the_same_queries_however_many_there_are(
    client, rows, django_assert_num_queries
):
    for number in range(rows):
        OrganisationFactory(
            country=["BE", "FR", "JP"][number],
            latitude=Decimal(50 + number),
            longitude=Decimal(4 - number),
        )
        OrganisationFactory(country=["DE", "NL", "IT"][number])
    look(client)
    with django_assert_num_queries(10):
        look(client, q="museum", kind="museum")


def test_empty_directory_invites_to_add_the_first(client):
    page = look(client).content.decode()
    assert reverse("members:add") in page
    assert '<svg class="map' not in page


def exported(client, **asked):
    answer = client.get("/organisations.csv", asked)
    return answer, b"".join(answer.streaming_content)


def test_table_has_what_the_same_filters_leave(client, four):
    answer, content = exported(client, country="FR")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="organisations.csv"' in answer["Content-Disposition"]
    text = content.decode("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == [
        '"name"',
        '"Bibliothèque du Port"',
        '"Musée d\'Orsay"',
    ]
    assert "organisations.csv?country=FR" in look(client, country="FR").content.decode()


def test_table_can_be_imported_again_and_changes_nothing(client, four):
    OrganisationFactory(
        name="=HYPERLINK()",
        description='Line one\n\n\'- quoted, "twice"',
        description_language="en",
        latitude=Decimal("-0.5"),
        longitude=Decimal("-71.25"),
        isil="BE-A1",
        website="https://salt.example/",
    )
    OrganisationFactory(name="=HYPERLINK()", slug="hyperlink-2")
    _answer, content = exported(client)
    assert b'"\'=HYPERLINK()"' in content
    assert b'"\'-0.50000"' in content
    table, unknown = imports.open_import(io.BytesIO(content))
    assert unknown == ["page"]
    assert [one.what for one in imports.look(table)] == ["unchanged"] * 6


@pytest.mark.parametrize("rows", [1, 3])
def test_table_makes_the_same_queries_however_many_rows(client, rows, django_assert_num_queries):
    OrganisationFactory.create_batch(rows)
    with django_assert_num_queries(3):
        exported(client)
