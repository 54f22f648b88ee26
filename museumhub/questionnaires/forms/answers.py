"""A version compiled into a Django form: one field a question, drawn by the site's own field components."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from museumhub.kit import numbers, uploads
from museumhub.kit.days import DayInput
from museumhub.kit.markdown import render as render_markdown
from museumhub.kit.refusals import Refused
from museumhub.questionnaires import kinds, posting
from museumhub.questionnaires.conditions import asked, holds
from museumhub.questionnaires.forms.widgets import CountrySelect, FileAnswer
from museumhub.questionnaires.models import Kind, QuestionnaireVersion, Response
from museumhub.questionnaires.queries import (
    NOTHING,
    StoredAnswer,
    fingerprint,
    stored_answers,
    values_of,
)
from museumhub.questionnaires.services.answers import (
    DEFAULT_FILE_LIMIT,
    OTHER_SUFFIX,
    Saved,
    Seen,
    StaleAnswer,
    UnknownAnswer,
)
from museumhub.questionnaires.structure import (
    OTHER,
    QuestionSpec,
    Structure,
    structure_of,
)

SELECT_FROM = 13  # options from which one choice is a list to open instead of radios


class AnswerField(forms.Field):
    """A question's field. The form reads and checks it, with its `other` and its conditions; `required` is what its label says."""

    word_limit: int | None = None
    condition: dict[str, Any] | None = None
    revision: str | None = None
    variant: str = ""

    def clean(self, value: Any) -> Any:
        return value


@dataclass(frozen=True)
class Item:
    """One question (or statement) of the page: `field` and `other` are bound fields, `is_asked` whether it is shown now.

    `blank` is, while nothing is answered, all that the question is drawn from, to be compared; else empty.
    """

    question: QuestionSpec
    is_asked: bool
    field: BoundField | None = None
    other: BoundField | None = None
    seen: str = ""
    conflict: StaleAnswer | None = None
    condition: dict[str, Any] | None = None
    text: str = ""  # of a statement, as safe HTML
    blank: tuple[Hashable, ...] = ()

    @property
    def condition_json(self) -> str:
        """The condition as JSON, for the script."""
        return json.dumps(self.condition)


@dataclass(frozen=True)
class FormSection:
    key: str
    title: str
    introduction: str  # safe HTML
    items: tuple[Item, ...]


@dataclass
class _Read:
    """The values as they would stand once the page is saved, and what could not be read."""

    values: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, ValidationError] = field(default_factory=dict)


