"""Scores of a self-assessment: pure arithmetic over a version's scheme and the answers given to it.

Each scored question gives its part of its own best score; a dimension is the mean of its answered
questions by their weights, from 0 to 100; the whole is the plain mean of the dimensions that have a
score, so that a dimension with many questions does not outweigh the others. Scores are rounded half
up to one decimal before they are compared with a band, so that what is shown is what is compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from museumhub.questionnaires.conditions import asked
from museumhub.questionnaires.kinds import SCORED
from museumhub.questionnaires.models import Kind, Response
from museumhub.questionnaires.queries import stored_answers, values_of
from museumhub.questionnaires.structure import (
    BandSpec,
    DimensionSpec,
    QuestionSpec,
    Scheme,
    Structure,
    scheme_of,
    structure_of,
)

_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class DimensionScore:
    """`score` from 0 to 100 (None: nothing answered yet), from `answered` of `of` questions; `band` is the level that score alone would give and `text` what is said of it."""

    dimension: DimensionSpec
    score: Decimal | None
    answered: int
    of: int
    band: BandSpec | None
    text: str


@dataclass(frozen=True)
class Overall:
    """The whole assessment: `score` and `band` are None where nothing is answered (or there are no bands)."""

    score: Decimal | None
    band: BandSpec | None
    answered: int
    of: int


def scores(response: Response) -> list[DimensionScore]:
    """The scores of a response, one for each dimension in order; one query for a frozen version read before."""
    structure = structure_of(response.version)
    values = values_of(stored_answers(response, structure))
    return scores_from(structure, scheme_of(response.version), values)


def overall(response: Response) -> Overall:
    """The score and level of the whole response."""
    scheme = scheme_of(response.version)
    return overall_from(scheme, scores(response))


def scores_from(
    structure: Structure, scheme: Scheme, values: Mapping[str, Any]
) -> list[DimensionScore]:
    """Like `scores`, from data already read; questions that are not asked count in neither number."""
    visible = asked(structure, values)
    found = []
    for dimension in scheme.dimensions:
        questions = [
            question
            for question in structure.questions
            if question.dimension_id == dimension.id
            and question.key in visible
            and best(question)
            and question.weight
        ]
        answered = [q for q in questions if values.get(q.key) is not None]
        score = _mean([(q.weight, reached(q, values[q.key]) / best(q) * 100) for q in answered])
        level = band_of(scheme.bands, score)
        found.append(
            DimensionScore(
                dimension=dimension,
                score=score,
                answered=len(answered),
                of=len(questions),
                band=level,
                text=dict(dimension.texts).get(level.key, "") if level is not None else "",
            )
        )
    return found


def overall_from(scheme: Scheme, found: Sequence[DimensionScore]) -> Overall:
    """The whole from the scores of its dimensions."""
    score = _mean([(Decimal(1), one.score) for one in found if one.score is not None])
    return Overall(
        score=score,
        band=band_of(scheme.bands, score),
        answered=sum(one.answered for one in found),
        of=sum(one.of for one in found),
    )


def band_of(bands: Sequence[BandSpec], score: Decimal | None) -> BandSpec | None:
    """The highest band whose least score is reached; the lowest one below all of them."""
    if score is None or not bands:
        return None
    reached_bands = [band for band in bands if score >= band.least]
    return max(reached_bands or [min(bands, key=_least)], key=_least)


def best(question: QuestionSpec) -> Decimal:
    """The most points `question` can give; 0 where it is not scored."""
    if question.kind not in SCORED:
        return Decimal(0)
    points = sorted((point for point in _points(question).values() if point > 0), reverse=True)
    if question.kind == Kind.MANY_CHOICES:
        return sum(points[: question.most] if question.most else points, Decimal(0))
    return points[0] if points else Decimal(0)


def reached(question: QuestionSpec, value: Any) -> Decimal:
    """The points of an answer; never more than `best`."""
    points = _points(question)
    chosen = value["chosen"] if isinstance(value, dict) else [value]
    return min(sum((points.get(key, Decimal(0)) for key in chosen), Decimal(0)), best(question))


def _points(question: QuestionSpec) -> dict[str, Decimal]:
    """Points by option; a scale whose points have no scores counts 0, 1, 2, …"""
    if question.kind == Kind.SCALE and all(option.score is None for option in question.options):
        return {option.key: Decimal(at) for at, option in enumerate(question.options)}
    return {option.key: option.score or Decimal(0) for option in question.options}


def _least(band: BandSpec) -> Decimal:
    return band.least


def _mean(weighted: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    if not weighted:
        return None
    total = sum((weight for weight, _score in weighted), Decimal(0))
    mean = sum((weight * score for weight, score in weighted), Decimal(0)) / total
    return mean.quantize(_TENTH, ROUND_HALF_UP)
