"""The search field of the mailbox."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class MailboxSearch(forms.Form):
    to = forms.CharField(label=_("Recipient"), required=False, max_length=254)
