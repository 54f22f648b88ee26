"""Who may do what with a programme and its editions. `user` may be somebody who is not signed in."""

from __future__ import annotations

from typing import Any

from programmes.catalogue.models import Edition, Programme, ProgrammeRole
from programmes.catalogue.models.role import Role


def _active(user: Any) -> bool:
    return bool(getattr(user, "is_authenticated", False) and user.is_active)


def can_create_programme(user: Any) -> bool:
    """Those the network gave the permission to add programmes."""
    return _active(user) and bool(user.has_perm("catalogue.add_programme"))


def can_organise_programme(user: Any, programme: Programme) -> bool:
    """Organisers of the whole programme, and whoever may change any programme."""
    return Programme.objects.organised_by(user).filter(pk=programme.pk).exists()


def can_organise(user: Any, edition: Edition) -> bool:
    """Organisers of the edition or of its programme, and whoever may change any programme."""
    return Edition.objects.organised_by(user).filter(pk=edition.pk).exists()


def can_see(user: Any, edition: Edition) -> bool:
    """The same as `Edition.objects.visible_to(user)` for one edition: no query for one that is published."""
    return edition.published_at is not None or can_organise(user, edition)


def can_change_scope(user: Any, edition: Edition, scope: int | None) -> bool:
    """Whether somebody who organises `edition` may change a part or a role of the edition with key `scope`, None for the whole programme."""
    if scope is None:
        return can_organise_programme(user, edition.programme)
    if scope != edition.pk:
        return False
    return can_organise(user, edition)


def organises_something(user: Any) -> bool:
    """May enter the organisers' area."""
    if not _active(user):
        return False
    if can_create_programme(user) or user.has_perm("catalogue.change_programme"):
        return True
    return ProgrammeRole.objects.filter(person=user, role=Role.ORGANISER).exists()
