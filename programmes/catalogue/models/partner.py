"""Partners: which organisation does what in a programme or in one edition of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.text import one_line
from museumhub.members.models import Organisation
from programmes.catalogue.models.edition import Edition
from programmes.catalogue.models.programme import LONGEST, Programme


class PartnerQuerySet(models.QuerySet["Partner"]):
    def of_edition(self, edition: Edition) -> PartnerQuerySet:
        """Those of the edition itself and those of its whole programme."""
        return self.filter(programme=edition.programme_id).filter(
            Q(edition=None) | Q(edition=edition)
        )

    def published(self) -> PartnerQuerySet:
        """Those the public sees: of published editions, and of whole programmes that have one."""
        return self.filter(
            Q(edition__published_at__isnull=False)
            | Q(edition=None, programme__in=Programme.objects.published().values("pk"))
        )


class Partner(models.Model):
    """An organisation's part in a programme (`edition` is null: in all its editions)."""

    class Kind(models.TextChoices):
        LEAD = "lead", _("Lead")
        HOST = "host", _("Host")
        PARTNER = "partner", _("Partner")
        FUNDER = "funder", _("Funder")

    oid = OpaqueIdField()
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="partners")
    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, null=True, blank=True, related_name="partners"
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="partnerships",
        verbose_name=_("organisation"),
    )
    kind = models.CharField(_("role"), max_length=10, choices=Kind.choices, default=Kind.PARTNER)
    part = models.CharField(
        _("part in a few words"),
        max_length=200,
        blank=True,
        validators=[one_line],
        help_text=_("Such as: holds the first module."),
    )
    note = models.TextField(_("what they do in this programme"), max_length=LONGEST, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "edition", "organisation"], name="partner_once_an_edition"
            ),
            models.UniqueConstraint(
                fields=["programme", "organisation"],
                condition=Q(edition=None),
                name="partner_once_a_programme",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["lead", "host", "partner", "funder"]),
                name="partner_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    def get_absolute_url(self) -> str:
        return reverse("catalogue:partner", args=[self.programme.slug, self.organisation.slug])
