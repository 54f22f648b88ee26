"""A form over the version its writer saw: after a stale save it shows both texts and keeps what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict

from museumhub.kit.numbers import written
from museumhub.kit.refusals import Stale


@dataclass(frozen=True)
class Difference:
    """A field that two people wrote: its label and both texts as people read them."""

    label: str
    theirs: str
    yours: str


class VersionedForm(forms.Form):
    """Mixed into the form of something that has a `version`; `written` names the fields of the model it writes."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    written: tuple[str, ...] = ()

    @property
    def seen(self) -> int:
        """The version the writer saw; 0 for something new or where the form came without."""
        return self.cleaned_data.get("version") or 0

    @property
    def said(self) -> dict[str, Any]:
        """What was typed, cleaned, by field of the model."""
        return {name: self.cleaned_data[name] for name in self.written}

    def after(self, stale: Stale) -> list[Difference]:
        """Take note of a stale save: the next one replaces what stands now. Returns where both differ."""
        theirs: Any = stale.theirs
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data["version"] = str(theirs.version)
        return self.differences(theirs)

    def differences(self, theirs: Any) -> list[Difference]:
        """Where what was typed differs from what stands."""
        said = self.said
        return [
            Difference(self._label(name), self._shown(name, stands), self._shown(name, said[name]))
            for name in said
            if _text(stands := getattr(theirs, name)) != _text(said[name])
        ]

    def _label(self, name: str) -> str:
        return str(self.fields[name].label or name)

    def _shown(self, name: str, value: Any) -> str:
        """A choice by its label, everything else as it reads."""
        choices = getattr(self.fields.get(name), "choices", None) or []
        if isinstance(value, list):
            return ", ".join(self._shown(name, one) for one in value)
        if not isinstance(value, models.Model):
            for code, label in _flat(choices):
                if str(code) == _text(value):
                    return str(label)
        return _text(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    flat: list[tuple[Any, Any]] = []
    for code, label in choices:
        flat.extend(label if isinstance(label, list | tuple) else [(code, label)])
    return flat


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return written(value)
    return "" if value is None else str(value)


def data_of(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every name and value of a form that was sent, but for its token: to send it once more from a page that asks."""
    if not isinstance(data, QueryDict):
        return []
    left_out = {"csrfmiddlewaretoken", "step"}
    return [
        (name, value) for name, values in data.lists() if name not in left_out for value in values
    ]
