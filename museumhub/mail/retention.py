"""How and when the outbox forgets whom a letter went to: letters about accounts soon, letters to addresses without an account after a year."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from museumhub.mail.models import Letter, MailboxMessage

SENSITIVE_FOR: Final = timedelta(days=30)
WITHOUT_ACCOUNT_FOR: Final = timedelta(days=365)
_BLANK: Final[dict[str, Any]] = {
    "to": "",
    "name": "",
    "reply_to": "",
    "context": {},
    "attachments": [],
    "subject": "",
    "text": "",
    "html": "",
    "error": "",
    "troubles": [],
    "person_id": None,
}


def forget(now: datetime) -> int:
    """Blank settled letters whose time is over, and say how many. The row stays: its key keeps it from being sent again."""
    old = Q(sensitive=True, posted_at__lt=now - SENSITIVE_FOR) | Q(
        person_id=None, posted_at__lt=now - WITHOUT_ACCOUNT_FOR
    )
    settled = ~Q(state__in=[Letter.State.QUEUED, Letter.State.SENDING])
    return Letter.objects.filter(old, settled).exclude(to="").update(**_BLANK)


def blank(letters: QuerySet[Letter]) -> None:
    """Forget what these letters say and to whom; those still waiting are never sent."""
    letters.filter(state__in=[Letter.State.QUEUED, Letter.State.SENDING]).update(
        state=Letter.State.FAILED, claim="", lease_until=None, handed_at=None
    )
    sent = letters.values_list("message_id", flat=True)
    MailboxMessage.objects.filter(message_id__in=list(sent)).delete()
    letters.update(**_BLANK)
