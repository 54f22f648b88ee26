"""The small files other programs look for."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_robots_keeps_machines_out_of_private_areas(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /account/\n" in answer.content.decode()
    assert "Disallow: /\n" not in answer.content.decode()
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml\n" in answer.content.decode()


def test_security_names_a_contact_and_a_day_ahead(client: Client, now: datetime) -> None:
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    assert lines[0] == "Contact: mailto:security@museumhub.example?subject=MuseumHub"
    assert lines[1] == "Expires: 2027-05-02T00:00:00Z"
    assert lines[3].startswith("Canonical: http://127.0.0.1:8000/.well-known/security.txt")
