"""What an organiser writes for one question, as plain data; and what of it makes no sense, in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from museumhub.kit import numbers, uploads
from museumhub.kit.punctuation import labelled
from museumhub.kit.refusals import Refused
from museumhub.questionnaires import kinds
from museumhub.questionnaires.models import Kind, Test
from museumhub.questionnaires.structure import OTHER, QuestionSpec

OPTIONS = 100
POINTS = (2, 11)
CONDITIONS = 10
FILE_LIMITS = (1, 25)  # MB
WORDS = 5_000


@dataclass(frozen=True)
class OptionContent:
    """An option; an empty key is one that is new. The points of a scale are keyed by the service."""

    key: str = ""
    label: str = ""
    score: Decimal | None = None


@dataclass(frozen=True)
class ConditionContent:
    source: str
    test: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuestionContent:
    """Everything about a question but its key and its place; see `models.Question` for what each means."""

    kind: str
    label: str
    help: str = ""
    required: bool = False
    least: int | None = None
    most: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    step: Decimal | None = None
    unit: str = ""
    earliest: date | None = None
    latest: date | None = None
    file_kinds: tuple[str, ...] = ()
    file_limit: int | None = None
    other: bool = False
    any_condition: bool = False
    dimension: str = ""  # the key of a dimension
    weight: Decimal = Decimal(1)
    options: tuple[OptionContent, ...] = ()
    conditions: tuple[ConditionContent, ...] = ()


# Which settings count for a kind; all others are left empty, whatever a form sent.
SETTINGS: dict[str, frozenset[str]] = {
    Kind.SHORT_TEXT: frozenset({"least", "most"}),
    Kind.LONG_TEXT: frozenset({"least", "most"}),
    Kind.ONE_CHOICE: frozenset({"options", "other", "dimension", "weight"}),
    Kind.MANY_CHOICES: frozenset({"options", "other", "least", "most", "dimension", "weight"}),
    Kind.NUMBER: frozenset({"minimum", "maximum", "step", "unit"}),
    Kind.SCALE: frozenset({"options", "dimension", "weight"}),
    Kind.DATE: frozenset({"earliest", "latest"}),
    Kind.EMAIL: frozenset(),
    Kind.URL: frozenset(),
    Kind.COUNTRY: frozenset(),
    Kind.FILE: frozenset({"file_kinds", "file_limit"}),
    Kind.CONSENT: frozenset(),
    Kind.STATEMENT: frozenset(),
}
_ALWAYS = frozenset({"kind", "label", "help", "any_condition", "conditions"})


def only_what_counts(content: QuestionContent) -> QuestionContent:
    """`content` without settings that mean nothing for its kind."""
    counting = _ALWAYS | SETTINGS[content.kind]
    if content.kind != Kind.STATEMENT:
        counting |= {"required"}
    return QuestionContent(
        **{
            one.name: getattr(content, one.name)
            for one in fields(QuestionContent)
            if one.name in counting
        }
    )


def check(content: QuestionContent) -> None:
    """Raise `Refused` at the field for what makes no sense in any version."""
    if content.kind not in SETTINGS:
        raise Refused(_("Choose a kind of question."), field="kind")
    if not content.label.strip():
        raise Refused(_("Write the question."), field="label")
    _check_range(content.least, content.most, "most")
    _check_range(content.minimum, content.maximum, "maximum")
    _check_range(content.earliest, content.latest, "latest")
    if content.kind in kinds.TEXTS and (content.most or 0) > WORDS:
        raise Refused(_("At most 5,000 words can be asked for."), field="most")
    if content.step is not None and content.step <= 0:
        raise Refused(_("The step is a number above zero."), field="step")
    if content.weight < 0:
        raise Refused(_("The weight is zero or more."), field="weight")
    _check_options(content)
    _check_file(content)
    _check_conditions(content)


def _check_range(least: Any, most: Any, field: str) -> None:
    if least is not None and most is not None and least > most:
        raise Refused(_("The upper limit is below the lower one."), field=field)


def _check_options(content: QuestionContent) -> None:
    count = len(content.options)
    if content.kind == Kind.SCALE and not POINTS[0] <= count <= POINTS[1]:
        raise Refused(_("A scale has from 2 to 11 points."), field="points")
    if content.kind not in kinds.CHOICES:
        return
    if count > OPTIONS:
        raise Refused(_("At most 100 options fit."), field="options")
    labels = [option.label.strip().casefold() for option in content.options]
    if not all(labels):
        raise Refused(_("Every option needs a label."), field="options")
    if len(set(labels)) < count:
        raise Refused(_("Two options have the same label."), field="options")
    if any(option.key == OTHER for option in content.options):
        raise Refused(_("Offer “other” by its box, not as an option."), field="options")
    if any(option.score is not None and option.score < 0 for option in content.options):
        raise Refused(_("A score is zero or more."), field="options")
    choosable = count + content.other
    if content.kind == Kind.MANY_CHOICES and (content.least or 0) > choosable > 0:
        raise Refused(_("More options must be chosen than there are."), field="least")


def _check_file(content: QuestionContent) -> None:
    if content.kind != Kind.FILE:
        return
    if not content.file_kinds or set(content.file_kinds) - set(uploads.KINDS):
        raise Refused(_("Choose at least one kind of file."), field="file_kinds")
    if not FILE_LIMITS[0] <= (content.file_limit or 0) <= FILE_LIMITS[1]:
        raise Refused(_("A file may have from 1 to 25 MB."), field="file_limit")


def _check_conditions(content: QuestionContent) -> None:
    if len(content.conditions) > CONDITIONS:
        raise Refused(_("At most 10 conditions fit."), field="conditions")
    for condition in content.conditions:
        if condition.test not in Test.values:
            raise Refused(_("Choose how the answer is looked at."), field="conditions")
        if condition.test != Test.ANSWERED and not condition.values:
            raise Refused(_("Choose the answer that the condition looks for."), field="conditions")


def content_of(question: QuestionSpec, dimension: str = "") -> QuestionContent:
    """A question as an organiser wrote it; `dimension` is the key of its dimension."""
    return QuestionContent(
        kind=question.kind,
        label=question.label,
        help=question.help,
        required=question.required,
        least=question.least,
        most=question.most,
        minimum=question.minimum,
        maximum=question.maximum,
        step=question.step,
        unit=question.unit,
        earliest=question.earliest,
        latest=question.latest,
        file_kinds=question.file_kinds,
        file_limit=question.file_limit,
        other=question.other,
        any_condition=question.any_condition,
        dimension=dimension,
        weight=question.weight,
        options=tuple(OptionContent(o.key, o.label, o.score) for o in question.options),
        conditions=tuple(ConditionContent(c.source, c.test, c.values) for c in question.conditions),
    )


def make_key(text: str, taken: Collection[str], fallback: str) -> str:
    """A key that reads like `text` ("Digital strategy?" gives digital_strategy) and is not taken yet."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    stem = "_".join(words)[:32].strip("_")
    if not stem or not stem[0].isalpha():
        stem = f"{fallback}_{stem}".strip("_")[:32]
    key, number = stem, 2
    while key in taken or key == OTHER:
        key, number = f"{stem}_{number}", number + 1
    return key


