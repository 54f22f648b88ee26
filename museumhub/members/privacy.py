"""The personal data of this room: handed out and erased with the person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from museumhub.kit.privacy import Holding, register
from museumhub.members.models import Invitation, JoinRequest, KeptForm, Membership
from museumhub.members.services.privacy import ACCOUNT, blank_account


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant is not None else None


def _export_account(person: Any) -> Iterable[dict[str, Any]]:
    yield {
        "address": person.email,
        "name": person.name,
        "language": person.language,
        "time_zone": person.time_zone,
        "joined": _iso(person.date_joined),
        "last_signed_in": _iso(person.last_login),
        "has_password": person.has_usable_password(),
        "addresses": list(
            EmailAddress.objects.filter(user=person).values("email", "verified", "primary")
        ),
        "second_factors": [
            {"kind": one.type, "added": _iso(one.created_at), "last_used": _iso(one.last_used_at)}
            for one in Authenticator.objects.filter(user=person)
        ],
    }


def _export_memberships(person: Any) -> Iterable[dict[str, Any]]:
    rows = Membership.objects.filter(person=person).select_related("organisation")
    for one in rows.iterator():
        yield {
            "organisation": one.organisation.name,
            "role": one.role,
            "since": _iso(one.since),
        }


def _export_requests(person: Any) -> Iterable[dict[str, Any]]:
    rows = JoinRequest.objects.filter(person=person).select_related("organisation")
    for one in rows.iterator():
        yield {
            "organisation": one.organisation.name,
            "message": one.message,
            "asked": _iso(one.created_at),
            "status": one.status,
        }


def _erase_requests(person: Any, now: datetime) -> None:
    JoinRequest.objects.filter(person=person).delete()


def _export_invitations(person: Any) -> Iterable[dict[str, Any]]:
    rows = Invitation.objects.filter(email=person.email).select_related("organisation")
    for one in rows.iterator():
        yield {
            "organisation": one.organisation.name,
            "address": one.email,
            "role": one.role,
            "invited": _iso(one.created_at),
            "status": one.status,
        }


def _erase_invitations(person: Any, now: datetime) -> None:
    Invitation.objects.filter(email=person.email).delete()


def _export_kept_forms(person: Any) -> Iterable[dict[str, Any]]:
    for one in KeptForm.objects.filter(person=person).iterator():
        yield {"page": one.path, "kept": _iso(one.created_at), "fields": one.data}


def _erase_kept_forms(person: Any, now: datetime) -> None:
    KeptForm.objects.filter(person=person).delete()


def _erase_memberships(person: Any, now: datetime) -> None:
    Membership.objects.filter(person=person).delete()


register(
    Holding(
        name=ACCOUNT,
        fields=frozenset(
            {
                "members.person.email",
                "members.person.name",
                "members.person.language",
                "members.person.time_zone",
                "members.person.password",
                "account.emailaddress.email",
                "mfa.authenticator.data",
            }
        ),
        export=_export_account,
        erase=blank_account,
        purpose=_(
            "Your account: how you sign in, what others call you, and the language and time zone "
            "of pages and letters."
        ),
        kept_for=_("Until you erase your account."),
    )
)
register(
    Holding(
        name="members.memberships",
        fields=frozenset(),
        export=_export_memberships,
        erase=_erase_memberships,
        purpose=_("Which organisations you belong to, and in which role."),
        kept_for=_("Until you leave the organisation or erase your account."),
    )
)
register(
    Holding(
        name="members.requests",
        fields=frozenset({"members.joinrequest.message"}),
        export=_export_requests,
        erase=_erase_requests,
        purpose=_("Your requests to join an organisation, with what you wrote."),
        kept_for=_("Until you erase your account."),
    )
)
register(
    Holding(
        name="members.invitations",
        fields=frozenset({"members.invitation.email"}),
        export=_export_invitations,
        erase=_erase_invitations,
        purpose=_("Invitations that organisations sent to your address."),
        kept_for=_("A year after they were answered or ran out."),
    )
)
register(
    Holding(
        name="members.kept_forms",
        fields=frozenset({"members.keptform.data", "members.keptform.path"}),
        export=_export_kept_forms,
        erase=_erase_kept_forms,
        purpose=_(
            "What you had typed into a form when your session ended, so that it is not lost."
        ),
        kept_for=_("24 hours."),
    )
)
