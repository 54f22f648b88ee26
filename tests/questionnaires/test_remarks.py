"""What an organiser is told before publishing: remarks on a version, and what changes from the one before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from museumhub.questionnaires.changes import Change, changes
from museumhub.questionnaires.models import Kind
from museumhub.questionnaires.remarks import reachable, remarks
from museumhub.questionnaires.structure import (
    BandSpec,
    ConditionSpec,
    DimensionSpec,
    OptionSpec,
    QuestionSpec,
    Scheme,
    SectionSpec,
    make_structure,
)

AB = (OptionSpec("a", "A"), OptionSpec("b", "B"))
CONSENT = QuestionSpec(99, "consent", Kind.CONSENT, "I agree")
CHOICE = QuestionSpec(1, "choice", Kind.ONE_CHOICE, "Which?", options=AB)


def whole(*questions: QuestionSpec):
    return make_structure(version_id=1, sections=(SectionSpec("s", "Section", "", questions),))


def said(*questions: QuestionSpec) -> list[tuple[str, str, bool]]:
    return [
        (r.question, str(r.sentence), r.stops) for r in remarks(whole(*questions, CONSENT), None)
    ]


def shown_when(*conditions: ConditionSpec, **more) -> QuestionSpec:
    return QuestionSpec(5, "last", Kind.SHORT_TEXT, "Why?", conditions=conditions, **more)


UNREACHABLE = ("last", "Nobody will ever see this question: no answers meet its conditions.", False)


def test_sound_version_has_no_remarks():
    assert said(CHOICE, shown_when(ConditionSpec("choice", "is", ("a",)))) == []


def test_version_without_questions_cannot_be_published():
    assert [r.stops for r in remarks(whole(), None) if not r.section] == [True]
    statement = QuestionSpec(1, "text", Kind.STATEMENT, "Read")
    assert remarks(whole(statement), None)[0].stops


def test_form_without_consent_is_remarked_but_not_an_assessment():
    scheme = Scheme((), ())
    assert "consent" in str(remarks(whole(CHOICE), None)[0].sentence)
    assert not any("consent" in str(r.sentence) for r in remarks(whole(CHOICE), scheme))


@pytest.mark.parametrize(
    ("question", "sentence", "stops"),
    [
        (replace(CHOICE, options=()), "This question has no options to choose from.", True),
        (
            replace(CHOICE, options=AB[:1]),
            "This question has one option only, so there is nothing to choose.",
            False,
        ),
        (
            replace(CHOICE, kind=Kind.SCALE, options=AB[:1]),
            "This scale has fewer than two points.",
            True,
        ),
        (
            replace(CHOICE, kind=Kind.MANY_CHOICES, least=3),
            "More options must be chosen than there are.",
            True,
        ),
    ],
)
def test_choice_with_too_little_to_choose_is_remarked(question, sentence, stops):
    assert ("choice", sentence, stops) in said(question)


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (
            ConditionSpec("consent", "answered"),
            "A condition looks at “I agree”, which comes later, so it never holds.",
        ),
        (
            ConditionSpec("choice", "is", ("gone",)),
            "A condition looks for an answer to “Which?” that nobody can give.",
        ),
        (
            ConditionSpec("choice", "at_least", ("1",)),
            "A condition does not fit the kind of answer to “Which?” any more.",
        ),
    ],
)
def test_condition_that_never_holds_is_remarked_with_its_question(condition, sentence):
    assert said(CHOICE, shown_when(condition)) == [("last", sentence, False), UNREACHABLE]


def test_question_behind_one_that_nobody_sees_is_unreachable():
    first = shown_when(ConditionSpec("choice", "is", ("gone",)))
    second = QuestionSpec(
        6, "second", Kind.SHORT_TEXT, "And?", conditions=(ConditionSpec("last", "answered"),)
    )
    assert reachable(whole(CHOICE, first, second)) == {"choice"}


def test_conditions_that_contradict_each_other_are_unreachable_unless_one_is_enough():
    both = (ConditionSpec("choice", "is", ("a",)), ConditionSpec("choice", "is", ("b",)))
    assert UNREACHABLE in said(CHOICE, shown_when(*both))
    assert said(CHOICE, shown_when(*both, any_condition=True)) == []


@pytest.mark.parametrize(("least", "shown"), [("3", True), ("4", False), ("x", False)])
def test_at_least_reaches_to_the_last_point_of_a_scale(least, shown):
    scale = QuestionSpec(
        1, "scale", Kind.SCALE, "How?", options=tuple(OptionSpec(k, "") for k in "123")
    )
    last = shown_when(ConditionSpec("scale", "at_least", (least,)))
    assert ("last" in reachable(whole(scale, last))) is shown


def test_assessment_is_remarked_where_something_is_not_scored():
    scheme = Scheme(
        (DimensionSpec(1, "people", "People", ""), DimensionSpec(2, "plan", "Plan", "")),
        (BandSpec("low", "Low", "", Decimal(10)),),
    )
    questions = (replace(CHOICE, dimension_id=1),)
    sentences = [str(r.sentence) for r in remarks(whole(*questions), scheme)]
    assert sentences == [
        "No level begins at 0 points; whoever has fewer is given the lowest one.",
        "No question is scored for the dimension “People”.",
        "No question is scored for the dimension “Plan”.",
        "1 question belongs to a dimension but gives no points.",
    ]


def test_changes_name_what_is_added_removed_changed_and_moved():
    one = QuestionSpec(1, "one", Kind.SHORT_TEXT, "One?")
    two = QuestionSpec(2, "two", Kind.SHORT_TEXT, "Two?")
    three = QuestionSpec(3, "three", Kind.SHORT_TEXT, "Three?")
    old = whole(one, two, three)
    new = make_structure(
        version_id=2,
        sections=(
            SectionSpec("s", "Part one", "", (replace(two, id=12), replace(one, id=11, label="First?", most=3))),
            SectionSpec("t", "Part two", "", (QuestionSpec(14, "four", Kind.DATE, "Four?"),)),
        ),
    )  # fmt: skip
    found = [(c.what, c.label, [str(p) for p in c.parts]) for c in changes(old, new)]
    assert found == [
        ("changed", "Part one", ["wording"]),
        ("added", "Part two", []),
        ("moved", "Two?", []),
        ("changed", "First?", ["wording", "limits"]),
        ("added", "Four?", []),
        ("removed", "Three?", []),
    ]


def test_copy_of_a_version_changes_nothing():
    assert changes(whole(CHOICE), whole(replace(CHOICE, id=77, revision=3))) == []
    assert Change("added", "x").parts == ()
