"""Saving answers: any subset, leniently, and never over somebody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from museumhub.kit.refusals import Refused
from museumhub.questionnaires import queries, services
from museumhub.questionnaires.models import Answer, Kind, QuestionnaireVersion, Response
from tests.factories.questionnaires import (
    NOW,
    ConditionFactory,
    QuestionFactory,
    ResponseFactory,
    SectionFactory,
    VersionFactory,
)

pytestmark = pytest.mark.django_db


def save(response: Response, values: dict[str, Any], **options: Any) -> services.Saved:
    options = {"seen": {}, "actor_id": 7, "now": NOW, **options}
    response.refresh_from_db()
    return services.save_answers(response=response, values=values, **options)


@pytest.fixture
def section():
    return SectionFactory()


@pytest.fixture
def response(section):
    return ResponseFactory(version=section.version)


def test_answer_first_saved_is_stored_and_freezes_its_version(section, response):
    question = QuestionFactory(section=section, key="name")
    saved = save(response, {"name": "  A museum\x07 of things "})
    answer = Answer.objects.get()
    assert (answer.value, answer.raw, answer.revision) == ("A museum of things", "", 1)
    assert (answer.question, answer.saved_by_id, answer.saved_at) == (question, 7, NOW)
    assert saved.saved == ["name"]
    assert saved.clean
    assert QuestionnaireVersion.objects.get().frozen_at == NOW


def test_save_of_nothing_does_not_freeze_the_version(section, response):
    QuestionFactory(section=section, key="name")
    assert save(response, {"name": ""}).saved == ["name"]
    assert QuestionnaireVersion.objects.get().frozen_at is None
    assert not Answer.objects.exists()


def test_save_with_an_old_revision_returns_both_texts_and_keeps_theirs(section, response):
    QuestionFactory(section=section, key="name", label="Name?")
    save(response, {"name": "first"}, actor_id=1)
    saved = save(response, {"name": "second"}, actor_id=2, now=NOW + timedelta(minutes=1))
    (stale,) = saved.stale
    assert (stale.theirs, stale.yours, stale.saved_by_id, stale.saved_at) == (
        "first",
        "second",
        1,
        NOW,
    )
    assert Answer.objects.get().value == "first"
    again = save(response, {"name": "second"}, seen={"name": stale.revision}, actor_id=2)
    assert again.saved == ["name"]
    assert Answer.objects.get().value == "second"


def test_malformed_value_is_refused_and_its_text_kept(section, response):
    QuestionFactory(section=section, key="size", kind=Kind.NUMBER)
    saved = save(response, {"size": "1e999"})
    assert [(r.key, r.raw) for r in saved.refused] == [("size", "1e999")]
    answer = Answer.objects.get()
    assert (answer.value, answer.raw) == (None, "1e999")


def test_answer_to_a_question_that_is_gone_comes_back_as_unknown(section, response):
    QuestionFactory(section=section, key="name")
    saved = save(response, {"gone": "a long text", "name": "Museum"})
    assert [(u.key, u.raw) for u in saved.unknown] == [("gone", "a long text")]
    assert saved.saved == ["name"]


def test_close_drops_the_answers_to_hidden_questions(section, response):
    source = QuestionFactory(
        section=section, key="shop", kind=Kind.ONE_CHOICE, options=["yes", "no"]
    )
    hidden = QuestionFactory(section=section, key="turnover")
    ConditionFactory(question=hidden, source=source, test="is", values=["yes"])
    save(response, {"shop": "yes", "turnover": "much"})
    save(response, {"shop": "no"}, seen={"shop": 1})
    assert Answer.objects.count() == 2  # toggling loses nothing
    services.close_response(response=response, now=NOW)
    assert list(Answer.objects.values_list("question__key", flat=True)) == ["shop"]
    with pytest.raises(Refused):
        save(response, {"shop": "yes"}, seen={"shop": 2})


def test_field_sent_back_as_it_was_shown_leaves_what_somebody_else_wrote(section, response):
    QuestionFactory(section=section, key="name")
    shown = save(response, {"name": "first"}, actor_id=1).seen["name"]
    save(response, {"name": "second"}, seen={"name": shown}, actor_id=2)
    saved = save(response, {"name": "first"}, seen={"name": shown}, actor_id=3)
    assert (saved.stale, saved.clean) == ([], True)
    assert Answer.objects.get().value == "second"


def test_refused_text_is_stale_too_and_not_lost(section, response):
    QuestionFactory(section=section, key="size", kind=Kind.NUMBER)
    save(response, {"size": "12"}, actor_id=1)
    (stale,) = save(response, {"size": "about a dozen"}, actor_id=2).stale
    assert (stale.theirs, stale.yours) == ("12", "about a dozen")


def test_refused_text_is_replaced_by_a_good_answer(section, response):
    QuestionFactory(section=section, key="size", kind=Kind.NUMBER)
    seen = save(response, {"size": "a dozen"}).seen
    assert save(response, {"size": "12"}, seen=seen).clean
    answer = Answer.objects.get()
    assert (answer.value, answer.raw, answer.revision) == ("12", "", 2)


def test_answer_can_be_taken_back(section, response):
    QuestionFactory(section=section, key="name")
    seen = save(response, {"name": "first"}).seen
    save(response, {"name": " "}, seen=seen)
    assert Answer.objects.get().value is None
    assert queries.progress(response) == (0, 1)


def test_value_for_a_statement_or_a_number_of_values_is_handed_back(section, response):
    QuestionFactory(section=section, key="read", kind=Kind.STATEMENT)
    QuestionFactory(section=section, key="name")
    saved = save(response, {"read": "x", "name": ["one", "two"], "gone": ""})
    assert [one.key for one in saved.unknown] == ["read"]
    assert Answer.objects.get().value == "one"


def test_refused_text_is_kept_up_to_a_limit(section, response):
    QuestionFactory(section=section, key="name")
    saved = save(response, {"name": "x" * 300_000})
    assert "300,000 characters" in saved.refused[0].sentence
    assert len(Answer.objects.get().raw) == 200_000


def test_close_names_the_first_thing_that_is_missing(section, response):
    QuestionFactory(section=section, key="name", required=True, label="Name?")
    QuestionFactory(section=section, key="size", kind=Kind.NUMBER, label="Size?")
    save(response, {"size": "many"})
    assert [(m.section, m.key, m.sentence) for m in queries.missing(response)] == [
        (section.key, "name", "Answer this question."),
        (section.key, "size", "What you wrote here could not be read as an answer. Correct it."),
    ]
    with pytest.raises(Refused, match="Answer this question") as caught:
        services.close_response(response=response, now=NOW)
    assert caught.value.field == "name"


def test_closed_response_is_closed_once_and_can_be_opened_again(section, response):
    QuestionFactory(section=section, key="name")
    services.close_response(response=response, now=NOW)
    services.close_response(response=response, now=NOW + timedelta(hours=1))
    response.refresh_from_db()
    assert response.closed_at == NOW
    services.reopen_response(response=response)
    assert save(response, {"name": "again"}).clean


def test_shown_leaves_out_hidden_questions_and_empty_sections(section, response):
    source = QuestionFactory(
        section=section, key="shop", kind=Kind.ONE_CHOICE, options=["yes", "no"]
    )
    other = SectionFactory(version=section.version)
    hidden = QuestionFactory(section=other, key="turnover")
    ConditionFactory(question=hidden, source=source, test="is", values=["yes"])
    save(response, {"shop": "no", "turnover": "much"})
    (shown,) = queries.shown(response)
    assert [(a.key, a.text, a.answered) for a in shown.answers] == [("shop", "Option no", True)]


def test_response_to_questions_that_are_not_published_is_refused():
    version = VersionFactory(published_at=None)
    with pytest.raises(Refused, match="not published yet"):
        services.start_response(questionnaire=version.questionnaire, now=NOW)


def test_deleted_response_leaves_nothing(section, response):
    QuestionFactory(section=section, key="name")
    save(response, {"name": "x"})
    services.delete_response(response=response)
    assert not Answer.objects.exists()
    assert not Response.objects.exists()
