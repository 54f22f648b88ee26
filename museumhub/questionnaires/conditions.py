"""Which questions are asked, given the answers so far: decided here and nowhere else.

A question that is not asked counts as not answered for those after it. A condition on a question
that stands later never holds. `is not` needs an answer: nothing is known of a question nobody answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from museumhub.questionnaires.kinds import number_of, tokens
from museumhub.questionnaires.models import Test
from museumhub.questionnaires.structure import ConditionSpec, QuestionSpec, Structure


def asked(structure: Structure, values: Mapping[str, Any]) -> set[str]:
    """The keys of the questions (and statements) to show, from the values by key."""
    shown: set[str] = set()
    known: dict[str, Any] = {}
    for question in structure.questions:
        if is_asked(question, known, structure):
            shown.add(question.key)
            known[question.key] = values.get(question.key)
    return shown


def is_asked(question: QuestionSpec, known: Mapping[str, Any], structure: Structure) -> bool:
    """Whether the conditions of `question` hold over the `known` values of questions before it."""
    if not question.conditions:
        return True
    holding = (
        condition.source in known
        and holds(condition, structure.by_key[condition.source], known[condition.source])
        for condition in question.conditions
    )
    return any(holding) if question.any_condition else all(holding)


def holds(condition: ConditionSpec, source: QuestionSpec, value: Any) -> bool:
    """Whether `value`, the answer to `source`, passes."""
    if value is None:
        return False
    match condition.test:
        case Test.ANSWERED:
            return True
        case Test.IS | Test.ONE_OF:
            return not tokens(source, value).isdisjoint(condition.values)
        case Test.IS_NOT:
            return tokens(source, value).isdisjoint(condition.values)
        case Test.AT_LEAST:
            return _at_least(number_of(source, value), condition.values)
    return False


def _at_least(number: Decimal | None, values: tuple[str, ...]) -> bool:
    try:
        return number is not None and bool(values) and number >= Decimal(values[0])
    except InvalidOperation:
        return False
