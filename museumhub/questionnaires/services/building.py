"""Sections and questions: added, changed, moved, doubled, removed, always in the version that can be changed.

Each service opens that version first (a frozen one is copied), so a key, not a row, says what is meant.
What an organiser changes carries the revision they saw; a second one is given both texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from museumhub.kit.refusals import Refused, Stale
from museumhub.questionnaires import kinds
from museumhub.questionnaires.content import (
    QuestionContent,
    check,
    content_of,
    described,
    keyed_options,
    make_key,
    only_what_counts,
)
from museumhub.questionnaires.models import (
    Condition,
    Option,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Section,
)
from museumhub.questionnaires.services.versions import note, open_version
from museumhub.questionnaires.structure import QuestionSpec, structure_of

SECTIONS = 40
QUESTIONS = 300

_GONE = gettext_lazy("This is no longer there: somebody else removed it in the meantime.")
_CHANGED = gettext_lazy("Somebody else changed this while you were writing. Both are shown.")


def add_section(
    *,
    questionnaire: Questionnaire,
    title: str,
    introduction: str = "",
    key: str = "",
    actor: Any,
    now: datetime,
) -> Section:
    """A section at the end; its key is made from its title where none is given."""
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        taken = set(version.sections.values_list("key", flat=True))
        if len(taken) >= SECTIONS:
            raise Refused(gettext_lazy("At most 40 sections fit."))
        section = Section.objects.create(
            version=version,
            key=key or make_key(title, taken, "section"),
            title=title,
            introduction=introduction,
            position=_next(version.sections),
        )
        _note(questionnaire, "section_added", version, actor, now, section=section.key)
    return section


def change_section(
    *,
    questionnaire: Questionnaire,
    key: str,
    seen: int,
    title: str,
    introduction: str,
    actor: Any,
    now: datetime,
) -> Section:
    """Change its words; `Stale` with both texts where its revision is not `seen` any more."""
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        section = _section(version, key)
        if (section.title, section.introduction) == (title, introduction):
            return section
        if section.revision != seen:
            raise Stale(
                _CHANGED,
                theirs=f"{section.title}\n{section.introduction}".strip(),
                yours=f"{title}\n{introduction}".strip(),
            )
        section.title, section.introduction = title, introduction
        section.revision += 1
        section.save(update_fields=["title", "introduction", "revision"])
        _note(questionnaire, "section_changed", version, actor, now, section=key)
    return section


def remove_section(*, questionnaire: Questionnaire, key: str, actor: Any, now: datetime) -> None:
    """Remove a section with its questions; refused where a question elsewhere depends on one of them."""
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        section = _section(version, key)
        inside = Question.objects.filter(section=section)
        _refuse_where_depended_on(
            Condition.objects.filter(source__in=inside).exclude(question__in=inside)
        )
        Condition.objects.filter(question__in=inside).delete()
        section.delete()
        _note(questionnaire, "section_removed", version, actor, now, section=key)


def move_section(
    *, questionnaire: Questionnaire, key: str, step: int, actor: Any, now: datetime
) -> None:
    """One place up (`step` -1) or down (1); at the end nothing happens."""
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        section = _section(version, key)
        if _shift(list(version.sections.order_by("position", "id")), section, step):
            _note(questionnaire, "section_moved", version, actor, now, section=key)


def add_question(
    *,
    questionnaire: Questionnaire,
    section: str,
    content: QuestionContent,
    key: str = "",
    actor: Any,
    now: datetime,
) -> Question:
    """A question at the end of a section; its key is made from its label where none is given."""
    content = _settled(content)
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        place = _section(version, section)
        taken = set(version.questions.values_list("key", flat=True))
        if len(taken) >= QUESTIONS:
            raise Refused(gettext_lazy("At most 300 questions fit."))
        question = Question(
            version=version,
            section=place,
            key=key or make_key(content.label, taken, "question"),
            position=_next(Question.objects.filter(section=place)),
        )
        _fill(question, content, version)
        question.save(force_insert=True)
        _save_parts(question, content, version)
        _note(questionnaire, "question_added", version, actor, now, question=question.key)
    return question


def change_question(
    *,
    questionnaire: Questionnaire,
    key: str,
    seen: int,
    content: QuestionContent,
    actor: Any,
    now: datetime,
) -> Question:
    """Change everything about a question; `Stale` with both, in words, where its revision is not `seen` any more."""
    content = _settled(content)
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        question = _question(version, key)
        standing, labels = read_content(version, question)
        if standing == content:
            return question
        if question.revision != seen:
            raise Stale(
                _CHANGED, theirs=described(standing, labels), yours=described(content, labels)
            )
        _fill(question, content, version)
        question.revision += 1
        question.save()
        _save_parts(question, content, version)
        _note(questionnaire, "question_changed", version, actor, now, question=key)
    return question


def read_content(
    version: QuestionnaireVersion, question: Question
) -> tuple[QuestionContent, dict[str, str]]:
    """A question as it stands, and the labels of all questions by key; five queries."""
    structure = structure_of(version)
    dimension = question.dimension
    return (
        content_of(structure.by_key[question.key], dimension.key if dimension else ""),
        {spec.key: spec.label for spec in structure.questions},
    )


def duplicate_question(
    *, questionnaire: Questionnaire, key: str, actor: Any, now: datetime
) -> Question:
    """The same question once more, right below, under a key of its own."""
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        question = _question(version, key)
        content, labels = read_content(version, question)
        label = _("%(label)s (copy)") % {"label": content.label[:280]}
        copied = Question(
            version=version,
            section_id=question.section_id,
            key=make_key(key, labels, "question"),
            position=question.position + 1,
        )
        Question.objects.filter(section=question.section, position__gt=question.position).update(
            position=models.F("position") + 1
        )
        _fill(copied, content, version)
        copied.label = label
        copied.save(force_insert=True)
        _save_parts(copied, content, version)
        _note(questionnaire, "question_duplicated", version, actor, now, question=copied.key)
    return copied


def remove_question(*, questionnaire: Questionnaire, key: str, actor: Any, now: datetime) -> None:
    """Remove a question; refused where the conditions of another one look at it."""
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        question = _question(version, key)
        _refuse_where_depended_on(Condition.objects.filter(source=question))
        question.delete()
        _note(questionnaire, "question_removed", version, actor, now, question=key)


def move_question(
    *, questionnaire: Questionnaire, key: str, step: int, actor: Any, now: datetime
) -> None:
    """One place up (`step` -1) or down (1) in its section; at the end it goes over to the next section."""
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        question = _question(version, key)
        siblings = list(
            Question.objects.filter(section=question.section).order_by("position", "id")
        )
        moved = _shift(siblings, question, step)
        if not moved:
            sections = list(version.sections.order_by("position", "id"))
            at = [section.pk for section in sections].index(question.section_id) + step
            if 0 <= at < len(sections):
                _place(question, sections[at], first=step > 0)
                moved = True
        if moved:
            _note(questionnaire, "question_moved", version, actor, now, question=key)


def place_question(
    *,
    questionnaire: Questionnaire,
    key: str,
    section: str,
    after: str | None = None,
    actor: Any,
    now: datetime,
) -> None:
    """Move a question into a section: behind the question `after`, first where that is empty, last where it is None."""
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        question = _question(version, key)
        place = _section(version, section)
        others = [
            q
            for q in Question.objects.filter(section=place).order_by("position", "id")
            if q.pk != question.pk
        ]
        keys = [q.key for q in others]
        if after is not None and after and after not in keys:
            raise Refused(_GONE)
        at = len(others) if after is None else keys.index(after) + 1 if after else 0
        question.section = place
        question.save(update_fields=["section"])
        _number([*others[:at], question, *others[at:]])
        _note(questionnaire, "question_moved", version, actor, now, question=key)


def _settled(content: QuestionContent) -> QuestionContent:
    """What counts of `content`, checked, its options keyed."""
    counting = only_what_counts(content)
    check(counting)
    return replace(counting, options=tuple(keyed_options(counting)))


def _section(version: QuestionnaireVersion, key: str) -> Section:
    section = version.sections.filter(key=key).first()
    if section is None:
        raise Refused(_GONE)
    return section


def _question(version: QuestionnaireVersion, key: str) -> Question:
    question = version.questions.filter(key=key).first()
    if question is None:
        raise Refused(_GONE)
    return question


def _next(rows: Any) -> int:
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _shift(rows: Sequence[Any], row: models.Model, step: int) -> bool:
    """Swap `row` with its neighbour; False where there is none."""
    order = list(rows)
    at = [one.pk for one in order].index(row.pk)
    if not 0 <= at + step < len(order):
        return False
    order[at], order[at + step] = order[at + step], order[at]
    _number(order)
    return True


def _number(rows: Sequence[Any]) -> None:
    for position, row in enumerate(rows):
        row.position = position
    if rows:
        type(rows[0])._default_manager.bulk_update(rows, ["position"])


def _place(question: Question, section: Section, *, first: bool) -> None:
    others = list(Question.objects.filter(section=section).order_by("position", "id"))
    question.section = section
    question.save(update_fields=["section"])
    _number([question, *others] if first else [*others, question])


def _fill(question: Question, content: QuestionContent, version: QuestionnaireVersion) -> None:
    for name in (
        *("kind", "label", "help", "required", "least", "most", "minimum", "maximum", "step"),
        *("unit", "earliest", "latest", "file_limit", "other", "any_condition", "weight"),
    ):
        setattr(question, name, getattr(content, name))
    question.file_kinds = list(content.file_kinds)
    question.dimension = (
        version.dimensions.filter(key=content.dimension).first() if content.dimension else None
    )
    if content.dimension and question.dimension is None:
        raise Refused(gettext_lazy("This dimension is no longer there."), field="dimension")


def _save_parts(
    question: Question, content: QuestionContent, version: QuestionnaireVersion
) -> None:
    """Options and conditions, written anew; nobody has answered them yet."""
    question.options.all().delete()
    Option.objects.bulk_create(
        Option(
            question=question,
            key=option.key,
            label=option.label,
            score=option.score,
            position=position,
        )
        for position, option in enumerate(content.options)
    )
    question.conditions.all().delete()
    if not content.conditions:
        return
    specs = structure_of(version).by_key
    ids = dict(version.questions.values_list("key", "pk"))
    for condition in content.conditions:
        source = specs.get(condition.source)
        if source is None or condition.source == question.key:
            raise Refused(_("Choose another question for this condition."), field="conditions")
        _check_condition(source, condition.test)
    Condition.objects.bulk_create(
        Condition(
            question=question,
            source_id=ids[condition.source],
            test=condition.test,
            values=list(condition.values),
            position=position,
        )
        for position, condition in enumerate(content.conditions)
    )


def _check_condition(source: QuestionSpec, test: str) -> None:
    if test not in kinds.tests_for(source.kind):
        raise Refused(
            _("“%(label)s” cannot be looked at in this way.") % {"label": source.label},
            field="conditions",
        )


def _refuse_where_depended_on(conditions: models.QuerySet[Condition]) -> None:
    labels = list(
        dict.fromkeys(conditions.values_list("question__label", flat=True).order_by("pk"))
    )
    if labels:
        raise Refused(
            ngettext(
                "“%(label)s” is shown depending on this. Change its conditions first.",
                "“%(label)s” and %(others)s more are shown depending on this. "
                "Change their conditions first.",
                len(labels),
            )
            % {"label": labels[0], "others": len(labels) - 1}
        )


def _note(
    questionnaire: Questionnaire,
    what: str,
    version: QuestionnaireVersion,
    actor: Any,
    now: datetime,
    **which: str,
) -> None:
    note(questionnaire, what, actor=actor, now=now, after={"version": version.number, **which})
