"""People who write, build and publish at the same moment: threads with connections of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from museumhub.kit.refusals import Stale
from museumhub.questionnaires import services
from museumhub.questionnaires.models import Answer, Question, QuestionnaireVersion, Response
from museumhub.questionnaires.services.building import read_content
from museumhub.questionnaires.structure import structure_of
from tests.factories.questionnaires import NOW, build
from tests.together import at_once

pytestmark = pytest.mark.usefixtures("many_connections")
WRITERS = 6


def fresh(response: Response) -> Response:
    return Response.objects.select_related("version").get(pk=response.pk)


def saving(
    response: Response, values: dict[str, str], actor_id: int
) -> Callable[[], services.Saved]:
    return lambda: services.save_answers(
        response=fresh(response), values=values, seen={}, actor_id=actor_id, now=NOW
    )


def test_writers_of_one_answer_at_once_one_is_saved_and_the_others_get_both_texts():
    response = services.start_response(questionnaire=build(), now=NOW)
    came = at_once([saving(response, {"motto": f"text {n}"}, n) for n in range(WRITERS)])
    saved = [one for one in came if one.saved == ["motto"]]
    stale = [one.stale[0] for one in came if one.stale]
    assert (len(saved), len(stale)) == (1, WRITERS - 1)
    kept = Answer.objects.get()
    assert kept.revision == 1
    assert {one.theirs for one in stale} == {kept.value}
    assert {one.yours for one in stale} | {kept.value} == {f"text {n}" for n in range(WRITERS)}


def test_writers_of_different_answers_at_once_all_are_saved():
    response = services.start_response(questionnaire=build(), now=NOW)
    texts = {
        "motto": "Look",
        "about": "We show many things",
        "visitors": "5",
        "site": "https://museum.example",
        "country": "BE",
    }
    came = at_once([saving(response, {key: text}, 1) for key, text in texts.items()])
    assert all(one.clean for one in came)
    assert dict(Answer.objects.values_list("question__key", "value")) == texts


def test_same_save_sent_many_times_at_once_is_saved_once():
    response = services.start_response(questionnaire=build(), now=NOW)
    came = at_once([saving(response, {"motto": "Look"}, 1) for _ in range(WRITERS)])
    assert all(one.clean for one in came)
    assert Answer.objects.get().revision == 1


def test_first_answer_and_edits_at_once_never_change_what_was_asked():
    made = build()
    response = services.start_response(questionnaire=made, now=NOW)
    who: dict[str, Any] = {"actor": None, "now": NOW}
    edits = [
        lambda: services.remove_question(questionnaire=made, key="country", **who),
        lambda: services.move_question(questionnaire=made, key="motto", step=-1, **who),
        lambda: services.duplicate_question(questionnaire=made, key="turnover", **who),
    ]
    came = at_once([saving(response, {"motto": "Look"}, 1), *edits])
    assert not [one for one in came if isinstance(one, Exception)]
    first = QuestionnaireVersion.objects.get(number=1)
    assert first.is_frozen
    assert Answer.objects.get().question.version == first
    versions = {
        v.number: {q.key for q in structure_of(v).questions}
        for v in QuestionnaireVersion.objects.all()
    }
    newest = versions[max(versions)]
    assert "country" not in newest
    assert "turnover_2" in newest
    assert len(versions) <= 2


def test_two_organisers_save_one_question_at_once_one_is_told():
    made = build()
    question = Question.objects.get(key="motto")
    content, _labels = read_content(question.version, question)

    def edit(label: str) -> Callable[[], Any]:
        return lambda: services.change_question(
            questionnaire=made,
            key="motto",
            seen=1,
            content=replace(content, label=label),
            actor=None,
            now=NOW,
        )

    came = at_once([edit(f"Label {n}") for n in range(4)])
    assert sum(isinstance(one, Stale) for one in came) == 3
    assert Question.objects.get(key="motto").revision == 2


def test_close_and_save_at_once_lose_nothing_that_was_said_to_be_saved():
    response = services.start_response(
        questionnaire=build(
            {
                "sections": [
                    {"title": "S", "questions": [{"key": "a", "kind": "short_text", "label": "A?"}]}
                ]
            }
        ),
        now=NOW,
    )
    came = at_once(
        [
            saving(response, {"a": "late"}, 1),
            lambda: services.close_response(response=fresh(response), now=NOW),
        ]
    )
    stored = list(Answer.objects.values_list("value", flat=True))
    assert stored == (["late"] if isinstance(came[0], services.Saved) else [])
    assert fresh(response).is_closed
