"""Fields that more than one form of this room has: a person's name, language and time zone, a one-time code."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from museumhub.kit import cities
from museumhub.kit.text import comparison_key, one_line
from museumhub.kit.zones import zone_names
from museumhub.members.words import no_web_address, tidy_line


class NameField(forms.CharField):
    """One line, in any script, without doubled blanks."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 120)
        options.setdefault("error_messages", {"required": _("Write a name.")})
        super().__init__(**options)
        self.validators += [one_line, no_web_address]

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        # Blanks are folded, line breaks are not: `one_line` refuses those in words.
        return tidy_line(text)


class LanguageField(forms.ChoiceField):
    """One of the site's languages, each in its own name."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Language of pages and letters"))
        options["choices"] = _languages
        super().__init__(**options)


class TimeZoneField(forms.ChoiceField):
    """An IANA zone, chosen from a list by region."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Time zone"))
        options.setdefault("help_text", _("Deadlines are shown in this zone as well."))
        options["choices"] = _zones
        super().__init__(**options)


class CodeField(forms.CharField):
    """A code from a letter or an authenticator app; blanks and case do not matter."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 40)
        options["widget"] = forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "input--code",
            }
        )
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        return "".join((super().to_python(value) or "").split())


def _languages() -> list[tuple[str, str]]:
    names = {"en": "English", "fr": "Français", "de": "Deutsch"}
    return [(code, names.get(code, str(name))) for code, name in settings.LANGUAGES]


def _zones() -> list[tuple[str, Any]]:
    return _zones_in(get_language() or settings.LANGUAGE_CODE)


@cache
def _zones_in(language: str) -> list[tuple[str, Any]]:
    """By region, the cities sorted as `language` calls them, which is the one in force; put together once for each."""
    groups: dict[str, list[tuple[str, str]]] = {region: [] for region in cities.REGIONS}
    for zone in zone_names():
        region = zone.partition("/")[0]
        if region in groups and region != zone:
            groups[region].append((zone, cities.place(zone)))
    return [
        ("UTC", "UTC"),
        *(
            (str(cities.REGIONS[region]), sorted(zones, key=lambda zone: comparison_key(zone[1])))
            for region, zones in groups.items()
        ),
    ]
