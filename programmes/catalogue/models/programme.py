"""A programme: what stays the same from one edition to the next."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frameworks.models import Element, tags_field
from museumhub.kit.text import one_line, refuse_reserved

# Characters of a text in Markdown; kit.markdown says why there is a limit.
LONGEST = 20_000

# Words that stand in an address where a slug could stand as well.
RESERVED = frozenset(
    {
        *("new", "partners", "picture", "edit", "questionnaires", "invitations", "programmes"),
        "organisations",
    }
)


def free_slug(value: str) -> None:
    """Validator: refuse the words the site's own addresses use."""
    refuse_reserved(value, RESERVED)


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Reads like English: `Programme.objects.organised_by(user)`."""

    def published(self) -> ProgrammeQuerySet:
        """Those with at least one published edition."""
        return self.filter(
            pk__in=Programme.objects.filter(editions__published_at__isnull=False).values("pk")
        )

    def organised_by(self, user: Any) -> ProgrammeQuerySet:
        """Those the person organises as a whole; all of them for whoever may change any programme."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.has_perm("catalogue.change_programme"):
            return self.all()
        return self.filter(
            pk__in=Programme.objects.filter(
                roles__person=user, roles__role="organiser", roles__edition=None
            ).values("pk")
        )

    def visible_to(self, user: Any) -> ProgrammeQuerySet:
        """Published ones, and those the person organises as a whole or in one edition."""
        if not getattr(user, "is_authenticated", False):
            return self.published()
        if user.has_perm("catalogue.change_programme"):
            return self.all()
        return self.filter(
            models.Q(pk__in=Programme.objects.published().values("pk"))
            | models.Q(
                pk__in=Programme.objects.filter(roles__person=user, roles__role="organiser").values(
                    "pk"
                )
            )
        )


class Programme(models.Model):
    """A programme of the network, such as a series of workshops or a cohort. Its editions come year after year."""

    slug = models.SlugField(_("address"), max_length=80, unique=True, validators=[free_slug])
    title = models.CharField(_("title"), max_length=160, validators=[one_line])
    summary = models.CharField(
        _("summary"),
        max_length=300,
        validators=[one_line],
        help_text=_("One or two sentences for lists and search engines."),
    )
    description = models.TextField(_("description"), max_length=LONGEST, blank=True)
    topics: models.ManyToManyField[Element, Any] = models.ManyToManyField(
        Element,
        blank=True,
        related_name="programmes",
        limit_choices_to={"kind": Element.Kind.TOPIC},
        verbose_name=_("topics"),
    )
    tags = tags_field()
    language = models.CharField(_("language of these texts"), max_length=10, default="en")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalogue:programme", args=[self.slug])
