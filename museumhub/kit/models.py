"""The audit trail (what was done, by whom, when, from what to what), the files people sent, and the buckets of the throttle.

Audit events are only ever added. People and things are named by identifier only, so that erasing a person leaves no name behind.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from museumhub.kit.ids import OpaqueIdField


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def update(self, **values: Any) -> int:
        raise TypeError("An audit event is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("An audit event is never deleted.")


class AuditEvent(models.Model):
    """One act. `subject` is a reference such as `applications.application:17` (see kit.references)."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True, help_text="null: the site itself")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=100)
    context = models.CharField(
        max_length=100, blank=True, help_text="the thing whose organisers may read this event"
    )
    before: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    after: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject", "-at"]),
            models.Index(fields=["context", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An audit event is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("An audit event is never deleted.")


class PublicChange(models.Model):
    """Something of a room that readers see was changed by the transaction that inserted this (see kit.changes)."""

    room = models.CharField(max_length=40, db_default="", help_text="the label of its app")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"change {self.pk}"


class TokenBucket(models.Model):
    """How much of a limit somebody has left; `key` is a digest, never an address (see kit.throttle)."""

    key = models.CharField(max_length=64, unique=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class StoredFile(models.Model):
    """A checked file below MEDIA_ROOT under a random name (see kit.uploads); handed out only by a view with a policy.

    Another room points to it with a foreign key; one that nothing points to is swept away.
    """

    oid = OpaqueIdField()
    name = models.CharField(max_length=150, help_text="as its sender called it, made safe to show")
    kind = models.CharField(max_length=10, help_text="a key of kit.uploads.KINDS")
    size = models.PositiveIntegerField(help_text="bytes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of its content, hexadecimal")
    path = models.CharField(max_length=100, unique=True, help_text="in the default storage")
    stored_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="stored_file_not_empty")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.oid}"
