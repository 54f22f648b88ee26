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
from museumhub.kit.prepared import insert
from museumhub.kit.references import reference
from museumhub.kit.refusals import Refused, Stale
from museumhub.kit.wake import wake
from museumhub.mail import letters, queries
from museumhub.mail.models import Letter

DELIVER = "mail.deliver"

# What changes when a letter is put back into the queue.
_ANEW = (
    "state",
    "next_try",
    "first_try_at",
    "attempts",
    "ambiguous",
    "abandoned",
    "error",
    "times_resent",
)


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
    posted = insert(letter, ignore_conflicts=True)
    if posted and due <= now:
        wake(DELIVER)
    return posted


def resend(*, letter: Letter, actor: models.Model, seen: int, now: datetime) -> bool:
    """Put a failed or uncertain letter back into the queue, as it is and under the same Message-ID.

    `seen` is the letter's `times_resent` when the actor made up their mind: however often they press,
    it goes once, and the later presses return False. It is then tried even where its address has
    bounced before. Refuses sensitive letters (their content is gone; a new one is asked for where it
    came from), letters to somebody who was erased, and (`Stale`) letters that are sent, on their way,
    or were sent again by somebody else since.
    """
    with transaction.atomic():
        locked = Letter.objects.select_for_update().get(pk=letter.pk)
        if locked.sensitive:
            raise Refused(
                _("This letter held a code or a link that has expired. Ask for a new one.")
            )
        if not locked.to:
            raise Refused(
                _("Whom this letter went to has been erased; there is nobody to send it to.")
            )
        if locked.times_resent != seen and _asked_by(actor, locked, seen):
            return False
        _require_unsent(locked, seen)
        before = locked.state
        locked.state = Letter.State.QUEUED
        locked.next_try = now
        locked.first_try_at = None
        locked.attempts = locked.ambiguous = locked.abandoned = 0
        locked.error = ""
        locked.times_resent += 1
        locked.save(update_fields=_ANEW)
        audit.record(
            verb=queries.RESENT,
            subject=locked,
            context=locked.shelf,
            actor=actor,
            now=now,
            before=before,
            after=locked.state,
        )
        wake(DELIVER)
    return True


def _asked_by(actor: models.Model, letter: Letter, seen: int) -> bool:
    """Whether it was the actor who sent the letter again when it had been sent again `seen` times."""
    who = queries.resendings(letter).values_list("actor_id", flat=True)
    return bool(who[seen : seen + 1].first() == actor.pk)


def _require_unsent(letter: Letter, seen: int) -> None:
    if letter.state in {Letter.State.QUEUED, Letter.State.SENDING}:
        raise Stale(_("This letter is waiting to be sent already."))
    if letter.state == Letter.State.SENT:
        raise Stale(_("This letter has been sent. Only one that failed can be sent again."))
    if letter.times_resent != seen:
        raise Stale(_("Somebody else has sent this letter again, and it failed once more."))
