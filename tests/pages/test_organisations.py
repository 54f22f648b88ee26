"""What the roof adds to the directory of organisations: topics and programmes."""

import pytest

from tests.factories.catalogue import EditionFactory, PartnerFactory
from tests.factories.frameworks import TopicFactory
from tests.factories.members import OrganisationFactory
from tests.factories.news import ItemFactory

pytestmark = pytest.mark.django_db


def names(client, **asked):
    return [one.name for one in client.get("/organisations/", asked).context["content"].page.rows]


@pytest.fixture
def edition():
    edition = EditionFactory(programme__slug="school", programme__title="School of Salt")
    topic = TopicFactory(slug="climate")
    edition.programme.topics.add(topic)
    carrier = OrganisationFactory(name="Carrier")
    OrganisationFactory(name="Bystander")
    for one in (edition, EditionFactory(programme=edition.programme)):
        PartnerFactory(programme=edition.programme, edition=one, organisation=carrier)
    return edition


def test_directory_is_narrowed_to_those_who_carry_a_programme(client, edition):
    assert names(client, programme="school") == ["Carrier"]
    assert names(client, topic="climate") == ["Carrier"]
    assert "School of Salt (1)" in client.get("/organisations/").content.decode()


def test_programme_that_is_not_published_is_not_named(client, edition):
    draft = EditionFactory(draft=True, programme__slug="hidden", programme__title="Hidden School")
    PartnerFactory(programme=draft.programme, edition=draft)
    PartnerFactory(programme=draft.programme, edition=None)
    assert "Hidden School" not in client.get("/organisations/").content.decode()
    assert len(names(client, programme="hidden")) == 4


def test_part_in_a_draft_of_a_published_programme_does_not_count(client, edition):
    draft = EditionFactory(draft=True, programme=edition.programme)
    PartnerFactory(programme=edition.programme, edition=draft)
    assert names(client, programme="school") == ["Carrier"]


def test_topic_is_earned_by_what_an_organisation_publishes(client, now):
    topic = TopicFactory(slug="climate", short_name="Climate of salt")
    author = OrganisationFactory(name="Author")
    ItemFactory(organisation=author).topics.add(topic)
    ItemFactory(organisation=OrganisationFactory(name="Drafter"), draft=True).topics.add(topic)
    assert names(client, topic="climate") == ["Author"]
    page = client.get(author.get_absolute_url()).content.decode()
    assert 'href="/topics/climate/"' in page


def test_page_names_the_topics_of_the_programmes_it_carries(client, edition):
    carrier = edition.partners.get().organisation.slug
    page = client.get(f"/organisations/{carrier}/").content.decode()
    assert 'href="/topics/climate/"' in page
