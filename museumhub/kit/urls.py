"""Addresses with the site's name in front, for letters, feeds and calendars, where a path alone says nothing."""

from __future__ import annotations

from django.conf import settings


def absolute(path: str) -> str:
    """The whole address of `path` on this site; `ValueError` for what is not a path of it."""
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        raise ValueError(f"expected a path such as /calls/, not {path!r}")
    return f"{settings.SITE_URL}{path}"
