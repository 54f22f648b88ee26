"""Every address the site answers at, with its name and its view: read by tests and by docs/addresses.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


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
    def innermost(self) -> Any:
        """The view itself, seen through its decorators; a class where it is one."""
        view = self.view
        while (inner := getattr(view, "__wrapped__", None)) is not None:
            view = inner
        return getattr(view, "view_class", view)

    @property
    def owner(self) -> str:
        """The dotted module the view comes from."""
        view = self.innermost
        return str(getattr(view, "__module__", type(view).__module__))


def addresses() -> list[Address]:
    """Every address the site answers at, in the order in which they are tried."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, route: str, namespace: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        below = route + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, below, inner)
        elif isinstance(pattern, URLPattern):
            yield Address("/" + below, namespace + (pattern.name or ""), pattern.callback)
