"""Posting a letter to a person: to their address, in their language and time zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from museumhub.kit.ids import new_id
from museumhub.mail.letters import Attachment
from museumhub.mail.services import post_letter
from museumhub.members.models import Person


def post_to_person(
    person: Person,
    *,
    kind: str,
    key: str,
    context: Mapping[str, Any],
    now: datetime,
    about: models.Model | None = None,
    shelf: models.Model | None = None,
    attachments: Sequence[Attachment] = (),
    not_before: datetime | None = None,
) -> bool:
    """Write the letter inside the caller's transaction; False where `key` was posted before.

    Somebody who is switched off or was erased gets none.
    """
    if not person.is_active:
        return False
    return post_letter(
        kind=kind,
        key=key,
        to=person.email,
        name=person.name,
        language=person.language,
        time_zone=person.time_zone,
        context=context,
        about=about,
        shelf=shelf,
        person_id=person.pk,
        attachments=attachments,
        not_before=not_before,
        now=now,
    )


def post_account_letter(
    *, kind: str, address: str, language: str, context: Mapping[str, Any], now: datetime
) -> None:
    """A letter about an account to whatever address was typed; in the person's language where there is one.

    The same work is done whether or not anybody has an account with this address.
    """
    person = Person.objects.filter(email=address.lower()).first()
    post_letter(
        kind=kind,
        key=f"{kind}:{new_id()}",
        to=address,
        name=person.name if person is not None else "",
        language=person.language if person is not None else language,
        time_zone=person.time_zone if person is not None else settings.TIME_ZONE,
        context=context,
        person_id=person.pk if person is not None else None,
        now=now,
    )
