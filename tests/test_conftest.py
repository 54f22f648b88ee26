"""The suite never touches a database that is not its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import house

UNMARKED = """
import pytest

@pytest.fixture(scope="module")
def things(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        from museumhub.members.models import Person
        Person.objects.create(email="left@behind.example")
    return 1

def test_without_a_mark(things):
    assert things
"""


@pytest.mark.parametrize(("mark", "ends"), [("", 1), ("pytestmark = pytest.mark.django_db\n", 0)])
def test_fixture_that_opens_the_database_for_tests_without_a_mark_is_refused(
    tmp_path: Path, mark: str, ends: int
) -> None:
    """pytest-django makes a test database only where a test is marked; the site's own would be written to."""
    own = tmp_path / "own.sqlite3"
    (tmp_path / "conftest.py").write_text("from tests.conftest import django_db_setup\n")
    (tmp_path / "test_unmarked.py").write_text(UNMARKED + mark)
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:xdist",
            "-p",
            "no:cacheprovider",
            "-c",
            str(house.ROOT / "pyproject.toml"),
            str(tmp_path),
        ],
        cwd=house.ROOT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{own}", "REDIS_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == ends, result.stdout[-3000:]
    assert ("mark the tests with pytest.mark.django_db" in result.stdout) is bool(ends)
    assert not own.exists() or own.stat().st_size == 0
