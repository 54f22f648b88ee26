"""Questionnaires and their versions: made, copied, opened for an edit, published, thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit
from museumhub.kit.refusals import Refused, Stale
from museumhub.questionnaires.models import (
    BandText,
    Condition,
    Dimension,
    LevelBand,
    Option,
    Purpose,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Section,
)
from museumhub.questionnaires.remarks import remarks
from museumhub.questionnaires.structure import scheme_of, structure_of

Row = TypeVar("Row", bound=models.Model)


def create_questionnaire(
    *,
    title: str,
    purpose: str = Purpose.FORM,
    owner: str,
    language: str = "en",
    actor: Any,
    now: datetime,
) -> Questionnaire:
    """An empty questionnaire with a draft version; `owner` is a reference such as `catalogue.edition:3`."""
    with transaction.atomic():
        questionnaire = Questionnaire.objects.create(
            title=title, purpose=purpose, owner=owner, created_at=now
        )
        QuestionnaireVersion.objects.create(
            questionnaire=questionnaire, number=1, language=language, created_at=now
        )
        note(questionnaire, "created", actor=actor, now=now)
    return questionnaire


def copy_questionnaire(
    *, source: Questionnaire, owner: str, title: str = "", actor: Any, now: datetime
) -> Questionnaire:
    """A new questionnaire with a draft version that holds what the newest version of `source` holds; no answers."""
    with transaction.atomic():
        copied = Questionnaire.objects.create(
            title=title or source.title, purpose=source.purpose, owner=owner, created_at=now
        )
        newest = source.versions.order_by("-number")[0]
        copy_version(newest, into=copied, number=1, now=now)
        note(copied, "copied", actor=actor, now=now, after={"from": source.pk})
    return copied


def rename_questionnaire(
    *, questionnaire: Questionnaire, title: str, language: str, actor: Any, now: datetime
) -> None:
    """Change its title, and the language its questions are written in (of the version that can be changed)."""
    with transaction.atomic():
        held = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
        newest = held.versions.order_by("-number")[0]
        if newest.language != language:
            version = open_version(held, actor=actor, now=now)
            version.language = language
            version.save(update_fields=["language"])
        if held.title != title:
            held.title = title
            held.save(update_fields=["title"])
        note(held, "renamed", actor=actor, now=now)


def publish_version(
    *, questionnaire: Questionnaire, seen: int, actor: Any, now: datetime
) -> QuestionnaireVersion:
    """Give the draft version to everybody who starts from now on; those who started keep theirs.

    `seen` is the number of the version whose summary the organiser read. Refused where something in
    it cannot be asked at all (see `remarks`). Publishing twice changes nothing.
    """
    with transaction.atomic():
        held = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
        version = held.versions.select_for_update().order_by("-number")[0]
        if version.number != seen:
            raise Stale(_("There is another version by now. Look at what changes once more."))
        if not version.is_draft:
            return version
        stopping = [r for r in remarks(structure_of(version), _scheme(held, version)) if r.stops]
        if stopping:
            raise Refused(stopping[0].sentence)
        version.published_at = now
        version.save(update_fields=["published_at"])
        note(held, "published", actor=actor, now=now, after={"version": version.number})
    return version


def discard_draft(*, questionnaire: Questionnaire, actor: Any, now: datetime) -> None:
    """Throw the draft version away; refused where it is the only one there is."""
    with transaction.atomic():
        held = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
        draft = held.versions.filter(published_at__isnull=True).first()
        if draft is None:
            return
        if draft.number == 1:
            raise Refused(_("This is the only version; there is nothing to go back to."))
        number = draft.number
        Condition.objects.filter(question__version=draft).delete()
        draft.delete()
        note(held, "draft_discarded", actor=actor, now=now, before={"version": number})


def open_version(
    questionnaire: Questionnaire, *, actor: Any, now: datetime
) -> QuestionnaireVersion:
    """The version an edit goes to, locked: the newest one, or a draft copied from it where it is frozen.

    Called inside the transaction of the edit.
    """
    Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    newest = questionnaire.versions.select_for_update().order_by("-number")[0]
    if not newest.is_frozen:
        return newest
    version = copy_version(newest, into=questionnaire, number=newest.number + 1, now=now)
    note(questionnaire, "draft_made", actor=actor, now=now, after={"version": version.number})
    return version


def copy_version(
    source: QuestionnaireVersion, *, into: Questionnaire, number: int, now: datetime
) -> QuestionnaireVersion:
    """A draft with everything `source` holds, keys and revisions included: sixteen statements whatever its size."""
    version = QuestionnaireVersion.objects.create(
        questionnaire=into, number=number, language=source.language, created_at=now
    )
    sections = _copied(Section.objects.filter(version=source), version=version.pk)
    dimensions = _copied(Dimension.objects.filter(version=source), version=version.pk)
    bands = _copied(LevelBand.objects.filter(version=source), version=version.pk)
    _copied(BandText.objects.filter(dimension__version=source), dimension=dimensions, band=bands)
    questions = _copied(
        Question.objects.filter(version=source),
        version=version.pk,
        section=sections,
        dimension=dimensions,
    )
    _copied(Option.objects.filter(question__version=source), question=questions)
    _copied(
        Condition.objects.filter(question__version=source), question=questions, source=questions
    )
    return version


def _copied(rows: models.QuerySet[Row], **parents: int | Mapping[int, int]) -> dict[int, int]:
    """Copy `rows` under other parents (one id for all, or ids by the old id); the new ids by the old ones."""
    old: list[int] = []
    new: list[Row] = []
    for row in rows:
        old.append(row.pk)
        row.pk = None
        row._state.adding = True
        for name, parent in parents.items():
            before = getattr(row, f"{name}_id")
            if before is not None:
                setattr(row, f"{name}_id", parent if isinstance(parent, int) else parent[before])
        new.append(row)
    rows.model._default_manager.bulk_create(new)
    return dict(zip(old, (row.pk for row in new), strict=True))


def note(
    questionnaire: Questionnaire,
    what: str,
    *,
    actor: Any,
    now: datetime,
    before: Any = None,
    after: Any = None,
) -> None:
    """One event of the audit trail, read by the organisers of the questionnaire's owner."""
    audit.record(
        verb=f"questionnaires.{what}",
        subject=questionnaire,
        actor=actor,
        now=now,
        context=questionnaire.owner,
        before=before,
        after=after,
    )


def _scheme(questionnaire: Questionnaire, version: QuestionnaireVersion) -> Any:
    return scheme_of(version) if questionnaire.is_assessment else None
