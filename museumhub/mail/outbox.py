"""How a letter moves through the outbox. Each move is one statement, and only the worker whose claim stands makes it.

queued -> sending (claim, lease) -> [handed_at, when the server asks for the text] -> sent
                                 -> queued     the server said not now, or could not be reached
                                 -> failed     the server said no, or the letter cannot be made
                                 -> uncertain  the server took the text and its answer was lost, twice
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from museumhub.mail.diagnosis import Sort
from museumhub.mail.models import Letter
from museumhub.mail.rendering import Rendered

State = Letter.State

ABANDONED = 10  # claims never heard of again after which a letter is parked: it stops its workers
TROUBLES = 60  # attempts whose trouble is kept: all of 48 hours, twice over
PAUSES = (1, 5, 15, 60, 240)  # minutes; the last one again and again
GIVE_UP = timedelta(hours=48)  # after the first try

_RELEASED: dict[str, Any] = {"claim": "", "lease_until": None, "handed_at": None}
_BLANK: dict[str, Any] = {"context": {}, "attachments": [], "subject": "", "text": "", "html": ""}


def lease() -> timedelta:
    """Half as long again as the longest wait for a mail server's answer (EMAIL_TIMEOUT)."""
    return timedelta(seconds=settings.EMAIL_TIMEOUT * 1.5)


def sweep(now: datetime) -> int:
    """Take back the letters of workers that were never heard of again; in ONE statement.

    Two statements would let a lease run out between them, and a letter already handed over go out again.
    `error` names the trouble (a `Sort`), to be said in the reader's language by `diagnosis.of`.
    """
    stops_workers = Q(handed_at__isnull=True, abandoned__gte=ABANDONED - 1)
    hold = Q(handed_at__isnull=False) & (Q(ambiguous__gt=0) | Q(hold_when_ambiguous=True))
    return Letter.objects.filter(state=State.SENDING, lease_until__lt=now).update(
        state=Case(
            When(stops_workers, then=Value(State.FAILED.value)),
            When(hold, then=Value(State.UNCERTAIN.value)),
            default=Value(State.QUEUED.value),
        ),
        error=Case(
            When(stops_workers, then=Value(Sort.STOPPED.value, output_field=models.TextField())),
            When(hold, then=Value(Sort.ANSWER_LOST.value, output_field=models.TextField())),
            default=F("error"),
        ),
        ambiguous=Case(
            When(handed_at__isnull=False, then=F("ambiguous") + 1),
            default=F("ambiguous"),
            output_field=models.PositiveSmallIntegerField(),
        ),
        abandoned=F("abandoned") + 1,
        **_RELEASED,
    )


def claim(now: datetime, limit: int) -> list[Letter]:
    """Up to `limit` due letters, the urgent first, held under a fresh claim until their lease runs out."""
    token = secrets.token_hex(16)
    with transaction.atomic():
        waiting = Letter.objects.due(now)
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        ids = list(waiting.order_by("priority", "id").values_list("id", flat=True)[:limit])
        if not ids:
            return []
        Letter.objects.filter(id__in=ids, state=State.QUEUED).update(
            state=State.SENDING,
            claim=token,
            attempts=F("attempts") + 1,
            first_try_at=Coalesce("first_try_at", now),
            lease_until=now + lease(),
            handed_at=None,
        )
    return list(Letter.objects.filter(claim=token).order_by("priority", "id"))


def hand_over(letter: Letter, rendered: Rendered, now: datetime) -> bool:
    """Record that the server has asked for the text, and keep what it will be given for good.

    False where the claim no longer stands: then the text must not be sent.
    """
    ours = _ours(letter).update(
        handed_at=now, lease_until=now + lease(), **_kept(letter, rendered, now)
    )
    letter.rendered_at = letter.rendered_at or now
    return ours == 1


def sent(letter: Letter, now: datetime) -> None:
    """The server has accepted it. A sensitive letter's content goes now."""
    _finish(letter, state=State.SENT, sent_at=now, error="")


def failed(letter: Letter, sort: Sort, words: str, now: datetime) -> None:
    """The server said no for good, or the letter cannot be made."""
    _finish(letter, state=State.FAILED, **_went_wrong(letter, sort, words, now))


def put_back(letter: Letter, rendered: Rendered, sort: Sort, words: str, now: datetime) -> None:
    """Not now: try again after a pause that grows from a minute to four hours, for 48 hours."""
    since = letter.first_try_at or now
    if now - since >= GIVE_UP:
        failed(letter, sort, words, now)
        return
    _ours(letter).update(
        state=State.QUEUED,
        next_try=now + pause(letter.attempts),
        **_went_wrong(letter, sort, words, now),
        **_RELEASED,
        **_kept(letter, rendered, now),
    )


def answer_lost(letter: Letter, words: str, now: datetime) -> None:
    """The server has the text and did not say whether it accepts: once more, then hold it as uncertain."""
    trouble = _went_wrong(letter, Sort.ANSWER_LOST, words, now)
    if letter.hold_when_ambiguous or letter.ambiguous:
        _finish(letter, state=State.UNCERTAIN, ambiguous=F("ambiguous") + 1, **trouble)
    else:
        _ours(letter).update(
            state=State.QUEUED,
            next_try=now + pause(1),
            ambiguous=F("ambiguous") + 1,
            **trouble,
            **_RELEASED,
        )


def release(untried: Sequence[Letter]) -> None:
    """Put back what was claimed and not tried."""
    Letter.objects.filter(
        pk__in=[letter.pk for letter in untried], claim=untried[0].claim, state=State.SENDING
    ).update(state=State.QUEUED, attempts=F("attempts") - 1, **_RELEASED)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts, give or take a tenth, so that letters do not come back in step."""
    minutes = PAUSES[min(attempts, len(PAUSES)) - 1]
    return timedelta(minutes=minutes * random.uniform(0.9, 1.1))  # noqa: S311


def _went_wrong(letter: Letter, sort: Sort, words: str, now: datetime) -> dict[str, Any]:
    """The trouble of this attempt, added to those before. Only the holder of the claim writes them, so none is lost."""
    trouble = {"at": now.isoformat(), "sort": sort.value, "words": words}
    return {"error": words, "troubles": [*letter.troubles, trouble][-TROUBLES:]}


def _ours(letter: Letter) -> models.QuerySet[Letter]:
    return Letter.objects.filter(pk=letter.pk, state=State.SENDING, claim=letter.claim)


def _finish(letter: Letter, **fields: Any) -> None:
    blanked = _BLANK if letter.sensitive else {}
    _ours(letter).update(**fields, **_RELEASED, **blanked)


def _kept(letter: Letter, rendered: Rendered, now: datetime) -> dict[str, Any]:
    """What is stored at the first attempt: the letter as it reads, never made again."""
    if letter.rendered_at is not None:
        return {}
    return {
        "subject": rendered.subject,
        "text": rendered.text,
        "html": rendered.html,
        "rendered_at": now,
    }
