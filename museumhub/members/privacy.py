"""The personal data of this room: handed out and erased with the person."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.privacy import Holding, register
from museumhub.kit.text import standing_alone
from museumhub.mail.models import Letter
from museumhub.mail.retention import blank
from museumhub.members.models import (
    Invitation,
    JoinRequest,
    KeptForm,
    Membership,
    Organisation,
    OrganisationImport,
)
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
        "may_use_the_admin": person.is_staff,
        "groups": list(person.groups.values_list("name", flat=True)),
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
    for added in Organisation.objects.filter(created_by=person).iterator():
        yield {"organisation": added.name, "added_by_me": True, "since": _iso(added.created_at)}


def _erase_memberships(person: Any, now: datetime) -> None:
    Membership.objects.filter(person=person).delete()
    Organisation.objects.filter(created_by=person).update(created_by=None)


def _export_requests(person: Any) -> Iterable[dict[str, Any]]:
    rows = JoinRequest.objects.filter(person=person).select_related("organisation")
    for one in rows.iterator():
        yield {
            "organisation": one.organisation.name,
            "message": one.message,
            "asked": _iso(one.created_at),
            "status": one.status,
        }
    answered = JoinRequest.objects.filter(answered_by=person).exclude(person=person)
    for one in answered.select_related("organisation").iterator():
        yield {
            "organisation": one.organisation.name,
            "answered_by_me": True,
            "answered": _iso(one.answered_at),
            "status": one.status,
        }


def _erase_requests(person: Any, now: datetime) -> None:
    """The message goes with the request, also from the letter that told the administrators."""
    asked = JoinRequest.objects.filter(person=person)
    for one in asked:
        blank(Letter.objects.filter(key__startswith=f"members.join_requested:{one.pk}:"))
    asked.delete()
    JoinRequest.objects.filter(answered_by=person).update(answered_by=None)


def _export_invitations(person: Any) -> Iterable[dict[str, Any]]:
    """Those the person got, with the address they went to; those the person sent or answered, without anybody else's."""
    rows = Invitation.objects.select_related("organisation")
    for one in rows.filter(email=person.email).iterator():
        yield {**_invitation(one), "address": one.email, "language": one.language}
    for one in rows.filter(inviter=person).iterator():
        yield {**_invitation(one), "invited_by_me": True}
    for one in rows.filter(answered_by=person).exclude(email=person.email).iterator():
        yield {**_invitation(one), "answered_by_me": True}


def _invitation(one: Invitation) -> dict[str, Any]:
    return {
        "organisation": one.organisation.name,
        "role": one.role,
        "invited": _iso(one.created_at),
        "status": one.status,
        "answered": _iso(one.answered_at),
    }


def _erase_invitations(person: Any, now: datetime) -> None:
    """Those to the person go; those the person sent still hold good, and no longer say from whom."""
    Invitation.objects.filter(email=person.email).delete()
    Invitation.objects.filter(inviter=person).update(inviter=None)
    Invitation.objects.filter(answered_by=person).update(answered_by=None)


def _export_kept_forms(person: Any) -> Iterable[dict[str, Any]]:
    for one in KeptForm.objects.filter(person=person).iterator():
        yield {"page": one.path, "kept": _iso(one.created_at), "fields": one.data}


def _erase_kept_forms(person: Any, now: datetime) -> None:
    KeptForm.objects.filter(person=person).delete()


def _export_imports(person: Any) -> Iterable[dict[str, Any]]:
    for one in OrganisationImport.objects.filter(started_by=person).iterator():
        yield {"table": one.name, "language": one.language, "sent": _iso(one.created_at)}


def _erase_imports(person: Any, now: datetime) -> None:
    """What was imported stays, and no longer says by whom, nor what the file was called; the trail keeps a number."""
    OrganisationImport.objects.filter(started_by=person).update(started_by=None, name="….csv")


def _export_admin_log(person: Any) -> Iterable[dict[str, Any]]:
    """What the person did there, and what was done there to the account."""
    account = ContentType.objects.get_for_model(person)
    found = LogEntry.objects.filter(
        Q(user=person) | Q(content_type=account, object_id=str(person.pk))
    )
    for one in found.iterator():
        yield {
            "at": _iso(one.action_time),
            "by_me": one.user_id == person.pk,
            "thing": one.object_repr,
            "act": one.get_change_message(),
        }


def _erase_admin_log(person: Any, now: datetime) -> None:
    """The notes stay, also those of the person's own acts, under a number; name and address are taken out."""
    # A message is JSON in ASCII; names in it are escaped.
    names = [form for one in (person.email, person.name) for form in (one, json.dumps(one)[1:-1])]
    named = standing_alone(names)
    for one in LogEntry.objects.only("object_repr", "change_message").iterator():
        if named.search(one.object_repr) or named.search(one.change_message):
            one.object_repr = named.sub("…", one.object_repr)
            one.change_message = named.sub("…", one.change_message)
            one.save(update_fields=["object_repr", "change_message"])


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
                "members.person_groups.person",
                "members.person_user_permissions.person",
                "account.emailaddress.email",
                "account.emailaddress.user",
                "mfa.authenticator.data",
                "mfa.authenticator.user",
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
        fields=frozenset({"members.membership.person", "members.organisation.created_by"}),
        export=_export_memberships,
        erase=_erase_memberships,
        purpose=_("Which organisations you belong to, and in which role."),
        kept_for=_("Until you leave the organisation or erase your account."),
    )
)
register(
    Holding(
        name="members.requests",
        fields=frozenset(
            f"members.joinrequest.{field}" for field in ("person", "message", "answered_by")
        ),
        export=_export_requests,
        erase=_erase_requests,
        purpose=_("Your requests to join an organisation, with what you wrote."),
        kept_for=_("Until you erase your account."),
    )
)
register(
    Holding(
        name="members.invitations",
        fields=frozenset(
            f"members.invitation.{field}"
            for field in ("email", "language", "inviter", "answered_by")
        ),
        export=_export_invitations,
        erase=_erase_invitations,
        purpose=_("Invitations to an organisation: to your address, and those you sent."),
        kept_for=_("A year after they were answered or ran out."),
    )
)
register(
    Holding(
        name="members.kept_forms",
        fields=frozenset(f"members.keptform.{field}" for field in ("person", "path", "data")),
        export=_export_kept_forms,
        erase=_erase_kept_forms,
        purpose=_(
            "What you had typed into a form when your session ended, so that it is not lost."
        ),
        kept_for=_("24 hours."),
    )
)
register(
    Holding(
        name="members.imports",
        fields=frozenset(
            f"members.organisationimport.{field}" for field in ("started_by", "name", "language")
        ),
        export=_export_imports,
        erase=_erase_imports,
        purpose=_("Tables of organisations you sent, as an administrator of the site."),
        kept_for=_("30 days."),
    )
)
register(
    Holding(
        name="members.admin_log",
        fields=frozenset(
            f"admin.logentry.{field}"
            for field in ("user", "object_id", "object_repr", "change_message")
        ),
        export=_export_admin_log,
        erase=_erase_admin_log,
        purpose=_("What the staff of the site changed by hand in its administration."),
        kept_for=_("As long as the site; your name and address are taken out with your account."),
    )
)
