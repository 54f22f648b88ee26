"""Asking people to organise, review or mentor; their answers; and the end of a role.

Every act locks the programme first, so that two at the same moment never give a role twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from museumhub.kit import audit, throttle, urls, writing
from museumhub.kit.lifecycle import advance
from museumhub.kit.refusals import Gone, Refused
from museumhub.mail.services import post_letter
from museumhub.members.models import Person
from museumhub.members.services import post_to_person
from programmes.catalogue import lifecycle, policies
from programmes.catalogue.models import Edition, Programme, ProgrammeRole, RoleInvitation
from programmes.catalogue.models.role import Role
from programmes.catalogue.services.editions import organised

LASTS = timedelta(days=14)
KEPT_FOR = timedelta(days=365)  # after the last day of an invitation
A_DAY = 30
_SIGNER = signing.Signer(salt="catalogue.role")


def role_token(invitation: RoleInvitation) -> str:
    """What stands in the letter's link. It is signed and not stored: a copy of the database opens nothing."""
    return _SIGNER.sign(invitation.oid)


def role_invitation_of(token: str) -> RoleInvitation | None:
    """The invitation a link speaks of, whatever became of it; None for a link that was never ours."""
    try:
        oid = _SIGNER.unsign(token)
    except signing.BadSignature:
        return None
    return (
        RoleInvitation.objects.select_related("programme", "edition__programme", "inviter")
        .filter(oid=oid)
        .first()
    )


def invite_to_role(
    *,
    edition: Edition,
    actor: Person,
    email: str,
    role: str,
    whole_programme: bool,
    now: datetime,
) -> tuple[RoleInvitation, bool]:
    """Ask an address to take a role in the edition, or in the whole programme; (invitation, whether it is new).

    An address that has an open invitation to the role gets no second letter. Nothing tells the
    inviter whether the address has an account. Refuses an address whose person has the role
    already, and (`TooOften`) more than thirty a day.
    """
    address = email.strip().lower()
    with transaction.atomic():
        programme = writing.lock(Programme, edition.programme_id)
        locked = organised(edition, actor)
        _require_scope(actor, programme, whole_programme)
        scope = None if whole_programme else locked
        held = ProgrammeRole.objects.filter(programme=programme, role=role, person__email=address)
        if held.filter(edition=None).exists() or held.filter(edition=scope).exists():
            raise Refused(_("This person has the role already."), field="email")
        pending = RoleInvitation.objects.filter(
            programme=programme, edition=scope, email=address, role=role, status=lifecycle.PENDING
        ).first()
        if pending is not None:
            if pending.is_open(now):
                return pending, False
            advance(pending, lifecycle=lifecycle.INVITATION, action="lapse", answered_at=now)
        throttle.spend("catalogue.invite", actor.pk, A_DAY, timedelta(days=1), now=now)
        reader = Person.objects.filter(email=address, is_active=True).first()
        invitation = RoleInvitation.objects.create(
            programme=programme,
            edition=scope,
            email=address,
            role=role,
            language=(reader or actor).language,
            inviter=actor,
            created_at=now,
            expires_at=now + LASTS,
        )
        _post(invitation, reader, (reader or actor).time_zone, locked, now)
        _record("role_offered", invitation, actor, locked, now)
    return invitation, True


def accept_role(*, invitation: RoleInvitation, actor: Person, now: datetime) -> ProgrammeRole:
    """Give `actor` the role that was offered; accepting again changes nothing.

    Refuses somebody whose address is another than the invited one, and (`Gone`) an invitation that
    was answered, withdrawn or is past its last day.
    """
    with transaction.atomic():
        programme = writing.lock(Programme, invitation.programme_id)
        current = writing.lock(RoleInvitation, invitation.pk)
        _require_addressee(current, actor)
        held = ProgrammeRole.objects.filter(
            person=actor, programme=programme, edition=current.edition_id, role=current.role
        ).first()
        if current.status == "accepted" and current.answered_by_id == actor.pk and held:
            return held
        _require_open(current, now)
        advance(
            current,
            lifecycle=lifecycle.INVITATION,
            action="accept",
            answered_at=now,
            answered_by=actor,
        )
        given = held or ProgrammeRole.objects.create(
            person=actor,
            programme=programme,
            edition=current.edition,
            role=current.role,
            since=now,
        )
        _record("role_accepted", current, actor, current.edition, now)
        if current.inviter is not None:
            post_to_person(
                current.inviter,
                kind="catalogue.role_accepted",
                key=f"catalogue.role_accepted:{current.pk}",
                context={
                    "person": actor.name or actor.email,
                    "role": current.role,
                    "title": _title(current, current.inviter.language),
                },
                about=current.edition or programme,
                now=now,
            )
    return given


