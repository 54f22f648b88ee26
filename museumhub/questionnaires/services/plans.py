"""A whole questionnaire from plain data, as files and demonstrations hold it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from museumhub.questionnaires.content import ConditionContent, OptionContent, QuestionContent
from museumhub.questionnaires.models import Purpose, Questionnaire
from museumhub.questionnaires.queries import fingerprint
from museumhub.questionnaires.services.building import add_question, add_section
from museumhub.questionnaires.services.scheme import BandContent, add_dimension, set_bands
from museumhub.questionnaires.services.versions import create_questionnaire, publish_version

_DECIMALS = ("minimum", "maximum", "step", "weight")
_DATES = ("earliest", "latest")


def build_questionnaire(
    *,
    title: str,
    purpose: str = Purpose.FORM,
    owner: str,
    language: str = "en",
    plan: Mapping[str, Any],
    publish: bool = True,
    actor: Any,
    now: datetime,
) -> Questionnaire:
    """A questionnaire with everything in `plan`, published where `publish` says so.

    `plan` has `sections` (key, title, introduction, `questions`) and for an assessment `bands` (key,
    name, least, description) and `dimensions` (key, name, description, `texts` by level). A question
    has a `key` and the fields of `content.QuestionContent`; an option is a label or has key, label
    and score; a condition has source, test and `values`. A mistake raises `KeyError`, `TypeError` or `Refused`.
    """
    with transaction.atomic():
        made = create_questionnaire(
            title=title, purpose=purpose, owner=owner, language=language, actor=actor, now=now
        )
        common: dict[str, Any] = {"questionnaire": made, "actor": actor, "now": now}
        bands = [
            BandContent(**{**band, "least": Decimal(str(band["least"]))})
            for band in plan.get("bands", ())
        ]
        if bands:
            set_bands(seen=fingerprint([], ""), bands=bands, **common)
        for dimension in plan.get("dimensions", ()):
            add_dimension(**dimension, **common)
        for section in plan["sections"]:
            place = add_section(
                key=section.get("key", ""),
                title=section["title"],
                introduction=section.get("introduction", ""),
                **common,
            )
            for question in section["questions"]:
                add_question(
                    section=place.key,
                    key=question.get("key", ""),
                    content=read_question(question),
                    **common,
                )
        if publish:
            publish_version(seen=1, **common)
    return made


def read_question(given: Mapping[str, Any]) -> QuestionContent:
    """The content of a question from plain data; numbers and dates may be texts."""
    fields = {name: value for name, value in given.items() if name != "key"}
    for name in _DECIMALS:
        if fields.get(name) is not None:
            fields[name] = Decimal(str(fields[name]))
    for name in _DATES:
        if isinstance(fields.get(name), str):
            fields[name] = date.fromisoformat(fields[name])
    fields["options"] = tuple(_option(option) for option in given.get("options", ()))
    fields["conditions"] = tuple(
        ConditionContent(
            condition["source"],
            condition["test"],
            tuple(str(value) for value in condition.get("values", ())),
        )
        for condition in given.get("conditions", ())
    )
    fields["file_kinds"] = tuple(given.get("file_kinds", ()))
    return QuestionContent(**fields)


def _option(given: Any) -> OptionContent:
    if isinstance(given, str):
        return OptionContent(label=given)
    score = given.get("score")
    return OptionContent(
        str(given.get("key", "")),
        given.get("label", ""),
        None if score is None else Decimal(str(score)),
    )
