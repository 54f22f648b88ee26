"""What an organiser should look at before a version is published: pure functions of its structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from museumhub.kit.refusals import Sentence
from museumhub.questionnaires import kinds
from museumhub.questionnaires.models import Kind, Test
from museumhub.questionnaires.scoring import best
from museumhub.questionnaires.structure import (
    OTHER,
    ConditionSpec,
    QuestionSpec,
    Scheme,
    Structure,
)


@dataclass(frozen=True)
class Remark:
    """One thing to look at; with `stops` the version cannot be published as it is. `question` and `section` are keys, or empty."""

    sentence: Sentence
    question: str = ""
    label: str = ""
    section: str = ""
    stops: bool = False


def remarks(structure: Structure, scheme: Scheme | None) -> list[Remark]:
    """All remarks in the order of the questions; `scheme` is given for an assessment only."""
    return [
        *_of_the_whole(structure, scheme),
        *_of_sections(structure),
        *_of_questions(structure),
        *(_of_scheme(structure, scheme) if scheme is not None else ()),
    ]


def reachable(structure: Structure) -> set[str]:
    """The keys of the questions that some answers would show."""
    found: set[str] = set()
    for question in structure.questions:
        if _can_be_shown(question, structure, found):
            found.add(question.key)
    return found


def _of_the_whole(structure: Structure, scheme: Scheme | None) -> Iterator[Remark]:
    asking = [question for question in structure.questions if question.asks]
    if not asking:
        yield Remark(_("There is no question yet."), stops=True)
    elif scheme is None and not any(q.kind == Kind.CONSENT for q in asking):
        yield Remark(_("Nobody is asked for consent. Add a question of that kind if you need one."))


def _of_sections(structure: Structure) -> Iterator[Remark]:
    for section in structure.sections:
        if not section.questions:
            yield Remark(_("This section is empty."), label=section.title, section=section.key)


def _of_questions(structure: Structure) -> Iterator[Remark]:
    shown = reachable(structure)
    before: set[str] = set()
    for question in structure.questions:
        yield from (
            Remark(sentence, question.key, question.label, stops=stops)
            for sentence, stops in _of_question(question, structure, before)
        )
        if question.key not in shown:
            yield Remark(
                _("Nobody will ever see this question: no answers meet its conditions."),
                question.key,
                question.label,
            )
        before.add(question.key)


def _of_question(
    question: QuestionSpec, structure: Structure, before: set[str]
) -> Iterator[tuple[Sentence, bool]]:
    choosable = len(question.options) + question.other
    if question.kind in kinds.CHOICES and not choosable:
        yield _("This question has no options to choose from."), True
    elif question.kind in kinds.CHOICES and choosable == 1:
        yield _("This question has one option only, so there is nothing to choose."), False
    if question.kind == Kind.SCALE and choosable < 2:
        yield _("This scale has fewer than two points."), True
    if question.kind == Kind.MANY_CHOICES and (question.least or 0) > choosable:
        yield _("More options must be chosen than there are."), True
    for condition in question.conditions:
        source = structure.by_key[condition.source]
        if condition.source not in before:
            yield _later(source), False
        elif condition.test not in kinds.tests_for(source.kind):
            yield _unfit(source), False
        elif not _possible(condition, source):
            yield _never(source), False


def _later(source: QuestionSpec) -> Sentence:
    return _("A condition looks at “%(label)s”, which comes later, so it never holds.") % {
        "label": kinds.shortened(source.label)
    }


def _unfit(source: QuestionSpec) -> Sentence:
    return _("A condition does not fit the kind of answer to “%(label)s” any more.") % {
        "label": kinds.shortened(source.label)
    }


def _never(source: QuestionSpec) -> Sentence:
    return _("A condition looks for an answer to “%(label)s” that nobody can give.") % {
        "label": kinds.shortened(source.label)
    }


def _of_scheme(structure: Structure, scheme: Scheme) -> Iterator[Remark]:
    if not scheme.dimensions:
        yield Remark(_("There are no dimensions yet, so nothing can be scored."))
    if not scheme.bands:
        yield Remark(_("There are no levels yet, so no score leads to one."))
    elif min(band.least for band in scheme.bands) > 0:
        yield Remark(_("No level begins at 0 points; whoever has fewer is given the lowest one."))
    for dimension in scheme.dimensions:
        if not any(
            question.dimension_id == dimension.id and best(question)
            for question in structure.questions
        ):
            yield Remark(
                _("No question is scored for the dimension “%(name)s”.") % {"name": dimension.name}
            )
    unscored = [
        question
        for question in structure.questions
        if question.dimension_id is not None and not best(question)
    ]
    if unscored:
        yield Remark(
            ngettext_lazy(
                "%(count)s question belongs to a dimension but gives no points.",
                "%(count)s questions belong to a dimension but give no points.",
                "count",
            )
            % {"count": len(unscored)},
            unscored[0].key,
            unscored[0].label,
        )


def _can_be_shown(question: QuestionSpec, structure: Structure, shown: set[str]) -> bool:
    if not question.conditions:
        return True
    possible = [
        condition.source in shown and _possible(condition, structure.by_key[condition.source])
        for condition in question.conditions
    ]
    if question.any_condition:
        return any(possible)
    return all(possible) and _together(question, structure)


def _together(question: QuestionSpec, structure: Structure) -> bool:
    """Whether conditions on one single-valued answer leave it something to be."""
    allowed: dict[str, set[str]] = {}
    for condition in question.conditions:
        source = structure.by_key[condition.source]
        if source.kind not in {Kind.ONE_CHOICE, Kind.SCALE}:
            continue
        left = allowed.setdefault(source.key, _answers(source))
        if condition.test in {Test.IS, Test.ONE_OF}:
            left &= set(condition.values)
        elif condition.test == Test.IS_NOT:
            left -= set(condition.values)
    return all(allowed.values())


def _possible(condition: ConditionSpec, source: QuestionSpec) -> bool:
    if condition.test not in kinds.tests_for(source.kind):
        return False
    if source.kind in kinds.WITH_OPTIONS:
        answers = _answers(source)
        match condition.test:
            case Test.IS | Test.ONE_OF:
                return bool(answers & set(condition.values))
            case Test.IS_NOT:
                return bool(answers - set(condition.values))
            case Test.ANSWERED:
                return bool(answers)
    if condition.test == Test.AT_LEAST:
        return _reaches(condition, source)
    return True


def _reaches(condition: ConditionSpec, source: QuestionSpec) -> bool:
    try:
        wanted = Decimal(condition.values[0])
    except (InvalidOperation, IndexError):
        return False
    if source.kind == Kind.SCALE:
        return wanted <= len(source.options)
    return source.maximum is None or wanted <= source.maximum


def _answers(source: QuestionSpec) -> set[str]:
    answers = {option.key for option in source.options}
    return answers | {OTHER} if source.other else answers
