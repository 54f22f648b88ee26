"""`manage.py messages`: the catalogues in museumhub/locale say what the code says, and are compiled.

The compiled files are committed, so that the site speaks every language on a machine with nothing
but Python; GNU gettext is needed only to change a text.
"""

from __future__ import annotations

import gettext
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command

_DATE = re.compile(r'^"POT-Creation-Date: .*"\n', re.MULTILINE)
_HOW_TO_GET_IT = "On Debian: sudo apt-get install gettext; on macOS: brew install gettext."


class Command(BaseCommand):
    help = "Collect the texts for translation into museumhub/locale and compile them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail where something would change"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not (shutil.which("xgettext") and shutil.which("msgfmt")):
            if check and not os.environ.get("CI"):
                self.stdout.write(f"Translations NOT CHECKED: no GNU gettext. {_HOW_TO_GET_IT}")
                return
            raise CommandError(f"This needs GNU gettext. {_HOW_TO_GET_IT}")
        languages = [code for code, _ in settings.LANGUAGES if code != "en"]
        catalogues = [_catalogue(code) for code in languages]
        before = {path: path.read_bytes() for path in catalogues if path.exists()}
        try:
            self._collect(languages)
            stale = [path for path in catalogues if _entries(path) != _entries_of(before.get(path))]
            for path in catalogues:
                self.stdout.write(f"{path.parent.parent.name}: {_how_complete(path)}")
                if check and path not in stale and not _is_compiled(path):
                    stale.append(path.with_suffix(".mo"))
        finally:
            if check:
                for path in catalogues:
                    path.unlink(missing_ok=True)
                for path, content in before.items():
                    path.write_bytes(content)
        if not check:
            for path in catalogues:
                _compile(path, path.with_suffix(".mo"))
        elif stale:
            names = ", ".join(str(path.relative_to(settings.BASE_DIR)) for path in stale)
            raise CommandError(
                f"Out of date: {names}. Run `make messages` and commit what it writes."
            )

    def _collect(self, languages: list[str]) -> None:
        here = Path.cwd()
        os.chdir(settings.BASE_DIR)
        try:
            call_command(
                "makemessages",
                locale=languages,
                no_location=True,
                no_obsolete=True,
                no_wrap=True,
                ignore_patterns=[".*", "var/*", "tests/*", "node_modules/*", "docs/*"],
                verbosity=0,
            )
        finally:
            os.chdir(here)
        for language in languages:
            path = _catalogue(language)
            # Two branches that both collected texts would only disagree about the hour.
            path.write_text(_DATE.sub("", path.read_text()))


def _catalogue(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def _entries_of(content: bytes | None) -> set[str]:
    """The entries of a catalogue without header and comments; their order does not matter."""
    paragraphs = (content or b"").decode().split("\n\n")[1:]
    return {
        "\n".join(line for line in paragraph.strip().splitlines() if not line.startswith("#"))
        for paragraph in paragraphs
    }


def _entries(path: Path) -> set[str]:
    return _entries_of(path.read_bytes())


def _compile(path: Path, into: Path) -> None:
    # --check-format: a translation with another placeholder than its text is refused.
    result = subprocess.run(  # noqa: S603 - fixed command
        ["msgfmt", "--check-format", "-o", str(into), str(path)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise CommandError(result.stderr)


def _is_compiled(path: Path) -> bool:
    """Whether the compiled file beside `path` says the same as compiling it anew."""
    compiled = path.with_suffix(".mo")
    if not compiled.exists():
        return False
    with tempfile.TemporaryDirectory() as folder:
        anew = Path(folder) / "django.mo"
        _compile(path, anew)
        return _texts(anew) == _texts(compiled)


def _texts(compiled: Path) -> dict[Any, str]:
    with compiled.open("rb") as file:
        catalogue: dict[Any, str] = vars(gettext.GNUTranslations(file))["_catalog"]
    return {text: translation for text, translation in catalogue.items() if text}


def _how_complete(path: Path) -> str:
    result = subprocess.run(  # noqa: S603 - fixed command
        ["msgfmt", "--statistics", "-o", os.devnull, str(path)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    return result.stderr.strip()
