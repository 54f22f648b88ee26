"""Who belongs to which organisation, who has been invited, and who asks to join."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.languages import site_languages
from museumhub.members import lifecycle
from museumhub.members.models.organisation import Organisation
from museumhub.members.models.person import Person


class Role(models.TextChoices):
    """What a member of an organisation may do there."""

    ADMINISTRATOR = "administrator", _("Administrator")
    EDITOR = "editor", _("Editor")
    STAFF = "staff", _("Staff")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def administrators(self) -> MembershipQuerySet:
        """Those whose people are active: somebody erased or switched off administers nothing."""
        return self.filter(role=Role.ADMINISTRATOR, person__is_active=True)


class Membership(models.Model):
    """A person belongs to an organisation, once, in one role."""

    oid = OpaqueIdField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    since = models.DateTimeField(_("since"))

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.organisation_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open_at(self, now: datetime) -> InvitationQuerySet:
        """Not answered, and their last day is not over."""
        return self.filter(status=lifecycle.PENDING, expires_at__gt=now)


class Invitation(models.Model):
    """An address is asked to join an organisation. The letter's link is signed, not stored."""

    oid = OpaqueIdField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    language = models.CharField(max_length=10, choices=site_languages)
    inviter = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations_made"
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

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(status=lifecycle.PENDING),
                name="invitation_pending_once",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.oid} {self.organisation_id}"

    def is_open(self, now: datetime) -> bool:
        """Can still be answered."""
        return self.status == lifecycle.PENDING and now < self.expires_at


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def pending(self) -> JoinRequestQuerySet:
        """Nobody has answered them."""
        return self.filter(status=lifecycle.PENDING)

    def visible_to(self, user: Any) -> JoinRequestQuerySet:
        """Those the person made, and those to organisations the person administers."""
        return self.filter(
            models.Q(person=user)
            | models.Q(
                organisation__in=Membership.objects.filter(
                    person=user, role=Role.ADMINISTRATOR
                ).values("organisation")
            )
        )


class JoinRequest(models.Model):
    """A person asks to belong to an organisation; an administrator of it answers."""

    oid = OpaqueIdField()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="join_requests"
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="join_requests")
    message = models.TextField(_("message"), max_length=1000, blank=True)
    status = models.CharField(
        max_length=20,
        choices=lifecycle.JOIN_REQUEST.choices,
        default=lifecycle.JOIN_REQUEST.initial,
        editable=False,
    )
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=models.Q(status=lifecycle.PENDING),
                name="join_request_pending_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.oid} {self.organisation_id}"
