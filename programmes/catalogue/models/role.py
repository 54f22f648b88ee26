"""Who organises, reviews and mentors a programme or one edition, and who has been asked to."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.languages import site_languages
from museumhub.members.models import Person
from programmes.catalogue import lifecycle
from programmes.catalogue.models.edition import Edition
from programmes.catalogue.models.programme import Programme


class Role(models.TextChoices):
    ORGANISER = "organiser", _("Organiser")
    REVIEWER = "reviewer", _("Reviewer")
    MENTOR = "mentor", _("Mentor")


class ProgrammeRole(models.Model):
    """A person's role in one edition, or (`edition` is null) in all editions of a programme."""

    oid = OpaqueIdField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="programme_roles")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="roles")
    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, null=True, blank=True, related_name="roles"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["role", "since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "edition", "role"], name="programmerole_once_an_edition"
            ),
            models.UniqueConstraint(
                fields=["person", "programme", "role"],
                condition=Q(edition=None),
                name="programmerole_once_a_programme",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["organiser", "reviewer", "mentor"]),
                name="programmerole_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.programme_id}"


class RoleInvitationQuerySet(models.QuerySet["RoleInvitation"]):
    def open_at(self, now: datetime) -> RoleInvitationQuerySet:
        """Not answered, and their last day is not over."""
        return self.filter(status=lifecycle.PENDING, expires_at__gt=now)


class RoleInvitation(models.Model):
    """An address is asked to take a role. The link in the letter is signed, not stored."""

    oid = OpaqueIdField()
    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="role_invitations"
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, null=True, blank=True, related_name="role_invitations"
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    language = models.CharField(max_length=10, choices=site_languages)
    inviter = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        max_length=20,
        choices=lifecycle.INVITATION.choices,
        default=lifecycle.INVITATION.initial,
        editable=False,
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = RoleInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to a role")
        verbose_name_plural = _("invitations to a role")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "email", "role"],
                condition=Q(status=lifecycle.PENDING),
                name="roleinvitation_once_an_edition",
            ),
            models.UniqueConstraint(
                fields=["programme", "email", "role"],
                condition=Q(status=lifecycle.PENDING, edition=None),
                name="roleinvitation_once_a_programme",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.oid} {self.programme_id}"

    def is_open(self, now: datetime) -> bool:
        """Can still be answered."""
        return self.status == lifecycle.PENDING and now < self.expires_at