def keyed_options(content: QuestionContent) -> list[OptionContent]:
    """The options with keys: those of a scale count from 1, a new option of a choice takes one from its label."""
    if content.kind == Kind.SCALE:
        return [
            OptionContent(str(at), option.label.strip(), option.score)
            for at, option in enumerate(content.options, start=1)
        ]
    taken = {option.key for option in content.options if option.key}
    keyed = []
    for option in content.options:
        key = option.key or make_key(option.label, taken, "option")
        taken.add(key)
        keyed.append(OptionContent(key, option.label.strip(), option.score))
    return keyed


def described(content: QuestionContent, labels: dict[str, str]) -> str:
    """The question in lines of plain text, for two versions side by side; `labels` names the questions by key."""
    lines = [content.label, str(Kind(content.kind).label)]
    lines += [content.help] if content.help else []
    lines += [str(_("An answer is required."))] if content.required else []
    lines += [labelled(name, value) for name, value in _settings(content)]
    lines += [f"• {option.label or option.key}{_score(option)}" for option in content.options]
    lines += [f"• {_('Other')}"] if content.other else []
    lines += list(_conditions(content, labels))
    return "\n".join(lines)


def _settings(content: QuestionContent) -> Iterable[tuple[Any, Any]]:
    yield from (
        (name, value)
        for name, value in (
            (_("At least"), content.least or _said(content.minimum)),
            (_("At most"), content.most or _said(content.maximum)),
            (_("Step"), _said(content.step)),
            (_("Unit"), content.unit),
            (_("Earliest date"), content.earliest),
            (_("Latest date"), content.latest),
            (_("Kinds of file"), uploads.kind_names(content.file_kinds)),
            (_("Largest size in MB"), content.file_limit),
            (_("Dimension"), content.dimension),
            (_("Weight"), _said(content.weight) * bool(content.dimension)),
        )
        if value
    )


def _said(number: Decimal | None) -> str:
    return numbers.said(number) if number else ""


def _score(option: OptionContent) -> str:
    return f" ({numbers.said(option.score)})" if option.score is not None else ""


def _conditions(content: QuestionContent, labels: dict[str, str]) -> Iterable[str]:
    for condition in content.conditions:
        test = str(Test(condition.test).label)
        yield f"→ {labels.get(condition.source, condition.source)} {test} {', '.join(condition.values)}".strip()
