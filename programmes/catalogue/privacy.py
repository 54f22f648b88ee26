"""The personal data of this room: who organises, reviews and mentors, who was asked to, and who asked.

A role is the person's own and goes with the account; what the person did in it stays in the audit
trail under a number. A programme whose last organiser is erased is still managed by the administrators
of the site, so nobody has to stay for its sake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from museumhub.kit.privacy import Holding, register
from programmes.catalogue.models import ProgrammeRole, RoleInvitation


def _export_roles(person: Any) -> Iterable[dict[str, Any]]:
    rows = ProgrammeRole.objects.filter(person=person).select_related("programme", "edition")
    for one in rows.iterator():
        yield {**_scope(one), "role": one.role, "since": one.since.isoformat()}


def _erase_roles(person: Any, now: datetime) -> None:
    ProgrammeRole.objects.filter(person=person).delete()


def _export_invitations(person: Any) -> Iterator[dict[str, Any]]:
    """Those the person got, with the address they went to; those the person sent or answered, without anybody else's."""
    rows = RoleInvitation.objects.select_related("programme", "edition")
    for one in rows.filter(email=person.email).iterator():
        yield {**_invitation(one), "address": one.email, "language": one.language}
    for one in rows.filter(inviter=person).iterator():
        yield {**_invitation(one), "invited_by_me": True}
    for one in rows.filter(answered_by=person).exclude(email=person.email).iterator():
        yield {**_invitation(one), "answered_by_me": True}


def _erase_invitations(person: Any, now: datetime) -> None:
    """Those to the person go; those the person sent still hold good, and no longer say from whom."""
    RoleInvitation.objects.filter(email=person.email).delete()
    RoleInvitation.objects.filter(inviter=person).update(inviter=None)
    RoleInvitation.objects.filter(answered_by=person).update(answered_by=None)


def _scope(one: ProgrammeRole | RoleInvitation) -> dict[str, Any]:
    return {
        "programme": one.programme.title,
        "edition": one.edition.title if one.edition is not None else None,
    }


def _invitation(one: RoleInvitation) -> dict[str, Any]:
    return {
        **_scope(one),
        "role": one.role,
        "invited": one.created_at.isoformat(),
        "status": one.status,
        "answered": one.answered_at.isoformat() if one.answered_at is not None else None,
    }


register(
    Holding(
        name="catalogue.roles",
        fields=frozenset({"catalogue.programmerole.person"}),
        export=_export_roles,
        erase=_erase_roles,
        purpose=_("To know who organises, reviews and mentors a programme."),
        kept_for=_("Until the role ends or the account is erased."),
    )
)
register(
    Holding(
        name="catalogue.role_invitations",
        fields=frozenset(
            f"catalogue.roleinvitation.{field}"
            for field in ("email", "language", "inviter", "answered_by")
        ),
        export=_export_invitations,
        erase=_erase_invitations,
        purpose=_("To ask somebody to take a role in a programme."),
        kept_for=_("A year after they were answered or ran out."),
    )
)
