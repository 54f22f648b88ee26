"""Texts that try to become code, in place of everything that people typed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from museumhub.mail.models import Letter
from museumhub.questionnaires.models import Answer, Kind
from tests.architecture import house
from tests.architecture.world import ROLES
from tests.kit.hostile import MARKDOWN, MARKUP

PAYLOADS = [*MARKUP, *MARKDOWN]
BREAKS_OUT = "'\"></textarea></title></script><img src=x onerror=alert(1)>"

# Fields that hold words of the site's own: names of states, keys, codes, digests. What people type is in all others.
MACHINE = {
    *(
        "oid",
        "slug",
        "key",
        "path",
        "digest",
        "claim",
        "holder",
        "message_id",
        "locale",
        "codename",
    ),
    *(
        "password",
        "language",
        "time_zone",
        "reference",
        "reference_prefix",
        "owner",
        "about",
        "shelf",
    ),
    *(
        "name_key",
        "search_key",
        "words_key",
        "website_host",
        "isil",
        "ror",
        "wikidata",
        "colour",
        "sign",
        "uri",
    ),
    *("calculated_level", "declared_level", "agreed_level", "fee_currency", "verb", "etag"),
    *("code", "last_modified", "trouble", "content_type", "host", "guid", "detail", "identifier"),
}
ELSEWHERE = {"kit.AuditEvent", "mail.Letter", "questionnaires.Answer", "frameworks.Tag"}


def texts(most: int | None, turn: int, *, one_line: bool) -> str:
    """Payloads for a field of `most` characters: as many as there is room for, thirty at most, others at each turn."""
    chosen: list[str] = []
    room = most or 100_000
    if most is not None and turn % 5 == 0 and len(BREAKS_OUT) <= most:
        chosen.append(BREAKS_OUT)
        room -= len(BREAKS_OUT)
    for place in range(min(30, len(PAYLOADS))):
        payload = PAYLOADS[(turn * 7 + place) % len(PAYLOADS)]
        if one_line:
            payload = " ".join(payload.split())
        if len(payload) + 2 <= room:
            chosen.append(payload)
            room -= len(payload) + 2
        elif most is not None and most < 1000 and chosen:
            break
    return (" " if one_line else "\n\n").join(chosen)


def plant() -> Counter[str]:
    """Write over what people typed, everywhere; how many values of which field."""
    planted: Counter[str] = Counter()
    kept = set(ROLES.values())
    for model in apps.get_models():
        label = model._meta.label
        if not model.__module__.startswith(house.PACKAGES) or label in ELSEWHERE:
            continue
        fields = [field for field in model._meta.concrete_fields if holds_words(field)]
        for row in model._base_manager.order_by("pk") if fields else ():
            values = {
                field.attname: hostile(field, planted.total() + number)
                for number, field in enumerate(fields)
                if field.name != "email" or getattr(row, "email", "") not in kept
            }
            planted.update(f"{label}.{name}" for name in written(model, row.pk, values))
    planted.update(plant_json())
    return planted


def written(model: type[models.Model], pk: object, values: dict[str, str]) -> list[str]:
    """The names of the fields that took their value; some rows may not say some things (check constraints)."""
    rows = model._base_manager.filter(pk=pk)
    try:
        with transaction.atomic():
            rows.update(**values)
            return list(values)
    except IntegrityError:
        if len(values) == 1:
            return []
        return [name for one in values.items() for name in written(model, pk, dict([one]))]


def holds_words(field: models.Field[Any, Any]) -> bool:
    return (
        isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in MACHINE
        and not isinstance(field, models.SlugField)
    )


def hostile(field: models.Field[Any, Any], turn: int) -> str:
    if isinstance(field, models.EmailField):
        return (
            f'"<img/src=x/onerror=alert({turn})>"@evil.example'  # a valid address (RFC 5321, 4.1.2)
        )
    if isinstance(field, models.URLField):
        return f"https://evil.example/'\"><img/src=x/onerror=alert({turn})>"
    return texts(field.max_length, turn, one_line=isinstance(field, models.CharField))


def plant_json() -> Counter[str]:
    """Answers, what the trail remembers, and what letters say."""
    planted: Counter[str] = Counter()
    for answer in Answer.objects.select_related("question"):
        if answer.value is None:
            continue
        planted["questionnaires.Answer.value"] += 1
        turn = planted.total()
        if answer.question.kind in {Kind.SHORT_TEXT, Kind.LONG_TEXT}:
            answer.value = texts(600, turn, one_line=answer.question.kind == Kind.SHORT_TEXT)
        elif isinstance(answer.value, dict):
            for name in {"other", "name"} & set(answer.value):
                answer.value[name] = texts(150, turn, one_line=True)
        answer.save()
    for label, names in (("kit.AuditEvent", ("before", "after")), ("mail.Letter", ("context",))):
        model = apps.get_model(label)
        for row in model._base_manager.all():
            for name in names:
                planted[f"{label}.{name}"] += 1
                said = prose(getattr(row, name), planted.total())
                model._base_manager.filter(pk=row.pk).update(**{name: said})
    for number, letter in enumerate(Letter.objects.all()):
        letter.name = texts(200, number, one_line=True)
        letter.save()
    return planted


def prose(value: Any, turn: int, name: str = "") -> Any:
    """The same with payloads for the strings that are words: with a blank, and no instant, address or name of ours."""
    if isinstance(value, dict):
        return {key: prose(inner, turn, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [prose(inner, turn, name) for inner in value]
    ours = ("url", "_at", "zone", "language", "email", "country", "deadline")
    if isinstance(value, str) and " " in value and not name.endswith(ours):
        return texts(200, turn, one_line=True)
    return value