class AnswerForm(forms.Form):
    """The questions of a version (or some of its sections). `sent` is what `save_answers` takes; `show(saved)` what came of it."""

    use_required_attribute = False

    def __init__(
        self,
        structure: Structure,
        *,
        language: str,
        stored: Mapping[str, StoredAnswer],
        sections: Collection[str] | None,
        data: QueryDict | None,
        files: MultiValueDict[str, Any] | None,
        require: bool,
        check_files: bool,
        file_url: Callable[[str], str] | None,
    ) -> None:
        super().__init__(data, files)
        self.structure = structure
        self.language = language
        self.require = require
        self.check_files = check_files
        self.stored = dict(stored)
        self.conflicts: list[StaleAnswer] = []
        self.gone: list[UnknownAnswer] = []  # texts written to questions that are no longer there
        self._seen: dict[str, Seen] = {}
        self._file_url = file_url
        self._sections = [s for s in structure.sections if sections is None or s.key in sections]
        self._questions = {q.key: q for s in self._sections for q in s.questions}
        self.sent = (
            posting.read_post(structure, data, files if files is not None else MultiValueDict())
            if data is not None
            else posting.Sent()
        )
        self._read = self._read_sent()
        self.asked = asked(structure, self._read.values)
        for question in self._questions.values():
            if question.asks:
                self._add(question)
        self._give_up_own_texts(data)

    @property
    def sections(self) -> list[FormSection]:
        """The page, in order; every statement and question, also those that are hidden now."""
        return [
            FormSection(
                section.key,
                section.title,
                _html(section.introduction),
                tuple(self._item(question) for question in section.questions),
            )
            for section in self._sections
        ]

    @property
    def values(self) -> Mapping[str, Any]:
        """The values as they would stand once this page is saved."""
        return self._read.values

    @property
    def has_conditions(self) -> bool:
        """Whether an answer on this page can show or hide a question of it."""
        return any(
            condition.source in self._questions
            for question in self._questions.values()
            for condition in question.conditions
        )

    def clean(self) -> dict[str, Any]:
        """Check every question that is asked on this page; `cleaned_data` are the values by key."""
        for key, question in self._questions.items():
            if key not in self.asked or not question.asks or key not in self.sent.seen:
                continue
            wrong = self._read.wrong.get(key)
            if wrong is not None:
                self.add_error(key, wrong)
                continue
            value = self._read.values.get(key)
            sentence = kinds.lacking(question, value) if self.require else ""
            if sentence:
                unsaid = question.other and value is not None and OTHER in value.get("chosen", ())
                self.add_error(f"{key}{OTHER_SUFFIX}" if unsaid else key, sentence)
        return {key: self._read.values.get(key) for key in self._questions}

    def show(self, saved: Saved) -> None:
        """Take over what a save brought: refused and stale answers become errors at their fields, with both texts."""
        self.errors  # noqa: B018  (fills the errors that the following are added to)
        self.asked = saved.asked or self.asked
        self._seen.update(saved.seen)
        self.conflicts = saved.stale
        self.gone = saved.unknown
        for one in saved.refused:
            if one.key in self.fields and not self.has_error(one.key):
                self.add_error(one.key, one.sentence)
        for stale in saved.stale:
            self._seen[stale.key] = Seen(stale.revision)
            if stale.key in self.fields:
                self.add_error(
                    stale.key,
                    _("Somebody else saved an answer here while you were writing. See both below."),
                )

    def _read_sent(self) -> _Read:
        read = _Read(values_of(self.stored))
        for key in self.sent.seen:
            question = self.structure.by_key.get(key)
            if question is None or not question.asks:
                continue
            try:
                read.values[key] = self._value(question, read.values.get(key))
            except ValidationError as error:
                read.values[key] = None
                read.wrong[key] = error
        return read

    def _value(self, question: QuestionSpec, standing: Any) -> Any:
        key = question.key
        if question.kind == Kind.FILE:
            if key in self.sent.files:
                return self._file(question)
            return None if self.sent.values.get(key) == "remove" else standing
        other = self.sent.values.get(f"{key}{OTHER_SUFFIX}", "")
        return kinds.read(question, self.sent.values.get(key, ""), "".join(other))

    def _file(self, question: QuestionSpec) -> dict[str, Any]:
        file = self.sent.files[question.key]
        if self.check_files:
            limit = (question.file_limit or DEFAULT_FILE_LIMIT) * uploads.MB
            try:
                uploads.check(file, question.file_kinds or tuple(uploads.KINDS), limit)
            except Refused as refusal:
                raise ValidationError(str(refusal.sentence)) from refusal
        return {"file": "", "name": uploads.clean_name(file.name or ""), "size": file.size}

    def _add(self, question: QuestionSpec) -> None:
        standing = self.stored.get(question.key, NOTHING)
        made = _field(question)
        if not self.check_files:  # a preview saves nothing, so its fields say nothing of saving
            made.revision = posting.seen_token(self._seen_of(question.key))
        if isinstance(made.widget, FileAnswer) and standing.value is not None:
            made.widget.kept = standing.value
            made.widget.attrs["data-kept"] = standing.value["name"]
            made.widget.kept_url = (
                self._file_url(standing.value["file"]) if self._file_url is not None else ""
            )
        if isinstance(made.widget, DayInput) and standing.raw:
            made.widget.input_type = "text"
        self.fields[question.key] = made
        self.initial[question.key] = _initial(question, standing)
        if question.other and question.kind in kinds.CHOICES:
            self.fields[f"{question.key}{OTHER_SUFFIX}"] = _other_field(question)
            if standing.value is not None:
                self.initial[f"{question.key}{OTHER_SUFFIX}"] = standing.value["other"]

    def _give_up_own_texts(self, data: QueryDict | None) -> None:
        """Show what stands at the questions whose own text the writer gives up."""
        if data is None:
            return
        given_up = [key for key in data.getlist(posting.TAKE_THEIRS) if key in self.fields]
        if not given_up:
            return
        changed = data.copy()
        for key in given_up:
            initial = self.initial[key]
            changed.setlist(key, initial if isinstance(initial, list) else [str(initial or "")])
            if f"{key}{OTHER_SUFFIX}" in self.fields:
                changed[f"{key}{OTHER_SUFFIX}"] = self.initial.get(f"{key}{OTHER_SUFFIX}", "")
        self.data = changed

    def _item(self, question: QuestionSpec) -> Item:
        is_asked = question.key in self.asked
        if not question.asks:
            return Item(
                question,
                is_asked,
                condition=self._condition(question),
                text=_html(question.help),
            )
        other = f"{question.key}{OTHER_SUFFIX}"
        return Item(
            question,
            is_asked,
            field=self[question.key],
            other=self[other] if other in self.fields else None,
            seen=posting.seen_token(self._seen_of(question.key)),
            conflict=next((c for c in self.conflicts if c.key == question.key), None),
            condition=self._condition(question),
            blank=self._blank(question),
        )

    def _blank(self, question: QuestionSpec) -> tuple[Hashable, ...]:
        if self.is_bound or question.key in self.stored:
            return ()
        return (
            *(question, question.key in self.asked, json.dumps(self._condition(question))),
            *(posting.seen_token(self._seen_of(question.key)), self.check_files, self.language),
        )

    def _seen_of(self, key: str) -> Seen:
        if key in self._seen:
            return self._seen[key]
        if key in self.sent.seen:
            return self.sent.seen[key]
        standing = self.stored.get(key, NOTHING)
        return Seen(standing.revision, fingerprint(standing.value, standing.raw))

    def _condition(self, question: QuestionSpec) -> dict[str, Any] | None:
        """For the script that shows and hides: tests on fields of this page, and `true` or `false` for the rest."""
        if not question.conditions:
            return None
        tests: list[Any] = []
        for condition in question.conditions:
            source = self.structure.by_key[condition.source]
            if condition.source in self._questions:
                tests.append(
                    {
                        "field": condition.source,
                        "test": condition.test,
                        "values": list(condition.values),
                    }
                )
            else:
                tests.append(
                    condition.source in self.asked
                    and holds(condition, source, self._read.values.get(condition.source))
                )
        return {"any": question.any_condition, "tests": tests}


