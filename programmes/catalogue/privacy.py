"""The personal data of this room: who organises, reviews and mentors, and who was asked to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from museumhub.kit.privacy import Holding, register
from programmes.catalogue.models import ProgrammeRole, RoleInvitation


def _export_roles(person: Any) -> Iterable[dict[str, Any]]:
    rows = ProgrammeRole.objects.filter(person=person).select_related("programme", "edition")
    for one in rows.iterator():
        yield {
            "programme": one.programme.title,
            "edition": one.edition.title if one.edition is not None else None,
            "role": one.role,
            "since": one.since.isoformat(),
        }


def _erase_roles(person: Any, now: datetime) -> None:
    ProgrammeRole.objects.filter(person=person).delete()


def _export_invitations(person: Any) -> Iterable[dict[str, Any]]:
    rows = RoleInvitation.objects.filter(email=person.email).select_related("programme", "edition")
    for one in rows.iterator():
        yield {
            "programme": one.programme.title,
            "edition": one.edition.title if one.edition is not None else None,
            "address": one.email,
            "role": one.role,
            "invited": one.created_at.isoformat(),
            "status": one.status,
        }


def _erase_invitations(person: Any, now: datetime) -> None:
    RoleInvitation.objects.filter(email=person.email).delete()


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
        fields=frozenset({"catalogue.roleinvitation.email"}),
        export=_export_invitations,
        erase=_erase_invitations,
        purpose=_("To ask somebody to take a role in a programme."),
        kept_for=_("As long as the programme is on the site, or until the account is erased."),
    )
)
