"""The organisers' forms: a questionnaire's own settings, sections, questions, dimensions and levels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django_countries import countries

from museumhub.kit import uploads
from museumhub.kit.days import DayField
from museumhub.kit.numbers import NumberField, written
from museumhub.kit.refusals import Refused, Stale
from museumhub.kit.text import one_line
from museumhub.questionnaires import kinds
from museumhub.questionnaires.content import (
    SETTINGS,
    ConditionContent,
    OptionContent,
    QuestionContent,
)
from museumhub.questionnaires.forms.rows import Row, Rows, read_rows, write_rows
from museumhub.questionnaires.models import KEY_PATTERN, Kind, Purpose, Test
from museumhub.questionnaires.ownership import Owner
from museumhub.questionnaires.services import BandContent
from museumhub.questionnaires.structure import (
    OTHER,
    DimensionSpec,
    QuestionSpec,
    Scheme,
    SectionSpec,
    Structure,
)

_READ_BY_APPLICANTS = {"title", "introduction", "label", "help", "unit", "name", "description"}
_KEY = re.compile(rf"^{KEY_PATTERN}$")


class BuilderForm(forms.Form):
    """A form that takes over a service's refusal, at the field it is about."""

    use_required_attribute = False
    conflict: Stale | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, forms.BooleanField):
                vars(field)["unmarked"] = True

    def write_in(self, language: str) -> None:
        """Say which language is typed where applicants will read it, for spelling and for screen readers."""
        for name, field in self.fields.items():
            column = name.rpartition("-")[2]
            if column in _READ_BY_APPLICANTS or name.startswith("text-"):
                if isinstance(field, forms.CharField):
                    field.widget.attrs["lang"] = language

    def refuse(self, refusal: Refused) -> None:
        """Show why nothing was saved; a stale save also shows both texts and counts theirs as seen from now on."""
        field = self.field_for(refusal.field or "")
        self.add_error(field if field in self.fields else None, str(refusal.sentence))
        if isinstance(refusal, Stale):
            self.conflict = refusal

    def take_as_seen(self, seen: object) -> None:
        """What stands now is on the page, so the next save may replace it."""
        if isinstance(self.data, QueryDict):
            changed = self.data.copy()
            changed["seen"] = str(seen)
            self.data = changed

    def field_for(self, name: str) -> str:
        """The input at which a refusal about `name` is shown."""
        return name


