"""Which questions are asked, given the answers so far."""

from __future__ import annotations

import pytest

from museumhub.questionnaires.conditions import asked
from museumhub.questionnaires.models import Kind
from museumhub.questionnaires.structure import (
    ConditionSpec,
    OptionSpec,
    QuestionSpec,
    SectionSpec,
    make_structure,
)


def structure(*conditions: ConditionSpec, any_condition: bool = False):
    options = (OptionSpec("a", "A"), OptionSpec("b", "B"))
    first = (
        QuestionSpec(1, "one", Kind.ONE_CHOICE, "One?", options=options, other=True),
        QuestionSpec(2, "many", Kind.MANY_CHOICES, "Many?", options=options),
        QuestionSpec(3, "number", Kind.NUMBER, "Number?"),
        QuestionSpec(4, "scale", Kind.SCALE, "Scale?", options=(OptionSpec("1", ""), OptionSpec("2", ""))),
        QuestionSpec(5, "text", Kind.SHORT_TEXT, "Text?"),
        QuestionSpec(6, "consent", Kind.CONSENT, "Consent?"),
        QuestionSpec(7, "middle", Kind.SHORT_TEXT, "Middle?", conditions=(ConditionSpec("one", "is", ("a",)),)),
    )  # fmt: skip
    last = QuestionSpec(
        8, "last", Kind.SHORT_TEXT, "Last?", conditions=conditions, any_condition=any_condition
    )
    late = QuestionSpec(9, "late", Kind.ONE_CHOICE, "Late?", options=options)
    sections = (
        SectionSpec("first", "First", "", first),
        SectionSpec("second", "Second", "", (last, late)),
    )
    return make_structure(version_id=1, sections=sections)


def chosen(*keys: str):
    return {"chosen": list(keys), "other": ""}


A, B = ConditionSpec("one", "is", ("a",)), ConditionSpec("many", "is", ("b",))


@pytest.mark.parametrize(
    ("condition", "values", "shown"),
    [
        (A, {"one": chosen("a")}, True), (A, {"one": chosen("b")}, False), (A, {}, False),
        (ConditionSpec("one", "is", ("other",)), {"one": chosen("other")}, True),
        (ConditionSpec("one", "is_not", ("a",)), {"one": chosen("b")}, True),
        (ConditionSpec("one", "is_not", ("a",)), {"one": chosen("a")}, False),
        (ConditionSpec("one", "is_not", ("a",)), {}, False),
        (ConditionSpec("one", "one_of", ("a", "b")), {"one": chosen("b")}, True),
        (ConditionSpec("many", "is", ("a",)), {"many": chosen("a", "b")}, True),
        (ConditionSpec("many", "is_not", ("a",)), {"many": chosen("a", "b")}, False),
        (ConditionSpec("number", "is", ("5",)), {"number": "5"}, True),
        (ConditionSpec("number", "at_least", ("4.5",)), {"number": "5"}, True),
        (ConditionSpec("number", "at_least", ("10",)), {"number": "9"}, False),
        (ConditionSpec("number", "at_least", ("x",)), {"number": "9"}, False),
        (ConditionSpec("number", "at_least", ()), {"number": "9"}, False),
        (ConditionSpec("scale", "at_least", ("2",)), {"scale": "2"}, True),
        (ConditionSpec("scale", "at_least", ("2",)), {"scale": "1"}, False),
        (ConditionSpec("text", "answered"), {"text": "x"}, True), (ConditionSpec("text", "answered"), {}, False),
        (ConditionSpec("consent", "answered"), {"consent": True}, True),
        (ConditionSpec("late", "is", ("a",)), {"late": chosen("a")}, False),
        (ConditionSpec("middle", "answered"), {"middle": "x", "one": chosen("a")}, True),
        (ConditionSpec("middle", "answered"), {"middle": "x", "one": chosen("b")}, False),
    ],
)  # fmt: skip
def test_question_is_asked_where_its_condition_holds(condition, values, shown):
    assert ("last" in asked(structure(condition), values)) is shown


@pytest.mark.parametrize(
    ("any_condition", "values", "shown"),
    [
        (False, {"one": chosen("a"), "many": chosen("b")}, True), (False, {"one": chosen("a")}, False),
        (True, {"one": chosen("a")}, True), (True, {"many": chosen("b")}, True), (True, {}, False),
    ],
)  # fmt: skip
def test_all_conditions_or_one_of_them(any_condition, values, shown):
    found = asked(structure(A, B, any_condition=any_condition), values)
    assert ("last" in found) is shown


def test_question_without_conditions_is_always_asked():
    assert "last" in asked(structure(), {})
