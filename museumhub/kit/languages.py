"""The site's languages, asked for when they are needed.

A model names these functions instead of what the settings say today: a migration then holds the name,
and is the same on every site, whatever LANGUAGES is there.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import get_language_info


def site_languages() -> list[tuple[str, Any]]:
    """(code, name) of each language the site speaks, for the `choices` of a model field."""
    return list(settings.LANGUAGES)


def first_language() -> str:
    """The code of the language the site speaks where nobody has chosen another."""
    return str(settings.LANGUAGE_CODE)


def language_name(code: str) -> str:
    """The language's own name for itself, as switchers show it: "Français"."""
    name = str(get_language_info(code)["name_local"])
    return name[:1].upper() + name[1:]
