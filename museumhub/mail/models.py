"""The outbox: letters as rows, from being posted to being delivered; and what is known of addresses and servers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, now: datetime) -> LetterQuerySet:
        """Waiting, and their time has come."""
        return self.filter(state=Letter.State.QUEUED, next_try__lte=now)

    def on_shelf(self, shelf: str) -> LetterQuerySet:
        """What the organisers of `shelf` (a reference, see kit.references) may see: never sensitive letters."""
        return self.filter(shelf=shelf, sensitive=False)


class Letter(models.Model):
    """One letter to one person.

    Written by the transaction that causes it, under a unique `key`. Its kind, context, language and
    zone say what it is; subject, text and html are empty until it is first delivered and never change
    afterwards. `claim`, `lease_until` and `handed_at` belong to the worker that is sending it.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain")

    oid = OpaqueIdField()
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    to = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    language = models.CharField(max_length=10)
    time_zone = models.CharField(max_length=64)
    context: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    attachments: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    about = models.CharField(max_length=100, blank=True)
    shelf = models.CharField(max_length=100, blank=True)
    message_id = models.CharField(max_length=255)

    # What the kind said when the letter was posted.
    priority = models.PositiveSmallIntegerField(default=5)
    sensitive = models.BooleanField(default=False)
    hold_when_ambiguous = models.BooleanField(default=False)

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    posted_at = models.DateTimeField()
    next_try = models.DateTimeField()
    first_try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    ambiguous = models.PositiveSmallIntegerField(
        default=0, help_text="times the server took the text and its answer was lost"
    )
    abandoned = models.PositiveSmallIntegerField(
        default=0, help_text="times a worker claimed it and was never heard of again"
    )
    error = models.TextField(blank=True)
    # What went wrong at each attempt, the oldest first: {"at": instant, "sort": see diagnosis, "words": the server's}.
    troubles: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    times_resent = models.PositiveSmallIntegerField(
        default=0, help_text="times somebody put it back into the queue"
    )

    claim = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)

    rendered_at = models.DateTimeField(null=True, blank=True)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-posted_at", "-id"]
        indexes = [
            models.Index(
                fields=["priority", "id"], name="mail_letter_queue", condition=Q(state="queued")
            ),
            models.Index(fields=["next_try"], name="mail_letter_due", condition=Q(state="queued")),
            models.Index(
                fields=["lease_until"], name="mail_letter_leases", condition=Q(state="sending")
            ),
            models.Index(fields=["claim"], name="mail_letter_claim", condition=~Q(claim="")),
            models.Index(fields=["shelf", "state", "-posted_at"], name="mail_letter_shelf"),
            models.Index(fields=["person_id"], name="mail_letter_person"),
            models.Index(fields=["to"], name="mail_letter_to"),
        ]
        constraints = [
            models.CheckConstraint(
                name="mail_letter_state",
                condition=Q(state__in=["queued", "sending", "sent", "failed", "uncertain"]),
            ),
            models.CheckConstraint(
                name="mail_letter_sent_has_instant",
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mail_letter_claim_while_sending",
                condition=Q(state="sending", lease_until__isnull=False) & ~Q(claim="")
                | ~Q(state="sending") & Q(claim="", lease_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def can_be_resent(self) -> bool:
        """It did not arrive for sure, and there still is something to send and somebody to send it to."""
        stuck = self.state in {self.State.FAILED, self.State.UNCERTAIN}
        return stuck and bool(self.to) and not self.sensitive


class Suppression(models.Model):
    """An address that a mail server said does not exist. Letters to it fail at once, account letters excepted."""

    address = models.CharField(max_length=254, unique=True, help_text="in lower case")
    reason = models.TextField()
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"suppression {self.pk}"


class MailServer(models.Model):
    """The breaker of one mail server: while it cannot be reached nobody tries it once per letter."""

    host = models.CharField(max_length=255, unique=True)
    failures = models.PositiveIntegerField(default=0)
    closed_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.host


class MailboxMessageQuerySet(models.QuerySet["MailboxMessage"]):
    def addressed_to(self, text: str) -> MailboxMessageQuerySet:
        """Those whose recipient holds `text`; all of them where it is empty."""
        return self.filter(to__icontains=text) if text else self


class MailboxMessage(models.Model):
    """A letter as it would have gone over the wire, kept on the site itself (EMAIL_URL=mailbox:)."""

    oid = OpaqueIdField()
    to = models.CharField(max_length=254, db_index=True)
    subject = models.TextField(blank=True)
    message_id = models.CharField(max_length=255)
    received_at = models.DateTimeField()
    raw = models.BinaryField()

    objects = MailboxMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [models.Index(fields=["-received_at", "-id"], name="mail_mailbox_newest")]

    def __str__(self) -> str:
        return self.message_id
