"""The table an administrator of the site sends."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from museumhub.kit import uploads
from museumhub.members.services import import_runs


class ImportForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("Table of organisations"),
        help_text=_(
            "CSV in UTF-8 of at most 10 MB; its first line names the columns: name, kind, country, "
            "place, size, website, isil, ror, wikidata, latitude, longitude, description, "
            "description_language, same_as. Nothing is written yet."
        ),
        widget=forms.FileInput(attrs={"accept": uploads.accept(import_runs.KINDS)}),
        error_messages={"required": _("Choose a file.")},
    )


class OrderForm(forms.Form):
    """Whether lines that are wrong or need a decision are left out."""

    leave_out = forms.BooleanField(
        label=_("Leave out the lines that are wrong or need a decision"), required=False
    )
