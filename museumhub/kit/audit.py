"""Writing the audit trail; called by services inside the transaction of the act itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from museumhub.kit.models import AuditEvent
from museumhub.kit.prepared import insert
from museumhub.kit.references import reference


def record(
    *,
    verb: str,
    subject: models.Model,
    actor: models.Model | None,
    now: datetime,
    context: models.Model | str | None = None,
    before: Any = None,
    after: Any = None,
) -> AuditEvent:
    """Add one event. `before` and `after` hold statuses, dates and ids as plain JSON, never a name, address or answer.

    `context` is a row, or its reference where the caller's room may not know the model.
    """
    event = AuditEvent(
        at=now,
        actor_id=actor.pk if actor is not None else None,
        verb=verb,
        subject=reference(subject),
        context=reference(context) if isinstance(context, models.Model) else context or "",
        before=before,
        after=after,
    )
    insert(event)
    return event
