"""An organisation: what it is, where it is, and the identifiers the world knows it by."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.languages import site_languages
from museumhub.kit.models import StoredFile
from museumhub.kit.text import comparison_key, one_line
from museumhub.members.identifiers import check_isil, check_ror, check_wikidata
from museumhub.members.models.person import Person


def host_of(website: str) -> str:
    """The host of an address without `www.`, for comparison; empty for an empty address."""
    host = (urlsplit(website).hostname or "") if website else ""
    return host.removeprefix("www.")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Reads like English: `Organisation.objects.of(person)`. A visitor without an account gets none.

    The administrators of the site (`is_superuser`) may manage every organisation, so that one whose
    last administrator has left can be helped; they act in nobody's name.
    """

    def visible_to(self, user: Any) -> OrganisationQuerySet:
        """The directory of organisations is public."""
        return self.all()

    def of(self, person: Any) -> OrganisationQuerySet:
        """Those the person belongs to, in whatever role."""
        return self._where(person)

    def acted_for_by(self, person: Any) -> OrganisationQuerySet:
        """Those in whose name the person may act: as administrator or editor."""
        return self._where(person, "administrator", "editor")

    def seen_from_inside_by(self, user: Any) -> OrganisationQuerySet:
        """Those whose people the reader may see: members."""
        return self.all() if _runs_the_site(user) else self._where(user)

    def editable_by(self, user: Any) -> OrganisationQuerySet:
        """Those whose page the reader may change: administrators and editors."""
        return self.all() if _runs_the_site(user) else self.acted_for_by(user)

    def administered_by(self, user: Any) -> OrganisationQuerySet:
        """Those whose people the reader manages."""
        return self.all() if _runs_the_site(user) else self._where(user, "administrator")

    def _where(self, person: Any, *roles: str) -> OrganisationQuerySet:
        """Those with a membership of the person, in one of the roles where some are given."""
        if not getattr(person, "is_authenticated", False) or not person.is_active:
            return self.none()
        found = self.filter(memberships__person=person)
        if roles:
            found = self.filter(memberships__person=person, memberships__role__in=roles)
        return found


def _runs_the_site(user: Any) -> bool:
    return bool(getattr(user, "is_superuser", False) and user.is_active)


class Organisation(models.Model):
    """A museum, or another body that takes part. `slug` stands in its public address and stays."""

    class Kind(models.TextChoices):
        MUSEUM = "museum", _("Museum")
        GALLERY = "gallery", _("Gallery")
        LIBRARY = "library", _("Library")
        ARCHIVE = "archive", _("Archive")
        HERITAGE_SITE = "heritage_site", _("Heritage site")
        NETWORK = "network", _("Network or association")
        UNIVERSITY = "university", _("University or college")
        START_UP = "start_up", _("Start-up")
        PUBLIC_BODY = "public_body", _("Public body")
        OTHER = "other", _("Other")

    class SizeBand(models.TextChoices):
        VOLUNTEERS = "volunteers", _("Volunteers only, no paid staff")
        TINY = "tiny", _("1 to 5 paid staff")
        SMALL = "small", _("6 to 20 paid staff")
        MEDIUM = "medium", _("21 to 50 paid staff")
        LARGE = "large", _("51 to 250 paid staff")
        VERY_LARGE = "very_large", _("More than 250 paid staff")

    oid = OpaqueIdField()
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200, validators=[one_line])
    name_key = models.CharField(max_length=400, editable=False, db_index=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    country = CountryField(_("country"))
    place = models.CharField(_("town or city"), max_length=120, blank=True, validators=[one_line])
    place_key = models.CharField(max_length=240, blank=True, editable=False)
    size_band = models.CharField(
        _("size"), max_length=20, choices=SizeBand.choices, blank=True, default=""
    )
    website = models.URLField(_("website"), max_length=300, blank=True)
    website_host = models.CharField(max_length=260, blank=True, editable=False, db_index=True)
    isil = models.CharField("ISIL", max_length=16, blank=True, validators=[check_isil])
    ror = models.CharField("ROR", max_length=9, blank=True, validators=[check_ror])
    wikidata = models.CharField("Wikidata", max_length=16, blank=True, validators=[check_wikidata])
    description = models.TextField(_("description"), max_length=5000, blank=True)
    description_language = models.CharField(
        _("language of the description"), max_length=10, choices=site_languages, blank=True
    )
    # Degrees (WGS 84), five decimals: a metre. Both or neither; without them the country stands in.
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=7,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    logo = models.ForeignKey(
        StoredFile, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("added"))
    created_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=[field],
                condition=~models.Q(**{field: ""}),
                name=f"organisation_{field}_once",
            )
            for field in ("isil", "ror", "wikidata")
        ] + [
            models.CheckConstraint(
                name="organisation_point_on_earth",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180
                ),
            ),
        ]
        # The directory reads a page of one kind or country in the order of names.
        indexes = [
            models.Index(fields=["country", "name_key"], name="organisation_by_country"),
            models.Index(fields=["kind", "name_key"], name="organisation_by_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The keys for comparison follow the name, the place and the website."""
        self.set_keys()
        if (given := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*given, "name_key", "place_key", "website_host"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("members:organisation", args=[self.slug])

    def set_keys(self) -> None:
        """Before rows are written in bulk, which calls no `save`."""
        self.name_key = comparison_key(self.name)[:400]
        self.place_key = comparison_key(self.place)[:240]
        self.website_host = host_of(self.website)

    @property
    def where(self) -> str:
        """ "Ghent, Belgium", or the country alone."""
        return f"{self.place}, {self.country.name}" if self.place else str(self.country.name)


class FormerAddress(models.Model):
    """An address an organisation had before; it leads to the present one and is given to no other."""

    slug = models.SlugField(max_length=80, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="former_addresses"
    )
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self) -> str:
        return self.slug
