"""Modules: the parts of an edition, each with its host, its level, its place and its dates."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.text import one_line
from programmes.catalogue.models.edition import Edition
from programmes.catalogue.models.partner import Partner
from programmes.catalogue.models.programme import LONGEST


class Level(models.TextChoices):
    """Digital maturity, in ascending order."""

    RUDIMENTARY = "rudimentary", _("Rudimentary")
    MEDIUM = "medium", _("Medium")
    HIGHER = "higher", _("Higher")


class Module(models.Model):
    """One module. Its days are days where it takes place; `level` is empty where it suits everybody."""

    oid = OpaqueIdField()
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="modules")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=160, validators=[one_line])
    description = models.TextField(_("description"), max_length=LONGEST, blank=True)
    host = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="modules",
        verbose_name=_("host"),
    )
    level = models.CharField(
        _("level of digital maturity"), max_length=20, choices=Level.choices, blank=True
    )
    place = models.CharField(
        _("place"),
        max_length=160,
        blank=True,
        validators=[one_line],
        help_text=_("Town and country, or “online”."),
    )
    address = models.CharField(_("address"), max_length=300, blank=True, validators=[one_line])
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("places"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="module_slug_once"),
            models.CheckConstraint(
                name="module_days_in_order",
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="module_level_known",
                condition=Q(level__in=["", "rudimentary", "medium", "higher"]),
            ),
            models.CheckConstraint(
                name="module_capacity_at_least_one",
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.title
