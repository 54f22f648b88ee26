"""Frameworks, their elements (topics, goals and others), which topic serves which goal, and tags."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager, _TaggableManager
from taggit.models import GenericTaggedItemBase, TagBase

from museumhub.kit.text import comparison_key, one_line


class FrameworkQuerySet(models.QuerySet["Framework"]):
    def visible_to(self, user: Any) -> FrameworkQuerySet:
        """Frameworks are public."""
        return self.all()


class Framework(models.Model):
    """What a network steers by. The one that `leads` gives the site its topics and goals."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200, validators=[one_line])
    language = models.CharField(
        _("language"), max_length=20, help_text=_("A language tag such as en or pt-BR.")
    )
    description = models.TextField(_("description"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True, validators=[one_line])
    source_url = models.URLField(_("address of the source"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True, validators=[one_line])
    version = models.CharField(_("version"), max_length=40, blank=True, validators=[one_line])
    leads = models.BooleanField(_("gives the site its topics"), default=False)
    updated_at = models.DateTimeField(_("last loaded"))

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")
        ordering = ["-leads", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["leads"], condition=models.Q(leads=True), name="framework_one_leads"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("frameworks:framework", args=[self.slug])


class ElementQuerySet(models.QuerySet["Element"]):
    """Reads like English: `Element.objects.topics()`."""

    def current(self) -> ElementQuerySet:
        """Those that have not been retired."""
        return self.filter(retired=False)

    def topics(self) -> ElementQuerySet:
        """The topics of the leading framework in their order, without those retired."""
        return self.current().filter(framework__leads=True, kind=Element.Kind.TOPIC)

    def goals(self) -> ElementQuerySet:
        """The goals of the leading framework in their order, without those retired."""
        return self.current().filter(framework__leads=True, kind=Element.Kind.GOAL)


class Element(models.Model):
    """One topic, goal, principle or theme of a framework. Retired ones keep their address."""

    class Kind(models.TextChoices):
        TOPIC = "topic", _("Topic")
        GOAL = "goal", _("Goal")
        PRINCIPLE = "principle", _("Principle")
        THEME = "theme", _("Theme")

    framework = models.ForeignKey(
        Framework, on_delete=models.CASCADE, related_name="elements", verbose_name=_("framework")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    slug = models.SlugField(_("address"), max_length=80)
    code = models.CharField(_("code"), max_length=20, validators=[one_line])
    name = models.CharField(_("name"), max_length=200, validators=[one_line])
    short_name = models.CharField(
        _("short name"), max_length=60, validators=[one_line], help_text=_("For tags and tables.")
    )
    definition = models.TextField(_("definition"))
    colour = models.CharField(_("colour"), max_length=40, blank=True)
    sign = models.CharField(_("sign"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("order"))
    retired = models.BooleanField(_("retired"), default=False)
    serves: models.ManyToManyField[Element, Serving] = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="served_by",
        through="Serving",
        through_fields=("topic", "goal"),
        verbose_name=_("serves"),
    )

    objects = ElementQuerySet.as_manager()

    class Meta:
        verbose_name = _("element")
        verbose_name_plural = _("elements")
        ordering = ["framework", "kind", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "slug"], name="element_slug_once"),
            models.UniqueConstraint(fields=["framework", "kind", "code"], name="element_code_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["topic", "goal", "principle", "theme"]),
                name="element_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def get_absolute_url(self) -> str:
        """A topic of the site has a page; any other element stands on its framework's page."""
        if self.kind == self.Kind.TOPIC and self.framework.leads:
            return reverse("pages:topic", args=[self.slug])
        return f"{self.framework.get_absolute_url()}#{self.slug}"


class Serving(models.Model):
    """A topic answers a goal. The first in order is the one it answers above all."""

    topic = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="goals_served")
    goal = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="topics_serving")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "goal"], name="serving_once"),
            models.CheckConstraint(
                condition=~models.Q(topic=models.F("goal")), name="serving_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} serves {self.goal_id}"


class Tag(TagBase):  # type: ignore[misc]
    """A free keyword. "Open  data", "open data" and "Open-Data" are one tag: their `key` is the same."""

    name = models.CharField(_("name"), max_length=100, unique=True, validators=[one_line])
    key = models.CharField(max_length=200, unique=True, editable=False)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(key=""), name="tag_key_not_empty")
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The key follows the name."""
        self.name = tidy_tag(self.name)
        self.key = comparison_key(self.name)
        super().save(*args, **kwargs)


class Tagged(GenericTaggedItemBase):  # type: ignore[misc]
    """One tag on one thing."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings")

    class Meta:
        verbose_name = _("tagging")
        verbose_name_plural = _("taggings")
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id", "tag"], name="tagged_once")
        ]


def tidy_tag(name: str) -> str:
    """The name as it is shown: blanks at the ends gone, those inside single."""
    return " ".join(name.split())


class NormalisedTags(_TaggableManager):  # type: ignore[misc]
    """taggit's manager, finding tags by `key` instead of by the exact letters.

    taggit compares names letter by letter, so that a capital or a trailing blank makes a second tag
    (its issues 687 and 936). Names that hold no letter or digit are left out.
    """

    def _to_tag_model_instances(self, tags: Any, tag_kwargs: dict[str, Any]) -> list[Tag]:
        wanted: dict[str, Any] = {}
        for tag in tags:
            key = tag.key if isinstance(tag, Tag) else comparison_key(tag)
            if key:
                wanted.setdefault(key, tag)
        known = {tag.key: tag for tag in Tag.objects.filter(key__in=wanted)}
        for key, tag in wanted.items():
            if key not in known:
                known[key], _made = Tag.objects.get_or_create(
                    key=key, defaults={"name": tidy_tag(str(tag))}
                )
        return [known[key] for key in wanted]

    def remove(self, *tags: Any) -> None:
        """Take tags off, however they are written."""
        super().remove(*[tag.name for tag in self._existing(tags)])

    def _existing(self, tags: Any) -> list[Tag]:
        keys = [tag.key if isinstance(tag, Tag) else comparison_key(tag) for tag in tags]
        return list(Tag.objects.filter(key__in=keys))


def tags_field() -> TaggableManager:
    """The `tags` of a model. Read them with `[tag.name for tag in thing.tags.all()]` after `prefetch_related("tags")`; `names()` asks again for each row."""
    return TaggableManager(
        verbose_name=_("tags"),
        help_text=_("Keywords separated by commas."),
        through=Tagged,
        manager=NormalisedTags,
        blank=True,
    )
