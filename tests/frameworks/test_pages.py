"""The pages of frameworks and elements, their former addresses, and the same as linked data."""

from datetime import timedelta

import pytest
import yaml
from django.utils.http import http_date
from rdflib import RDF, RDFS, SKOS, Graph

from frameworks import documents
from frameworks.models import Element, Framework, Mapping
from frameworks.services import load_framework
from tests.factories.catalogue import NOW
from tests.factories.frameworks import ElementFactory, FrameworkFactory, GoalFactory, TopicFactory
from tests.frameworks.test_documents import framework
from tests.frameworks.test_load_framework import load, renamed
from tests.frameworks.test_skos import SHIPPED

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped():
    for path in SHIPPED:
        load_framework(document=documents.read(path.read_bytes()), now=NOW)


def test_framework_page_shows_both_ends_of_a_mapping_and_why(shipped, client):
    topics = client.get("/frameworks/seven-topics/").text
    goals = client.get("/frameworks/sdg/climate/")
    goal = client.get("/frameworks/sdg/13/").text
    topic = client.get("/frameworks/seven-topics/climate/").text

    why = "The topic is the part of climate action that museums can take on themselves."
    assert goals.status_code == 404
    assert why in topics
    assert why in goal
    assert why in topic
    assert "is part of" in topic
    assert "takes in" in goal
    assert 'href="/topics/climate/"' in goal
    assert 'href="/frameworks/sdg/13/"' in topic
    assert "http://metadata.un.org/sdg/13" in goal


def test_framework_page_speaks_the_readers_language_as_far_as_it_is_translated(shipped, client):
    german = client.get("/frameworks/sdg/13/", headers={"accept-language": "de"}).text

    assert '<h1 class="page-header__title" dir="auto">Maßnahmen zum Klimaschutz</h1>' in german
    assert '<div class="prose" lang="de"><p>Umgehend Maßnahmen' in german
    assert 'lang="de">Das Thema ist der Teil des Klimaschutzes' in german
    principles = client.get("/frameworks/happy-museum/", headers={"accept-language": "de"}).text
    assert ">Bedingungen für Wohlergehen schaffen</a>" in principles
    load(framework())
    own = client.get("/frameworks/own/", headers={"accept-language": "de"}).text
    assert 'lang="en">Talks</a>' in own


def test_framework_page_tells_when_it_was_loaded_and_what_changed(client):
    load(framework())
    load(renamed(framework(), "conversations", "talks"))

    page = client.get("/frameworks/own/").text

    assert "loaded for the first time, with 2 elements" in page
    assert "1 renamed" in page


def test_former_addresses_lead_to_the_present_one_for_good(client):
    load(framework())
    load(renamed(framework(), "conversations", "talks"))

    for old, new in (
        ("/topics/talks/", "/topics/conversations/"),
        ("/frameworks/own/talks/", "/frameworks/own/conversations/"),
    ):
        answer = client.get(old)
        assert (answer.status_code, answer["Location"]) == (301, new)
        assert client.get(new).status_code == 200
    assert client.get("/topics/nothing/").status_code == 404
    assert client.get("/frameworks/own/nothing/").status_code == 404
    assert client.get("/frameworks/nothing/talks/").status_code == 404


def test_retired_element_keeps_its_page_which_names_what_replaces_it(client):
    new = TopicFactory(name="Climate and nature")
    old = TopicFactory(slug="climate", retired=True, replaced_by=new)

    for address in (old.permanent_path, "/topics/climate/"):
        page = client.get(address).text
        assert "No longer in use. In its place stands" in page
        assert "Climate and nature" in page


@pytest.mark.parametrize(
    ("ending", "media_type", "form"),
    [(".ttl", "text/turtle", "turtle"), (".jsonld", "application/ld+json", "json-ld")],
)
def test_linked_data_has_its_media_type_and_is_answered_304_until_something_changes(
    shipped, client, ending, media_type, form
):
    answer = client.get(f"/frameworks/openglam{ending}")

    assert answer["Content-Type"] == f"{media_type}; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Last-Modified"] == http_date(NOW.timestamp())
    graph = Graph().parse(data=answer.content, format=form)
    assert len(set(graph.subjects(RDF.type, SKOS.Concept))) == 5

    known = {"if-none-match": answer["ETag"]}
    assert client.get(f"/frameworks/openglam{ending}", headers=known).status_code == 304
    since = {"if-modified-since": answer["Last-Modified"]}
    assert client.get(f"/frameworks/openglam{ending}", headers=since).status_code == 304

    load_framework(
        document=documents.read(yaml.safe_dump(framework()).encode()),
        now=NOW + timedelta(seconds=1),
    )
    assert client.get(f"/frameworks/openglam{ending}", headers=known).status_code == 200
    assert client.get(f"/frameworks/nothing{ending}").status_code == 404


@pytest.mark.parametrize("address", ["/frameworks/openglam/", "/frameworks/openglam/open-formats/"])
@pytest.mark.parametrize(
    ("accept", "leads_to"),
    [
        ("text/turtle", "/frameworks/openglam.ttl"),
        ("application/ld+json, text/html;q=0.5", "/frameworks/openglam.jsonld"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", None),
        ("*/*", None),
        ("text/turtle;q=0.5, text/html", None),
        ("image/png", None),
    ],
)
def test_page_leads_whoever_asks_for_linked_data_to_it(shipped, client, address, accept, leads_to):
    answer = client.get(address, headers={"accept": accept})

    assert "Accept" in answer["Vary"]
    assert answer.get("Location") == leads_to
    assert answer.status_code == (303 if leads_to else 200)


def test_terms_say_what_they_mean_to_people_and_to_programs(client, settings):
    page = client.get("/frameworks/terms/").text
    graph = Graph().parse(data=client.get("/frameworks/terms.ttl").content, format="turtle")

    described = {str(term).rpartition("#")[2] for term in graph.subjects(RDFS.comment)}
    assert described == set(documents.OWN_TERMS)
    assert all(f'id="{name}"' in page for name in described)
    assert all(str(term).startswith(f"{settings.SITE_URL}/frameworks/terms#") for term in graph.subjects())  # fmt: skip


@pytest.fixture
def with_elements():
    """A framework of so many elements, each mapped both ways."""

    def make(number):
        elsewhere = FrameworkFactory(slug="elsewhere", leads=False)
        goal = GoalFactory()
        for _ in range(number):
            topic = TopicFactory(serves=[goal])
            other = ElementFactory(framework=elsewhere)
            Mapping.objects.create(source=topic, relation="closeMatch", reference=other.reference, target=other)  # fmt: skip
            Mapping.objects.create(source=other, relation="broadMatch", reference=topic.reference, target=topic)  # fmt: skip

    return make


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/frameworks/", 1),
        ("/frameworks/seven-topics/", 8),
        ("/frameworks/seven-topics.ttl", 10),
    ],
)
def test_framework_pages_take_as_many_queries_for_one_element_as_for_three(
    with_elements, client, django_assert_num_queries, address, queries, number
):
    with_elements(number)

    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


def test_element_page_takes_a_constant_number_of_queries(
    with_elements, client, django_assert_num_queries
):
    with_elements(3)
    goal = Element.objects.get(kind="goal")

    with django_assert_num_queries(11):
        assert client.get(goal.permanent_path).text.count("topic-tag__name") == 3
    assert Framework.objects.count() == 2
