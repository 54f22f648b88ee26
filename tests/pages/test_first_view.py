"""What a reader with a phone waits for: the first view is under 60 KB compressed, fonts apart, and nothing holds it up or moves it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from museumhub.kit import pictures
from museumhub.kit.pictures import Format
from museumhub.news.models import Picture
from museumhub.news.services import rendering
from museumhub.news.services.pictures import upload_picture
from tests.conftest import NOW
from tests.factories.frameworks import TopicFactory
from tests.factories.news import ItemFactory

pytestmark = pytest.mark.django_db

MOST = 60_000
PHONE = (360, 2)  # CSS pixels, and how many of the screen's go into one


@pytest.fixture
def picture(now: Any) -> Picture:
    """The richest of the demo's, which weighs most."""
    path = Path(settings.BASE_DIR) / "museumhub/pages/demo/pictures/herbarium.webp"
    file = SimpleUploadedFile(path.name, path.read_bytes(), "image/webp")
    made = upload_picture(
        actor=None,
        picked=pictures.check(file),
        said={"title": "Herbarium", "alt": "A fern"},
        now=now,
    )
    rendering.render_due(seconds=60)
    return made


@pytest.mark.parametrize("address", ["/", "/news/fern/"])
def test_first_view_is_light_and_waits_for_no_script(
    client: Client, picture: Picture, address: str
) -> None:
    topic = TopicFactory(slug="climate")
    # The page of the demo holds about as many cards as this.
    ItemFactory.create_batch(6, topics=[topic], published_at=NOW)
    ItemFactory(slug="fern", picture=picture, topics=[topic], published_at=NOW)
    page = client.get(address).content.decode()

    weight = compressed(page.encode())
    sheets = re.findall(r'<link rel="stylesheet" href="/static/([^"]+)"', page)
    scripts = re.findall(r"<script\b([^>]*)>", page)
    assert len(sheets) == 1
    assert all(re.search(r'type="module"|\bdefer\b|json"', one) for one in scripts), scripts
    sources = re.findall(r' src="/static/([^"]+\.js)"', page)
    drawings = set(re.findall(r'href="/static/([^"#]+\.svg)', page))
    for name in {*sheets, *sources, *drawings}:
        weight += compressed(static_file(name))
    assert weight < 40_000
    assert weight + first_picture(page, picture) < MOST


def test_every_picture_keeps_its_place_free(client: Client, picture: Picture) -> None:
    ItemFactory(slug="fern", picture=picture, published_at=NOW)
    for address in ("/", "/news/", "/news/fern/"):
        page = client.get(address).content.decode()
        images = re.findall(r"<img [^>]+>", page)
        assert images
        for image in images:
            assert re.search(r' width="\d+"', image), image
            assert re.search(r' height="\d+"', image), image


def first_picture(page: str, picture: Picture) -> int:
    """Bytes of the file a phone takes of the picture that does not wait to be scrolled to."""
    image = re.search(r"<picture>(?:(?!</picture>).)*fetchpriority=\"high\"", page, re.DOTALL)
    assert image is not None
    sizes = re.search(r'sizes="[^"]*?(\d+)vw"', image[0])
    assert sizes is not None
    needed = PHONE[0] * PHONE[1] * int(sizes[1]) / 100
    files = picture.renditions.filter(format=Format.AVIF, width__gte=needed).order_by("width")
    return files[0].file.size


def static_file(name: str) -> bytes:
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found).read_bytes()


def compressed(content: bytes) -> int:
    return len(brotli.compress(content))
