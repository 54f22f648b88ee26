"""Forms of the pages that join rooms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SampleForm(forms.Form):
    """One field of every kind, for the style guide."""

    name = forms.CharField(
        label=_("Name of the museum"), help_text=_("As it stands over the door."), max_length=120
    )
    email = forms.EmailField(label=_("E-mail address"))
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    story = forms.CharField(
        label=_("What would you like to try?"),
        help_text=_("A few sentences; you can change them until the deadline."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    kind = forms.ChoiceField(
        label=_("Kind of house"),
        choices=[("museum", _("Museum")), ("archive", _("Archive")), ("library", _("Library"))],
        widget=forms.RadioSelect,
    )
    audiences = forms.MultipleChoiceField(
        label=_("Whom do you want to reach?"),
        help_text=_("Choose all that apply."),
        choices=[
            ("schools", _("Schools")),
            ("families", _("Families")),
            ("neighbours", _("Neighbours who never came in")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    level = forms.ChoiceField(
        label=_("How sure are you of your digital strategy?"),
        choices=[(n, n) for n in range(1, 6)],
        widget=forms.RadioSelect,
    )
    size = forms.ChoiceField(
        label=_("People who work there"),
        choices=[("", _("Choose a number")), ("s", _("Up to 10")), ("m", _("11 to 50"))],
    )
    visitors = forms.IntegerField(label=_("Visitors a year"), min_value=0, required=False)
    opened = forms.DateField(
        label=_("Date of your last opening"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    plan = forms.FileField(label=_("Your strategy"), help_text=_("PDF, at most 10 MB."))
    agree = forms.BooleanField(
        label=_("The other participants may see our answers"),
        help_text=_("Only those of the same edition, and only after the selection."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["story"].word_limit = 60  # type: ignore[attr-defined]
        self.fields["level"].variant = "scale"  # type: ignore[attr-defined]
