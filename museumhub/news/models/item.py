"""An item of news of any kind: its text, what its kind has beside it, and where it stands in its life."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frameworks.models import Element, Tag, Tagged, tags_field
from museumhub.kit import clock
from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.keys import key
from museumhub.kit.languages import site_languages
from museumhub.kit.models import StoredFile
from museumhub.kit.text import one_line, refuse_reserved
from museumhub.kit.zones import validate_zone
from museumhub.members.models import Organisation, Person
from museumhub.news import kinds, lifecycle
from museumhub.news.models.picture import Picture
from museumhub.news.models.role import edits_news

# Characters of a text in Markdown; kit.markdown says why there is a limit.
LONGEST = 20_000

# Words that are pages below /news/ and /statements/.
RESERVED = frozenset(
    {
        *("new", "edit", "feed", "feeds", "search", "archive", "page", "calendar", "events"),
        *("newsletter", "subscribe", "unsubscribe", "subscriptions", "follow"),
        *("preview", "pictures", "tags", "topics", "statements"),
    }
)


def free_slug(value: str) -> None:
    """Validator: refuse the words the site's own addresses use."""
    refuse_reserved(value, RESERVED)


class ItemQuerySet(models.QuerySet["Item"]):
    """Reads like English: `Item.objects.published().in_language("fr").newest()`."""

    def published(self, now: datetime | None = None) -> ItemQuerySet:
        """What the public sees at `now` (without it: at this moment)."""
        return self.filter(
            status=lifecycle.PUBLISHED, published_at__lte=clock.now() if now is None else now
        )

    def named(self, slug: str) -> Item | None:
        """The one at this address."""
        try:
            return self.get(slug=slug)
        except Item.DoesNotExist:
            return None

    def gone(self) -> ItemQuerySet:
        """Was public and is not any more: its address says so, with the reason."""
        return self.filter(withdrawn_at__isnull=False).exclude(status=lifecycle.PUBLISHED)

    def of_members(self, person: Any) -> ItemQuerySet:
        """Those of organisations the person belongs to, whatever their status."""
        return self.filter(organisation__in=Organisation.objects.of(person).values("pk"))

    def visible_to(self, user: Any, now: datetime | None = None) -> ItemQuerySet:
        """Published ones, those of the person's organisations, and all of them for an editor."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.published(now)
        if edits_news(user):
            return self.all()
        return self.published(now) | self.of_members(user)

    def read_along_by(self, user: Any) -> ItemQuerySet:
        """Those the person sees from inside the news room: of their organisations, and all of them for an editor."""
        return self.all() if edits_news(user) else self.of_members(user)

    def writable_by(self, user: Any) -> ItemQuerySet:
        """Those of organisations the person writes for, and all of them for an editor."""
        if edits_news(user):
            return self.all()
        return self.filter(organisation__in=Organisation.objects.acted_for_by(user).values("pk"))

    def about(self, topic: Element) -> ItemQuerySet:
        """Those under a topic, or under any other element of a framework."""
        return self.filter(topics=topic)

    def tagged(self, *tags: Tag) -> ItemQuerySet:
        """Those that carry one of the keywords."""
        # By a join the database would turn the numbers of one table into those of the other, past every index.
        kind = ContentType.objects.get_for_model(Item)
        tagged = Tagged.objects.filter(tag__in=tags, content_type=kind)
        return self.filter(pk__in=tagged.values("object_id"))

    def originals(self, now: datetime | None = None) -> ItemQuerySet:
        """Each text once: no translation of what is public itself."""
        public = Item.objects.published(now).filter(pk=OuterRef("translation_of"))
        # Asked as "or", the original is looked up for the few translations only; and since nothing translates
        # itself, the second condition changes nothing but keeps PostgreSQL from reading all items at once.
        public = public.exclude(pk=OuterRef("pk"))
        return self.filter(Q(translation_of__isnull=True) | ~Exists(public))

    def newest(self) -> ItemQuerySet:
        """The latest first: the order in which pages and feeds are turned."""
        return self.order_by("-published_at", "-id")


# Columns that hold an empty text where they hold nothing; the others hold NULL.
_TEXTS = frozenset(
    {
        *("time_zone", "place", "online_url", "registration_url", "recording_url"),
        *("link", "authors", "identifier", "resources"),
    }
)


def _empty(field: str) -> Q:
    """The condition that a column holds nothing."""
    return Q(**{field: ""}) if field in _TEXTS else Q(**{f"{field}__isnull": True})


def _of_kinds() -> Iterator[models.CheckConstraint]:
    """A row has only the columns of its kind, and all it needs once it is out (`kinds`)."""
    for field in kinds.COLUMNS:
        yield models.CheckConstraint(
            condition=Q(kind__in=kinds.having(field)) | _empty(field),
            name=f"item_{field}_of_its_kind",
        )
    for kind in kinds.KINDS.values():
        needed = Q()
        for field in kind.required:
            if field not in kinds.RELATIONS:
                needed &= ~_empty(field)
        for group in kind.one_of:
            either = Q()
            for field in group:
                either |= ~_empty(field)
            needed &= either
        if needed:
            yield models.CheckConstraint(
                condition=~Q(kind=kind.key) | ~Q(status__in=lifecycle.OUT) | needed,
                name=f"item_complete_{kind.key}",
            )


class Item(models.Model):
    """One item of news.

    Instants are aware and in UTC; `time_zone` is where those of the item are meant and said. What only
    some kinds have (`kinds.COLUMNS`) is empty for all others, held by constraints made from that table.
    `published_at` is the public instant, of a scheduled item the one to come.
    """

    oid = OpaqueIdField()
    slug = models.SlugField(_("address"), max_length=100, unique=True, validators=[free_slug])
    kind = models.CharField(_("kind"), max_length=20, choices=kinds.choices())
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=site_languages,
        blank=True,
        help_text=_("The language this text is written in."),
    )
    title = models.CharField(_("title"), max_length=160, validators=[one_line])
    teaser = models.CharField(
        _("teaser"),
        max_length=300,
        blank=True,
        validators=[one_line],
        help_text=_("One or two sentences for cards, feeds and search engines."),
    )
    # Words of title and teaser, and those of the place apart (`kit.keys`).
    words_key = models.TextField(default="", db_default="", editable=False)
    body = models.TextField(_("text"), max_length=LONGEST, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="news",
        verbose_name=_("publisher"),
        help_text=_("The organisation that publishes; without one, the network itself."),
    )
    topics: models.ManyToManyField[Element, Any] = models.ManyToManyField(
        Element, blank=True, related_name="news", verbose_name=_("topics")
    )
    tags = tags_field()
    picture = models.ForeignKey(
        Picture,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("picture"),
    )
    # Kept in step with what the texts name (services.items.write): whoever may read them sees these.
    text_pictures: models.ManyToManyField[Picture, Any] = models.ManyToManyField(
        Picture, blank=True, editable=False, related_name="in_texts"
    )
    author = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="news_written",
        verbose_name=_("author"),
    )
    translation_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("translation of"),
    )
    source_name = models.CharField(
        _("source"),
        max_length=200,
        blank=True,
        validators=[one_line],
        help_text=_("Where it appeared first, for what was taken from a member's feed."),
    )
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)

    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    closes_at = models.DateTimeField(_("open until"), null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_zone],
        help_text=_("The times are said and meant in this zone."),
    )
    dated = models.DateField(_("date"), null=True, blank=True)
    place = models.CharField(
        _("place"),
        max_length=200,
        blank=True,
        validators=[one_line],
        help_text=_("House, street and town."),
    )
    online_url = models.URLField(_("address of the online room"), max_length=500, blank=True)
    registration_url = models.URLField(_("address of the registration"), max_length=500, blank=True)
    recording_url = models.URLField(_("address of the recording"), max_length=500, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    file = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )
    authors = models.CharField(
        _("authors"),
        max_length=500,
        blank=True,
        validators=[one_line],
        help_text=_("As they should be cited, separated by semicolons."),
    )
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1500), MaxValueValidator(2200)],
    )
    identifier = models.CharField(
        _("identifier"),
        max_length=120,
        blank=True,
        validators=[one_line],
        help_text=_("A DOI or ISBN."),
    )
    resources = models.TextField(
        _("resources"),
        max_length=LONGEST,
        blank=True,
        help_text=_("What the initiative offers, kept up to date."),
    )
    resources_updated_at = models.DateTimeField(
        _("resources updated"), null=True, blank=True, editable=False
    )
    result = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="result_of",
        verbose_name=_("result"),
        help_text=_("The item that says what came of it."),
    )
    partners: models.ManyToManyField[Organisation, Any] = models.ManyToManyField(
        Organisation, blank=True, related_name="news_partnered", verbose_name=_("partners")
    )

    status = models.CharField(
        _("status"),
        max_length=20,
        choices=lifecycle.ITEM.choices,
        default=lifecycle.ITEM.initial,
        editable=False,
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(
        _("reason for the withdrawal"),
        max_length=500,
        blank=True,
        editable=False,
        help_text=_("Readers who follow a link to it read this."),
    )
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of news")
        verbose_name_plural = _("news")
        ordering = ["-published_at", "-id"]
        # The status comes first in each: a partial index would serve PostgreSQL only, since SQLite does
        # not see in a bound parameter that the row is published.
        indexes = [
            models.Index(fields=["status", "-published_at", "-id"], name="item_newest"),
            models.Index(fields=["status", "kind", "-published_at", "-id"], name="item_by_kind"),
            models.Index(
                fields=["status", "language", "-published_at", "-id"], name="item_by_language"
            ),
            models.Index(
                fields=["organisation", "status", "-published_at", "-id"],
                name="item_by_organisation",
            ),
            models.Index(fields=["status", "starts_at", "id"], name="item_by_start"),
            models.Index(fields=["status", "ends_at", "id"], name="item_by_end"),
            models.Index(fields=["status", "closes_at", "id"], name="item_by_closing"),
            # What feeds say of their last change.
            models.Index(fields=["status", "-updated_at"], name="item_by_change"),
            models.Index(
                fields=["-withdrawn_at"],
                name="item_by_withdrawal",
                condition=Q(withdrawn_at__isnull=False),
            ),
            models.Index(fields=["status", "submitted_at", "id"], name="item_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(kinds.KINDS)), name="item_kind_known"),
            models.CheckConstraint(
                condition=Q(status__in=list(lifecycle.ITEM.statuses)), name="item_status_known"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="item_has_a_title"),
            models.CheckConstraint(
                condition=~Q(status__in=lifecycle.OUT)
                | (Q(published_at__isnull=False) & ~Q(language="") & ~Q(teaser="")),
                name="item_out_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
                name="item_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(starts_at__isnull=True)
                | Q(ends_at__gte=F("starts_at")),
                name="item_ends_after_start",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True, closes_at__isnull=True)
                | ~Q(status__in=lifecycle.OUT)
                | ~Q(time_zone=""),
                name="item_times_have_a_zone",
            ),
            models.CheckConstraint(
                condition=Q(translation_of__isnull=True) | ~Q(translation_of=F("id")),
                name="item_translates_another",
            ),
            models.CheckConstraint(
                condition=Q(result__isnull=True) | ~Q(result=F("id")), name="item_result_is_another"
            ),
            *_of_kinds(),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What lists are narrowed by follows what is written."""
        self.words_key = self.key_of_words()
        if (given := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*given, "words_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        if self.kind == kinds.STATEMENT:
            return reverse("news:statement", args=[self.slug])
        return reverse("news:item", args=[self.slug])

    def key_of_words(self) -> str:
        """What `words_key` is to hold."""
        return key(f"{self.title} {self.teaser}", language=self.language, place=self.place)

    @property
    def of_kind(self) -> kinds.Kind:
        """What the table of kinds says of this one."""
        return kinds.KINDS[self.kind]

    def is_public(self, now: datetime) -> bool:
        """The same as `Item.objects.published(now)`, for one item."""
        return (
            self.status == lifecycle.PUBLISHED
            and self.published_at is not None
            and self.published_at <= now
        )

    def has_closed(self, now: datetime) -> bool:
        """Its closing instant has passed; computed whenever it is asked, never stored."""
        return self.closes_at is not None and now > self.closes_at

    def is_over(self, now: datetime) -> bool:
        """Its last hour has passed."""
        last = self.ends_at or self.starts_at
        return last is not None and now > last
