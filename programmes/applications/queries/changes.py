"""What differs between two dossiers of one application: what was sent, and what is being written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from museumhub.kit.punctuation import labelled
from museumhub.questionnaires.models import AnswerFile, Kind, Response
from museumhub.questionnaires.queries import stored_answers
from museumhub.questionnaires.structure import structure_of
from programmes.applications.models import Dossier
from programmes.applications.queries.sheet import Answers, Sheet


@dataclass(frozen=True)
class Change:
    """One line of a comparison, as text; an empty text where there is no answer."""

    label: str
    before: str
    after: str


def differ(one: Dossier, other: Dossier) -> bool:
    """Whether they say anything different; at most twelve queries."""
    return (
        (one.declared_level, one.declared_reason) != (other.declared_level, other.declared_reason)
        or _answers(one.response) != _answers(other.response)
        or _answers(one.assessment) != _answers(other.assessment)
        or _modules(one) != _modules(other)
        or _team(one) != _team(other)
    )


def _answers(response: Response | None) -> dict[str, Any]:
    """What stands at each question; a file by its content, which copies share."""
    if response is None:
        return {}
    structure = structure_of(response.version)
    files: dict[str, int] = {}
    if any(question.kind == Kind.FILE for question in structure.questions):
        files = dict(AnswerFile.objects.filter(response=response).values_list("oid", "file"))
    found: dict[str, Any] = {}
    for key, answer in stored_answers(response, structure).items():
        value = answer.value
        if structure.by_key[key].kind == Kind.FILE and value is not None:
            value = files.get(value["file"])
        if value is not None or answer.raw:
            found[key] = (value, answer.raw)
    return found


def _modules(dossier: Dossier) -> list[int]:
    return [choice.module_id for choice in dossier.choices.all()]


def _team(dossier: Dossier) -> list[tuple[str, str, str]]:
    return [(member.name, member.email, member.role) for member in dossier.team.all()]


def compare(before: Sheet, after: Sheet) -> list[Change]:
    """Every line in which two readings of one application differ, in the order of the tasks; no query."""
    lines: list[Change] = []
    if before.assessment is not None and after.assessment is not None:
        lines += _compare_answers(before.assessment, after.assessment)
        lines += _compare_texts(_("Level"), _level(before), _level(after))
    lines += _compare_answers(before.form, after.form)
    lines += _compare_texts(
        _("Modules"),
        "\n".join(f"{one.rank}. {one.module.title}" for one in before.choices),
        "\n".join(f"{one.rank}. {one.module.title}" for one in after.choices),
    )
    lines += _compare_texts(
        _("Team"),
        "\n".join(f"{one.name} ({one.email})" for one in before.team),
        "\n".join(f"{one.name} ({one.email})" for one in after.team),
    )
    return lines


def _compare_answers(before: Answers, after: Answers) -> list[Change]:
    old = {one.key: one for section in before.sections for one in section.answers}
    new = {one.key: one for section in after.sections for one in section.answers}
    lines: list[Change] = []
    for key in dict.fromkeys([*new, *old]):
        was, now = old.get(key), new.get(key)
        label = now.label if now is not None else was.label if was is not None else ""
        lines += _compare_texts(
            label, was.text if was is not None else "", now.text if now is not None else ""
        )
    return lines


def _compare_texts(label: str, before: str, after: str) -> list[Change]:
    return [Change(label, before, after)] if before != after else []


def _level(sheet: Sheet) -> str:
    maturity = sheet.maturity
    if maturity is None or not maturity.level:
        return ""
    name = maturity.name(maturity.level)
    return labelled(name, maturity.reason) if maturity.declared else name
