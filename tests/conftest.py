"""Fixtures of every test: the instant at which it happens, and which tests this run can hold."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone, translation

pytest_plugins = ["tests.browser"]

# A Monday morning, far from any clock change and in the future of every real date in the demo.
NOW = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)

HAS_SERVICES = os.environ.get("DATABASE_URL", "").startswith("postgres") and bool(
    os.environ.get("REDIS_URL")
)
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def pytest_configure() -> None:
    """Collected static files, where there are any, would be listed anew by each test client: a quarter of a second each."""
    django_settings.STATIC_ROOT = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out, with the reason, what needs a server or a browser that is not there."""
    without_services = pytest.mark.skip(
        reason="needs PostgreSQL and Redis: set DATABASE_URL and REDIS_URL"
    )
    without_browser = pytest.mark.skip(
        reason=f"no browser at {CHROMIUM}: set CHROMIUM, or on Debian apt-get install chromium"
    )
    for item in items:
        if not HAS_SERVICES and {"services", "faults"} & {m.name for m in item.iter_markers()}:
            item.add_marker(without_services)
        if not os.access(CHROMIUM, os.X_OK) and item.get_closest_marker("browser"):
            item.add_marker(without_browser)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """The test database, or none at all.

    pytest-django makes one only where a test of the run is marked. A fixture that opens the database for tests
    without a mark would otherwise write to the site's own.
    """
    name = str(connection.settings_dict["NAME"])
    if not (name.startswith(("test_", "file:memorydb")) or name == ":memory:"):
        pytest.exit(f"{name} is no test database: mark the tests with pytest.mark.django_db", 1)


@pytest.fixture
def now() -> Iterator[datetime]:
    """The instant of this test; the site's clock stands still at it. Not for tests with other processes."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    """Uploads of a test land in its own folder and go with it (the fixture tells the storage, too)."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def language_and_zone_of_the_site() -> Iterator[None]:
    """A page leaves its reader's language and zone in force; the next test begins with the site's."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def many_connections(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """For tests whose threads write at once. An SQLite database in memory cannot bear that; a file can."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    path = str(tmp_path / "test.sqlite3")
    with closing(sqlite3.connect(path)) as file:
        memory.backup(file)
    connection.connection, connection.settings_dict["NAME"] = None, path
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name
