"""What must happen at a time, as rows; when the site last looked; and which process is its ticker."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ScheduledAction(models.Model):
    """One thing to do at `due_at`, once for each `key`.

    `about` is a reference to its subject, `payload` plain JSON for its function, `outcome` what came of
    it. `claim` and `lease_until` belong to the worker that took it; when the lease runs out it is taken
    up again. `not_before` is later than `due_at` after an attempt that went wrong.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CLAIMED = "claimed", _("handed to a worker")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        SKIPPED = "skipped", _("skipped")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(_("kind"), max_length=80)
    about = models.CharField(_("about"), max_length=100, blank=True)
    key = models.CharField(_("key"), max_length=200, unique=True)
    due_at = models.DateTimeField(_("due"))
    not_before = models.DateTimeField()
    payload: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(_("what came of it"), blank=True)
    ran_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("scheduled action")
        verbose_name_plural = _("scheduled actions")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["not_before"], name="schedule_action_due", condition=Q(state="planned")
            ),
            models.Index(
                fields=["lease_until"],
                name="schedule_action_leases",
                condition=Q(state__in=["claimed", "running"]),
            ),
            models.Index(fields=["about", "kind"], name="schedule_action_about"),
        ]
        constraints = [
            models.CheckConstraint(
                name="schedule_action_state",
                condition=Q(
                    state__in=[
                        "planned",
                        "claimed",
                        "running",
                        "done",
                        "skipped",
                        "failed",
                        "cancelled",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="schedule_action_lease_while_taken",
                condition=Q(state__in=["claimed", "running"], lease_until__isnull=False)
                | ~Q(state__in=["claimed", "running"]) & Q(claim="", lease_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class TickRecord(models.Model):
    """When the site last looked for what is due; there is one row, with id 1."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.at.isoformat()


class Lease(models.Model):
    """Which process holds a part that only one may play, such as the ticker, and until when unless it renews."""

    name = models.CharField(max_length=40, unique=True)
    holder = models.CharField(max_length=64)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"
