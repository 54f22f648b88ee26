"""Who may build in these tests: whoever is signed in as the organiser, everything of edition 1 and 2."""

from __future__ import annotations

import pytest
from django.db.models import Q

from museumhub.members.models import Person
from museumhub.questionnaires import ownership
from museumhub.questionnaires.ownership import Owner
from tests.factories.members import PersonFactory


@pytest.fixture
def organiser(db: None, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody who organises the owners `catalogue.edition:1` and `:2`."""
    person: Person = PersonFactory(name="Ana")
    mine = [
        Owner("catalogue.edition:1", "This year", "/"),
        Owner("catalogue.edition:2", "Next year"),
    ]

    def editable(user: Person) -> Q:
        return Q(owner__in=[o.reference for o in mine]) if user.pk == person.pk else Q(pk__in=[])

    def owners(user: Person) -> list[Owner]:
        return mine if user.pk == person.pk else []

    monkeypatch.setattr(ownership, "_registered", {})
    ownership.register("catalogue.edition", editable, owners)
    return person


@pytest.fixture
def builder(client, organiser):
    """A browser in which the organiser is signed in."""
    client.force_login(organiser)
    return client
