"""Choosing the language of the site."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_language_chosen_is_kept_and_the_reader_goes_back(client: Client) -> None:
    answer = client.post("/language/", {"language": "fr", "next": "/calls/?topic=xr"})
    assert (answer.status_code, answer["Location"]) == (302, "/calls/?topic=xr")
    assert client.cookies["django_language"].value == "fr"


def test_language_asked_for_by_get_changes_nothing(client: Client) -> None:
    assert client.get("/language/?next=/calls/").status_code == 200
    assert "django_language" not in client.cookies


def test_language_does_not_send_the_reader_to_another_site(client: Client) -> None:
    answer = client.post("/language/", {"language": "fr", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_language_that_the_site_does_not_speak_is_not_kept(client: Client) -> None:
    client.post("/language/", {"language": "tlh", "next": "/"})
    assert "django_language" not in client.cookies


def test_reading_a_public_page_sets_no_cookie(client: Client) -> None:
    assert client.get("/styleguide/").cookies == {}
