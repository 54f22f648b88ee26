"""The files of pictures while workers are killed with SIGKILL in the middle of making them: nothing is lost, doubled or half done."""

from __future__ import annotations

import hashlib
import io
import os
import random
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from museumhub.celery import app
from museumhub.kit import clock, pictures, uploads
from museumhub.kit.models import StoredFile
from museumhub.members.models import Organisation
from museumhub.news.models import Picture, Rendition
from museumhub.news.services.pictures import RENDER, upload_picture
from tests.factories.members import OrganisationFactory
from tests.faults.conftest import Site, figures, until

pytestmark = [pytest.mark.faults, pytest.mark.services]

PICTURES = 12
KILLS = 6
FILES = 14  # six widths as AVIF and WebP, two as JPEG


def photograph(chance: random.Random) -> SimpleUploadedFile:
    """Large enough to take a second, and each another."""
    small = Image.frombytes("RGB", (60, 40), chance.randbytes(60 * 40 * 3))
    content = io.BytesIO()
    small.resize((2400, 1600), Image.Resampling.BICUBIC).save(content, "JPEG", quality=90)
    return SimpleUploadedFile("hall.jpg", content.getvalue())


def call() -> None:
    app.send_task(RENDER, retry=False, expires=5)


def done() -> bool:
    return not Picture.objects.filter(due_at__isnull=False).exists()


def under_way() -> bool:
    """A worker has claimed one, and is at it."""
    return Picture.objects.filter(due_at__gt=clock.now(), attempts__gt=0).exists()


def let_leases_run_out() -> None:
    """What ten minutes do."""
    Picture.objects.filter(due_at__gt=clock.now()).update(due_at=clock.now())


def test_pictures_killed_workers_lose_double_and_halve_none(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_ROOT", str(settings.MEDIA_ROOT))
    museum: Organisation = OrganisationFactory()
    for number in range(PICTURES):
        upload_picture(
            actor=None,
            picked=pictures.check(photograph(site.chance)),
            said={"title": f"Hall {number}", "organisation": museum},
            now=clock.now(),
        )
    for _kill in range(KILLS):
        worker = site.worker()
        assert until(under_way, seconds=60, each=call)
        until(done, seconds=site.chance.uniform(0.05, 0.9))
        site.kill(worker)
        let_leases_run_out()
    tried_again = Picture.objects.filter(attempts__gt=0, due_at__isnull=False).count()
    site.worker()
    assert until(done, seconds=120, each=call)

    assert not Picture.objects.exclude(trouble="").exists()
    assert Rendition.objects.count() == PICTURES * FILES
    for one in Rendition.objects.select_related("file"):
        with default_storage.open(one.file.path) as content:
            written = content.read()
        assert hashlib.sha256(written).hexdigest() == one.file.digest
        assert one.file.digest.startswith(one.digest)
        with Image.open(io.BytesIO(written)) as picture:
            assert picture.size == (one.width, one.height)

    strays = StoredFile.objects.count() - PICTURES * (FILES + 1)
    swept = uploads.sweep_orphans(clock.now() + timedelta(days=2))
    assert swept >= strays
    assert StoredFile.objects.count() == PICTURES * (FILES + 1)
    assert {
        f"{uploads.FOLDER}/{name}" for name in os.listdir(settings.MEDIA_ROOT / uploads.FOLDER)
    } == set(StoredFile.objects.values_list("path", flat=True))
    figures(
        f"{PICTURES} pictures, {KILLS} kills",
        still_waiting_after_a_kill=tried_again,
        strays_swept=swept,
        lost=0,
    )
