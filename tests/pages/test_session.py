"""A sign-in ends at a stated instant, and can be kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db

TWELVE_HOURS = timedelta(hours=12)


def test_session_ends_twelve_hours_after_signing_in_whatever_is_done_meanwhile(
    client: Client, now: datetime
) -> None:
    client.force_login(PersonFactory())
    client.get("/styleguide/")
    with time_machine.travel(now + timedelta(hours=11), tick=False):
        client.post("/language/", {"language": "fr", "next": "/"})
        assert client.get("/account/").status_code == 200
    with time_machine.travel(now + TWELVE_HOURS + timedelta(minutes=1), tick=False):
        assert client.get("/account/").status_code == 302


def test_page_says_when_the_session_ends(client: Client, now: datetime) -> None:
    client.force_login(PersonFactory())
    client.get("/styleguide/")
    page = client.get("/styleguide/").content.decode()
    assert f'name="session-ends" content="{(now + TWELVE_HOURS).isoformat()}"' in page


def test_stay_moves_the_end_and_says_where_to(client: Client, now: datetime) -> None:
    client.force_login(PersonFactory())
    client.get("/styleguide/")
    later = now + timedelta(hours=11)
    with time_machine.travel(later, tick=False):
        answer = client.post("/session/stay/")
        assert answer.json() == {"ends": (later + TWELVE_HOURS).isoformat()}
    with time_machine.travel(now + timedelta(hours=20), tick=False):
        assert client.get("/account/").status_code == 200


def test_stay_asked_for_by_get_is_refused(client: Client) -> None:
    client.force_login(PersonFactory())
    assert client.get("/session/stay/").status_code == 405


def test_language_chosen_by_a_person_is_theirs_on_every_device(client: Client) -> None:
    person = PersonFactory(language="en")
    client.force_login(person)
    client.post("/language/", {"language": "de", "next": "/"})
    person.refresh_from_db()
    assert person.language == "de"
