"""The site's one style sheet, `css/site.css`: the files under static/css/ joined in the order of their layers.

Each component keeps a file of its own, the browser fetches one, and nobody has to run a build: the
sheet is written to var/sheets/ whenever a part is newer than it, by `collectstatic` and in development.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "css/site.css"
_GROUND = ("layers", "reset", "tokens", "fonts", "base", "layout", "utilities")


def parts(folder: Path) -> list[Path]:
    """The ground in its order, then components and pages by name."""
    return [
        *(folder / f"{name}.css" for name in _GROUND),
        *sorted((folder / "components").glob("*.css")),
        *sorted((folder / "pages").glob("*.css")),
    ]


def join(folder: Path, target: Path) -> Path:
    """Write the joined sheet to `target` where it is missing, or older than a part or its folder."""
    files = parts(folder)
    watched = [*files, *{file.parent for file in files}]
    newest = max(path.stat().st_mtime_ns for path in watched)
    if not target.exists() or target.stat().st_mtime_ns != newest:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False) as sheet:
            sheet.writelines(file.read_text() for file in files)
        os.utime(sheet.name, ns=(newest, newest))
        Path(sheet.name).chmod(0o644)
        Path(sheet.name).replace(target)
    return target


class SheetFinder(BaseFinder):
    """Finds `css/site.css` among the static files."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(settings.STATICFILES_DIRS[0]) / "css"
        self.storage = FileSystemStorage(location=settings.VAR_DIR / "sheets")

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The joined sheet for its own name, nothing for any other."""
        if path != NAME:
            return []
        found = str(join(self.folder, Path(self.storage.path(NAME))))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        self.find(NAME)
        yield NAME, self.storage
