"""What the tests of the architecture read: the rooms in their order, the source files, the templates, the addresses."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

from museumhub.kit.addresses import addresses

__all__ = ["PACKAGES", "ROOT", "TEMPLATES", "addresses", "rooms", "sources", "templates"]

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("museumhub", "programmes", "frameworks")
TEMPLATES = ROOT / "templates"


def rooms() -> list[str]:
    """Every room from the roof to the ground, as the import contract in pyproject.toml has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = settings["tool"]["importlinter"]["contracts"][0]
    # The first layer is the composition: settings, addresses, entry points.
    return [room for layer in contract["layers"][1:] for room in layer.split(" | ")]


@cache
def sources() -> list[tuple[Path, ast.Module]]:
    """Each module of the house with its syntax tree, migrations left out; read once, and changed by nobody."""
    return [
        (path.relative_to(ROOT), ast.parse(path.read_text(), str(path)))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def templates() -> list[Path]:
    """Every template file, as a path below templates/."""
    return sorted(
        path.relative_to(TEMPLATES)
        for path in TEMPLATES.rglob("*")
        if path.suffix in {".html", ".txt", ".xml", ".svg"}
    )
