""" "Remind me": who wants a letter before an event begins or a call closes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.languages import site_languages
from museumhub.kit.zones import validate_zone
from museumhub.members.models import Person
from museumhub.news.models.item import Item


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reads like English: `Reminder.objects.confirmed().of(person)`."""

    def confirmed(self) -> ReminderQuerySet:
        """Those whose address is known to be their owner's."""
        return self.filter(confirmed_at__isnull=False)

    def by_link(self, item: str, oid: str) -> ReminderQuerySet:
        """The one whose secret stands in the link of a letter about the item with this address."""
        return self.filter(item__slug=item, oid=oid).select_related("item")

    def of(self, person: Any) -> ReminderQuerySet:
        """The person's own, with the account or without."""
        return self.filter(Q(person=person) | Q(email__iexact=person.email))


class Reminder(models.Model):
    """One address that wants one letter before the instant of an item (`instant_of`), a day or an hour ahead.

    `oid` is the secret of the links that confirm and stop it.
    """

    class Ahead(models.TextChoices):
        DAY = "day", _("One day before")
        HOUR = "hour", _("One hour before")

    oid = OpaqueIdField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="reminders")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="news_reminders"
    )
    email = models.EmailField(_("e-mail address"))
    ahead = models.CharField(
        _("when"), max_length=10, choices=Ahead.choices, default=Ahead.DAY.value
    )
    language = models.CharField(max_length=10, choices=site_languages)
    time_zone = models.CharField(max_length=64, validators=[validate_zone])
    asked_at = models.DateTimeField()
    times_asked = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "email"], name="reminder_once"),
            models.CheckConstraint(
                condition=Q(ahead__in=["day", "hour"]), name="reminder_ahead_known"
            ),
        ]

    def __str__(self) -> str:
        return self.oid


AHEAD = {Reminder.Ahead.DAY: timedelta(days=1), Reminder.Ahead.HOUR: timedelta(hours=1)}


def instant_of(item: Item) -> datetime | None:
    """What its readers may want to be reminded of: when it begins, or closes."""
    return item.starts_at or item.closes_at


def can_be_reminded(item: Item, now: datetime) -> bool:
    """It is public, and its instant is more than an hour ahead."""
    instant = instant_of(item)
    return (
        item.is_public(now) and instant is not None and instant > now + AHEAD[Reminder.Ahead.HOUR]
    )
