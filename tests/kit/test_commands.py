"""The commands that keep what is written down in step with the code."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from museumhub.kit.management.commands import document


def test_the_generated_pages_are_current() -> None:
    call_command("document", check=True)


def test_document_check_when_the_page_differs_says_how_to_put_it_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "DOCS", tmp_path)
    with pytest.raises(CommandError, match="make docs"):
        call_command("document", check=True)
    call_command("document")
    call_command("document", check=True)
