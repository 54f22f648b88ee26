"""Alice, who administers a museum; Bob, her colleague who edits; Charlie, of another museum; Olga, who organises."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import NOW
from tests.factories.applications import CallFactory
from tests.factories.catalogue import ProgrammeRoleFactory
from tests.factories.members import MembershipFactory, OrganisationFactory, PersonFactory


@pytest.fixture
def museum():
    return OrganisationFactory(name="Museum of Tides", country="PT", place="Porto")


@pytest.fixture
def alice(museum):
    return MembershipFactory(
        organisation=museum, person=PersonFactory(name="Alice", email="alice@tides.example")
    ).person


@pytest.fixture
def bob(museum):
    return MembershipFactory(
        organisation=museum,
        person=PersonFactory(name="Bob", email="bob@tides.example"),
        role="editor",
    ).person


@pytest.fixture
def charlie():
    return MembershipFactory(person=PersonFactory(name="Charlie")).person


@pytest.fixture
def call():
    """Open around NOW, with a self-assessment, three modules to rank and a team."""
    return CallFactory(
        reference_prefix="TRACES-2027",
        edition__programme__slug="traces",
        edition__programme__title="TRACES",
        edition__slug="2027",
        edition__title="TRACES 2027",
        assessed=True,
        modules=3,
        asks_team=True,
    )


@pytest.fixture
def olga(call):
    return ProgrammeRoleFactory(
        edition=call.edition, person=PersonFactory(name="Olga", time_zone="Europe/Brussels")
    ).person


class Visitor(Client):
    """A browser that somebody is signed in to, and that knows the addresses of applications."""

    def at(self, name: str, application, *more: str) -> str:
        edition = application.call.edition
        slugs = [edition.programme.slug, edition.slug, application.oid, *more]
        return reverse(f"applications:{name}", args=slugs)


@pytest.fixture
def browser():
    """`browser(alice)` is signed in; `browser()` is nobody's."""

    def open_for(person=None) -> Visitor:
        client = Visitor()
        if person is not None:
            client.force_login(person)
        return client

    return open_for


@pytest.fixture
def at_now(now):
    """The site's clock stands at NOW."""
    assert now == NOW
    return now
