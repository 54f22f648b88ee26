"""Frameworks, their elements (topics, goals and others), how elements relate within and across frameworks, and tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager, _TaggableManager
from taggit.models import GenericTaggedItemBase, TagBase

from museumhub.kit.text import comparison_key, one_line
from museumhub.kit.urls import absolute

Texts = dict[str, dict[str, str]]
"""Texts by language tag, then by field: {"fr": {"name": "Pas de pauvreté"}}."""


@dataclass(frozen=True)
class Said:
    """A thing in the reader's language as far as it is translated; each part says its language."""

    name: str
    short_name: str
    language: str
    text: str
    text_language: str


def said(own: str, name: str, short_name: str, text: str, translations: Texts, field: str) -> Said:
    """The texts in the language in force, or its base language, or the language `own` they were written in."""
    by_tag = {tag.lower(): tag for tag in translations}
    wanted = (get_language() or own).lower()
    tag = own
    for candidate in (wanted, wanted.split("-")[0]):
        if candidate == own.lower():
            break
        if candidate in by_tag:
            tag = by_tag[candidate]
            break
    found = translations.get(tag, {})
    return Said(
        name=found.get("name", name),
        short_name=found.get("short_name") or found.get("name", short_name),
        language=tag if "name" in found else own,
        text=found.get(field, text),
        text_language=tag if field in found else own,
    )


class FrameworkQuerySet(models.QuerySet["Framework"]):
    def visible_to(self, user: Any) -> FrameworkQuerySet:
        """Frameworks are public."""
        return self.all()


class Framework(models.Model):
    """What a network steers by. The one that `leads` gives the site its topics and goals."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    uri = models.CharField(
        _("identifier"),
        max_length=300,
        blank=True,
        help_text=_(
            "Only where another publisher gives it one; otherwise its address on this site."
        ),
    )
    name = models.CharField(_("name"), max_length=200, validators=[one_line])
    language = models.CharField(
        _("language"), max_length=20, help_text=_("A language tag such as en or pt-BR.")
    )
    description = models.TextField(_("description"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True, validators=[one_line])
    source_url = models.URLField(_("address of the source"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True, validators=[one_line])
    version = models.CharField(_("version"), max_length=40, blank=True, validators=[one_line])
    translations: models.JSONField[Texts, Texts] = models.JSONField(
        _("translations"), default=dict, blank=True
    )
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
            ),
            models.UniqueConstraint(
                fields=["uri"], condition=~models.Q(uri=""), name="framework_uri_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("frameworks:framework", args=[self.slug])

    @property
    def identifier(self) -> str:
        """Its URI: the publisher's, else its permanent address on this site."""
        return self.uri or absolute(self.get_absolute_url())

    @property
    def said(self) -> Said:
        """Name and description (`text`) in the reader's language as far as translated."""
        return said(
            self.language, self.name, self.name, self.description, self.translations, "description"
        )


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
        CONCEPT = "concept", _("Concept")

    framework = models.ForeignKey(
        Framework, on_delete=models.CASCADE, related_name="elements", verbose_name=_("framework")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    slug = models.SlugField(_("address"), max_length=80)
    uri = models.CharField(
        _("identifier"),
        max_length=300,
        blank=True,
        help_text=_(
            "Only where another publisher gives it one; otherwise its address on this site."
        ),
    )
    code = models.CharField(_("code"), max_length=20, validators=[one_line])
    name = models.CharField(_("name"), max_length=200, validators=[one_line])
    short_name = models.CharField(
        _("short name"), max_length=60, validators=[one_line], help_text=_("For tags and tables.")
    )
    definition = models.TextField(_("definition"), blank=True)
    translations: models.JSONField[Texts, Texts] = models.JSONField(
        _("translations"), default=dict, blank=True
    )
    other_names: models.JSONField[dict[str, list[str]], dict[str, list[str]]] = models.JSONField(
        _("other names"), default=dict, blank=True
    )
    colour = models.CharField(_("colour"), max_length=40, blank=True)
    sign = models.CharField(_("sign"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("order"))
    retired = models.BooleanField(_("retired"), default=False)
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
    )
    broader: models.ManyToManyField[Element, Any] = models.ManyToManyField(
        "self", symmetrical=False, related_name="narrower", blank=True, verbose_name=_("part of")
    )
    related: models.ManyToManyField[Element, Any] = models.ManyToManyField(
        "self", symmetrical=True, blank=True, verbose_name=_("related to")
    )
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
            models.UniqueConstraint(
                fields=["framework", "kind", "code"],
                condition=models.Q(retired=False),
                name="element_code_once",
            ),
            models.UniqueConstraint(
                fields=["uri"], condition=~models.Q(uri=""), name="element_uri_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["topic", "goal", "principle", "theme", "concept"]),
                name="element_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def get_absolute_url(self) -> str:
        """A topic of the site has a page among the topics; any other element one in its framework."""
        if self.is_site_topic:
            return reverse("pages:topic", args=[self.slug])
        return self.permanent_path

    @property
    def is_site_topic(self) -> bool:
        """Whether it is a topic of the framework that leads the site. Needs `framework`."""
        return self.kind == self.Kind.TOPIC and self.framework.leads

    @property
    def permanent_path(self) -> str:
        """The address in its framework, which does not depend on which framework leads. Needs `framework`."""
        return reverse("frameworks:element", args=[self.framework.slug, self.slug])

    @property
    def identifier(self) -> str:
        """Its URI: the publisher's, else its permanent address on this site. Needs `framework`."""
        return self.uri or absolute(self.permanent_path)

    @property
    def reference(self) -> str:
        """How files name it: the publisher's URI, or framework/slug. Needs `framework`."""
        return self.uri or f"{self.framework.slug}/{self.slug}"

    @property
    def said(self) -> Said:
        """Names and definition (`text`) in the reader's language as far as translated. Needs `framework`."""
        return said(
            self.framework.language,
            self.name,
            self.short_name,
            self.definition,
            self.translations,
            "definition",
        )


class FormerSlug(models.Model):
    """An address an element once had. It leads to the element for good and is given to no other."""

    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="former")
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="former_slugs")
    slug = models.SlugField(_("address"), max_length=80)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "slug"], name="former_slug_once")
        ]

    def __str__(self) -> str:
        return self.slug


