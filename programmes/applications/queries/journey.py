"""The applicant's task list, and what stands beside it: modules to choose, colleagues, files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from museumhub.members.models import Membership
from museumhub.questionnaires.models import AnswerFile
from programmes.applications.lifecycle import SUBMITTED
from programmes.applications.models import Application, Dossier
from programmes.applications.queries.sheet import Answers, Sheet
from programmes.catalogue.models import Module

DONE, STARTED, TODO, OPTIONAL = "done", "started", "todo", "optional"


@dataclass(frozen=True)
class Task:
    """One line of the task list. `name` is organisation, assessment, level, questions, modules or team; `part` a section."""

    name: str
    part: str
    title: str
    status: str
    answered: int = 0
    of: int = 0


@dataclass(frozen=True)
class OfferedModule:
    """A module as the page of modules shows it: whether it fits the level, and how many wanted it most so far."""

    module: Module
    fits: bool
    first_choices: int

    @property
    def full(self) -> bool:
        """Already as many first choices as places; it can be chosen all the same."""
        return self.module.capacity is not None and self.first_choices >= self.module.capacity


def section_tasks(name: str, answers: Answers) -> list[Task]:
    """One task for each section that asks something now; no query."""
    tasks = []
    for section in answers.sections:
        answered = sum(one.answered for one in section.answers)
        gaps = any(gap.section == section.key for gap in answers.missing)
        status = _status(gaps=gaps, answered=bool(answered))
        tasks.append(Task(name, section.key, section.title, status, answered, len(section.answers)))
    return tasks


def _status(*, gaps: bool, answered: bool) -> str:
    if gaps:
        return STARTED if answered else TODO
    return DONE if answered else OPTIONAL


def offered_modules(application: Application, level: str) -> list[OfferedModule]:
    """The edition's modules in order, those for `level` marked; one query."""
    wanted = Count(
        "choices",
        filter=Q(choices__rank=1, choices__dossier__application__status=SUBMITTED),
    )
    modules = (
        Module.objects.filter(edition=application.call.edition_id)
        .select_related("host__organisation")
        .annotate(first_choices=wanted)
        .order_by("order", "pk")
    )
    return [
        OfferedModule(module, bool(level) and module.level == level, module.first_choices)
        for module in modules
    ]


def recommended(modules: Sequence[Module], level: str) -> Module | None:
    """The first module for `level`; None where none is for it or the level is not known."""
    return next((module for module in modules if level and module.level == level), None)


def colleagues(application: Application, sheet_team: Sequence[str]) -> list[Membership]:
    """People of the organisation who are not on the team yet; at most fifty; one query."""
    return list(
        Membership.objects.filter(organisation=application.organisation_id, person__is_active=True)
        .exclude(person__email__in=sheet_team)
        .select_related("person")
        .order_by("person__name", "pk")[:50]
    )


def files_of(*dossiers: Dossier | None) -> list[int]:
    """The responses whose files belong to these dossiers."""
    return [
        response_id
        for dossier in dossiers
        if dossier is not None
        for response_id in (dossier.response_id, dossier.assessment_id)
        if response_id is not None
    ]


def file_in(application: Application, oid: str) -> AnswerFile | None:
    """A file sent with the application or with its unsent changes; None for any other."""
    return (
        AnswerFile.objects.filter(
            response__in=files_of(application.dossier, application.change), oid=oid
        )
        .select_related("file")
        .first()
    )


def tasks(sheet: Sheet, *, ranks: bool, asks_team: bool) -> list[Task]:
    """The whole list after the organisation; no query."""
    found: list[Task] = []
    if sheet.assessment is not None and sheet.maturity is not None:
        found += section_tasks("assessment", sheet.assessment)
        done = sheet.maturity.complete
        found.append(Task("level", "", "", DONE if done else TODO))
    found += section_tasks("questions", sheet.form)
    if ranks:
        found.append(Task("modules", "", "", DONE if sheet.choices else TODO, len(sheet.choices)))
    if asks_team:
        found.append(Task("team", "", "", DONE if sheet.team else TODO, len(sheet.team)))
    return found
