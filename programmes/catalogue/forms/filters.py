"""What readers filter programmes by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frameworks.models import Element
from programmes.catalogue.models import Edition
from programmes.catalogue.queries import Filters

STAGES = (
    ("open", _("Call open now")),
    ("consultation", _("Consultation")),
    ("coming", _("Coming")),
    ("under-way", _("Under way")),
    ("over", _("Over")),
)


class OrganiseFilterForm(forms.Form):
    """What organisers narrow their table by."""

    q = forms.CharField(
        label=_("Words of the title"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    stage = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        choices=[("", _("Any stage")), ("draft", _("Draft")), *STAGES],
    )


class FilterForm(forms.Form):
    """Topic, stage and cost; each may be left open. A value that is not on the list is no address of this site."""

    topic = forms.ChoiceField(label=_("Topic"), required=False)
    stage = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        choices=[("", _("Any stage")), *STAGES],
    )
    cost = forms.ChoiceField(
        label=_("Cost"),
        required=False,
        choices=[
            ("", _("Any cost")),
            (Edition.Cost.FUNDED.value, _("Funded")),
            (Edition.Cost.FEE.value, _("With a fee")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = Element.objects.topics().order_by("order", "pk").values_list("slug", "short_name")
        self.fields["topic"].choices = [("", _("All topics")), *topics]  # type: ignore[attr-defined]

    @property
    def filters(self) -> Filters:
        """What was chosen; only after `is_valid()`."""
        return Filters(**self.cleaned_data)
