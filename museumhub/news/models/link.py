"""Addresses outside the site to which news leads, and whether they still lead anywhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.news import lifecycle
from museumhub.news.models.item import Item
from museumhub.news.models.role import edits_news

LONGEST = 1_000  # characters of an address that is looked after


class OutsideLinkQuerySet(models.QuerySet["OutsideLink"]):
    """Reads like English: `OutsideLink.objects.dead().seen_by(user)`."""

    def due(self, now: datetime) -> OutsideLinkQuerySet:
        """Their time has come, and no worker holds them."""
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        return self.filter(free, next_due__lte=now)

    def dead(self) -> OutsideLinkQuerySet:
        """Readers who follow them get nowhere."""
        return self.filter(state=OutsideLink.State.DEAD)

    def seen_by(self, user: Any) -> OutsideLinkQuerySet:
        """All of them for an editor of the news; none for anybody else."""
        return self.all() if edits_news(user) else self.none()


class OutsideLink(models.Model):
    """One address, however many items lead there.

    `state` is what readers would find; it becomes dead only when two checks on different days say so.
    `trouble` and `detail` are those of `kit.fetch`. `claim` and `lease_until` belong to the worker that looks.
    """

    class State(models.TextChoices):
        UNCHECKED = "unchecked", _("not looked at yet")
        ALIVE = "alive", _("leads somewhere")
        UNSURE = "unsure", _("did not answer clearly")
        DEAD = "dead", _("leads nowhere")

    oid = OpaqueIdField()
    url = models.CharField(_("address"), max_length=LONGEST, unique=True)
    items: models.ManyToManyField[Item, Any] = models.ManyToManyField(
        Item, related_name="outside_links"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.UNCHECKED
    )
    trouble = models.CharField(max_length=20, blank=True, help_text="a key of kit.fetch")
    detail = models.CharField(max_length=80, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    next_due = models.DateTimeField()
    claim = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    objects = OutsideLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("outside link")
        verbose_name_plural = _("outside links")
        ordering = ["-checked_at", "pk"]
        indexes = [
            models.Index(fields=["next_due"], name="outsidelink_due"),
            models.Index(fields=["state", "-checked_at"], name="outsidelink_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["unchecked", "alive", "unsure", "dead"]),
                name="outsidelink_state_known",
            ),
            models.CheckConstraint(
                condition=Q(claim="", lease_until__isnull=True)
                | ~Q(claim="") & Q(lease_until__isnull=False),
                name="outsidelink_lease_with_claim",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class LinkSurvey(models.Model):
    """The version of an item whose links are written down."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="link_survey")
    version = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.item_id} {self.version}"


def unsurveyed(now: datetime) -> models.QuerySet[Item]:
    """Public items that say something whose links are not written down yet."""
    return Item.objects.published(now).exclude(link_survey__version=models.F("version"))


def shown_links() -> Q:
    """Of links: some public item leads there."""
    return Q(items__status=lifecycle.PUBLISHED)
