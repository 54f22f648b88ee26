"""How every form of the site is drawn: one field template, and a bound field that knows what it needs.

A form field may carry attributes that the template and the scripts read: `word_limit` (int),
`condition` (plain JSON: which answers of the same form show this field), `revision` (the state of
the stored answer the writer saw) and `variant` (`scale`: choices side by side).
"""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.forms.widgets import Input, Textarea, Widget
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from museumhub.kit.refusals import Refused

# Browsers show nothing for a value these cannot parse; what was typed is then shown as text instead.
_PARSING_TYPES = {"date", "time", "datetime-local", "number"}
_FREE_TYPES = {"text", "search"}
_NUMBERED = re.compile(r"_\d+$")


class SiteBoundField(BoundField):
    """A bound field that keeps what was typed and says what it is to the template."""

    @property
    def auto_id(self) -> str:
        """Never the id of a choice: that of the third choice of `channels` is already `id_channels_2`."""
        made = super().auto_id
        return f"{made}_" if _NUMBERED.search(made) else made

    @property
    def kind(self) -> str:
        """text, textarea, select, radios, checkboxes, checkbox, file, date, number … for the class name."""
        widget = self.field.widget
        match widget:
            case forms.CheckboxSelectMultiple():
                return "checkboxes"
            case forms.RadioSelect():
                return "radios"
            case forms.CheckboxInput():
                return "checkbox"
            case forms.Select():
                return "select"
            case forms.Textarea():
                return "textarea"
            case forms.FileInput():
                return "file"
            case Input():
                return widget.input_type or "text"
        return "group"

    @property
    def variant(self) -> str:
        return getattr(self.field, "variant", "")

    @property
    def is_marked_optional(self) -> bool:
        """Whether its label says that it may stay empty; one box to tick and a field with `unmarked` say nothing."""
        unmarked = getattr(self.field, "unmarked", False) or self.kind == "checkbox"
        return not (self.field.required or unmarked)

    @property
    def word_limit(self) -> int | None:
        return getattr(self.field, "word_limit", None)

    @property
    def summary_target(self) -> str:
        """The id an error summary links to: the first control that can be focused."""
        return self.id_for_label or f"{self.auto_id}_0"

    @property
    def use_fieldset(self) -> bool:
        """A file has one control and so a label; Django would give it a legend."""
        return self.kind != "file" and bool(self.field.widget.use_fieldset)

    @property
    def own_words(self) -> SafeString:
        """`lang` for what the site itself says at the field, where the form (`form.language`) speaks another language."""
        written_in = getattr(self.form, "language", None)
        active = get_language()
        return flatatt({"lang": active} if written_in and active and written_in != active else {})

    @property
    def group_attrs(self) -> SafeString:
        """The data attributes of the field's box."""
        attrs: dict[str, Any] = {"data-field": self.html_name}
        if (condition := getattr(self.field, "condition", None)) is not None:
            attrs["data-condition"] = json.dumps(condition)
        if (revision := getattr(self.field, "revision", None)) is not None:
            attrs["data-revision"] = revision
        return flatatt(attrs)

    def as_widget(
        self,
        widget: Widget | None = None,
        attrs: dict[str, Any] | None = None,
        only_initial: bool = False,
    ) -> SafeString:
        widget = widget or self.field.widget
        if (
            isinstance(widget, Input)
            and widget.input_type in _PARSING_TYPES
            and self.form.is_bound
            and self.errors
        ):
            widget = copy.copy(widget)
            if widget.input_type == "number":
                widget.attrs = {**widget.attrs, "inputmode": "numeric"}
            widget.input_type = "text"
            widget.attrs = {
                k: v for k, v in widget.attrs.items() if k not in {"min", "max", "step"}
            }
        return super().as_widget(widget, attrs, only_initial)

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        if self.use_fieldset:
            return built
        free = isinstance(widget, Textarea) or (
            isinstance(widget, Input) and widget.input_type in _FREE_TYPES
        )
        if free:
            built.setdefault("dir", "auto")
        if self.word_limit and free:
            built["data-words"] = str(self.word_limit)
        # A browser cuts a pasted text off at maxlength without a word; the server says so instead.
        if free and "maxlength" in widget.attrs:
            widget.attrs = {k: v for k, v in widget.attrs.items() if k != "maxlength"}
            built.pop("maxlength", None)
            if isinstance(widget, Textarea) and not self.word_limit:
                built["data-characters"] = str(getattr(self.field, "max_length", ""))
        return built


def add_refusal(form: forms.BaseForm, refusal: Refused) -> None:
    """Show a service's refusal in the form it came from: at its field where it names one, else above."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, str(refusal.sentence))


class Renderer(TemplatesSetting):
    """Draws forms and widgets from templates/django/forms/, in the same engine as the pages."""

    bound_field_class = SiteBoundField
