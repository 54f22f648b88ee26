"""What somebody had typed into a form when the session ended, kept until they have signed in again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.members.models.person import Person


class KeptFormQuerySet(models.QuerySet["KeptForm"]):
    def expired_at(self, now: datetime) -> KeptFormQuerySet:
        return self.filter(expires_at__lte=now)


class KeptForm(models.Model):
    """The fields of one refused POST. Only the browser that sent it, by a signed cookie, gets it back."""

    oid = OpaqueIdField()
    path = models.CharField(max_length=500)
    data: models.JSONField[Any, Any] = models.JSONField(
        help_text="list of [field name, list of values]; no files, no passwords"
    )
    had_files = models.BooleanField(default=False)
    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="kept_forms",
        help_text="who opened it after signing in",
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = KeptFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept form")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.oid
