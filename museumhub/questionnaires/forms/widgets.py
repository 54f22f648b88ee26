"""Controls of their own: a file with the one kept now, and a list of all countries that is quick to draw."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_countries import countries

from museumhub.questionnaires.posting import REMOVE_SUFFIX


class FileAnswer(forms.FileInput):
    """The file kept now, a box to take it away, and the control to choose another."""

    template_name = "questionnaires/widgets/file_answer.html"
    kept: Mapping[str, Any] | None = None
    kept_url: str = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["widget"].update(
            kept=self.kept, kept_url=self.kept_url, remove_name=f"{name}{REMOVE_SUFFIX}"
        )
        return context


class CountrySelect(forms.Select):
    """All countries in the active language. Their 250 lines are drawn once for each language and choice."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        chosen = value if isinstance(value, str) and value in countries else ""
        return format_html(
            "<select{}>{}</select>", flatatt(built), _options(get_language() or "", chosen)
        )


@lru_cache(maxsize=1024)
def _options(language: str, chosen: str) -> SafeString:
    first = format_html('<option value="">{}</option>', _("Choose a country"))
    return first + format_html_join(
        "\n", "{}", ((_option(*c, chosen),) for c in _countries(language))
    )


def _option(code: str, name: str, chosen: str) -> SafeString:
    if code == chosen:
        return format_html('<option value="{}" selected>{}</option>', code, name)
    return format_html('<option value="{}">{}</option>', code, name)


@lru_cache(maxsize=16)
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    return tuple((country.code, str(country.name)) for country in countries)
