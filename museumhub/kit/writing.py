"""How a text with a version is saved: over the version its writer saw, with what it was and what it is as plain JSON for the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from museumhub.kit.refusals import Refused, Stale

T = TypeVar("T", bound=models.Model)


def lock(model: type[T], pk: Any) -> T:
    """The row for this transaction alone; `Refused` where somebody deleted it meanwhile."""
    found = model._default_manager.select_for_update().filter(pk=pk).first()
    if found is None:
        raise Refused(_("Somebody deleted this while you were writing."))
    return found


def check_version(thing: Any, seen: int, changes: Mapping[str, Any]) -> None:
    """`Stale`, with the row as it stands, where it was saved since `seen`."""
    if thing.version != seen:
        raise Stale(
            _(
                "Somebody else changed this while you were writing. Below is what you typed and "
                "what stands now; save again to replace it."
            ),
            theirs=thing,
            yours=dict(changes),
        )


def apply(thing: models.Model, changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the fields of a locked row and check them; (before, after) of what changed as plain JSON. Saves nothing."""
    before = {
        name: getattr(thing, name)
        for name, value in changes.items()
        if getattr(thing, name) != value
    }
    for name in before:
        setattr(thing, name, changes[name])
    check(thing)
    return (
        {name: plain(value) for name, value in before.items()},
        {name: plain(changes[name]) for name in before},
    )


def check(thing: models.Model) -> None:
    """`Refused`, at its field, for the first thing the model's own rules do not allow."""
    try:
        thing.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(sentences[0], field=None if field == NON_FIELD_ERRORS else field) from error


def plain(value: Any) -> Any:
    """As plain JSON for the audit trail: rows by primary key, dates in ISO form, amounts as text."""
    match value:
        case models.Model():
            return value.pk
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case models.TextChoices():
            return value.value
    return value
