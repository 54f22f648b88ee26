"""Form fields of this room: keywords."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from frameworks.models import tidy_tag

TAGS = 20


class TagsField(forms.CharField):
    """Keywords separated by commas; a list of at most TAGS different ones."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Keywords"))
        options.setdefault("help_text", _("Separated by commas, at most 20."))
        options.setdefault("max_length", 2000)
        super().__init__(required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        tags = list(dict.fromkeys(tag for part in text.split(",") if (tag := tidy_tag(part))))
        if len(tags) > TAGS:
            raise ValidationError(_("Use at most 20 keywords."))
        if any(len(tag) > 100 for tag in tags):
            raise ValidationError(_("A keyword has at most 100 characters."))
        return tags
