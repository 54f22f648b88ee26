"""Holding an application still while somebody writes in it, and the working copy of one that was sent.

Every write of the room goes through `held`: it locks the application's row, so that two people who
write at once are put in a row, and it reads again who may write.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit
from museumhub.kit.prepared import Blanks, Prepared
from museumhub.kit.refusals import Refused, Stale
from museumhub.members.models import Person
from museumhub.questionnaires.models import Response
from museumhub.questionnaires.services import copy_response, delete_response, reopen_response
from programmes.applications.lifecycle import SUBMITTED, WITHDRAWN
from programmes.applications.models import (
    Application,
    Contributor,
    Dossier,
    ModuleChoice,
    TeamMember,
)
from programmes.applications.queries.changes import differ

RELATED = ("call__edition__programme", "organisation")


def _locked(blank: Blanks) -> QuerySet[Application]:
    actor = Person(pk=blank.number("actor"))
    return (
        Application.objects.workable_by(actor)
        .filter(pk=blank.number("application"))
        .select_related("call__edition")
        .annotate(
            knows_actor=Exists(Contributor.objects.filter(application=OuterRef("pk"), person=actor))
        )
        .select_for_update(of=("self",))
    )


_LOCKED = Prepared(_locked)
_DOSSIERS = Prepared(
    lambda blank: Dossier.objects.select_related("response__version", "assessment__version").filter(
        pk__in=[blank.number("dossier"), blank.number("change")]
    )
)


def with_dossiers(application: Application) -> Application:
    """Its dossier and its working copy with their responses and versions, in one query.

    A query of its own: joined to that of the application it would make the database plan fifteen tables.
    Raises `Dossier.DoesNotExist` where a colleague has put another in its place since the application was
    read; that cannot be while its row is locked.
    """
    dossier, change = application.dossier_id, application.change_id
    keys = {"dossier": dossier, "change": dossier if change is None else change}
    found = {one.pk: one for one in _DOSSIERS.all(**keys)}
    if set(found) != set(keys.values()):
        raise Dossier.DoesNotExist
    application.dossier = found[dossier]
    if change is not None:
        application.change = found[change]
    return application


def held(application: Application, actor: Person) -> Application:
    """The application with its row locked until the transaction ends; `Refused` for who may not write in it.

    Call and edition are read anew, so that a deadline moved meanwhile counts; the names of programme
    and organisation may be those the caller read. `knows_actor` tells whether the actor has written before.
    """
    locked = _LOCKED.one(actor=actor.pk, application=application.pk) if actor.is_active else None
    if locked is None:
        raise Refused(
            _("Only administrators and editors of the organisation can write in its applications.")
        )
    _take_over(application, locked)
    return with_dossiers(locked)


def _take_over(known: Application, locked: Application) -> None:
    """Give `locked` the organisation and the programme that the caller has, where they are still the same."""
    if known.organisation_id == locked.organisation_id:
        locked.organisation = known.organisation
    edition, before = locked.call.edition, known.call.edition
    if edition.programme_id == before.programme_id:
        edition.programme = before.programme


def note_contributor(application: Application, actor: Person, now: datetime) -> None:
    """Remember that the actor writes in this application; `application` comes from `held`."""
    if not getattr(application, "knows_actor", False):
        Contributor.objects.bulk_create(
            [Contributor(application=application, person=actor, since=now)], ignore_conflicts=True
        )


def writable(application: Application, now: datetime) -> Dossier:
    """The dossier an edit goes to. The first edit after submission sets a copy of what was sent aside.

    The copy becomes what counts; the rows that open forms know stay with the writer.
    """
    if application.status not in (SUBMITTED, WITHDRAWN) or application.change is not None:
        return application.working
    writing = application.dossier
    kept = _copy(writing, now)
    Application.objects.filter(pk=application.pk).update(dossier=kept, change=writing)
    application.dossier, application.change = kept, writing
    for response in (writing.response, writing.assessment):
        if response is not None:
            reopen_response(response=response)
    return writing


def drop_unchanged(application: Application, now: datetime) -> None:
    """Take a working copy back that says the same as what was sent, so that nobody is told of unsent changes."""
    writing = application.change
    if writing is None or differ(application.dossier, writing):
        return
    kept = application.dossier
    Application.objects.filter(pk=application.pk).update(dossier=writing, change=None)
    application.dossier, application.change = writing, None
    closed = [one.pk for one in (writing.response, writing.assessment) if one is not None]
    Response.objects.filter(pk__in=closed).update(closed_at=kept.response.closed_at)
    throw_away(kept)


def throw_away(dossier: Dossier) -> None:
    """Delete a dossier nothing points to any more, with its answers and files."""
    responses = (dossier.response, dossier.assessment)
    dossier.delete()
    for response in responses:
        if response is not None:
            delete_response(response=response)


def bump(dossier: Dossier, *, seen: int, yours: object = None) -> None:
    """Count a save of modules, team or level; `Stale` where somebody saved after the writer looked."""
    saved = Dossier.objects.filter(pk=dossier.pk, revision=seen).update(revision=seen + 1)
    if not saved:
        raise Stale(
            _(
                "A colleague changed this while you were writing. Below is what stands now and what "
                "you chose; save again to replace it."
            ),
            yours=yours,
        )
    dossier.revision = seen + 1


def record(
    verb: str,
    application: Application,
    actor: Person | None,
    now: datetime,
    *,
    before: object = None,
    after: object = None,
) -> None:
    """An audit event about an application, readable by the organisers of its edition."""
    audit.record(
        verb=f"applications.{verb}",
        subject=application,
        context=application.call.edition,
        actor=actor,
        now=now,
        before=before,
        after=after,
    )


def _copy(dossier: Dossier, now: datetime) -> Dossier:
    copy = Dossier.objects.create(
        response=copy_response(response=dossier.response, now=now),
        assessment=copy_response(response=dossier.assessment, now=now)
        if dossier.assessment is not None
        else None,
        calculated_level=dossier.calculated_level,
        declared_level=dossier.declared_level,
        declared_reason=dossier.declared_reason,
        revision=dossier.revision,
    )
    ModuleChoice.objects.bulk_create(
        ModuleChoice(dossier=copy, module_id=choice.module_id, rank=choice.rank)
        for choice in dossier.choices.all()
    )
    TeamMember.objects.bulk_create(
        TeamMember(
            dossier=copy,
            person_id=member.person_id,
            name=member.name,
            email=member.email,
            role=member.role,
        )
        for member in dossier.team.all()
    )
    return copy
