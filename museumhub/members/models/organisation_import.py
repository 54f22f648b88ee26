"""A table of organisations on its way in: the file, how far the site has come with it, and what each line would do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.languages import first_language, site_languages
from museumhub.kit.models import StoredFile
from museumhub.members import lifecycle
from museumhub.members.models.organisation import Organisation
from museumhub.members.models.person import Person


class OrganisationImportQuerySet(models.QuerySet["OrganisationImport"]):
    def visible_to(self, user: Any) -> OrganisationImportQuerySet:
        """The administrators of the site see all of them, others none."""
        runs_the_site = getattr(user, "is_superuser", False) and user.is_active
        return self.all() if runs_the_site else self.none()

    def due(self, now: datetime) -> OrganisationImportQuerySet:
        """Those in which the site has something to do, and no worker is at it."""
        return self.filter(Q(lease_until=None) | Q(lease_until__lt=now)).filter(
            status__in=lifecycle.IMPORT_AT_WORK
        )


class OrganisationImport(models.Model):
    """One table. `counts` says how many lines do what, by the names in `ImportFinding.What` and `unchanged`."""

    oid = OpaqueIdField()
    name = models.CharField(max_length=150, help_text="of the file, as its sender called it")
    file = models.ForeignKey(StoredFile, on_delete=models.SET_NULL, null=True, related_name="+")
    started_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=10, choices=site_languages, default=first_language)
    created_at = models.DateTimeField(_("added"))
    status = models.CharField(
        max_length=20,
        choices=lifecycle.IMPORT.choices,
        default=lifecycle.IMPORT.initial,
        editable=False,
    )
    leave_out = models.BooleanField(default=False)
    unknown_columns: models.JSONField[Any, Any] = models.JSONField(default=list)
    counts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    lines_done = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0, help_text="organisations made or changed")
    trouble = models.TextField(blank=True, help_text="why the table was refused or stopped")
    claim = models.CharField(max_length=16, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    objects = OrganisationImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of organisations")
        verbose_name_plural = _("imports of organisations")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def at_work(self) -> bool:
        """The site is at it, or will be in a moment."""
        return self.status in lifecycle.IMPORT_AT_WORK

    def number_of(self, what: str) -> int:
        return int(self.counts.get(what, 0))

    @property
    def blocked(self) -> int:
        """Lines that must be put right, decided, or left out."""
        return self.number_of("wrong") + self.number_of("held")

    @property
    def does_something(self) -> bool:
        return bool(self.number_of("created") + self.number_of("updated"))


class ImportFinding(models.Model):
    """One thing to know of one line: a fault, an organisation it looks like, a change, or that it is new."""

    class What(models.TextChoices):
        WRONG = "wrong", _("Wrong")
        HELD = "held", _("To decide")
        UPDATED = "updated", _("To change")
        CREATED = "created", _("New")

    organisation_import = models.ForeignKey(
        OrganisationImport, on_delete=models.CASCADE, related_name="findings"
    )
    line = models.PositiveIntegerField()
    what = models.CharField(max_length=10, choices=What.choices)
    name = models.CharField(max_length=200, blank=True)
    column = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("finding of an import")
        verbose_name_plural = _("findings of an import")
        ordering = ["line", "pk"]
        indexes = [
            models.Index(fields=["organisation_import", "what", "line"], name="import_finding_list")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_import_id}:{self.line} {self.what}"
