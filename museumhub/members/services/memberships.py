"""Who belongs to an organisation: invitations, requests to join, roles, leaving and being removed.

Every act locks the organisation first, so that two at the same moment can never leave it without an
administrator or make one person a member twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, throttle, urls
from museumhub.kit.lifecycle import advance
from museumhub.kit.refusals import Refused
from museumhub.mail.services import post_letter
from museumhub.members import lifecycle, policies
from museumhub.members.models import Invitation, JoinRequest, Membership, Organisation, Person
from museumhub.members.models.membership import Role
from museumhub.members.services.letters import post_to_person

INVITATION_LASTS = timedelta(days=14)
INVITATIONS_A_DAY = 10
REQUESTS_A_DAY = 10
_SIGNER = signing.Signer(salt="members.invitation")


def invitation_token(invitation: Invitation) -> str:
    """What stands in the letter's link. It is signed and not stored: a copy of the database opens nothing."""
    return _SIGNER.sign(invitation.oid)


def invitation_of(token: str) -> Invitation | None:
    """The invitation a link speaks of, whatever became of it; None for a link that was never ours."""
    try:
        oid = _SIGNER.unsign(token)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("organisation", "inviter").filter(oid=oid).first()


def invite(
    *, organisation: Organisation, actor: Person, email: str, role: str, now: datetime
) -> tuple[Invitation, bool]:
    """Ask an address to join; (invitation, whether it is new).

    An address that has an open invitation gets no second letter. Nothing tells the inviter whether
    the address has an account. Refuses people who do not administer the organisation, an address
    of somebody who belongs to it, and (`TooOften`) more than ten a day for the organisation or the
    inviter.
    """
    address = email.strip().lower()
    with transaction.atomic():
        locked = _lock(organisation)
        _require_administrator(actor, locked)
        if Membership.objects.filter(organisation=locked, person__email=address).exists():
            raise Refused(_("This person belongs to the organisation already."), field="email")
        pending = locked.invitations.filter(email=address, status=lifecycle.PENDING).first()
        if pending is not None:
            if pending.is_open(now):
                return pending, False
            advance(pending, lifecycle=lifecycle.INVITATION, action="lapse", answered_at=now)
        day = timedelta(days=1)
        throttle.spend("invite.organisation", locked.pk, INVITATIONS_A_DAY, day, now=now)
        throttle.spend("invite.person", actor.pk, INVITATIONS_A_DAY, day, now=now)
        reader = Person.objects.filter(email=address, is_active=True).first()
        invitation = Invitation.objects.create(
            organisation=locked,
            email=address,
            role=role,
            language=(reader or actor).language,
            inviter=actor,
            created_at=now,
            expires_at=now + INVITATION_LASTS,
        )
        _post_invitation(invitation, reader=reader, zone=(reader or actor).time_zone, now=now)
        audit.record(
            verb="invited",
            subject=invitation,
            actor=actor,
            context=locked,
            after={"role": role},
            now=now,
        )
    return invitation, True


def accept_invitation(*, invitation: Invitation, actor: Person, now: datetime) -> Membership:
    """Make `actor` a member in the role that was offered; accepting again changes nothing.

    Refuses somebody whose address is another than the invited one, and an invitation that was
    answered, withdrawn or is past its last day. A member keeps the role they have.
    """
    with transaction.atomic():
        organisation = _lock(invitation.organisation)
        current = Invitation.objects.select_for_update().get(pk=invitation.pk)
        _require_addressee(current, actor)
        held = Membership.objects.filter(person=actor, organisation=organisation).first()
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
        membership = held or _join(organisation, actor, current.role, now)
        audit.record(
            verb="invitation_accepted",
            subject=current,
            actor=actor,
            context=organisation,
            after={"role": membership.role},
            now=now,
        )
        if current.inviter is not None:
            post_to_person(
                current.inviter,
                kind="members.invitation_accepted",
                key=f"members.invitation_accepted:{current.pk}",
                context={
                    "person": actor.name or actor.email,
                    "organisation": organisation.name,
                    "people_url": _people_url(organisation),
                },
                about=organisation,
                now=now,
            )
    return membership


def decline_invitation(*, invitation: Invitation, actor: Person, now: datetime) -> None:
    """Say no. The same refusals as for accepting."""
    with transaction.atomic():
        organisation = _lock(invitation.organisation)
        current = Invitation.objects.select_for_update().get(pk=invitation.pk)
        _require_addressee(current, actor)
        _require_open(current, now)
        advance(
            current,
            lifecycle=lifecycle.INVITATION,
            action="decline",
            answered_at=now,
            answered_by=actor,
        )
        audit.record(
            verb="invitation_declined",
            subject=current,
            actor=actor,
            context=organisation,
            now=now,
        )