def compile_form(
    version: QuestionnaireVersion,
    *,
    response: Response | None = None,
    sections: Collection[str] | None = None,
    data: QueryDict | None = None,
    files: MultiValueDict[str, Any] | None = None,
    require: bool = True,
    file_url: Callable[[str], str] | None = None,
) -> AnswerForm:
    """The form of a version, filled from `response` where there is one: at most five queries, one where the version is frozen.

    `sections` limits the page to those keys. With `require` false a draft's gaps are no errors.
    `file_url(oid)` is the address under which an AnswerFile is handed out. Without a response
    (a preview) uploads are checked by the form itself.
    """
    structure = structure_of(version)
    return AnswerForm(
        structure,
        language=version.language,
        stored=stored_answers(response, structure) if response is not None else {},
        sections=sections,
        data=data,
        files=files,
        require=require,
        check_files=response is None,
        file_url=file_url,
    )


def _initial(question: QuestionSpec, standing: StoredAnswer) -> Any:
    value = standing.value
    if value is None:
        return standing.raw
    if question.kind == Kind.ONE_CHOICE:
        return value["chosen"][0]
    if question.kind == Kind.MANY_CHOICES:
        return value["chosen"]
    if question.kind == Kind.NUMBER:
        return kinds.typed(question, value)
    return value


def _field(question: QuestionSpec) -> AnswerField:
    made = AnswerField(
        required=question.required,
        label=question.label,
        help_text=_help(question),
        widget=_widget(question),
    )
    made.word_limit = question.most if question.kind in kinds.TEXTS else None
    made.variant = "scale" if question.kind == Kind.SCALE else ""
    return made


def _other_field(question: QuestionSpec) -> AnswerField:
    made = AnswerField(required=False, label=_("Other: say what"), widget=forms.TextInput())
    made.required = True  # asked for as soon as "other" is chosen; so not marked as optional
    made.variant = "other"
    made.condition = {
        "any": False,
        "tests": [{"field": question.key, "test": "is", "values": [OTHER]}],
    }
    return made


