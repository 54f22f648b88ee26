"""Changes of public rows are announced inside their transaction: saved, moved, related, deleted."""

from __future__ import annotations

import pytest
from django.db import models

from museumhub.kit import changes
from museumhub.kit.lifecycle import Lifecycle, Move, advance
from programmes.applications.lifecycle import DRAFT, SET_ASIDE
from programmes.applications.models import Application
from programmes.catalogue.models import Programme
from tests.factories.applications import ApplicationFactory
from tests.factories.catalogue import ProgrammeFactory
from tests.factories.frameworks import TopicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[models.Model]:
    things: list[models.Model] = []
    changes.watch(Programme)
    monkeypatch.setattr(changes, "_listeners", [things.append])
    return things


def test_saved_related_and_deleted_rows_are_announced(heard: list[models.Model]) -> None:
    programme = ProgrammeFactory()
    assert programme in heard
    heard.clear()
    topic = TopicFactory()
    heard.clear()
    programme.topics.add(topic)
    assert heard == [programme]
    heard.clear()
    programme.delete()
    assert any(isinstance(thing, Programme) for thing in heard)


def test_a_move_of_a_lifecycle_is_announced_for_watched_rows_only(
    heard: list[models.Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    application = ApplicationFactory()
    heard.clear()
    there_and_back = Lifecycle(
        initial=DRAFT,
        statuses={DRAFT: "draft", SET_ASIDE: "set aside"},
        moves=(
            Move("set_aside", (DRAFT,), SET_ASIDE, "Set aside"),
            Move("return", (SET_ASIDE,), DRAFT, "Return"),
        ),
    )
    advance(application, lifecycle=there_and_back, action="set_aside")
    assert heard == []
    monkeypatch.setattr(changes, "_watched", changes._watched | {Application})
    advance(application, lifecycle=there_and_back, action="return")
    assert heard == [application]