def withdraw_invitation(*, invitation: Invitation, actor: Person, now: datetime) -> None:
    """Take an invitation back; its link then opens nothing."""
    with transaction.atomic():
        organisation = _lock(invitation.organisation)
        _require_administrator(actor, organisation)
        current = Invitation.objects.select_for_update().get(pk=invitation.pk)
        advance(
            current,
            lifecycle=lifecycle.INVITATION,
            action="withdraw",
            answered_at=now,
            answered_by=actor,
        )
        audit.record(
            verb="invitation_withdrawn",
            subject=current,
            actor=actor,
            context=organisation,
            now=now,
        )


def request_to_join(
    *, organisation: Organisation, actor: Person, message: str, now: datetime
) -> tuple[JoinRequest, bool]:
    """Ask the organisation's administrators; (request, whether it is new).

    Asking again while a request waits changes nothing. Refuses somebody who belongs to it, and
    (`TooOften`) more than ten requests a day.
    """
    with transaction.atomic():
        locked = _lock(organisation)
        if Membership.objects.filter(person=actor, organisation=locked).exists():
            raise Refused(_("You belong to this organisation already."))
        waiting = locked.join_requests.pending().filter(person=actor).first()
        if waiting is not None:
            return waiting, False
        throttle.spend("join.person", actor.pk, REQUESTS_A_DAY, timedelta(days=1), now=now)
        asked = JoinRequest.objects.create(
            organisation=locked, person=actor, message=message, created_at=now
        )
        audit.record(verb="join_requested", subject=asked, actor=actor, context=locked, now=now)
        for reader in _who_answers(locked):
            post_to_person(
                reader,
                kind="members.join_requested",
                key=f"members.join_requested:{asked.pk}:{reader.pk}",
                context={
                    "person": actor.name or actor.email,
                    "email": actor.email,
                    "organisation": locked.name,
                    "message": message,
                    "people_url": _people_url(locked),
                },
                about=locked,
                now=now,
            )
    return asked, True


def approve_request(
    *, join_request: JoinRequest, actor: Person, role: str, now: datetime
) -> Membership:
    """Make the person a member in `role`. Refuses people who do not administer the organisation."""
    with transaction.atomic():
        organisation, asked = _answer(join_request, actor, "approve", now)
        membership = Membership.objects.filter(
            person=asked.person, organisation=organisation
        ).first() or _join(organisation, asked.person, role, now)
        audit.record(
            verb="join_approved",
            subject=asked,
            actor=actor,
            context=organisation,
            after={"role": membership.role},
            now=now,
        )
        _tell_requester(asked, "members.request_approved", now)
    return membership


def decline_request(*, join_request: JoinRequest, actor: Person, now: datetime) -> None:
    """Say no to the person. Refuses people who do not administer the organisation."""
    with transaction.atomic():
        organisation, asked = _answer(join_request, actor, "decline", now)
        audit.record(
            verb="join_declined", subject=asked, actor=actor, context=organisation, now=now
        )
        _tell_requester(asked, "members.request_declined", now)


def withdraw_request(*, join_request: JoinRequest, actor: Person, now: datetime) -> None:
    """Take one's own request back."""
    with transaction.atomic():
        organisation = _lock(join_request.organisation)
        asked = JoinRequest.objects.select_for_update().get(pk=join_request.pk)
        if asked.person_id != actor.pk:
            raise Refused(_("Only the person who asked can withdraw a request."))
        advance(
            asked,
            lifecycle=lifecycle.JOIN_REQUEST,
            action="withdraw",
            answered_at=now,
            answered_by=actor,
        )
        audit.record(
            verb="join_withdrawn", subject=asked, actor=actor, context=organisation, now=now
        )


def change_role(*, membership: Membership, actor: Person, role: str, now: datetime) -> None:
    """Give a member another role. Refuses to take it from the last administrator."""
    with transaction.atomic():
        organisation = _lock(membership.organisation)
        _require_administrator(actor, organisation)
        current = Membership.objects.select_for_update().get(pk=membership.pk)
        before = current.role
        if before == role:
            return
        if before == Role.ADMINISTRATOR:
            _refuse_last_administrator(current)
        current.role = role
        current.save(update_fields=["role"])
        event = audit.record(
            verb="role_changed",
            subject=current,
            actor=actor,
            context=organisation,
            before={"role": before},
            after={"role": role},
            now=now,
        )
        if current.person_id != actor.pk:
            post_to_person(
                current.person,
                kind="members.role_changed",
                key=f"members.role_changed:{event.pk}",
                context={
                    "organisation": organisation.name,
                    "role": role,
                    "organisation_url": urls.absolute(organisation.get_absolute_url()),
                },
                about=organisation,
                now=now,
            )


