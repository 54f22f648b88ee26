"""The picture library: what a picture shows, who made it, what may be done with it, and the files readers get."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from museumhub.kit import clock
from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.languages import first_language, site_languages
from museumhub.kit.models import StoredFile
from museumhub.kit.pictures import Format, Rendered, Shown, focus_step, shown
from museumhub.kit.text import comparison_key, one_line
from museumhub.members.models import Organisation, Person
from museumhub.news import rights
from museumhub.news.models.role import edits_news
from museumhub.news.pictures import uses

LONGEST_ALT = 500


class PictureQuerySet(models.QuerySet["Picture"]):
    """Reads like English: `Picture.objects.public(now)`, `Picture.objects.usable_by(person)`."""

    def public(self, now: datetime | None = None) -> PictureQuerySet:
        """Shown by something that the public sees at `now` (without it: at this moment)."""
        at = clock.now() if now is None else now
        return self._any(use.shown(at) for use in uses())

    def used(self) -> PictureQuerySet:
        """Pointed to by anything, published or not."""
        return self._any(use.used() for use in uses())

    def usable_by(self, user: Any) -> PictureQuerySet:
        """Those a person may put into a text and change: of organisations they write for; all for an editor of the news."""
        if edits_news(user):
            return self.all()
        return self.filter(organisation__in=Organisation.objects.acted_for_by(user).values("pk"))

    def visible_to(self, user: Any, now: datetime | None = None) -> PictureQuerySet:
        """Public ones, those of the person's organisations, and all of them for an editor of the news."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.public(now)
        if edits_news(user):
            return self.all()
        own = Organisation.objects.of(user).values("pk")
        return self.public(now) | self.filter(organisation__in=own)

    def with_renditions(self) -> PictureQuerySet:
        """With the files that `shown` needs: one query more, whatever the number."""
        return self.prefetch_related("renditions")

    def due_at(self, now: datetime) -> PictureQuerySet:
        """Those whose files must be made."""
        return self.filter(due_at__lte=now)

    def _any(self, conditions: Any) -> PictureQuerySet:
        either = Q(pk__in=[])
        for condition in conditions:
            either |= condition
        return self.filter(either)


class Picture(models.Model):
    """One picture of the library; an item leads with one, and its text may show others.

    `file` is what was sent until a worker has written it anew; then the whole picture without anything
    but its pixels, and `renditions` are what readers get. `due_at` is when a worker has to look at it
    (moved on while one is at work), empty when there is nothing to do; `trouble` says why there are no files.
    """

    class Trouble(models.TextChoices):
        UNREADABLE = "unreadable", _("The file could not be read to the end.")
        STOPPED = "stopped", _("It stopped the worker each time it was tried.")
        NOT_KEPT = "not_kept", _("There was no space to keep its files.")

    oid = OpaqueIdField()
    title = models.CharField(
        _("title"),
        max_length=160,
        validators=[one_line],
        help_text=_("A few words by which you find it again. Readers do not see them."),
    )
    search_key = models.CharField(max_length=1000, editable=False)
    file = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("file"),
    )
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    alt = models.CharField(
        _("alternative text"),
        max_length=LONGEST_ALT,
        blank=True,
        validators=[one_line],
        help_text=_("What is to be seen, for people who do not see it: one or two sentences."),
    )
    language = models.CharField(
        _("language of the alternative text"),
        max_length=10,
        choices=site_languages,
        default=first_language,
    )
    credit = models.CharField(
        _("credit"),
        max_length=200,
        blank=True,
        validators=[one_line],
        help_text=_("Who made it, as they want to be named: “Ana Marques, Museum of Feathers”."),
    )
    rights = models.CharField(_("rights"), max_length=100, choices=rights.choices, blank=True)
    source_url = models.URLField(
        _("source"),
        max_length=500,
        blank=True,
        help_text=_("The page it comes from, such as that of your online collection."),
    )
    focus_x = models.PositiveSmallIntegerField(
        _("from the left, in per cent"), default=50, validators=[MaxValueValidator(100)]
    )
    focus_y = models.PositiveSmallIntegerField(
        _("from the top, in per cent"), default=50, validators=[MaxValueValidator(100)]
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pictures",
        verbose_name=_("organisation"),
        help_text=_("Whoever writes for it may use and change the picture."),
    )
    uploaded_by = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    created_at = models.DateTimeField(_("uploaded"), editable=False)
    updated_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    due_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    trouble = models.CharField(
        max_length=20, choices=Trouble.choices, blank=True, default="", editable=False
    )

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "-id"], name="picture_of_organisation")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="picture_has_a_title"),
            models.CheckConstraint(
                condition=Q(focus_x__lte=100, focus_y__lte=100), name="picture_focus_inside"
            ),
            models.CheckConstraint(
                condition=Q(width__gt=0, height__gt=0), name="picture_has_a_size"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The key for searching follows what it is found by."""
        words = " ".join((self.title, self.alt, self.credit))
        self.search_key = comparison_key(words)[:1000]
        if (given := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*given, "search_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("news:picture", args=[self.oid])

    @property
    def shown(self) -> Shown | None:
        """What `c-picture` draws; None while there are no files. Reads `renditions` (`with_renditions`)."""
        return shown(
            (one.rendered(self.oid) for one in self.renditions.all()),
            alt=self.alt,
            language=self.language,
            credit=self.credit,
            rights=rights.label(self.rights),
            rights_href=self.rights,
            source_href=self.source_url,
            focus_x=focus_step(self.focus_x),
            focus_y=focus_step(self.focus_y),
        )

    @property
    def lacks(self) -> list[str]:
        """What is missing before it may be published: names of fields."""
        return [name for name in ("alt", "credit", "rights") if not getattr(self, name)]

    @property
    def is_waiting(self) -> bool:
        """A worker has still to make its files."""
        return self.due_at is not None


class Rendition(models.Model):
    """One file of a picture as readers get it. `digest` is that of its content and stands in its address."""

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")
    format = models.CharField(max_length=10, choices=Format.choices)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    digest = models.CharField(max_length=16)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["width", "format"]
        constraints = [
            models.UniqueConstraint(fields=["picture", "format", "width"], name="rendition_once"),
            models.CheckConstraint(
                condition=Q(width__gt=0, height__gt=0), name="rendition_has_a_size"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.picture_id} {self.width} {self.format}"

    def rendered(self, oid: str) -> Rendered:
        """With its address; `oid` is the picture's, which need not be fetched for it."""
        name = f"{self.width}-{self.digest}.{_EXTENSIONS[self.format]}"
        return Rendered(
            self.format, self.width, self.height, reverse("news:rendition", args=[oid, name])
        )


_EXTENSIONS = {"avif": "avif", "webp": "webp", "jpeg": "jpg"}
