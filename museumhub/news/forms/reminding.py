"""Where a reminder goes, and how long before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from museumhub.news.models.reminder import Reminder


class AheadForm(forms.Form):
    """How long before."""

    ahead = forms.ChoiceField(
        label=_("When"),
        choices=Reminder.Ahead.choices,
        initial=Reminder.Ahead.DAY.value,
        widget=forms.RadioSelect,
    )


class ReminderForm(AheadForm):
    """The same with the address, for readers without an account."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We send a link to confirm it, and one letter. Then the address is forgotten."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("This is no e-mail address. One looks like name@museum.example."),
        },
    )
    field_order = ("email", "ahead")


def form_for(user: Any, data: Any) -> AheadForm:
    """Whoever is signed in is reminded at the address of the account."""
    return AheadForm(data) if user.is_authenticated else ReminderForm(data)
