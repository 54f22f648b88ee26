"""What the tests of the architecture read: the rooms in their order, the source files, the templates, the addresses."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("museumhub", "programmes", "frameworks")
TEMPLATES = ROOT / "templates"


def rooms() -> list[str]:
    """Every room from the roof to the ground, as the import contract in pyproject.toml has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = settings["tool"]["importlinter"]["contracts"][0]
    # The first layer is the composition: settings, addresses, entry points.
    return [room for layer in contract["layers"][1:] for room in layer.split(" | ")]


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """Each module of the house with its syntax tree, migrations left out."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), ast.parse(path.read_text(), str(path))


def templates() -> list[Path]:
    """Every template file, as a path below templates/."""
    return sorted(
        path.relative_to(TEMPLATES)
        for path in TEMPLATES.rglob("*")
        if path.suffix in {".html", ".txt", ".xml", ".svg"}
    )


@dataclass(frozen=True)
class Address:
    """One line of the address table: the whole route, its name with namespaces, and the view."""

    route: str
    name: str
    view: Any

    @property
    def has_parameters(self) -> bool:
        return "<" in self.route or "(?P" in self.route

    @property
    def owner(self) -> str:
        """The dotted module the view comes from, seen through its decorators."""
        view = self.view
        while True:
            inner = getattr(view, "__wrapped__", None)
            if inner is None:
                break
            view = inner
        view = getattr(view, "view_class", view)
        return str(getattr(view, "__module__", type(view).__module__))


def addresses() -> list[Address]:
    """Every address the site answers at."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, route: str, namespace: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        below = route + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, below, inner)
        elif isinstance(pattern, URLPattern):
            yield Address("/" + below, namespace + (pattern.name or ""), pattern.callback)
