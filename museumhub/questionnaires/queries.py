"""Answers as a page or a letter shows them, and what is still missing in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from museumhub.kit.prepared import Prepared
from museumhub.questionnaires import kinds
from museumhub.questionnaires.conditions import asked
from museumhub.questionnaires.models import (
    Answer,
    Kind,
    Questionnaire,
    QuestionnaireVersion,
    Response,
)
from museumhub.questionnaires.structure import QuestionSpec, Structure, structure_of


@dataclass(frozen=True)
class StoredAnswer:
    """What stands at a question, by whom and since when; `revision` 0 where nothing was ever saved."""

    value: Any = None
    raw: str = ""
    revision: int = 0
    saved_at: datetime | None = None
    saved_by_id: int | None = None


NOTHING = StoredAnswer()

_ANSWERS = Prepared(lambda blank: Answer.objects.filter(response=blank.number("response")))
_CURRENT_VERSION = Prepared(
    lambda blank: QuestionnaireVersion.objects.filter(
        questionnaire_id=blank.number("questionnaire"), published_at__isnull=False
    ).order_by("-number")[:1]
)


@dataclass(frozen=True)
class ShownAnswer:
    """One question as it was asked, with its answer as text; `file_oid` names the AnswerFile of a file."""

    key: str
    kind: str
    label: str
    text: str
    answered: bool
    file_oid: str = ""


@dataclass(frozen=True)
class ShownSection:
    key: str
    title: str
    answers: tuple[ShownAnswer, ...]


@dataclass(frozen=True)
class Missing:
    """A question that keeps a response from being finished, and why, in a sentence."""

    section: str
    key: str
    label: str
    sentence: str


def stored_answers(response: Response, structure: Structure) -> dict[str, StoredAnswer]:
    """All answers by question key; one query."""
    keys = {question.id: question.key for question in structure.questions}
    return {
        keys[answer.question_id]: StoredAnswer(
            answer.value, answer.raw, answer.revision, answer.saved_at, answer.saved_by_id
        )
        for answer in _ANSWERS.all(response=response.pk)
        if answer.question_id in keys
    }


def values_of(stored: Mapping[str, StoredAnswer]) -> dict[str, Any]:
    """The values alone, for conditions and scores."""
    return {key: answer.value for key, answer in stored.items()}


def fingerprint(value: Any, raw: str) -> str:
    """Eight characters that tell one content of a field from another; not a secret."""
    text = json.dumps([value, raw], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def shown(response: Response) -> list[ShownSection]:
    """Every question this response is asked, in order, with its answer; sections without one are left out.

    One query for a frozen version that this process has read before, five otherwise. Statements are not shown.
    """
    structure = structure_of(response.version)
    return shown_from(structure, stored_answers(response, structure))


def shown_from(structure: Structure, stored: Mapping[str, StoredAnswer]) -> list[ShownSection]:
    """Like `shown`, from data already read."""
    visible = asked(structure, values_of(stored))
    sections = []
    for section in structure.sections:
        answers = tuple(
            _shown(question, stored.get(question.key, NOTHING))
            for question in section.questions
            if question.asks and question.key in visible
        )
        if answers:
            sections.append(ShownSection(section.key, section.title, answers))
    return sections


def _shown(question: QuestionSpec, answer: StoredAnswer) -> ShownAnswer:
    value = answer.value
    return ShownAnswer(
        key=question.key,
        kind=question.kind,
        label=question.label,
        text=kinds.shown(question, value) if value is not None else answer.raw,
        answered=value is not None,
        file_oid=value["file"] if value is not None and question.kind == Kind.FILE else "",
    )


def missing(response: Response) -> list[Missing]:
    """What must still be answered or put right before the response can be closed; same queries as `shown`."""
    structure = structure_of(response.version)
    return missing_from(structure, stored_answers(response, structure))


def missing_from(structure: Structure, stored: Mapping[str, StoredAnswer]) -> list[Missing]:
    """Like `missing`, from data already read."""
    visible = asked(structure, values_of(stored))
    found = []
    for section in structure.sections:
        for question in section.questions:
            if question.asks and question.key in visible:
                sentence = _missing(question, stored.get(question.key, NOTHING))
                if sentence:
                    found.append(Missing(section.key, question.key, question.label, sentence))
    return found


def _missing(question: QuestionSpec, answer: StoredAnswer) -> str:
    if answer.value is None and answer.raw:
        return _("What you wrote here could not be read as an answer. Correct it.")
    return kinds.lacking(question, answer.value)


def progress(response: Response) -> tuple[int, int]:
    """(answered, of) over the questions that are asked now; statements do not count."""
    structure = structure_of(response.version)
    values = values_of(stored_answers(response, structure))
    visible = asked(structure, values)
    keys = [q.key for q in structure.questions if q.asks and q.key in visible]
    return sum(1 for key in keys if values.get(key) is not None), len(keys)


@dataclass(frozen=True)
class VersionUse:
    """A version with how many responses were begun and how many of them are finished."""

    version: QuestionnaireVersion
    responses: int
    finished: int

    @property
    def unfinished(self) -> int:
        return self.responses - self.finished


def history(questionnaire: Questionnaire) -> list[VersionUse]:
    """All versions, the newest first; one query."""
    versions = questionnaire.versions.order_by("-number").annotate(
        begun=Count("responses"),
        finished=Count("responses", filter=Q(responses__closed_at__isnull=False)),
    )
    return [VersionUse(version, version.begun, version.finished) for version in versions]


def listed(user: Any) -> QuerySet[Questionnaire]:
    """The questionnaires `user` may build, each with its newest number, whether that is a draft, and its responses."""
    newest = QuestionnaireVersion.objects.filter(questionnaire=OuterRef("pk")).order_by("-number")
    return (
        Questionnaire.objects.editable_by(user)
        .annotate(
            newest_number=Subquery(newest.values("number")[:1]),
            newest_published=Subquery(newest.values("published_at")[:1]),
            response_count=Count("versions__responses"),
        )
        .order_by("title", "pk")
    )


def current_version(questionnaire_id: int) -> QuestionnaireVersion | None:
    """The version new responses are given to: the last one published."""
    return _CURRENT_VERSION.one(questionnaire=questionnaire_id)