class QuestionnaireForm(BuilderForm):
    """A new questionnaire."""

    title = forms.CharField(label=_("Title"), max_length=150, validators=[one_line])
    purpose = forms.ChoiceField(
        label=_("What it is for"),
        choices=Purpose.choices,
        widget=forms.RadioSelect,
        initial=Purpose.FORM,
    )
    language = forms.ChoiceField(label=_("Language of the questions"), choices=settings.LANGUAGES)
    owner = forms.ChoiceField(label=_("Whose it is"))

    def __init__(self, *args: Any, owners: Sequence[Owner], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_owners(self, owners)


class CopyForm(BuilderForm):
    """A copy for the same or another owner."""

    title = forms.CharField(label=_("Title of the copy"), max_length=150, validators=[one_line])
    owner = forms.ChoiceField(label=_("Whose it will be"))

    def __init__(self, *args: Any, owners: Sequence[Owner], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_owners(self, owners)


def _offer_owners(form: forms.Form, owners: Sequence[Owner]) -> None:
    field = form.fields["owner"]
    if isinstance(field, forms.ChoiceField):
        field.choices = [(owner.reference, str(owner.name)) for owner in owners]


class SettingsForm(BuilderForm):
    """Title and language."""

    title = forms.CharField(label=_("Title"), max_length=150, validators=[one_line])
    language = forms.ChoiceField(label=_("Language of the questions"), choices=settings.LANGUAGES)


class SectionForm(BuilderForm):
    """A section's heading and its introduction."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    title = forms.CharField(label=_("Heading"), max_length=150, validators=[one_line])
    introduction = forms.CharField(
        label=_("Introduction"),
        help_text=_("Stands below the heading. You can use Markdown: **bold**, lists, links."),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PlaceForm(BuilderForm):
    """Where a question goes: `section:` for its beginning, `section:question` for right behind a question."""

    place = forms.ChoiceField(label=_("Where it goes"))

    def __init__(self, *args: Any, structure: Structure, moving: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["place"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (section.title, _places(section, moving)) for section in structure.sections
            ]


def _places(section: SectionSpec, moving: str) -> list[tuple[str, Any]]:
    behind = [
        (f"{section.key}:{q.key}", _("After “%(label)s”") % {"label": kinds.shortened(q.label, 70)})
        for q in section.questions
        if q.key != moving
    ]
    return [
        (f"{section.key}:", _("At the beginning of “%(title)s”") % {"title": section.title}),
        *behind,
    ]


class DimensionForm(BuilderForm):
    """A dimension, and what is said in each level."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    name = forms.CharField(label=_("Name"), max_length=80, validators=[one_line])
    description = forms.CharField(
        label=_("Description"),
        help_text=_("One or two sentences: what this part of the assessment looks at."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, scheme: Scheme, dimension: DimensionSpec | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        said = dict(dimension.texts) if dimension is not None else {}
        for band in scheme.bands:
            self.fields[f"text-{band.key}"] = forms.CharField(
                label=_("What a museum at the level “%(level)s” is told") % {"level": band.name},
                max_length=2000,
                required=False,
                initial=said.get(band.key, ""),
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    @property
    def texts(self) -> dict[str, str]:
        """What is said by the key of the level."""
        return {
            name.removeprefix("text-"): text
            for name, text in self.cleaned_data.items()
            if name.startswith("text-")
        }


@dataclass(frozen=True)
class FormRow:
    """One repeated line as the page draws it: its fields by column, and which moves it offers."""

    index: int
    fields: dict[str, BoundField]
    is_first: bool
    is_last: bool


class RowsForm(BuilderForm):
    """A form with repeated lines; see `rows`."""

    row_columns: Mapping[str, Sequence[str]] = {}

    def __init__(self, data: QueryDict | None, *args: Any, **options: Any) -> None:
        self.all_rows: dict[str, Rows] = {}
        if data is not None:
            data = data.copy()
            for prefix, columns in self.row_columns.items():
                self.all_rows[prefix] = read_rows(data, prefix, columns)
                write_rows(data, self.all_rows[prefix])
        super().__init__(data, *args, **options)
        if data is not None and self.is_command:
            self._errors = ErrorDict()  # the page is drawn again; nothing was to be saved yet

    @property
    def is_command(self) -> bool:
        """Whether a line was added, removed or moved, or the page only asked to be drawn again."""
        return "refresh" in self.data or any(rows.is_command for rows in self.all_rows.values())

    def count(self, prefix: str, initial: int) -> int:
        """How many lines there are: those that were sent, else `initial`."""
        return len(self.all_rows[prefix].rows) if prefix in self.all_rows else initial

    def add_row_field(self, prefix: str, at: int, column: str, field: forms.Field) -> None:
        name = f"{prefix}-{at}-{column}"
        vars(field)["unmarked"] = True
        if column not in {"key"} and self._focus(prefix) == (at, True):
            field.widget.attrs.setdefault("autofocus", True)
            self.all_rows[prefix].focus = None
        self.fields[name] = field

    def _focus(self, prefix: str) -> tuple[int | None, bool]:
        rows = self.all_rows.get(prefix)
        return (rows.focus, True) if rows is not None and rows.is_command else (None, False)

    def form_rows(self, prefix: str) -> list[FormRow]:
        """The lines for the template."""
        columns = self.row_columns[prefix]
        count = 0
        while any(f"{prefix}-{count}-{column}" in self.fields for column in columns):
            count += 1
        return [
            FormRow(
                at,
                {
                    column: self[f"{prefix}-{at}-{column}"]
                    for column in columns
                    if f"{prefix}-{at}-{column}" in self.fields
                },
                at == 0,
                at == count - 1,
            )
            for at in range(count)
        ]

    def row_values(self, prefix: str, column: str) -> list[Any]:
        """The cleaned values of one column."""
        return [
            self.cleaned_data.get(row.fields[column].name) if column in row.fields else None
            for row in self.form_rows(prefix)
        ]


class BandsForm(RowsForm):
    """The levels of an assessment."""

    row_columns = {"bands": ("key", "name", "least", "description")}
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(
        self, data: QueryDict | None = None, *, bands: Sequence[BandContent], **options: Any
    ) -> None:
        super().__init__(data, **options)
        for at in range(self.count("bands", len(bands) or 3)):
            band = bands[at] if at < len(bands) else None
            self.add_row_field("bands", at, "key", _hidden(band.key if band else ""))
            self.add_row_field(
                "bands",
                at,
                "name",
                forms.CharField(
                    label=_("Name of the level"),
                    max_length=80,
                    required=False,
                    validators=[one_line],
                    initial=band.name if band else "",
                ),
            )
            self.add_row_field(
                "bands",
                at,
                "least",
                NumberField(
                    label=_("From how many points of 100"),
                    min_value=0,
                    max_value=100,
                    max_digits=5,
                    decimal_places=2,
                    required=False,
                    initial=band.least if band else None,
                ),
            )
            self.add_row_field(
                "bands",
                at,
                "description",
                forms.CharField(
                    label=_("What it means"),
                    max_length=2000,
                    required=False,
                    initial=band.description if band else "",
                    widget=forms.Textarea(attrs={"rows": 2}),
                ),
            )

    @property
    def rows(self) -> list[FormRow]:
        return self.form_rows("bands")

    def clean(self) -> dict[str, Any]:
        """A line is either empty, and dropped, or has a name and a score."""
        for row in self.rows:
            name = self.cleaned_data.get(row.fields["name"].name)
            least = self.cleaned_data.get(row.fields["least"].name)
            if name and least is None and not self.has_error(row.fields["least"].name):
                self.add_error(row.fields["least"].name, _("Say from how many points on."))
            if least is not None and not name:
                self.add_error(row.fields["name"].name, _("Give the level a name."))
        return self.cleaned_data

    def field_for(self, name: str) -> str:
        return "bands-0-least" if name == "bands" else name

    @property
    def bands(self) -> list[BandContent]:
        """The levels that were written."""
        together = zip(
            *(
                self.row_values("bands", column)
                for column in ("name", "least", "description", "key")
            ),
            strict=True,
        )
        return [
            BandContent(name, least, description or "", key or "")
            for name, least, description, key in together
            if name and least is not None
        ]


def _hidden(initial: str) -> forms.CharField:
    return forms.CharField(widget=forms.HiddenInput, required=False, max_length=40, initial=initial)


def _number(label: Any, **options: Any) -> NumberField:
    return NumberField(
        label=label,
        required=False,
        max_digits=20,
        decimal_places=6,
        **options,
    )


def _count(label: Any, limit: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=limit,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        **options,
    )


class QuestionForm(RowsForm):
    """One question of a given kind. `content()` is what was written; the service checks what of it makes sense."""

    row_columns = {"options": ("key", "label", "score"), "conditions": ("source", "test", "values")}

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    label = forms.CharField(
        label=_("Question"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    help = forms.CharField(
        label=_("Help"),
        help_text=_("Stands before the answer. You can use Markdown: **bold**, lists, links."),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    required = forms.BooleanField(label=_("An answer is required"), required=False)
    any_condition = forms.ChoiceField(
        label=_("How many of the conditions must hold"),
        choices=[("", _("All of them")), ("any", _("One is enough"))],
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        kind: str,
        before: Sequence[QuestionSpec],
        scheme: Scheme | None = None,
        content: QuestionContent | None = None,
        revision: int = 0,
    ) -> None:
        super().__init__(data)
        self.kind = kind
        self.scheme = scheme
        self.standing = content or QuestionContent(kind, "", **_first_settings(kind))
        self._sources = {question.key: question for question in before if question.asks}
        self.initial = {
            "seen": revision,
            **{name: getattr(self.standing, name) for name in ("label", "help", "required")},
            "any_condition": "any" if self.standing.any_condition else "",
        }
        if kind == Kind.STATEMENT:
            del self.fields["required"]
            self.fields["label"].label = _("Heading")
            self.fields["help"].label = _("Text")
            self.fields["help"].help_text = _("You can use Markdown: **bold**, lists, links.")
        for name, field in self._settings():
            vars(field)["unmarked"] = True
            self.fields[name] = field
        if "options" in SETTINGS[kind]:
            self._add_options()
        self._add_conditions()

    @property
    def kind_name(self) -> Any:
        return Kind(self.kind).label

    @property
    def plain_fields(self) -> list[BoundField]:
        """The question's own words."""
        return [self[name] for name in ("label", "help", "required") if name in self.fields]

    @property
    def setting_fields(self) -> list[BoundField]:
        """What holds for this kind only."""
        return [
            self[name]
            for name in (
                *("least", "most", "minimum", "maximum", "step", "unit", "earliest", "latest"),
                *("file_kinds", "file_limit", "other", "dimension", "weight"),
            )
            if name in self.fields
        ]

    @property
    def has_options(self) -> bool:
        return "options" in SETTINGS[self.kind]

    @property
    def is_scale(self) -> bool:
        return self.kind == Kind.SCALE

    @property
    def option_rows(self) -> list[FormRow]:
        return self.form_rows("options")

    @property
    def condition_rows(self) -> list[FormRow]:
        return self.form_rows("conditions")

    @property
    def can_depend(self) -> bool:
        """Whether there is anything earlier to look at."""
        return bool(self._sources) or bool(self.standing.conditions)

    def field_for(self, name: str) -> str:
        if name in {"options", "points"}:
            return "options-0-label"
        if name == "conditions":
            return "conditions-0-source"
        return name

    def clean_label(self) -> str:
        """On one line; whoever writes it sees it wrapped."""
        return " ".join(str(self.cleaned_data["label"]).split())

    def clean(self) -> dict[str, Any]:
        for row in self.option_rows if self.has_options and not self.is_scale else ():
            label = self.cleaned_data.get(row.fields["label"].name)
            score = (
                self.cleaned_data.get(row.fields["score"].name) if "score" in row.fields else None
            )
            if not label and score is not None:
                self.add_error(row.fields["label"].name, _("Give the option a label."))
        for row in self.condition_rows:
            self._clean_condition(row)
        return self.cleaned_data

    def content(self) -> QuestionContent:
        """What was written; empty lines are dropped."""
        given = self.cleaned_data
        settings_given = {
            name: given.get(name)
            for name in (*("least", "most", "minimum", "maximum", "step"), "earliest", "latest")
        }
        return QuestionContent(
            kind=self.kind,
            label=given["label"],
            help=given["help"],
            required=bool(given.get("required")),
            unit=given.get("unit", ""),
            file_kinds=tuple(given.get("file_kinds", ())),
            file_limit=given.get("file_limit"),
            other=bool(given.get("other")),
            any_condition=given["any_condition"] == "any",
            dimension=given.get("dimension", self.standing.dimension),
            weight=given["weight"] if given.get("weight") is not None else self.standing.weight,
            options=tuple(self._options()),
            conditions=tuple(self._conditions()),
            **settings_given,
        )

    def _settings(self) -> Iterator[tuple[str, forms.Field]]:
        """The fields of this kind's settings, with what stands in them."""
        for name in sorted(SETTINGS[self.kind] - {"options"}):
            if name in {"dimension", "weight"} and self.scheme is None:
                continue
            field = self._setting(name)
            standing = getattr(self.standing, name)
            field.initial = list(standing) if isinstance(standing, tuple) else standing
            yield name, field

    def _setting(self, name: str) -> forms.Field:
        words = self.kind in kinds.TEXTS
        match name:
            case "least":
                label = _("At least how many words") if words else _("At least how many options")
                return _count(label, 5000 if words else 100)
            case "most":
                label = _("At most how many words") if words else _("At most how many options")
                return _count(label, 5000 if words else 100)
            case "minimum":
                return _number(_("Smallest number"))
            case "maximum":
                return _number(_("Largest number"))
            case "step":
                return _number(
                    _("Step"), help_text=_("1 for whole numbers, 0.01 for cents; empty for any.")
                )
            case "unit":
                return forms.CharField(
                    label=_("Unit"),
                    help_text=_("Said after the number, for example EUR or visitors."),
                    max_length=30,
                    required=False,
                    validators=[one_line],
                )
            case "earliest":
                return _date(_("Earliest date"))
            case "latest":
                return _date(_("Latest date"))
            case "file_kinds":
                return forms.MultipleChoiceField(
                    label=_("Kinds of file that are taken"),
                    choices=uploads.kind_choices(),
                    widget=forms.CheckboxSelectMultiple,
                )
            case "file_limit":
                return forms.IntegerField(
                    label=_("Largest size in MB"),
                    min_value=1,
                    max_value=25,
                    widget=forms.TextInput(attrs={"inputmode": "numeric"}),
                )
            case "other":
                return forms.BooleanField(
                    label=_("Offer “Other”, with a line to say what"), required=False
                )
            case "dimension":
                dimensions = self.scheme.dimensions if self.scheme is not None else ()
                return forms.ChoiceField(
                    label=_("Dimension it counts for"),
                    choices=[
                        ("", pgettext("dimension", "None")),
                        *((d.key, d.name) for d in dimensions),
                    ],
                    required=False,
                )
        return NumberField(
            label=_("Weight in its dimension"),
            help_text=_("1 counts once, 2 twice, 0 not at all."),
            min_value=0,
            max_value=100,
            max_digits=5,
            decimal_places=2,
            required=False,
        )

    def _add_options(self) -> None:
        standing = self.standing.options
        for at in range(self.count("options", max(len(standing), 5 if self.is_scale else 3))):
            option = standing[at] if at < len(standing) else OptionContent()
            if not self.is_scale:
                self.add_row_field("options", at, "key", _hidden(option.key))
            self.add_row_field(
                "options",
                at,
                "label",
                forms.CharField(
                    label=_("Label of point %(number)s") % {"number": at + 1}
                    if self.is_scale
                    else _("Option %(number)s") % {"number": at + 1},
                    max_length=200,
                    required=False,
                    validators=[one_line],
                    initial=option.label,
                ),
            )
            if self.scheme is not None:
                self.add_row_field(
                    "options",
                    at,
                    "score",
                    NumberField(
                        label=_("Score %(number)s") % {"number": at + 1},
                        min_value=0,
                        max_digits=6,
                        decimal_places=2,
                        required=False,
                        initial=option.score,
                    ),
                )

    def _options(self) -> Iterator[OptionContent]:
        if not self.has_options:
            return
        scores = {option.key: option.score for option in self.standing.options}
        for row in self.option_rows:
            label = self.cleaned_data.get(row.fields["label"].name) or ""
            key = "" if self.is_scale else self.cleaned_data.get(row.fields["key"].name) or ""
            if not _KEY.match(key):
                key = ""
            score = (
                self.cleaned_data.get(row.fields["score"].name)
                if "score" in row.fields
                else scores.get(str(row.index + 1) if self.is_scale else key)
            )
            if label or self.is_scale:
                yield OptionContent(key, label, score)

    def _add_conditions(self) -> None:
        standing = self.standing.conditions
        sent: list[Row] = self.all_rows["conditions"].rows if "conditions" in self.all_rows else []
        for at in range(self.count("conditions", len(standing))):
            condition = standing[at] if at < len(standing) else ConditionContent("", "")
            chosen = (sent[at]["source"] or [""])[0] if self.all_rows else condition.source
            source = self._sources.get(chosen)
            if self.is_command:
                self._choose_test(at, source)
            self.add_row_field("conditions", at, "source", self._source_field(condition.source))
            self.add_row_field("conditions", at, "test", _test_field(source, condition.test))
            values = _values_field(source, condition.values)
            if values is not None:
                self.add_row_field("conditions", at, "values", values)

    def _choose_test(self, at: int, source: QuestionSpec | None) -> None:
        """Another question was chosen: begin with its usual test where the one that was sent does not fit."""
        name = f"conditions-{at}-test"
        offered = kinds.tests_for(source.kind) if source is not None else ()
        if isinstance(self.data, QueryDict) and self.data.get(name) not in offered:
            self.data[name] = offered[0] if offered else ""

    def _source_field(self, initial: str) -> forms.ChoiceField:
        return forms.ChoiceField(
            label=_("Shown when the answer to"),
            choices=[
                ("", _("Choose a question")),
                *((q.key, kinds.shortened(q.label, 80)) for q in self._sources.values()),
            ],
            required=False,
            initial=initial,
            widget=forms.Select(attrs={"data-refresh": "refresh"}),
        )

    def _clean_condition(self, row: FormRow) -> None:
        source = self._sources.get(self.cleaned_data.get(row.fields["source"].name) or "")
        if source is None:
            return
        test = self.cleaned_data.get(row.fields["test"].name)
        if test == Test.ANSWERED or self.has_error(row.fields["test"].name):
            return
        field = row.fields.get("values")
        values = self._condition_values(row)
        if field is None:
            return
        if not values:
            self.add_error(field.name, _("Choose the answer that the condition looks for."))
        elif test != Test.ONE_OF and len(values) > 1:
            self.add_error(field.name, _("Choose one answer only, or “is one of”."))
        elif source.kind == Kind.NUMBER:
            try:
                read = kinds.read(QuestionSpec(0, source.key, Kind.NUMBER, ""), values[0])
            except ValidationError as error:
                self.add_error(field.name, error)
            else:
                self.cleaned_data[field.name] = read

    def _condition_values(self, row: FormRow) -> list[str]:
        if "values" not in row.fields:
            return []
        values = self.cleaned_data.get(row.fields["values"].name) or []
        return [values] if isinstance(values, str) else list(values)

    def _conditions(self) -> Iterator[ConditionContent]:
        for row in self.condition_rows:
            source = self.cleaned_data.get(row.fields["source"].name) or ""
            test = self.cleaned_data.get(row.fields["test"].name) or Test.ANSWERED
            if source in self._sources:
                values = [] if test == Test.ANSWERED else self._condition_values(row)
                yield ConditionContent(source, test, tuple(values))


def _first_settings(kind: str) -> dict[str, Any]:
    """What a new question of `kind` begins with."""
    match kind:
        case Kind.NUMBER:
            return {"step": Decimal(1), "minimum": Decimal(0)}
        case Kind.LONG_TEXT:
            return {"most": 200}
        case Kind.FILE:
            return {"file_kinds": ("pdf",), "file_limit": 10}
        case Kind.CONSENT:
            return {"required": True}
    return {}


def _date(label: Any) -> DayField:
    return DayField(label=label, required=False)


def _test_field(source: QuestionSpec | None, initial: str) -> forms.ChoiceField:
    offered = kinds.tests_for(source.kind) if source is not None else ()
    return forms.ChoiceField(
        label=_("How it is looked at"),
        choices=[(test, Test(test).label) for test in offered] or [("", "–")],
        required=source is not None,
        initial=initial,
    )


def _as_written(kept: str) -> str:
    """The number a condition looks for; as it is kept where the question asked for something else before."""
    try:
        return written(Decimal(kept))
    except InvalidOperation:
        return kept


def _values_field(source: QuestionSpec | None, initial: tuple[str, ...]) -> forms.Field | None:
    """What the condition looks for, in the way the source is answered; None where there is nothing to choose."""
    if source is None or len(kinds.tests_for(source.kind)) == 1:
        return None
    label = _("Answer it looks for")
    if source.kind == Kind.NUMBER:
        return forms.CharField(
            label=label,
            required=False,
            max_length=30,
            initial=_as_written(initial[0]) if initial else "",
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        )
    if source.kind == Kind.COUNTRY:
        return forms.MultipleChoiceField(
            label=label,
            choices=list(countries),
            required=False,
            initial=list(initial),
            widget=forms.SelectMultiple(attrs={"size": 6}),
        )
    choices = [(option.key, option.label or option.key) for option in source.options]
    if source.other:
        choices.append((OTHER, str(_("Other"))))
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        initial=list(initial),
        widget=forms.CheckboxSelectMultiple,
    )