def _widget(question: QuestionSpec) -> forms.Widget:
    match question.kind:
        case Kind.LONG_TEXT:
            return forms.Textarea(attrs={"rows": min(max((question.most or 150) // 15, 4), 16)})
        case Kind.ONE_CHOICE:
            choices = _choices(question)
            if len(choices) >= SELECT_FROM:
                return forms.Select(choices=[("", _("Choose one")), *choices])
            return forms.RadioSelect(choices=choices)
        case Kind.MANY_CHOICES:
            return forms.CheckboxSelectMultiple(choices=_choices(question))
        case Kind.SCALE:
            return forms.RadioSelect(choices=_points(question))
        case Kind.NUMBER:
            whole = question.step is not None and not question.step % 1
            return forms.TextInput(attrs={"inputmode": "numeric" if whole else "decimal"})
        case Kind.DATE:
            return DayInput()
        case Kind.EMAIL:
            return forms.EmailInput()
        case Kind.URL:
            return forms.URLInput()
        case Kind.COUNTRY:
            return CountrySelect()
        case Kind.FILE:
            accepted = uploads.accept(question.file_kinds or uploads.KINDS)
            return FileAnswer(attrs={"accept": accepted})
        case Kind.CONSENT:
            return forms.CheckboxInput()
    return forms.TextInput()


def _choices(question: QuestionSpec) -> list[tuple[str, str]]:
    choices = [(option.key, option.label) for option in question.options]
    return [*choices, (OTHER, _("Other"))] if question.other else choices


def _points(question: QuestionSpec) -> list[tuple[str, str]]:
    return [
        (option.key, f"{option.key} – {option.label}" if option.label else option.key)
        for option in question.options
    ]


def _help(question: QuestionSpec) -> str:
    """The organiser's help and, in words, the limits that hold."""
    limits = _limits(question)
    text = "\n\n".join(part for part in (question.help, limits) if part)
    return _html(text)


@lru_cache(maxsize=4096)
def _html(text: str) -> str:
    """Markdown as safe HTML; the same few texts are asked for again with every page."""
    return render_markdown(text) if text else ""


def _limits(question: QuestionSpec) -> str:
    match question.kind:
        case Kind.MANY_CHOICES:
            return _range_of_choices(question)
        case Kind.SHORT_TEXT | Kind.LONG_TEXT if question.least:
            return ngettext(
                "Write at least %(least)s word.", "Write at least %(least)s words.", question.least
            ) % {"least": question.least}
        case Kind.NUMBER:
            return _range_of_numbers(question)
        case Kind.FILE:
            return _("%(kinds)s, at most %(limit)s MB.") % {
                "kinds": uploads.kind_names(question.file_kinds or uploads.KINDS),
                "limit": question.file_limit or DEFAULT_FILE_LIMIT,
            }
    return ""


def _range_of_choices(question: QuestionSpec) -> str:
    if question.least and question.most:
        if question.least == question.most:
            return _("Choose %(count)s.") % {"count": question.least}
        return _("Choose from %(least)s to %(most)s.") % {
            "least": question.least,
            "most": question.most,
        }
    if question.least:
        return _("Choose at least %(least)s.") % {"least": question.least}
    if question.most:
        return _("Choose at most %(most)s.") % {"most": question.most}
    return _("Choose all that apply.")


def _range_of_numbers(question: QuestionSpec) -> str:
    unit = f" {question.unit}" if question.unit else ""
    if question.minimum is not None and question.maximum is not None:
        return _("From %(minimum)s to %(maximum)s%(unit)s.") % {
            "minimum": numbers.said(question.minimum),
            "maximum": numbers.said(question.maximum),
            "unit": unit,
        }
    if question.minimum is not None:
        return _("At least %(minimum)s%(unit)s.") % {
            "minimum": numbers.said(question.minimum),
            "unit": unit,
        }
    if question.maximum is not None:
        return _("At most %(maximum)s%(unit)s.") % {
            "maximum": numbers.said(question.maximum),
            "unit": unit,
        }
    return _("In %(unit)s.") % {"unit": question.unit} if question.unit else ""
