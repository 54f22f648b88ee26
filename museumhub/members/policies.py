"""Who may do what with an organisation, and who has proved themselves twice.

`user` may always be somebody who is not signed in; the answer is then no.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

from museumhub.kit.prepared import Prepared
from museumhub.members.models import Membership, Organisation
from museumhub.members.models.membership import Role

_MEMBERSHIP = Prepared(
    lambda blank: Membership.objects.filter(
        person=blank.number("person"), organisation=blank.number("organisation")
    )
)


def role_in(user: Any, organisation: Organisation) -> str:
    """The person's role there; empty where there is none."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ""
    membership = _MEMBERSHIP.one(person=user.pk, organisation=organisation.pk)
    return membership.role if membership is not None else ""


def can_administer(user: Any, organisation: Organisation) -> bool:
    """Invite, approve, change roles, remove: administrators of the organisation, and of the site."""
    return is_site_administrator(user) or role_in(user, organisation) == Role.ADMINISTRATOR


def is_site_administrator(user: Any) -> bool:
    """Looks after the whole site, and so after organisations that have no administrator left."""
    return bool(getattr(user, "is_superuser", False) and user.is_active)


def can_act_for(user: Any, organisation: Organisation) -> bool:
    """Write in the organisation's name (its page, its applications): administrators and editors."""
    return role_acts(role_in(user, organisation))


def role_acts(role: str) -> bool:
    """A role that writes in the organisation's name."""
    return role in {Role.ADMINISTRATOR, Role.EDITOR}


def can_edit_organisation(user: Any, organisation: Organisation) -> bool:
    """Change what the organisation's page says: its administrators and editors, and the site's."""
    return is_site_administrator(user) or can_act_for(user, organisation)


def is_member(user: Any, organisation: Organisation) -> bool:
    """Belongs to the organisation, in whatever role."""
    return bool(role_in(user, organisation))


def has_second_factor(user: Any) -> bool:
    """Has a passkey or an authenticator app; recovery codes alone do not count."""
    if not getattr(user, "is_authenticated", False):
        return False
    return bool(
        Authenticator.objects.filter(user=user)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .exists()
    )


def lacks_second_factor(user: Any) -> bool:
    """The site asks organisers for a second factor, and this person has none yet."""
    return bool(settings.ORGANISERS_NEED_SECOND_FACTOR) and not has_second_factor(user)
