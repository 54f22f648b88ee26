"""What the lists of the news room are narrowed by; filters live in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from museumhub.news import kinds, lifecycle
from museumhub.news.queries.desk import STATES


def _kinds() -> list[tuple[str, Any]]:
    return [("", _("Any kind")), *kinds.choices()]


def _languages() -> list[tuple[str, Any]]:
    return [("", _("Any language")), *settings.LANGUAGES]


class QueueFilterForm(forms.Form):
    """The editors' queue: one state, and what narrows it."""

    state = forms.ChoiceField(
        required=False, choices=[(key, "") for key in STATES], widget=forms.HiddenInput
    )
    q = forms.CharField(
        label=_("Words of the title, or the publisher"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=_kinds)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=_languages)


class DeskFilterForm(forms.Form):
    """The items of one's organisations."""

    q = forms.CharField(
        label=_("Words of the title"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=lambda: [("", _("Any status")), *lifecycle.ITEM.choices],
    )
