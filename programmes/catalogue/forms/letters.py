"""What organisers narrow the outbox of an edition by, and the button that sends a letter again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from museumhub.kit.refusals import Sentence
from museumhub.mail.models import Letter
from museumhub.mail.queries import Filters


class LetterFilterForm(forms.Form):
    """State, kind and words; each may be left open. A value that is not on the list is no address of this site."""

    q = forms.CharField(
        label=_("Name, address or subject"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any state")), *Letter.State.choices]
    )
    kind = forms.ChoiceField(label=_("Letter"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, Sentence]], **kwargs: Any) -> None:
        """`kinds` are those of the edition: (name, what the letter is)."""
        super().__init__(*args, **kwargs)
        named = sorted(((name, str(what)) for name, what in kinds), key=lambda kind: kind[1])
        self.fields["kind"].choices = [("", _("Any letter")), *named]  # type: ignore[attr-defined]

    @property
    def filters(self) -> Filters:
        """What was chosen; only after `is_valid()`."""
        return Filters(**self.cleaned_data)


class ResendForm(forms.Form):
    """How often the letter had been sent again when its reader pressed the button."""

    seen = forms.IntegerField(min_value=0, max_value=32_767, widget=forms.HiddenInput)
