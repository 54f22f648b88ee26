"""Who gets the newsletter, about what and when; and how many letters went out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from frameworks.models import Element
from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.languages import site_languages
from museumhub.kit.zones import validate_zone
from museumhub.members.models import Person
from museumhub.news import kinds
from museumhub.news.rhythm import DAILY, FREQUENCIES, MONTHLY, WEEKLY, Rhythm


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Reads like English: `Subscription.objects.confirmed().of(person)`."""

    def confirmed(self) -> SubscriptionQuerySet:
        """Those whose owner has agreed, and has not left."""
        return self.filter(confirmed_at__isnull=False, ended_at__isnull=True)

    def unconfirmed(self) -> SubscriptionQuerySet:
        """Asked for, and nobody has agreed yet."""
        return self.filter(confirmed_at__isnull=True, ended_at__isnull=True)

    def due(self, now: datetime) -> SubscriptionQuerySet:
        """Their day and hour have come."""
        return self.filter(next_due_at__lte=now)

    def by_link(self, oid: str) -> SubscriptionQuerySet:
        """The one whose secret stands in the links of its letters: whoever holds it owns the address."""
        return self.filter(oid=oid)

    def of(self, person: Any) -> SubscriptionQuerySet:
        """The person's own, made with the account or without."""
        return self.filter(Q(person=person) | Q(email__iexact=person.email)).exclude(email="")


class Subscription(models.Model):
    """One address that gets the newsletter, with what its owner chose.

    `oid` is the secret of the links that confirm, change and end it. No topics or kinds mean all. `day` and
    `hour` are read by `rhythm`. News is told up to `covered_until`; `next_due_at` is the instant of the next
    letter, empty while nobody has confirmed and once it has ended. An ended one has forgotten the address.
    """

    oid = OpaqueIdField()
    email = models.EmailField(_("e-mail address"), blank=True)
    person = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="newsletters",
    )
    topics: models.ManyToManyField[Element, Any] = models.ManyToManyField(
        Element, blank=True, related_name="newsletters", verbose_name=_("topics")
    )
    kinds: models.JSONField[list[str], list[str]] = models.JSONField(
        _("kinds"), default=list, blank=True
    )
    frequency = models.CharField(_("how often"), max_length=10, choices=list(FREQUENCIES.items()))
    day = models.PositiveSmallIntegerField(_("day"))
    hour = models.PositiveSmallIntegerField(_("hour"))
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    language = models.CharField(_("language"), max_length=10, choices=site_languages)
    asked_at = models.DateTimeField()
    times_asked = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    covered_until = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    last_letter_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription to the newsletter")
        verbose_name_plural = _("subscriptions to the newsletter")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["next_due_at", "id"], name="subscription_due"),
            models.Index(fields=["ended_at"], name="subscription_ended"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=~Q(email=""), name="subscription_once"
            ),
            models.CheckConstraint(
                condition=Q(frequency=DAILY, day=0)
                | Q(frequency=WEEKLY, day__lte=6)
                | Q(frequency=MONTHLY, day__gte=1, day__lte=31),
                name="subscription_day_of_its_frequency",
            ),
            models.CheckConstraint(condition=Q(hour__lte=23), name="subscription_hour_of_the_day"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                & ~Q(email="")
                & (
                    Q(
                        confirmed_at__isnull=False,
                        next_due_at__isnull=False,
                        covered_until__isnull=False,
                    )
                    | Q(confirmed_at__isnull=True, next_due_at__isnull=True)
                )
                | Q(
                    ended_at__isnull=False, email="", person__isnull=True, next_due_at__isnull=True
                ),
                name="subscription_due_while_it_holds",
            ),
        ]

    def __str__(self) -> str:
        return self.oid

    @property
    def rhythm(self) -> Rhythm:
        """When its letters come."""
        return Rhythm(self.frequency, self.day, self.hour, self.time_zone)

    @property
    def holds(self) -> bool:
        """Its owner agreed and has not left."""
        return self.confirmed_at is not None and self.ended_at is None

    def kind_labels(self) -> list[str]:
        """The kinds that were chosen, as people read them."""
        return [str(kinds.KINDS[key].plural) for key in self.kinds if key in kinds.KINDS]


class NewsletterDay(models.Model):
    """What went out on one day, by frequency and language: letters, and how many readers had nothing new."""

    day = models.DateField(_("day"))
    frequency = models.CharField(_("how often"), max_length=10, choices=list(FREQUENCIES.items()))
    language = models.CharField(_("language"), max_length=10, choices=site_languages)
    letters = models.PositiveIntegerField(_("letters"), default=0)
    nothing_new = models.PositiveIntegerField(_("nothing new"), default=0)

    class Meta:
        verbose_name = _("day of the newsletter")
        verbose_name_plural = _("days of the newsletter")
        ordering = ["-day", "frequency", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "frequency", "language"], name="newsletterday_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.frequency} {self.language}"
