"""The demo's application form and its self-assessment, published and ready to be answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.text import slugify

from museumhub.kit.references import reference
from museumhub.questionnaires.models import Kind, Purpose, Questionnaire
from museumhub.questionnaires.services import build_questionnaire


def load_form(given: dict[str, Any], *, owner: models.Model, now: datetime) -> Questionnaire:
    """The questions of an application form, owned by `owner`; one that stands is left as it is."""
    plan = {
        "sections": [
            {**section, "questions": [_question(one) for one in section["questions"]]}
            for section in given["sections"]
        ]
    }
    return _build(given["title"], Purpose.FORM, plan, owner, now)


def load_assessment(given: dict[str, Any], *, owner: models.Model, now: datetime) -> Questionnaire:
    """The self-assessment: one section a dimension, each option worth one point more than the one before."""
    plan = {
        "bands": given["bands"],
        "dimensions": [
            {name: one[name] for name in ("key", "name", "description", "texts")}
            for one in given["dimensions"]
        ],
        "sections": [
            {
                "key": one["key"],
                "title": one["name"],
                "introduction": one["description"] if number else given["introduction"],
                "questions": [_scored(question, one["key"]) for question in one["questions"]],
            }
            for number, one in enumerate(given["dimensions"])
        ],
    }
    return _build(given["title"], Purpose.ASSESSMENT, plan, owner, now)


def _build(
    title: str, purpose: str, plan: dict[str, Any], owner: models.Model, now: datetime
) -> Questionnaire:
    standing = Questionnaire.objects.filter(owner=reference(owner), purpose=purpose).first()
    return standing or build_questionnaire(
        title=title, purpose=purpose, owner=reference(owner), plan=plan, actor=None, now=now
    )


def _question(given: dict[str, Any]) -> dict[str, Any]:
    """A question of the form: a choice's options get keys, a scale's two ends get their points."""
    plan = {name: value for name, value in given.items() if name not in {"points", "low", "high"}}
    if points := given.get("points"):
        ends = {1: given["low"], points: given["high"]}
        plan["options"] = [
            {"key": str(number), "label": ends.get(number, "")} for number in range(1, points + 1)
        ]
    else:
        plan["options"] = [
            {"key": option_key(label), "label": label} for label in given.get("options", ())
        ]
    plan["conditions"] = [
        {**condition, "values": [option_key(label) for label in condition["values"]]}
        for condition in given.get("conditions", ())
    ]
    return plan


def _scored(given: dict[str, Any], dimension: str) -> dict[str, Any]:
    return {
        "key": given["key"],
        "kind": Kind.ONE_CHOICE,
        "label": given["label"],
        "required": True,
        "dimension": dimension,
        "options": [
            {"key": option_key(label), "label": label, "score": score}
            for score, label in enumerate(given["options"])
        ],
    }


def option_key(label: str) -> str:
    """The key of an option of the demo's documents, from its label."""
    return slugify(label).replace("-", "_")[:40].strip("_")
