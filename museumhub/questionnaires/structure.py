"""A version read whole into plain, immutable data: what forms, conditions, answers and scores work with.

A frozen version never changes, so its structure is read once in a process and kept.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from threading import Lock
from typing import Any

from museumhub.questionnaires.models import (
    BandText,
    Condition,
    Dimension,
    Kind,
    LevelBand,
    Option,
    Question,
    QuestionnaireVersion,
    Section,
)

OTHER = "other"  # the option key of "other"; option keys made by organisers never equal it
KEPT = 100  # structures of frozen versions kept in a process


@dataclass(frozen=True)
class OptionSpec:
    key: str
    label: str
    score: Decimal | None = None


@dataclass(frozen=True)
class ConditionSpec:
    source: str  # the key of the question looked at
    test: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuestionSpec:
    """One question; the fields mean what they mean in `models.Question`."""

    id: int
    key: str
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
    dimension_id: int | None = None
    weight: Decimal = Decimal(1)
    options: tuple[OptionSpec, ...] = ()
    conditions: tuple[ConditionSpec, ...] = ()
    revision: int = 1

    @property
    def asks(self) -> bool:
        """Whether it takes an answer at all."""
        return self.kind != Kind.STATEMENT

    def option(self, key: str) -> OptionSpec | None:
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True)
class SectionSpec:
    key: str
    title: str
    introduction: str
    questions: tuple[QuestionSpec, ...]
    revision: int = 1


@dataclass(frozen=True)
class DimensionSpec:
    id: int
    key: str
    name: str
    description: str
    texts: tuple[tuple[str, str], ...] = ()  # band key, text
    revision: int = 1


@dataclass(frozen=True)
class BandSpec:
    key: str
    name: str
    description: str
    least: Decimal


@dataclass(frozen=True)
class Structure:
    """All sections and questions of a version in the order they are asked."""

    version_id: int
    sections: tuple[SectionSpec, ...]
    by_key: dict[str, QuestionSpec] = field(compare=False)

    @property
    def questions(self) -> Iterator[QuestionSpec]:
        return iter(self.by_key.values())

    def section(self, key: str) -> SectionSpec | None:
        return next((section for section in self.sections if section.key == key), None)


@dataclass(frozen=True)
class Scheme:
    """How a version is scored: its dimensions and the bands of its levels, the lowest first."""

    dimensions: tuple[DimensionSpec, ...]
    bands: tuple[BandSpec, ...]


def make_structure(*, version_id: int, sections: tuple[SectionSpec, ...]) -> Structure:
    """A structure from its sections; the way both the database and previews make one."""
    return Structure(
        version_id,
        sections,
        {question.key: question for section in sections for question in section.questions},
    )


def structure_of(version: QuestionnaireVersion) -> Structure:
    """The structure of `version`: four queries, none for a frozen one read before."""
    kept: Structure | None = _structures.get(version)
    if kept is None:
        kept = _read(version)
        _structures.put(version, kept)
    return kept


def scheme_of(version: QuestionnaireVersion) -> Scheme:
    """The dimensions and bands of `version`: three queries, none for a frozen one read before."""
    kept: Scheme | None = _schemes.get(version)
    if kept is None:
        kept = _read_scheme(version)
        _schemes.put(version, kept)
    return kept


class _Kept:
    """The last `KEPT` things read of frozen versions, by the version's public id."""

    def __init__(self) -> None:
        self._things: OrderedDict[str, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, version: QuestionnaireVersion) -> Any:
        if not version.is_frozen:
            return None
        with self._lock:
            thing = self._things.get(version.oid)
            if thing is not None:
                self._things.move_to_end(version.oid)
            return thing

    def put(self, version: QuestionnaireVersion, thing: Any) -> None:
        if not version.is_frozen:
            return
        with self._lock:
            self._things[version.oid] = thing
            while len(self._things) > KEPT:
                self._things.popitem(last=False)


_structures = _Kept()
_schemes = _Kept()


def _read(version: QuestionnaireVersion) -> Structure:
    sections = list(Section.objects.filter(version=version).order_by("position", "id"))
    questions = list(Question.objects.filter(version=version).order_by("position", "id"))
    options: dict[int, list[OptionSpec]] = defaultdict(list)
    for option in Option.objects.filter(question__version=version).order_by("position", "id"):
        options[option.question_id].append(OptionSpec(option.key, option.label, option.score))
    keys = {question.pk: question.key for question in questions}
    conditions: dict[int, list[ConditionSpec]] = defaultdict(list)
    for condition in Condition.objects.filter(question__version=version).order_by("position", "id"):
        conditions[condition.question_id].append(
            ConditionSpec(keys[condition.source_id], condition.test, tuple(condition.values))
        )
    asked: dict[int, list[QuestionSpec]] = defaultdict(list)
    for question in questions:
        asked[question.section_id].append(
            _spec(question, options[question.pk], conditions[question.pk])
        )
    return make_structure(
        version_id=version.pk,
        sections=tuple(
            SectionSpec(s.key, s.title, s.introduction, tuple(asked[s.pk]), s.revision)
            for s in sections
        ),
    )


def _spec(
    question: Question, options: list[OptionSpec], conditions: list[ConditionSpec]
) -> QuestionSpec:
    return QuestionSpec(
        id=question.pk,
        key=question.key,
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
        file_kinds=tuple(question.file_kinds),
        file_limit=question.file_limit,
        other=question.other,
        any_condition=question.any_condition,
        dimension_id=question.dimension_id,
        weight=question.weight,
        options=tuple(options),
        conditions=tuple(conditions),
        revision=question.revision,
    )


def _read_scheme(version: QuestionnaireVersion) -> Scheme:
    bands = list(LevelBand.objects.filter(version=version).order_by("least"))
    texts: dict[int, list[tuple[str, str]]] = defaultdict(list)
    band_keys = {band.pk: band.key for band in bands}
    for text in BandText.objects.filter(dimension__version=version).order_by("band__least"):
        texts[text.dimension_id].append((band_keys[text.band_id], text.text))
    return Scheme(
        dimensions=tuple(
            DimensionSpec(d.pk, d.key, d.name, d.description, tuple(texts[d.pk]), d.revision)
            for d in Dimension.objects.filter(version=version).order_by("position", "id")
        ),
        bands=tuple(BandSpec(b.key, b.name, b.description, b.least) for b in bands),
    )
