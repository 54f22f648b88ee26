"""Personal data in answers: which responses are a person's, how they are handed out and erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from museumhub.kit import privacy
from museumhub.questionnaires.models import Answer, AnswerFile, Response
from museumhub.questionnaires.queries import shown
from museumhub.questionnaires.services.answers import delete_answers

Find = Callable[[Any], "QuerySet[Response]"]
_finders: dict[str, Find] = {}


def responses_of(name: str, find: Find) -> None:
    """Let a room above say which responses belong to a person; a second of the same name is a mistake."""
    if name in _finders:
        raise ValueError(f"the responses of {name} are registered twice")
    _finders[name] = find


def _responses(person: Any) -> Iterator[tuple[str, Response]]:
    for name, find in _finders.items():
        for response in find(person).select_related("version__questionnaire"):
            yield name, response


def _export(person: Any) -> Iterator[dict[str, Any]]:
    for name, response in _responses(person):
        yield {
            "from": name,
            "questions": response.version.questionnaire.title,
            "started": response.started_at.isoformat(),
            "answers": [
                {"question": answer.label, "answer": answer.text}
                for section in shown(response)
                for answer in section.answers
                if answer.text
            ],
        }
    theirs = {response.pk for _name, response in _responses(person)}
    for response in _written_in(person).exclude(pk__in=theirs):
        keys = set(
            response.answers.filter(saved_by_id=person.pk).values_list("question__key", flat=True)
        )
        yield {
            "from": "questionnaires.with_others",
            "questions": response.version.questionnaire.title,
            "started": response.started_at.isoformat(),
            "answers": [
                {"question": answer.label, "answer": answer.text}
                for section in shown(response)
                for answer in section.answers
                if answer.text and answer.key in keys
            ],
        }


def _written_in(person: Any) -> QuerySet[Response]:
    """Responses in which an answer that stands was saved by the person."""
    return Response.objects.filter(
        pk__in=Answer.objects.filter(saved_by_id=person.pk).values("response")
    ).select_related("version__questionnaire")


def _erase(person: Any, now: datetime) -> None:
    for _name, response in _responses(person):
        delete_answers(response=response)
    Answer.objects.filter(saved_by_id=person.pk).update(saved_by_id=None)
    AnswerFile.objects.filter(saved_by_id=person.pk).update(saved_by_id=None)


privacy.register(
    privacy.Holding(
        name="answers",
        fields=frozenset(
            {
                "questionnaires.answer.value",
                "questionnaires.answer.raw",
                "questionnaires.answer.saved_by_id",
                "questionnaires.answerfile.saved_by_id",
                "kit.storedfile.name",
                "kit.storedfile.path",
            }
        ),
        export=_export,
        erase=_erase,
        purpose=_(
            "Your answers to applications, assessments and consultations, and the files sent with them."
        ),
        kept_for=_("As long as the application or consultation they belong to."),
    )
)
