"""Keeping what somebody typed into a form when the session had ended, until they have signed in again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from museumhub.kit import throttle
from museumhub.members.models import KeptForm, Person

KEPT_FOR = timedelta(hours=24)
LARGEST = 1_000_000  # characters, as JSON
AN_HOUR = 30  # forms from one network address

# Never kept: secrets, and what belongs to the request and not to the text.
_SECRET = re.compile(r"csrfmiddlewaretoken|pass(word|phrase)|secret|otp|\bcode\b|credential", re.I)


def keep_form(
    *,
    path: str,
    fields: Iterable[tuple[str, list[str]]],
    had_files: bool,
    address: str,
    now: datetime,
) -> KeptForm | None:
    """Keep the fields of a POST to `path` for a day; None where there is nothing to keep or too much.

    `address` is the network address, which is counted and not stored. Raises `TooOften`.
    """
    kept = [[name, values] for name, values in fields if not _SECRET.search(name)]
    if not any(value.strip() for _, values in kept for value in values) or len(path) > 500:
        return None
    if len(json.dumps(kept)) > LARGEST:
        return None
    throttle.spend("kept_form", address, AN_HOUR, timedelta(hours=1), now=now)
    return KeptForm.objects.create(
        path=path, data=kept, had_files=had_files, created_at=now, expires_at=now + KEPT_FOR
    )


def claim_form(*, oid: str, person: Person, now: datetime) -> KeptForm | None:
    """The kept form for the person who signed in; from then on nobody else gets it. None where there is none.

    The caller has checked that this browser sent it.
    """
    with transaction.atomic():
        found = KeptForm.objects.select_for_update().filter(oid=oid, expires_at__gt=now).first()
        if found is None or found.person_id not in {None, person.pk}:
            return None
        if found.person_id is None:
            found.person = person
            found.save(update_fields=["person"])
    return found


def forget_form(*, form: KeptForm) -> None:
    """Delete it before its day is over."""
    form.delete()
