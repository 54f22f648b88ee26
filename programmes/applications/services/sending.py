"""Submitting an application, sending changes, withdrawing: the moves of its lifecycle, each once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from museumhub.kit.lifecycle import Move, advance
from museumhub.kit.refusals import Refused, Stale
from museumhub.members.models import Person
from museumhub.questionnaires.services import close_response
from programmes.applications.lifecycle import (
    APPLICANT,
    APPLICATION,
    BEFORE,
    GRACE,
    SUBMITTED,
    WITHDRAWN,
)
from programmes.applications.models import Application, Dossier
from programmes.applications.queries.changes import compare
from programmes.applications.queries.sheet import Sheet, read
from programmes.applications.refusals import CallClosed, Incomplete
from programmes.applications.services import letters
from programmes.applications.services.working import held, record, throw_away


def submit_application(*, application: Application, actor: Person, now: datetime) -> Application:
    """Send a draft: it gets its instant, its answers are closed, and one acknowledgement is posted.

    An application that was sent already is returned as it is, so that a second click, a reload and a
    second tab all end well. Refuses (`CallClosed`) after deadline and grace, and (`Incomplete`) while
    something required is missing; within the grace it is marked late.
    """
    with transaction.atomic():
        locked = held(application, actor)
        if locked.status == SUBMITTED:
            return locked
        phase = _permitted("submit", locked, now)
        sheet = _complete(locked, locked.dossier)
        _advance(
            "submit",
            locked,
            submitted_at=now,
            late=phase == GRACE,
            times_sent=locked.times_sent + 1,
        )
        _close(locked.dossier, sheet, now)
        record(
            "submitted",
            locked,
            actor,
            now,
            before=APPLICATION.initial,
            after={"status": locked.status, "late": locked.late},
        )
        letters.received(locked, sheet, actor, now)
    return locked


def send_changes(*, application: Application, actor: Person, now: datetime) -> Application:
    """Put the working copy in the place of what was sent, and post one letter that says what changed.

    Without unsent changes the application is returned as it is. Refuses like `submit_application`.
    """
    with transaction.atomic():
        locked = held(application, actor)
        if locked.change is None and locked.status == SUBMITTED:
            return locked
        phase = _permitted("change", locked, now)
        changed, replaced = locked.change, locked.dossier
        if changed is None:
            raise Stale(_("There are no changes to send."))
        sheet = _complete(locked, changed)
        lines = compare(read(locked, replaced), sheet)
        _advance(
            "change",
            locked,
            changed_at=now,
            late=locked.late or phase == GRACE,
            times_sent=locked.times_sent + 1,
            dossier=changed,
            change=None,
        )
        _close(changed, sheet, now)
        throw_away(replaced)
        record(
            "changed",
            locked,
            actor,
            now,
            after={"lines": len(lines), "late": locked.late, "times_sent": locked.times_sent},
        )
        letters.changed(locked, lines, actor, now)
    return locked


def discard_changes(*, application: Application, actor: Person, now: datetime) -> Application:
    """Throw the unsent changes away; what was sent stands. Nothing happens where there are none."""
    with transaction.atomic():
        locked = held(application, actor)
        thrown = locked.change
        if thrown is None:
            return locked
        Application.objects.filter(pk=locked.pk).update(change=None)
        locked.change = None
        throw_away(thrown)
        record("changes_discarded", locked, actor, now)
    return locked


def withdraw_application(*, application: Application, actor: Person, now: datetime) -> Application:
    """Withdraw what was sent; everybody who worked on it is told. A second withdrawal changes nothing."""
    with transaction.atomic():
        locked = held(application, actor)
        if locked.status == WITHDRAWN:
            return locked
        _permitted("withdraw", locked, now)
        before, after = _advance(
            "withdraw", locked, withdrawn_at=now, times_withdrawn=locked.times_withdrawn + 1
        )
        record("withdrawn", locked, actor, now, before=before, after=after)
        letters.withdrawn(locked, actor, now)
    return locked


def take_withdrawal_back(*, application: Application, actor: Person, now: datetime) -> Application:
    """Let a withdrawn application stand again, while the call is open."""
    with transaction.atomic():
        locked = held(application, actor)
        if locked.status == SUBMITTED:
            return locked
        _permitted("take_back", locked, now)
        before, after = _advance("take_back", locked, withdrawn_at=None)
        record("withdrawal_taken_back", locked, actor, now, before=before, after=after)
        letters.withdrawal_taken_back(locked, actor, now)
    return locked


def set_draft_aside(*, application: Application, actor: Person, now: datetime) -> Application:
    """Stop the reminders for a draft that will not be sent; it stays readable and can be taken up again."""
    return _move_draft("set_aside", application, actor, now)


def take_draft_up(*, application: Application, actor: Person, now: datetime) -> Application:
    """Work on a draft again that was set aside, while the call is open."""
    return _move_draft("take_up", application, actor, now)


def _move_draft(action: str, application: Application, actor: Person, now: datetime) -> Application:
    with transaction.atomic():
        locked = held(application, actor)
        if locked.status == APPLICATION.move(action).target:
            return locked
        _permitted(action, locked, now)
        before, after = _advance(action, locked)
        record(f"draft_{action}", locked, actor, now, before=before, after=after)
    return locked


def _permitted(action: str, application: Application, now: datetime) -> str:
    """The phase of the call, where an applicant may make the move in it; else `CallClosed` or `Refused`."""
    move: Move = APPLICATION.move(action)
    phase = application.call.phase(now)
    if application.status not in move.sources:
        raise Stale(
            _(
                "This application is %(status)s now; a colleague may have changed it. "
                "Load the page again to see how it stands."
            )
            % {"status": application.get_status_display()}
        )
    if APPLICANT not in move.by:
        raise Refused(_("This is for the organisers to do."))
    if move.phases and phase not in move.phases:
        if phase == BEFORE:
            raise Refused(_("The call has not opened yet."))
        raise CallClosed(
            _("The call has closed. What you wrote is kept; you can read and save it.")
        )
    return phase


def _complete(application: Application, dossier: Dossier) -> Sheet:
    sheet = read(application, dossier)
    if sheet.gaps:
        raise Incomplete(
            _("Something is still missing. Follow each link to complete it."), gaps=sheet.gaps
        )
    return sheet


def _close(dossier: Dossier, sheet: Sheet, now: datetime) -> None:
    close_response(response=dossier.response, now=now, stored=sheet.form.stored)
    if dossier.assessment is not None and sheet.assessment is not None:
        close_response(response=dossier.assessment, now=now, stored=sheet.assessment.stored)


def _advance(action: str, application: Application, **also: Any) -> tuple[str, str]:
    return advance(application, lifecycle=APPLICATION, action=action, **also)
