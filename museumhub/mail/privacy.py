"""The personal data in letters: handed out and blanked with the person they went to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.privacy import Holding, register
from museumhub.mail.mentions import take_out
from museumhub.mail.models import Letter, MailboxMessage, Suppression
from museumhub.mail.retention import blank


def _theirs(person: Any) -> Q:
    return Q(person_id=person.pk) | Q(to__iexact=person.email)


def _export_letters(person: Any) -> Iterable[dict[str, Any]]:
    for letter in Letter.objects.filter(_theirs(person)).order_by("posted_at", "id").iterator():
        yield {
            "kind": letter.kind,
            "to": letter.to,
            "name": letter.name,
            "language": letter.language,
            "time_zone": letter.time_zone,
            "posted_at": letter.posted_at.isoformat(),
            "sent_at": letter.sent_at.isoformat() if letter.sent_at else None,
            "state": letter.state,
            "subject": letter.subject,
            "text": letter.text,
        }


def _erase_letters(person: Any, now: datetime) -> None:
    """Blank every letter to the person, and take the name out of those to others; what was still waiting for the person is never sent."""
    blank(Letter.objects.filter(_theirs(person)))
    take_out(person, now)


def _export_mailbox(person: Any) -> Iterable[dict[str, Any]]:
    for message in MailboxMessage.objects.filter(to__iexact=person.email).iterator():
        yield {
            "to": message.to,
            "subject": message.subject,
            "received_at": message.received_at.isoformat(),
            "message": bytes(message.raw).decode("utf-8", "replace"),
        }


def _erase_mailbox(person: Any, now: datetime) -> None:
    MailboxMessage.objects.filter(to__iexact=person.email).delete()


def _export_suppression(person: Any) -> Iterable[dict[str, Any]]:
    for row in Suppression.objects.filter(address=person.email.lower()):
        yield {"address": row.address, "reason": row.reason, "since": row.since.isoformat()}


def _erase_suppression(person: Any, now: datetime) -> None:
    Suppression.objects.filter(address=person.email.lower()).delete()


register(
    Holding(
        name="mail.letters",
        fields=frozenset(
            f"mail.letter.{field}"
            for field in (
                "to",
                "name",
                "reply_to",
                "language",
                "time_zone",
                "person_id",
                "context",
                "attachments",
                "subject",
                "text",
                "html",
                "error",
                "troubles",
            )
        ),
        export=_export_letters,
        erase=_erase_letters,
        purpose=_("The letters the site sent you, so that their delivery can be checked."),
        kept_for=_(
            "As long as your account; a letter with a code or a link that proves something 30 days, "
            "one to an address without an account a year."
        ),
    )
)
register(
    Holding(
        name="mail.mailbox",
        fields=frozenset(f"mail.mailboxmessage.{field}" for field in ("to", "subject", "raw")),
        export=_export_mailbox,
        erase=_erase_mailbox,
        purpose=_("Letters kept on the site itself, on a demonstration site only."),
        kept_for=_("As long as your account."),
    )
)
register(
    Holding(
        name="mail.suppression",
        fields=frozenset(f"mail.suppression.{field}" for field in ("address", "reason")),
        export=_export_suppression,
        erase=_erase_suppression,
        purpose=_("That a mail server said your address does not exist."),
        kept_for=_("Until letters to you are accepted again, at most as long as your account."),
    )
)
