"""People of the news room: who writes for a museum, who reads along there, who edits the news, and somebody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from museumhub.members.models import Membership, Organisation, Person
from museumhub.news.models import Item
from tests.factories.frameworks import TopicFactory
from tests.factories.members import MembershipFactory, OrganisationFactory, PersonFactory
from tests.factories.news import ItemFactory, NewsRoleFactory


@pytest.fixture
def museum(now: datetime) -> Organisation:
    found: Organisation = OrganisationFactory(name="Museum of Feathers")
    return found


@pytest.fixture
def ana(museum: Organisation) -> Person:
    """Writes for the museum."""
    person: Person = PersonFactory(name="Ana", email="ana@feathers.example")
    MembershipFactory(person=person, organisation=museum, role="editor")
    return person


@pytest.fixture
def stan(museum: Organisation) -> Person:
    """Works at the museum and reads along."""
    membership: Membership = MembershipFactory(
        person__name="Stan", organisation=museum, role="staff"
    )
    return membership.person


@pytest.fixture
def edda(now: datetime) -> Person:
    """Edits the news."""
    person: Person = PersonFactory(name="Edda", email="edda@network.example")
    NewsRoleFactory(person=person)
    return person


@pytest.fixture
def otto(now: datetime) -> Person:
    """Writes for another museum."""
    person: Person = PersonFactory(name="Otto")
    MembershipFactory(person=person, role="administrator")
    return person


@pytest.fixture
def signed_in(settings: Any, now: datetime) -> Callable[[Person], Client]:
    """A browser in which somebody is signed in; the site does not ask for a second factor unless a test says so."""
    settings.ORGANISERS_NEED_SECOND_FACTOR = False

    def browser_of(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return browser_of


@pytest.fixture
def complete(museum: Organisation, ana: Person) -> Callable[..., Item]:
    """An item of the museum, by Ana, that lacks nothing for publication."""
    topics = [TopicFactory(slug="climate", short_name="Climate")]

    def make(**fields: Any) -> Item:
        item: Item = ItemFactory(
            **{"organisation": museum, "author": ana, "topics": topics} | fields
        )
        return item

    return make
