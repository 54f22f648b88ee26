"""Whether links to pages of this site lead anywhere.

A path must be one of the site's addresses; where it names a thing, a function registered here says
whether there is one. Links to other sites are not followed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

Exists = Callable[[Mapping[str, Any]], bool]

_known: dict[str, Exists] = {}


def know(view_name: str, exists: Exists) -> None:
    """`exists(arguments)` says whether the address of this name leads to something with these arguments."""
    _known[view_name] = exists


def path_on_this_site(target: str) -> str | None:
    """The path where a link stays on this site, None where it leads elsewhere."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if not parts.scheme and not parts.netloc:
        return unquote(parts.path) if parts.path.startswith("/") else None
    own = urlsplit(settings.SITE_URL)
    return unquote(parts.path) or "/" if parts.netloc == own.netloc else None


def is_broken(target: str) -> bool:
    """Whether a link stays on this site and leads to nothing."""
    path = path_on_this_site(target)
    if path is None:
        return False
    try:
        match = resolve(path)
    except Resolver404:
        return True
    exists = _known.get(match.view_name)
    return exists is not None and not exists(match.kwargs)


def broken(targets: Iterable[str]) -> set[str]:
    """Those of the links that stay on this site and lead to nothing."""
    return {target for target in set(targets) if is_broken(target)}
