"""Scores of an assessment: what each answer is worth, and to which level it leads."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from museumhub.questionnaires import scoring, services
from museumhub.questionnaires.models import Kind
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
from tests.factories.questionnaires import NOW, build

LOW, MIDDLE, HIGH = (
    BandSpec("low", "Low", "", Decimal(0)),
    BandSpec("middle", "Middle", "", Decimal(40)),
    BandSpec("high", "High", "", Decimal("66.7")),
)
PEOPLE = DimensionSpec(1, "people", "People", "", (("middle", "Go on like this."),))
PLAN = DimensionSpec(2, "plan", "Plan", "")
SCHEME = Scheme((PEOPLE, PLAN), (LOW, MIDDLE, HIGH))
POINTS = tuple(OptionSpec(str(n), "") for n in range(1, 6))


def choice(key: str, *scores: int | None, kind: str = Kind.ONE_CHOICE, **more) -> QuestionSpec:
    options = tuple(
        OptionSpec(f"o{at}", "", None if score is None else Decimal(score))
        for at, score in enumerate(scores)
    )
    return QuestionSpec(1, key, kind, f"{key}?", options=options, **{"dimension_id": 1, **more})


def scale(key: str, **more) -> QuestionSpec:
    return QuestionSpec(
        1, key, Kind.SCALE, f"{key}?", options=POINTS, **{"dimension_id": 1, **more}
    )


def scores(*questions: QuestionSpec, **values):
    whole = make_structure(version_id=1, sections=(SectionSpec("s", "S", "", questions),))
    return scoring.scores_from(whole, SCHEME, values)


def chosen(*keys: str):
    return {"chosen": list(keys), "other": ""}


def test_one_choice_gives_its_share_of_the_best_score():
    (people, _plan) = scores(choice("a", 0, 1, 4), a=chosen("o1"))
    assert (people.score, people.answered, people.of) == (Decimal("25.0"), 1, 1)


@pytest.mark.parametrize(("point", "score"), [("1", "0.0"), ("3", "50.0"), ("5", "100.0")])
def test_scale_without_scores_counts_from_its_first_point(point, score):
    assert scores(scale("a"), a=point)[0].score == Decimal(score)


def test_scores_of_a_scale_are_those_the_organiser_gave():
    spec = QuestionSpec(
        1,
        "a",
        Kind.SCALE,
        "?",
        dimension_id=1,
        options=(OptionSpec("1", "", Decimal(1)), OptionSpec("2", "", Decimal(2))),
    )
    assert scores(spec, a="1")[0].score == Decimal("50.0")


def test_several_choices_add_up_to_the_best_that_may_be_chosen():
    spec = choice("a", 1, 2, 3, kind=Kind.MANY_CHOICES)
    assert scores(spec, a=chosen("o0", "o2"))[0].score == Decimal("66.7")
    limited = choice("a", 1, 2, 3, kind=Kind.MANY_CHOICES, most=2)
    assert scores(limited, a=chosen("o1", "o2"))[0].score == Decimal("100.0")


def test_weights_count_within_a_dimension_only():
    heavy, light = scale("a", weight=Decimal(3)), scale("b")
    other = scale("c", dimension_id=2, weight=Decimal(100))
    people, plan = scores(heavy, light, other, a="5", b="1", c="1")
    assert (people.score, plan.score) == (Decimal("75.0"), Decimal("0.0"))
    assert scoring.overall_from(SCHEME, [people, plan]).score == Decimal("37.5")


def test_unanswered_and_hidden_questions_do_not_pull_the_score_down():
    hidden = scale("b", conditions=(ConditionSpec("a", "is", ("1",)),))
    people, plan = scores(scale("a"), hidden, scale("c"), a="5", b="1")
    assert (people.score, people.answered, people.of) == (Decimal("100.0"), 1, 2)
    assert (plan.score, plan.answered, plan.of, plan.band) == (None, 0, 0, None)


def test_questions_without_points_or_weight_are_not_scored():
    people = scores(choice("a", None, None), scale("b", weight=Decimal(0)), a=chosen("o0"), b="5")[
        0
    ]
    assert (people.score, people.of) == (None, 0)


def test_other_and_options_without_a_score_are_worth_nothing():
    assert scores(choice("a", 0, 4), a=chosen("other"))[0].score == Decimal("0.0")


@pytest.mark.parametrize(
    ("score", "level"),
    [("0", "low"), ("39.9", "low"), ("40.0", "middle"), ("66.6", "middle"), ("66.7", "high"), ("100", "high")],
)  # fmt: skip
def test_level_begins_at_its_least_score(score, level):
    band = scoring.band_of(SCHEME.bands, Decimal(score))
    assert band is not None
    assert band.key == level


def test_score_below_every_level_is_given_the_lowest():
    assert scoring.band_of((MIDDLE, HIGH), Decimal(1)) == MIDDLE
    assert scoring.band_of((), Decimal(1)) is None


def test_dimension_says_what_is_written_for_its_level():
    assert scores(scale("a"), a="3")[0].text == "Go on like this."
    assert scores(scale("a"), a="5")[0].text == ""


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 9), st.sampled_from("12345")),
        min_size=1,
        max_size=8,
    )
)
def test_score_is_always_from_0_to_100(answers):
    questions = [
        scale(f"q{at}", weight=Decimal(weight)) for at, (weight, _s, _p) in enumerate(answers)
    ]
    found = scores(*questions, **{f"q{at}": point for at, (_w, _s, point) in enumerate(answers)})[0]
    assert found.score is None or 0 <= found.score <= 100


@pytest.mark.django_db
def test_scores_of_a_response_take_one_query_once_its_version_is_known(django_assert_num_queries):
    made = build(
        {
            "bands": [{"name": "Low", "least": 0}, {"name": "High", "least": 50}],
            "dimensions": [{"key": "people", "name": "People", "texts": {"high": "Well done."}}],
            "sections": [{"title": "S", "questions": [{"key": "a", "kind": "scale", "label": "A?", "dimension": "people", "options": [{}, {}, {}]}]}],
        },
        purpose="assessment",
    )  # fmt: skip
    response = services.start_response(questionnaire=made, now=NOW)
    services.save_answers(response=response, values={"a": "3"}, seen={}, actor_id=None, now=NOW)
    response.refresh_from_db()
    scoring.overall(response)
    with django_assert_num_queries(1):
        found = scoring.overall(response)
    assert (found.score, found.band.key if found.band else "", found.answered, found.of) == (
        Decimal("100.0"),
        "high",
        1,
        1,
    )
