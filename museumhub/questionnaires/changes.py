"""What differs between two versions, as lines an organiser reads before the later one is published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from django.utils.translation import gettext_lazy as _

from museumhub.kit.refusals import Sentence
from museumhub.questionnaires.structure import QuestionSpec, Structure

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"


@dataclass(frozen=True)
class Change:
    """One question (or section) that is added, removed, changed or moved; `parts` names what of it changed."""

    what: str
    label: str
    parts: tuple[Sentence, ...] = ()


_PARTS: dict[str, Sentence] = {
    "kind": _("kind of answer"),
    "label": _("wording"),
    "help": _("help"),
    "required": _("whether it is required"),
    "least": _("limits"),
    "most": _("limits"),
    "minimum": _("limits"),
    "maximum": _("limits"),
    "step": _("limits"),
    "earliest": _("limits"),
    "latest": _("limits"),
    "unit": _("unit"),
    "file_kinds": _("files taken"),
    "file_limit": _("files taken"),
    "other": _("options"),
    "options": _("options"),
    "any_condition": _("conditions"),
    "conditions": _("conditions"),
    "weight": _("weight"),
}


def changes(old: Structure, new: Structure) -> list[Change]:
    """From `old` to `new`, by the keys that stay the same over versions."""
    return [*_sections(old, new), *_questions(old, new)]


def _sections(old: Structure, new: Structure) -> Iterator[Change]:
    before = {section.key: section for section in old.sections}
    after = {section.key: section for section in new.sections}
    for key, section in after.items():
        if key not in before:
            yield Change(ADDED, section.title)
        elif (section.title, section.introduction) != (
            before[key].title,
            before[key].introduction,
        ):
            yield Change(CHANGED, section.title, (_("wording"),))
    for key, section in before.items():
        if key not in after:
            yield Change(REMOVED, section.title)


def _questions(old: Structure, new: Structure) -> Iterator[Change]:
    places_before, places_after = _places(old), _places(new)
    for question in new.questions:
        before = old.by_key.get(question.key)
        if before is None:
            yield Change(ADDED, question.label)
            continue
        parts = _parts(before, question)
        if parts:
            yield Change(CHANGED, question.label, parts)
        elif places_before[question.key] != places_after[question.key]:
            yield Change(MOVED, question.label)
    for question in old.questions:
        if question.key not in new.by_key:
            yield Change(REMOVED, question.label)


def _parts(before: QuestionSpec, after: QuestionSpec) -> tuple[Sentence, ...]:
    changed = [
        _PARTS[one.name]
        for one in fields(QuestionSpec)
        if one.name in _PARTS and getattr(before, one.name) != getattr(after, one.name)
    ]
    return tuple(dict.fromkeys(changed))


def _places(structure: Structure) -> dict[str, tuple[str, str]]:
    """Each question's section, and the question right before it among those both versions may share."""
    places = {}
    for section in structure.sections:
        previous = ""
        for question in section.questions:
            places[question.key] = (section.key, previous)
            previous = question.key
    return places
