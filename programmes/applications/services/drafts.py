"""Beginning a draft and writing in it. Nothing here is refused because of the deadline: what is typed is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from museumhub.kit.prepared import Prepared, insert
from museumhub.kit.refusals import Refused
from museumhub.kit.throttle import spend
from museumhub.members.models import Organisation, Person
from museumhub.members.policies import can_act_for
from museumhub.questionnaires import scoring
from museumhub.questionnaires.kinds import Raw
from museumhub.questionnaires.models import Response
from museumhub.questionnaires.queries import missing
from museumhub.questionnaires.services import Saved, Seen, save_answers, start_response
from museumhub.questionnaires.structure import scheme_of
from programmes.applications.lifecycle import APPLICATION, BEFORE, OPEN
from programmes.applications.models import (
    MOST_TEAM,
    Application,
    Call,
    Contributor,
    Dossier,
    ModuleChoice,
    TeamMember,
)
from programmes.applications.references import compose
from programmes.applications.refusals import CallClosed
from programmes.applications.services import letters
from programmes.applications.services.working import (
    bump,
    drop_unchanged,
    held,
    note_contributor,
    record,
    writable,
)

Part = Literal["form", "assessment"]
DRAFTS_AN_HOUR = 10


@dataclass(frozen=True)
class Kept:
    """What became of a save, and the phase of the call when it arrived: after the close it is kept, not sent."""

    saved: Saved
    phase: str
    application: Application


def start_draft(
    *, call: Call, organisation: Organisation, actor: Person, now: datetime
) -> Application:
    """A draft for the organisation, with a letter that leads back to it.

    Where the call takes one application for each organisation, the one that exists is returned; so is
    a draft of the same person's in which nothing was written yet. Refuses who may not act for the
    organisation, a call that is not open, and (`TooOften`) an eleventh new draft of one person within an hour.
    """
    with transaction.atomic():
        locked = _locked(call)
        if not can_act_for(actor, organisation):
            raise Refused(
                _("Only administrators and editors of the organisation can apply in its name.")
            )
        if existing := _existing(locked, organisation, actor):
            return existing
        phase = locked.phase(now)
        if phase == BEFORE:
            raise Refused(_("The call has not opened yet."))
        if phase != OPEN:
            raise CallClosed(_("The call has closed; no new application can be begun."))
        spend("applications.draft", actor.pk, DRAFTS_AN_HOUR, timedelta(hours=1), now=now)
        number = locked.last_number + 1
        Call.objects.filter(pk=locked.pk).update(last_number=number)
        dossier = Dossier(
            response=start_response(questionnaire=locked.form, now=now),
            assessment=start_response(questionnaire=locked.assessment, now=now)
            if locked.assessment is not None
            else None,
        )
        insert(dossier)
        application = Application(
            call=locked,
            organisation=organisation,
            slot=1 if locked.one_per_organisation else None,
            created_by=actor,
            reference=compose(locked.reference_prefix, number),
            dossier=dossier,
            started_at=now,
        )
        insert(application)
        insert(Contributor(application=application, person=actor, since=now))
        record("draft_started", application, actor, now, after=application.status)
        letters.draft_started(application, actor, now)
    return application


_LOCKED = Prepared(
    lambda blank: (
        Call.objects.select_for_update(of=("self",))
        .select_related("edition__programme", "form", "assessment")
        .filter(pk=blank.number("call"))
    )
)
_THE_ONE = Prepared(
    lambda blank: Application.objects.filter(
        call=blank.number("call"), organisation=blank.number("organisation")
    )[:1]
)


def _locked(call: Call) -> Call:
    locked = _LOCKED.one(call=call.pk)
    if locked is None:
        raise Call.DoesNotExist
    return locked


def _existing(call: Call, organisation: Organisation, actor: Person) -> Application | None:
    if call.one_per_organisation:
        found = _THE_ONE.one(call=call.pk, organisation=organisation.pk)
    else:
        found = (
            Application.objects.filter(call=call, organisation=organisation)
            .drafts()
            .filter(
                created_by=actor,
                dossier__revision=1,
                dossier__response__answers=None,
                dossier__assessment__answers=None,
            )
            .first()
        )
    if found is not None:
        found.call, found.organisation = call, organisation
    return found


def save_application_answers(
    *,
    application: Application,
    part: Part,
    values: Mapping[str, Raw],
    files: Mapping[str, File[bytes]] | None = None,
    seen: Mapping[str, Seen | int],
    actor: Person,
    now: datetime,
) -> Kept:
    """Save any part of the questions (`form`) or of the self-assessment, whenever it arrives.

    `Kept.phase` tells whether the call still takes it. A stale save writes nothing and brings both texts.
    """
    with transaction.atomic():
        locked = held(application, actor)
        copied = locked.change is None
        dossier = writable(locked, now)
        response = _response(dossier, part)
        saved = save_answers(
            response=response, values=values, files=files, seen=seen, actor_id=actor.pk, now=now
        )
        note_contributor(locked, actor, now)
        if part == "assessment" and saved.saved:
            _calculate(dossier, response)
        if copied:
            drop_unchanged(locked, now)
    return Kept(saved=saved, phase=locked.call.phase(now), application=locked)


def _response(dossier: Dossier, part: Part) -> Response:
    response = dossier.response if part == "form" else dossier.assessment
    if response is None:
        raise Refused(_("This call asks for no self-assessment."))
    return response


def _calculate(dossier: Dossier, assessment: Response) -> None:
    """Keep the level that the assessment gives; none while something required is missing in it."""
    level = ""
    if not missing(assessment):
        band = scoring.overall(assessment).band
        level = band.key if band is not None else ""
    if level != dossier.calculated_level:
        Dossier.objects.filter(pk=dossier.pk).update(calculated_level=level)
        dossier.calculated_level = level


def state_level(
    *, application: Application, level: str, reason: str, seen: int, actor: Person, now: datetime
) -> Application:
    """State another level than the calculated one, with the reason; an empty level agrees with the calculation.

    Refuses a level the assessment does not know, and one without a reason.
    """
    with transaction.atomic():
        locked = held(application, actor)
        copied = locked.change is None
        dossier = writable(locked, now)
        if dossier.assessment is None:
            raise Refused(_("This call asks for no self-assessment."))
        bands = {band.key for band in scheme_of(dossier.assessment.version).bands}
        if level and level not in bands:
            raise Refused(_("Choose one of the levels."), field="level")
        if level and not reason.strip():
            raise Refused(_("Say why you see yourselves at this level."), field="reason")
        bump(dossier, seen=seen, yours={"level": level, "reason": reason})
        dossier.declared_level = level
        dossier.declared_reason = reason.strip() if level else ""
        dossier.save(update_fields=["declared_level", "declared_reason"])
        note_contributor(locked, actor, now)
        if copied:
            drop_unchanged(locked, now)
    return locked


def choose_modules(
    *, application: Application, modules: Sequence[int], seen: int, actor: Person, now: datetime
) -> Application:
    """Put modules (primary keys, the most wanted first) in order; an empty sequence chooses none.

    Refuses modules of another edition, one named twice, and more than the call asks for.
    """
    with transaction.atomic():
        locked = held(application, actor)
        call = locked.call
        if not call.modules_to_rank:
            raise Refused(_("This call does not ask for modules."))
        if len(modules) > call.modules_to_rank:
            raise Refused(_("Choose at most %(most)d modules.") % {"most": call.modules_to_rank})
        if len(set(modules)) != len(modules):
            raise Refused(_("Give each module one place in the order."))
        own = set(call.edition.modules.filter(pk__in=modules).values_list("pk", flat=True))
        if set(modules) - own:
            raise Refused(_("One of the modules is no longer offered. Choose again."))
        copied = locked.change is None
        dossier = writable(locked, now)
        bump(dossier, seen=seen, yours=list(modules))
        dossier.choices.all().delete()
        ModuleChoice.objects.bulk_create(
            ModuleChoice(dossier=dossier, module_id=pk, rank=rank)
            for rank, pk in enumerate(modules, start=1)
        )
        note_contributor(locked, actor, now)
        if copied:
            drop_unchanged(locked, now)
    return locked


def add_team_member(
    *,
    application: Application,
    name: str,
    email: str,
    role: str,
    actor: Person,
    now: datetime,
) -> TeamMember:
    """Name somebody who would take part. Refuses an address named already, and more than MOST_TEAM people."""
    with transaction.atomic():
        locked = held(application, actor)
        if not locked.call.asks_team:
            raise Refused(_("This call does not ask who would take part."))
        dossier = writable(locked, now)
        others = list(dossier.team.all())
        if len(others) >= MOST_TEAM:
            raise Refused(_("Name at most %(most)d people.") % {"most": MOST_TEAM})
        _refuse_named_twice(others, email)
        member = TeamMember.objects.create(
            dossier=dossier,
            person=_person_of(locked, email),
            name=name,
            email=email.lower(),
            role=role,
        )
        _count(dossier)
        note_contributor(locked, actor, now)
    return member


def change_team_member(
    *,
    application: Application,
    member: TeamMember,
    name: str,
    email: str,
    role: str,
    actor: Person,
    now: datetime,
) -> TeamMember:
    """Correct one of the team; refuses somebody a colleague has removed meanwhile, and an address named already."""
    with transaction.atomic():
        locked = held(application, actor)
        dossier = writable(locked, now)
        others = list(dossier.team.all())
        current = next((one for one in others if one.oid == member.oid), None)
        if current is None:
            raise Refused(_("A colleague has removed this person meanwhile. Add them again."))
        _refuse_named_twice([one for one in others if one is not current], email)
        current.person = _person_of(locked, email)
        current.name, current.email, current.role = name, email.lower(), role
        current.save(update_fields=["person", "name", "email", "role"])
        _count(dossier)
        note_contributor(locked, actor, now)
    return current


def remove_team_member(
    *, application: Application, member: TeamMember, actor: Person, now: datetime
) -> None:
    """Take somebody off the team; nothing happens where a colleague did so before."""
    with transaction.atomic():
        locked = held(application, actor)
        dossier = writable(locked, now)
        dossier.team.filter(oid=member.oid).delete()
        _count(dossier)
        note_contributor(locked, actor, now)


def _refuse_named_twice(others: Sequence[TeamMember], email: str) -> None:
    if any(one.email == email.lower() for one in others):
        raise Refused(_("Somebody with this address is on the list already."), field="email")


def _person_of(application: Application, email: str) -> Person | None:
    """The account behind an address, where it is one of the organisation's own people; nobody else's is looked up."""
    return Person.objects.filter(
        email=email.lower(), memberships__organisation=application.organisation_id
    ).first()


def _count(dossier: Dossier) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(revision=F("revision") + 1)


def change_organisation(
    *, application: Application, organisation: Organisation, actor: Person, now: datetime
) -> Application:
    """Apply in the name of another of the actor's organisations; drafts only.

    Refuses an organisation the actor may not act for, and one that has an application already where
    the call takes one for each.
    """
    with transaction.atomic():
        call = Call.objects.select_for_update(of=("self",)).get(pk=application.call_id)
        locked = held(application, actor)
        if locked.status != APPLICATION.initial:
            raise Refused(_("The organisation can be changed while the application is a draft."))
        if organisation.pk == locked.organisation_id:
            return locked
        if not can_act_for(actor, organisation):
            raise Refused(
                _("Only administrators and editors of the organisation can apply in its name.")
            )
        taken = Application.objects.filter(call=call, organisation=organisation)
        if call.one_per_organisation and taken.exists():
            raise Refused(
                _("%(organisation)s has an application to this call already.")
                % {"organisation": organisation.name},
                field="organisation",
            )
        before = locked.organisation_id
        Application.objects.filter(pk=locked.pk).update(organisation=organisation)
        locked.organisation = organisation
        Contributor.objects.filter(application=locked).exclude(
            person__memberships__organisation=organisation
        ).delete()
        record(
            "organisation_changed",
            locked,
            actor,
            now,
            before={"organisation": before},
            after={"organisation": organisation.pk},
        )
    return locked