class Mapping(models.Model):
    """An element corresponds to one of another framework, in the sense of a SKOS mapping relation, and why.

    `target` is that element where this site holds it. `reference` is what the file says (a URI, or
    framework/slug) and finds the element when its framework is loaded later.
    """

    class Relation(models.TextChoices):
        """SKOS Reference, section 10. Read as: source, relation, target."""

        EXACT = "exactMatch", _("is the same as")
        CLOSE = "closeMatch", _("is close to")
        BROAD = "broadMatch", _("is part of")
        NARROW = "narrowMatch", _("takes in")
        RELATED = "relatedMatch", _("is related to")

    INVERSE = {
        Relation.BROAD.value: Relation.NARROW.value,
        Relation.NARROW.value: Relation.BROAD.value,
    }

    source = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="mappings")
    relation = models.CharField(_("relation"), max_length=12, choices=Relation.choices)
    reference = models.CharField(_("other element"), max_length=300)
    target = models.ForeignKey(
        Element, on_delete=models.SET_NULL, null=True, blank=True, related_name="mapped_from"
    )
    note = models.TextField(_("why"), blank=True)
    translations: models.JSONField[Texts, Texts] = models.JSONField(default=dict, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "relation", "reference"], name="mapping_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    relation__in=[
                        "exactMatch",
                        "closeMatch",
                        "broadMatch",
                        "narrowMatch",
                        "relatedMatch",
                    ]
                ),
                name="mapping_relation_known",
            ),
            models.CheckConstraint(
                condition=models.Q(target=None) | ~models.Q(target=models.F("source")),
                name="mapping_to_another",
            ),
        ]
        indexes = [models.Index(fields=["reference"], name="mapping_reference")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.relation} {self.reference}"

    def said(self, language: str) -> Said:
        """The reason (`text`) in the reader's language; `language` is that of the framework it comes from."""
        return said(language, "", "", self.note, self.translations, "note")


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
