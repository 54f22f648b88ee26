"""Form fields that several rooms have: long texts in Markdown, days, and clocks on the wall."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from museumhub.kit.days import DayField
from museumhub.kit.text import without_controls

# Days of this age of museums; a form that takes a day refuses others.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)


class LongText(forms.CharField):
    """Several lines in Markdown; line ends as in Unix, without control characters."""

    widget = forms.Textarea(attrs={"rows": 8})

    def to_python(self, value: Any) -> str:
        return without_controls(super().to_python(value) or "")


def day_field(label: Any) -> DayField:
    """A day, which may stay empty."""
    return DayField(
        label=label,
        required=False,
    )


def clock_field(label: Any, default: time) -> forms.TimeField:
    """A clock on the wall; left empty it means `default`."""
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=format_lazy(_("Left empty: {clock}."), clock=default.strftime("%H:%M")),
    )
