"""What a person says about themselves, and the acts that ask for a sure answer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from museumhub.members.forms.fields import CodeField, LanguageField, NameField, TimeZoneField
from museumhub.members.models import Person


class ProfileForm(forms.ModelForm[Person]):
    """Name, language and time zone; the address has its own page."""

    name = NameField(
        label=_("Your name"),
        help_text=_("As colleagues and organisers should see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = LanguageField()
    time_zone = TimeZoneField()

    class Meta:
        model = Person
        fields = ("name", "language", "time_zone")


class EraseForm(forms.Form):
    """The word that stands between a slip of the finger and a lost account."""

    sure = forms.BooleanField(
        label=_("I understand that this cannot be undone"),
        error_messages={"required": _("Tick the box if you want your account erased.")},
    )


class ConfirmCodeForm(forms.Form):
    """A mailed code, before something that matters."""

    code = CodeField(label=_("Code from the letter"))