def decline_role(*, invitation: RoleInvitation, actor: Person, now: datetime) -> None:
    """Say no. The same refusals as for accepting."""
    with transaction.atomic():
        writing.lock(Programme, invitation.programme_id)
        current = writing.lock(RoleInvitation, invitation.pk)
        _require_addressee(current, actor)
        _require_open(current, now)
        advance(
            current,
            lifecycle=lifecycle.INVITATION,
            action="decline",
            answered_at=now,
            answered_by=actor,
        )
        _record("role_declined", current, actor, current.edition, now)


def withdraw_role_invitation(
    *, invitation: RoleInvitation, edition: Edition, actor: Person, now: datetime
) -> None:
    """Take an invitation back; its link then opens nothing. Raises `Stale` where it was answered meanwhile."""
    with transaction.atomic():
        writing.lock(Programme, invitation.programme_id)
        locked = organised(edition, actor)
        current = writing.lock(RoleInvitation, invitation.pk)
        _require_scope(actor, current.programme, current.edition_id is None)
        advance(
            current,
            lifecycle=lifecycle.INVITATION,
            action="withdraw",
            answered_at=now,
            answered_by=actor,
        )
        _record("role_invitation_withdrawn", current, actor, locked, now)


def end_role(*, role: ProgrammeRole, edition: Edition, actor: Person, now: datetime) -> None:
    """Take a role away. A programme keeps at least one organiser: the last is refused."""
    with transaction.atomic():
        programme = writing.lock(Programme, role.programme_id)
        locked = organised(edition, actor)
        current = writing.lock(ProgrammeRole, role.pk)
        _require_scope(actor, programme, current.edition_id is None)
        if current.role == Role.ORGANISER and current.edition_id is None:
            others = programme.roles.filter(
                role=Role.ORGANISER, edition=None, person__is_active=True
            ).exclude(pk=current.pk)
            if not others.exists():
                raise Refused(
                    _(
                        "A programme needs an organiser, and this is the last one. Invite somebody "
                        "else first."
                    )
                )
        audit.record(
            verb="catalogue.role_ended",
            subject=current,
            context=locked,
            actor=actor,
            now=now,
            before={"person": current.person_id, "role": current.role},
        )
        current.delete()


def forget_old_invitations(now: datetime) -> int:
    """Delete invitations a year after they ran out, whatever came of them; says how many."""
    return RoleInvitation.objects.filter(expires_at__lt=now - KEPT_FOR).delete()[0]


def _post(
    invitation: RoleInvitation, reader: Person | None, zone: str, shelf: Edition, now: datetime
) -> None:
    inviter = invitation.inviter
    post_letter(
        kind="catalogue.role_offered",
        key=f"catalogue.role_offered:{invitation.pk}",
        to=invitation.email,
        name=reader.name if reader is not None else "",
        person_id=reader.pk if reader is not None else None,
        language=invitation.language,
        time_zone=zone,
        context={
            "inviter": (inviter.name or inviter.email) if inviter is not None else "",
            "role": invitation.role,
            "title": _title(invitation, invitation.language),
            "expires_at": invitation.expires_at.isoformat(),
            "invitation_url": urls.absolute(
                reverse("catalogue:role_invitation", args=[role_token(invitation)])
            ),
        },
        about=invitation,
        shelf=shelf,
        now=now,
    )


def _title(invitation: RoleInvitation, language: str) -> str:
    """What the role is in, in the reader's language."""
    if invitation.edition is None:
        return invitation.programme.title
    with override(language):
        return invitation.edition.full_title


def _record(
    verb: str, invitation: RoleInvitation, actor: Person, context: Edition | None, now: datetime
) -> None:
    audit.record(
        verb=f"catalogue.{verb}",
        subject=invitation,
        context=context or invitation.programme,
        actor=actor,
        now=now,
        after={"role": invitation.role},
    )


def _require_scope(actor: Person, programme: Programme, whole_programme: bool) -> None:
    if whole_programme and not policies.can_organise_programme(actor, programme):
        raise Refused(_("Only organisers of the whole programme can do this."))


def _require_addressee(invitation: RoleInvitation, actor: Person) -> None:
    if invitation.email != actor.email:
        raise Refused(
            _(
                "This invitation went to another address than the one you are signed in with. Sign "
                "out, then open the link again with the invited address."
            )
        )


def _require_open(invitation: RoleInvitation, now: datetime) -> None:
    if invitation.is_open(now):
        return
    sentences = {
        "accepted": _("This invitation has been accepted already."),
        "declined": _("This invitation has been declined."),
        "withdrawn": _("This invitation was withdrawn. Ask whoever invited you for a new one."),
    }
    raise Gone(
        sentences.get(
            invitation.status,
            _("This invitation has run out. Ask whoever invited you for a new one."),
        )
    )
