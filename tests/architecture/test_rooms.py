"""Rooms look downwards: in what they import, and in what their rows point at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from tests.architecture import house

ROOMS = house.rooms()


def rank(model: type[models.Model]) -> int | None:
    """The height of the model's room, 0 being the roof; None where a library owns it."""
    name = model._meta.app_config.name
    return ROOMS.index(name) if name in ROOMS else None


def test_every_installed_room_has_its_place_in_the_order() -> None:
    installed = [name for name in settings.INSTALLED_APPS if name.startswith(house.PACKAGES)]
    assert [room for room in ROOMS if room in installed] == installed
    assert set(ROOMS) == set(installed)


def test_every_relation_points_downwards_or_at_a_library() -> None:
    upwards = []
    for model in apps.get_models(include_auto_created=True):
        here = rank(model)
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not field.concrete or not field.is_relation or target is None:
                continue
            there = rank(target)
            if (
                here is None
                and there is not None
                and target._meta.label != settings.AUTH_USER_MODEL
            ):
                upwards.append(f"{model._meta.label}.{field.name} of a library")
            elif here is not None and there is not None and there < here:
                upwards.append(f"{model._meta.label}.{field.name} to {target._meta.label}")
    assert upwards == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("museumhub/kit/upwards.py", "from museumhub.members import models"),
        ("museumhub/mail/upwards.py", "from programmes.catalogue import apps"),
        ("museumhub/members/models/upwards.py", "from museumhub.members import services"),
    ],
    ids=["kit imports members", "mail imports the catalogue", "models import services"],
)
def test_an_import_upwards_breaks_the_contract(tmp_path: Path, module: str, line: str) -> None:
    for package in house.PACKAGES:
        for source in (house.ROOT / package).rglob("*.py"):
            copy = tmp_path / source.relative_to(house.ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(source.read_text())
    (tmp_path / "pyproject.toml").write_text((house.ROOT / "pyproject.toml").read_text())
    (tmp_path / module).write_text(f'"""Looks up."""\n\n{line}\n')
    result = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1, result.stdout + result.stderr
    assert module.removesuffix(".py").replace("/", ".") in result.stdout
