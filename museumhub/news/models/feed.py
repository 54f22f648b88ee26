"""Feeds of members that are pulled into the editors' queue, and the entries that came of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from frameworks.models import Element
from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.languages import site_languages
from museumhub.kit.text import one_line, shortened
from museumhub.members.models import Organisation, Person
from museumhub.news import lifecycle
from museumhub.news.models.item import Item
from museumhub.news.models.role import edits_news


class FeedSourceQuerySet(models.QuerySet["FeedSource"]):
    """Reads like English: `FeedSource.objects.due(now)`."""

    def due(self, now: datetime) -> FeedSourceQuerySet:
        """Switched on, not given up, their time has come, and no worker holds them."""
        return self.filter(
            Q(lease_until__isnull=True) | Q(lease_until__lt=now),
            active=True,
            parked_at__isnull=True,
            next_due__lte=now,
        )

    def kept_by(self, user: Any) -> FeedSourceQuerySet:
        """Those of organisations the person administers, and all of them for an editor of the news."""
        if edits_news(user):
            return self.all()
        return self.filter(organisation__in=Organisation.objects.administered_by(user).values("pk"))


class FeedSource(models.Model):
    """A feed (RSS or Atom) of an organisation, asked once an hour.

    `claim` and `lease_until` belong to the worker that is asking now. `trouble` and `detail` say what
    went wrong at the last attempt (`news.reading.TROUBLES`); a feed that fails for days is parked until
    somebody tries it again.
    """

    oid = OpaqueIdField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="feeds", verbose_name=_("organisation")
    )
    url = models.URLField(_("address of the feed"), max_length=500)
    title = models.CharField(_("title"), max_length=200, blank=True, validators=[one_line])
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=site_languages,
        help_text=_("The language this feed is written in."),
    )
    topics: models.ManyToManyField[Element, Any] = models.ManyToManyField(
        Element, blank=True, related_name="feeds", verbose_name=_("topics")
    )
    active = models.BooleanField(_("switched on"), default=True)
    added_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(_("added"))

    next_due = models.DateTimeField(_("next asked"))
    claim = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was read last")
    read_at = models.DateTimeField(
        null=True, blank=True, help_text="when its entries were last taken from it"
    )
    last_ok = models.DateTimeField(_("last answered"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("failed in a row"), default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=20, blank=True, help_text="a key of news.reading")
    detail = models.CharField(max_length=80, blank=True)
    parked_at = models.DateTimeField(_("given up"), null=True, blank=True)

    objects = FeedSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("feed of a member")
        verbose_name_plural = _("feeds of members")
        ordering = ["organisation__name_key", "title", "pk"]
        indexes = [models.Index(fields=["active", "next_due"], name="feedsource_due")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "url"], name="feedsource_once"),
            models.CheckConstraint(
                condition=Q(claim="", lease_until__isnull=True)
                | ~Q(claim="") & Q(lease_until__isnull=False),
                name="feedsource_lease_with_claim",
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True)
                | Q(failures__gt=0, failing_since__isnull=False),
                name="feedsource_failing_since",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def short_name(self) -> str:
        """For the way to a page: a feed without a title goes by its address, which may be long."""
        return shortened(str(self), 60)

    @property
    def offset(self) -> timedelta:
        """Its place within the hour: always the same, and far from the next feed's (Fibonacci hashing: Knuth, TAOCP 3, section 6.4)."""
        return timedelta(seconds=self.pk * 2_654_435_761 % 2**32 * 3600 // 2**32)


class PulledEntryQuerySet(models.QuerySet["PulledEntry"]):
    """Reads like English: `PulledEntry.objects.seen_by(editor).waiting()`."""

    def waiting(self) -> PulledEntryQuerySet:
        """Nobody has decided about them."""
        return self.filter(status=lifecycle.NEW)

    def seen_by(self, user: Any) -> PulledEntryQuerySet:
        """All of them for an editor of the news; none for anybody else."""
        return self.all() if edits_news(user) else self.none()


class PulledEntry(models.Model):
    """One entry of a feed, as plain text. It is never public: an editor takes it over as a draft, or dismisses it."""

    oid = OpaqueIdField()
    source = models.ForeignKey(
        FeedSource, on_delete=models.CASCADE, related_name="entries", verbose_name=_("feed")
    )
    guid = models.CharField(
        max_length=200, help_text="what the feed calls it, or a digest where that is longer"
    )
    link = models.URLField(_("link"), max_length=500)
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"), max_length=2000, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    picture_url = models.CharField(max_length=500, blank=True, help_text="never fetched")
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=lifecycle.PULLED.choices,
        default=lifecycle.PULLED.initial,
        editable=False,
    )
    item = models.OneToOneField(
        Item, on_delete=models.SET_NULL, null=True, blank=True, related_name="pulled_from"
    )
    first_seen_at = models.DateTimeField(_("came in"))
    seen_at = models.DateTimeField(help_text="when it last stood in its feed")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = PulledEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a feed")
        verbose_name_plural = _("entries of feeds")
        ordering = ["-first_seen_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "-first_seen_at", "-id"], name="pulledentry_queue"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "guid"], name="pulledentry_once"),
            models.CheckConstraint(
                condition=Q(status__in=list(lifecycle.PULLED.statuses)),
                name="pulledentry_status_known",
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=True) | Q(status=lifecycle.TAKEN),
                name="pulledentry_item_when_taken",
            ),
            models.CheckConstraint(
                condition=Q(link__startswith="http://") | Q(link__startswith="https://"),
                name="pulledentry_link_is_web",
            ),
        ]

    def __str__(self) -> str:
        return self.title
