"""docs/security.md names tests that are there."""

from __future__ import annotations

import re

import pytest

from tests.architecture import house

PAGE = (house.ROOT / "docs" / "security.md").read_text()


def named() -> list[tuple[str, str]]:
    """Each (file, test) of the table; a test without a file stands in the file named before it."""
    found = []
    file = ""
    for row in re.findall(r"^\|.*\|$", PAGE, re.MULTILINE):
        for quoted in re.findall(r"`([^`]+)`", row.split("|")[3]):
            if ": " in quoted:
                file, quoted = quoted.split(": ")
            found.append((file, quoted))
    return found


@pytest.mark.parametrize(("file", "test"), named())
def test_test_that_the_page_names_is_there(file: str, test: str) -> None:
    assert re.search(rf"^def {test}\(", (house.ROOT / "tests" / file).read_text(), re.MULTILINE)


def test_every_threat_has_a_means_and_a_test() -> None:
    rows = [row.split("|")[1:4] for row in re.findall(r"^\|.*\|$", PAGE, re.MULTILINE)][2:]
    assert len(rows) > 25
    assert [
        row for row in rows if not all(cell.strip() for cell in row) or "test_" not in row[2]
    ] == []
