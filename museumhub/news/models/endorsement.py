"""Who stands behind a statement: organisations, and people whose address is confirmed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.languages import site_languages
from museumhub.kit.text import one_line
from museumhub.members.models import Organisation, Person
from museumhub.news.lifecycle import ENDORSEMENT, STANDS
from museumhub.news.models.item import Item


class EndorsementQuerySet(models.QuerySet["Endorsement"]):
    def standing(self) -> EndorsementQuerySet:
        """Those that count."""
        return self.filter(status=STANDS)

    def of_organisations(self) -> EndorsementQuerySet:
        return self.filter(organisation__isnull=False)

    def of_people(self) -> EndorsementQuerySet:
        return self.filter(organisation__isnull=True)

    def by_link(self, statement: str, oid: str) -> EndorsementQuerySet:
        """The one whose secret stands in the link of a letter, under the statement with this address: whoever holds it owns the address."""
        return (
            self.of_people().filter(statement__slug=statement, oid=oid).select_related("statement")
        )

    def of(self, person: Any) -> EndorsementQuerySet:
        """The person's own, with the account or without."""
        return self.of_people().filter(Q(person=person) | Q(email__iexact=person.email))


class Endorsement(models.Model):
    """One signature under a statement, of an organisation or of a person.

    `oid` of a person's is the secret of the links that confirm and withdraw it. A person's name is shown
    only where they want it; otherwise they are counted.
    """

    oid = OpaqueIdField()
    statement = models.ForeignKey(
        Item, on_delete=models.CASCADE, related_name="endorsements", verbose_name=_("statement")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="endorsements",
        verbose_name=_("organisation"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="endorsements",
        help_text=_("Who signs, or who signed for the organisation."),
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    name = models.CharField(_("name"), max_length=150, blank=True, validators=[one_line])
    affiliation = models.CharField(
        _("what you do, and where"), max_length=150, blank=True, validators=[one_line]
    )
    shown = models.BooleanField(_("show my name"), default=True)
    language = models.CharField(max_length=10, choices=site_languages, blank=True)
    status = models.CharField(
        max_length=20, choices=ENDORSEMENT.choices, default=ENDORSEMENT.initial, editable=False
    )
    asked_at = models.DateTimeField()
    since = models.DateTimeField(_("since"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    times_asked = models.PositiveIntegerField(default=1)

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        ordering = ["since", "id"]
        indexes = [
            models.Index(fields=["statement", "status", "since", "id"], name="endorsement_listed")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "organisation"],
                condition=Q(organisation__isnull=False),
                name="endorsement_once_by_organisation",
            ),
            models.UniqueConstraint(
                fields=["statement", "email"],
                condition=Q(organisation__isnull=True),
                name="endorsement_once_by_address",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, email="", name="")
                | (Q(organisation__isnull=True) & ~Q(email="") & ~Q(name="")),
                name="endorsement_of_one_or_the_other",
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(ENDORSEMENT.statuses)),
                name="endorsement_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status=STANDS) | Q(since__isnull=False),
                name="endorsement_stands_since",
            ),
        ]

    def __str__(self) -> str:
        return self.oid

    @property
    def stands(self) -> bool:
        return self.status == STANDS
