"""Inviting, asking to join, and roles."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from museumhub.kit.text import without_controls
from museumhub.members.models.membership import Role

ROLE_HELP = _(
    "Administrators manage the people; editors write in the organisation's name; staff belong to "
    "it and read along."
)


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, initial=Role.EDITOR, help_text=ROLE_HELP
    )

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        return address.lower()


class RoleForm(forms.Form):
    """One of the three roles."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, help_text=ROLE_HELP)


class ApprovalForm(forms.Form):
    """The role somebody gets who asked to join."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.STAFF)


class JoinForm(forms.Form):
    """A few words to the administrators."""

    message = forms.CharField(
        label=_("What should they know?"),
        help_text=_("For example what you do there. Their administrators read it."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_message(self) -> str:
        return without_controls(self.cleaned_data["message"]).strip()
