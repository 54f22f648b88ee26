"""The matrix counts what there is where a topic meets a goal; the page of a topic joins what happens under it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from frameworks.models import Element, Mapping
from frameworks.queries import topics
from museumhub.news.models import Item
from museumhub.pages.queries.tallies import tallies
from museumhub.pages.queries.topics import matrix, topic_page
from programmes.catalogue.models import Programme
from tests.factories.catalogue import EditionFactory, PartnerFactory, ProgrammeFactory
from tests.factories.frameworks import ElementFactory, FrameworkFactory, GoalFactory, TopicFactory
from tests.factories.members import OrganisationFactory
from tests.factories.news import ItemFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def weaving():
    return TopicFactory(
        slug="weaving", name="Weaving", serves=[GoalFactory(slug="craft", code="1")]
    )


@pytest.fixture
def listening():
    return TopicFactory(
        slug="listening", name="Listening", serves=[GoalFactory(slug="peace", code="2")]
    )


def cells(now):
    return {
        (row.topic.slug, cell.goal.slug): cell.counted
        for row in matrix(now).rows
        for cell in row.cells
    }


def test_matrix_counts_each_sort_where_a_topic_meets_the_goal_it_serves(weaving, listening, now):
    museum, guild = OrganisationFactory.create_batch(2)
    programme = ProgrammeFactory(topics=[weaving])
    EditionFactory.create_batch(2, programme=programme, call_open=True)
    PartnerFactory(programme=programme, organisation=guild)
    PartnerFactory(programme=programme, organisation=museum)
    for traits in ({}, {"event": True}, {"toolkit": True}, {"publication": True}):
        ItemFactory(topics=[weaving], organisation=museum, **traits)

    found = cells(now)

    assert found["weaving", "craft"] == [
        "2 open calls", "1 programme", "1 news item", "1 event", "2 resources", "2 organisations",
    ]  # fmt: skip
    assert found["weaving", "peace"] == found["listening", "craft"] == found["listening", "peace"] == []  # fmt: skip


def test_matrix_counts_what_reaches_a_goal_by_another_topic(weaving, listening, now):
    publisher = OrganisationFactory()
    ItemFactory(topics=[weaving, listening], organisation=publisher)
    ItemFactory(topics=[weaving], organisation=publisher)

    found = cells(now)

    assert found["weaving", "craft"] == ["2 news items", "1 organisation"]
    assert found["weaving", "peace"] == ["1 news item", "1 organisation"]
    assert found["listening", "craft"] == ["1 news item", "1 organisation"]
    assert found["listening", "peace"] == ["1 news item", "1 organisation"]


def test_matrix_counts_a_thing_once_that_reaches_a_goal_by_two_topics(now):
    goal = GoalFactory(slug="craft")
    several = [TopicFactory(serves=[goal]) for _ in range(3)]
    ItemFactory(topics=several, of_network=True)

    assert set(map(tuple, cells(now).values())) == {("1 news item",)}


def test_matrix_counts_only_what_the_public_sees(weaving, now):
    for traits in ({"draft": True}, {"scheduled": True}, {"withdrawn": True}):
        ItemFactory(topics=[weaving], **traits)
    original = ItemFactory(topics=[weaving], of_network=True)
    ItemFactory(topics=[weaving], of_network=True, translation_of=original, language="de")
    EditionFactory(programme__topics=[weaving], draft=True)
    EditionFactory(programme__topics=[weaving], cancelled=True)
    draft = EditionFactory(
        programme=Programme.objects.get(editions__cancelled_at__isnull=False), draft=True
    )
    PartnerFactory(programme=draft.programme, edition=draft)

    assert cells(now)["weaving", "craft"] == ["1 programme", "1 news item"]


def test_matrix_shows_gaps_in_words(weaving, listening, client):
    TopicFactory(name="Retired", retired=True)
    ItemFactory(topics=[listening], of_network=True)

    page = client.get("/topics/").text

    assert page.count("answers this goal") == 2
    assert page.count("nothing yet") == 1
    assert page.count("Nothing yet") == 1
    assert "Retired" not in page


def test_tallies_of_no_topic_ask_nothing(now, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert tallies([], now).by_mask == {}


def test_topic_page_joins_what_happens_under_it(weaving, listening, client, now):
    museum = OrganisationFactory(name="Museum of Looms")
    edition = EditionFactory(title="Open one", call_open=True, programme__topics=[weaving])
    partner = PartnerFactory(programme=edition.programme, edition=edition)
    ItemFactory(title="Told", topics=[weaving], organisation=museum)
    ItemFactory(title="Fair", topics=[weaving], event=True, starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=3, hours=2))  # fmt: skip
    ItemFactory(title="Was", topics=[weaving], event=True, starts_at=now - timedelta(days=3), ends_at=now - timedelta(days=2))  # fmt: skip
    ItemFactory(title="Guide", topics=[weaving], toolkit=True)
    ItemFactory(title="Elsewhere", topics=[listening])
    ItemFactory(title="Unready", topics=[weaving], draft=True)
    other = ElementFactory(framework=FrameworkFactory(slug="other", leads=False), name="Handiwork")
    Mapping.objects.create(source=weaving, relation="closeMatch", reference=other.reference, target=other, note="Both are done by hand.")  # fmt: skip

    content = topic_page("weaving", now)
    assert content is not None
    assert [card.item.title for card in content.news] == ["Told"]
    assert [card.item.title for card in content.events] == ["Fair"]
    assert [card.item.title for card in content.resources] == ["Guide"]
    assert [card.edition.title for card in content.calls] == ["Open one"]
    assert {one.name for one in content.organisations} >= {"Museum of Looms", partner.organisation.name}  # fmt: skip
    assert [one.state for one in content.timeline] == sorted(
        (one.state for one in content.timeline), reverse=True
    )
    assert [one.title for one in content.timeline if one.what == "Event"] == ["Fair"]

    page = client.get("/topics/weaving/").text
    assert "Handiwork" in page
    assert "Both are done by hand." in page
    assert 'href="/news/?topic=weaving"' in page
    assert "Elsewhere" not in page
    assert "Unready" not in page


def test_topic_page_tells_news_in_the_readers_language(weaving, client):
    original = ItemFactory(title="Loom", topics=[weaving], of_network=True)
    ItemFactory(title="Webstuhl", topics=[weaving], of_network=True, translation_of=original, language="de")  # fmt: skip

    german = client.get("/topics/weaving/", headers={"accept-language": "de"}).text

    assert "Webstuhl" in german
    assert "Loom" not in german


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_topic_pages_answer_in_every_language(weaving, client, language):
    ItemFactory(topics=[weaving])
    for address in ("/topics/", "/topics/weaving/"):
        assert client.get(address, headers={"accept-language": language}).status_code == 200


def fill(rows):
    goals = GoalFactory.create_batch(2)
    several = [TopicFactory(serves=goals) for _ in range(3)]
    for number in range(rows):
        edition = EditionFactory(programme__topics=several[:2], call_open=True)
        PartnerFactory(programme=edition.programme, edition=edition)
        for traits in ({}, {"event": True}, {"toolkit": True}):
            ItemFactory(topics=several[number % 2 :], language="de", **traits)
    elsewhere = FrameworkFactory(slug="elsewhere", leads=False)
    for _ in range(rows):
        other = ElementFactory(framework=elsewhere)
        Mapping.objects.create(source=several[1], relation="closeMatch", reference=other.reference, target=other)  # fmt: skip
    return several[1]


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_topic_pages_take_the_same_queries_whatever_there_is(
    client, rows, django_assert_num_queries
):
    topic = fill(rows)

    with django_assert_num_queries(7):
        client.get("/topics/")
    with django_assert_num_queries(15):
        client.get(topic.get_absolute_url())
    assert Item.objects.count() == 3 * rows
    assert Element.objects.filter(pk__in=topics()).count() == 3
