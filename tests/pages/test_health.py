"""What monitors are told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from museumhub.mail.services import post_letter
from museumhub.schedule.models import TickRecord


def test_healthz_answers_without_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tick_age", "ready"),
    [(None, False), (timedelta(seconds=180), True), (timedelta(seconds=181), False)],
)
def test_readyz_wants_a_recent_tick(
    client: Client, now: datetime, tick_age: timedelta | None, ready: bool
) -> None:
    if tick_age is not None:
        TickRecord.objects.create(pk=1, at=now - tick_age)
    answer = client.get("/readyz")
    assert answer.status_code == (200 if ready else 503)
    assert "no-store" in answer["Cache-Control"]
    assert answer.json() == {
        "ready": ready,
        "database": True,
        "migrations": True,
        "tick_age": None if tick_age is None else int(tick_age.total_seconds()),
        "oldest_due_letter_age": None,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "ready"), [(600, True), (601, False)])
def test_readyz_wants_letters_to_flow(client: Client, now: datetime, age: int, ready: bool) -> None:
    TickRecord.objects.create(pk=1, at=now)
    post_letter(
        kind="schedule.needed_attention",
        key="one",
        to="one@museum.example",
        language="en",
        time_zone="UTC",
        context={},
        now=now - timedelta(seconds=age),
    )
    answer = client.get("/readyz")
    assert (answer.status_code == 200) is ready
    assert answer.json()["oldest_due_letter_age"] == age


def test_readyz_without_a_database_says_so(client: Client, monkeypatch: Any) -> None:
    def away() -> None:
        raise DatabaseError

    monkeypatch.setattr("museumhub.pages.queries.health._migrated", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)
