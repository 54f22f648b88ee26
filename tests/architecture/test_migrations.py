"""Migrations are the same on every site, and each can be taken back."""

from __future__ import annotations

import os
import subprocess
import sys

from django.db.migrations.loader import MigrationLoader

from tests.architecture import house


def test_models_ask_for_no_migration_whatever_the_environment_says() -> None:
    answer = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=house.ROOT,
        env={
            **os.environ,
            "TIME_ZONE": "Asia/Tokyo",
            "LANGUAGES": "fr",
            "SITE_URL": "http://localhost:1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_migration_can_be_taken_back() -> None:
    one_way = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if type(migration).__module__.startswith(house.PACKAGES)
        for operation in migration.operations
        if not operation.reversible
    ]
    assert one_way == []
