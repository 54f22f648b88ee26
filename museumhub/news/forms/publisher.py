"""In whose name an item is written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from museumhub.members.models import Organisation
from museumhub.news.forms.items import OrganisationsField
from museumhub.news.policies import edits_news


class PublisherForm(forms.Form):
    """A member chooses among the organisations they write for; an editor may name any, or leave it to the network itself."""

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        own = Organisation.objects.acted_for_by(person).order_by("name", "pk")
        if edits_news(person):
            self.fields["organisation"] = OneOrganisationField(
                label=_("Publisher"),
                help_text=_(
                    "An organisation as the directory calls it. Left empty: the network itself."
                ),
            )
            vars(self.fields["organisation"])["unmarked"] = True
            return
        only = own.first() if own.count() == 1 else None
        self.fields["organisation"] = forms.ModelChoiceField(
            label=_("Publisher"),
            queryset=own,
            to_field_name="oid",
            empty_label=_("Choose an organisation"),
            initial=only.oid if only is not None else None,
        )


class OneOrganisationField(OrganisationsField):
    """One organisation of the directory, or none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput, **options)

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if len(found) > 1:
            raise ValidationError(_("Name one organisation."))
        return found[0] if found else None