def remove_member(*, membership: Membership, actor: Person, now: datetime) -> None:
    """End somebody's membership, or one's own (leaving). The last administrator stays."""
    with transaction.atomic():
        organisation = _lock(membership.organisation)
        current = Membership.objects.select_for_update().filter(pk=membership.pk).first()
        if current is None:
            return
        leaving = current.person_id == actor.pk
        if not leaving:
            _require_administrator(actor, organisation)
        if current.role == Role.ADMINISTRATOR:
            _refuse_last_administrator(current)
        event = audit.record(
            verb="member_left" if leaving else "member_removed",
            subject=current,
            actor=actor,
            context=organisation,
            before={"role": current.role, "person": current.person_id},
            now=now,
        )
        current.delete()
        if not leaving:
            post_to_person(
                current.person,
                kind="members.removed",
                key=f"members.removed:{event.pk}",
                context={
                    "organisation": organisation.name,
                    "organisation_url": urls.absolute(organisation.get_absolute_url()),
                },
                about=organisation,
                now=now,
            )


def _lock(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _join(organisation: Organisation, person: Person, role: str, now: datetime) -> Membership:
    """The lock on the organisation makes this the only one who joins it now."""
    membership = Membership.objects.create(
        person=person, organisation=organisation, role=role, since=now
    )
    for waiting in organisation.join_requests.pending().filter(person=person):
        advance(
            waiting,
            lifecycle=lifecycle.JOIN_REQUEST,
            action="approve",
            answered_at=now,
            answered_by=None,
        )
    return membership


def _require_administrator(actor: Person, organisation: Organisation) -> None:
    if not policies.can_administer(actor, organisation):
        raise Refused(_("Only administrators of the organisation can do this."))


def _require_addressee(invitation: Invitation, actor: Person) -> None:
    if invitation.email != actor.email:
        raise Refused(
            _(
                "This invitation went to another address than the one you are signed in with. Sign "
                "out, then open the link again with the invited address."
            )
        )


def _require_open(invitation: Invitation, now: datetime) -> None:
    if invitation.is_open(now):
        return
    sentences = {
        "accepted": _("This invitation has been accepted already."),
        "declined": _("This invitation has been declined."),
        "withdrawn": _("This invitation was withdrawn. Ask whoever invited you for a new one."),
    }
    raise Refused(
        sentences.get(
            invitation.status,
            _("This invitation has run out. Ask whoever invited you for a new one."),
        )
    )


def _refuse_last_administrator(membership: Membership) -> None:
    others = Membership.objects.administrators().filter(organisation=membership.organisation_id)
    if not others.exclude(pk=membership.pk).exists():
        raise Refused(
            _(
                "An organisation needs an administrator, and this is the last one. Make somebody "
                "else an administrator first."
            )
        )


def _answer(
    join_request: JoinRequest, actor: Person, action: str, now: datetime
) -> tuple[Organisation, JoinRequest]:
    organisation = _lock(join_request.organisation)
    _require_administrator(actor, organisation)
    asked = JoinRequest.objects.select_for_update().get(pk=join_request.pk)
    advance(
        asked,
        lifecycle=lifecycle.JOIN_REQUEST,
        action=action,
        answered_at=now,
        answered_by=actor,
    )
    return organisation, asked


def _who_answers(organisation: Organisation) -> list[Person]:
    """Its administrators; where it has none, the administrators of the site."""
    administrators = Person.objects.filter(
        pk__in=organisation.memberships.administrators().values("person")
    ).order_by("pk")
    return list(administrators) or list(
        Person.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    )


def _tell_requester(asked: JoinRequest, kind: str, now: datetime) -> None:
    post_to_person(
        asked.person,
        kind=kind,
        key=f"{kind}:{asked.pk}",
        context={
            "organisation": asked.organisation.name,
            "organisation_url": urls.absolute(asked.organisation.get_absolute_url()),
        },
        about=asked.organisation,
        now=now,
    )


def _post_invitation(
    invitation: Invitation, *, reader: Person | None, zone: str, now: datetime
) -> None:
    inviter = invitation.inviter
    post_letter(
        kind="members.invited",
        key=f"members.invited:{invitation.pk}",
        to=invitation.email,
        name=reader.name if reader is not None else "",
        language=invitation.language,
        time_zone=zone or settings.TIME_ZONE,
        context={
            "inviter": (inviter.name or inviter.email) if inviter is not None else "",
            "organisation": invitation.organisation.name,
            "role": invitation.role,
            "invitation_url": urls.absolute(
                reverse("members:invitation", args=[invitation_token(invitation)])
            ),
        },
        about=invitation.organisation,
        person_id=reader.pk if reader is not None else None,
        now=now,
    )


def _people_url(organisation: Organisation) -> str:
    return urls.absolute(reverse("members:people", args=[organisation.slug]))
