"""Links of texts that stay on this site lead to something."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from museumhub.news import links
from tests.factories.members import OrganisationFactory
from tests.factories.news import ItemFactory

pytestmark = pytest.mark.django_db


def test_links_to_this_site_are_resolved_and_what_they_name_is_looked_for(
    now: datetime, settings: Any
) -> None:
    settings.SITE_URL = "https://museums.example"
    ItemFactory(slug="feathers")
    OrganisationFactory(slug="museum-of-feathers")
    right = {
        "/",
        "/calls/?q=1#top",
        "/news/feathers/",
        "https://museums.example/news/feathers/",
        "https://museums.example",
        "/organisations/museum-of-feathers/",
        "https://elsewhere.example/nowhere/",
        "mailto:ana@feathers.example",
        "#below",
        "https://[broken",
    }
    wrong = {
        "/nowhere/",
        "/news/fethers/",
        "https://museums.example/news/fethers/",
        "/organisations/museum-of-ferns/",
        "/calls",
    }
    assert links.broken(right | wrong) == wrong
