"""Signing a statement as a person."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from museumhub.kit.text import one_line
from museumhub.members.forms.fields import NameField
from museumhub.members.words import no_web_address


class EndorseForm(forms.Form):
    """Name, address, and whether the name is shown."""

    name = NameField(label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    affiliation = forms.CharField(
        label=_("What you do, and where"),
        help_text=_("Such as curator, Net Loft Museum. It is shown with your name."),
        required=False,
        max_length=150,
        validators=[one_line, no_web_address],
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We send you a link to confirm it. It is never shown."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("This is no e-mail address. One looks like name@museum.example."),
        },
    )
    shown = forms.BooleanField(
        label=_("Show my name among the signatories"),
        help_text=_("Otherwise you are counted without being named."),
        required=False,
        initial=True,
    )
