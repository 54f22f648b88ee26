"""Posting letters, and sending a failed one again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from museumhub.kit import audit
from museumhub.kit.references import dereference, reference
from museumhub.kit.refusals import Refused, Stale
from museumhub.kit.wake import wake
from museumhub.mail import letters
from museumhub.mail.models import Letter

DELIVER = "mail.deliver"


def message_id(key: str) -> str:
    """The Message-ID of the letter posted under `key`: always the same, so that a second copy shows as one."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"letter:{key}".encode(), hashlib.sha256)
    return f"<{digest.hexdigest()[:40]}@{settings.SITE_HOST}>"


def post_letter(
    *,
    kind: str,
    key: str,
    to: str,
    name: str = "",
    language: str,
    time_zone: str,
    context: Mapping[str, Any],
    about: models.Model | None = None,
    shelf: models.Model | None = None,
    person_id: int | None = None,
    attachments: Sequence[letters.Attachment] = (),
    reply_to: str = "",
    not_before: datetime | None = None,
    now: datetime,
) -> bool:
    """Write a letter into the outbox, inside the caller's transaction. False where `key` exists already.

    `key` is made of identifiers only, never of a name or address. `context` is plain JSON: strings, numbers, ISO instants, absolute addresses. It is rendered when the
    letter is first delivered or shown, in `language` and `time_zone`. The organisers of `shelf` see the
    letter unless its kind is sensitive. It is delivered after the commit and not before `not_before`.
    """
    sort = letters.kind(kind)
    due = max(now, not_before) if not_before else now
    # ON CONFLICT DO NOTHING leaves the caller's transaction usable on PostgreSQL; whether this row was
    # the one written shows by its oid.
    letter = Letter(
        key=key,
        kind=kind,
        to=to.strip(),
        name=name,
        reply_to=reply_to,
        person_id=person_id,
        language=language,
        time_zone=time_zone,
        context=dict(context),
        attachments=[asdict(attachment) for attachment in attachments],
        about=reference(about) if about is not None else "",
        shelf=reference(shelf) if shelf is not None else "",
        message_id=message_id(key),
        priority=sort.priority,
        sensitive=sort.sensitive,
        hold_when_ambiguous=sort.ambiguous == "hold",
        posted_at=now,
        next_try=due,
    )
    Letter.objects.bulk_create([letter], ignore_conflicts=True)
    posted = Letter.objects.filter(key=key, oid=letter.oid).exists()
    if posted and due <= now:
        wake(DELIVER)
    return posted


@transaction.atomic
def resend(*, letter: Letter, actor: models.Model | None, now: datetime) -> None:
    """Put a failed or uncertain letter back into the queue, as it is and under the same Message-ID.

    Refuses sensitive letters (their content is gone; a new one is asked for where it came from) and
    letters that are sent or on their way.
    """
    if letter.sensitive:
        raise Refused(_("This letter held a code or a link that has expired. Ask for a new one."))
    before = letter.state
    again = Letter.objects.filter(
        pk=letter.pk, state__in=[Letter.State.FAILED, Letter.State.UNCERTAIN]
    ).update(
        state=Letter.State.QUEUED,
        next_try=now,
        first_try_at=None,
        attempts=0,
        ambiguous=0,
        abandoned=0,
        error="",
    )
    if not again:
        raise Stale(_("Only a failed or uncertain letter can be sent again."))
    letter.refresh_from_db()
    audit.record(
        verb="mail.resent",
        subject=letter,
        context=dereference(letter.shelf) if letter.shelf else None,
        actor=actor,
        now=now,
        before=before,
        after=letter.state,
    )
    wake(DELIVER)
