"""Checking, submitting, changing, withdrawing; and reading what was written, also after the call has closed."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from museumhub.kit import clock
from museumhub.kit.access import signed_in
from museumhub.kit.refusals import Refused
from museumhub.kit.uploads import download_response
from museumhub.members.http import PersonRequest
from programmes.applications import papers, queries
from programmes.applications.lifecycle import SUBMITTED
from programmes.applications.models import Application
from programmes.applications.refusals import CallClosed, Incomplete
from programmes.applications.services import sending
from programmes.applications.views.finding import readable, workable, writable
from programmes.applications.views.pages import address, closed_page, facts, refused_page


@require_http_methods(["GET", "POST"])
@signed_in
def check(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """All answers on one page, what is missing, and the button that sends them."""
    if request.method == "POST":
        # What it says is read once its row is locked.
        return _send(request, workable(request.user, programme, edition, oid))
    return _check(request, writable(request.user, programme, edition, oid))


def _send(request: PersonRequest, application: Application) -> HttpResponse:
    """The first submission, or changes to it; a second click finds it sent and shows the same page."""
    send = sending.send_changes if "change" in request.POST else sending.submit_application
    now = clock.now()
    try:
        application = send(application=application, actor=request.user, now=now)
    except Incomplete as refusal:
        edition = application.call.edition
        anew = writable(request.user, edition.programme.slug, edition.slug, application.oid)
        return _check(request, anew, status=refusal.status)
    except CallClosed:
        return closed_page(request, application, now, too_late=True)
    except Refused as refusal:
        return refused_page(request, application, refusal, now)
    return redirect(address("sent", application))


def _check(request: PersonRequest, application: Application, status: int = 200) -> HttpResponse:
    now = clock.now()
    sheet = queries.read(application, application.working)
    changes = (
        queries.compare(queries.read(application, application.dossier), sheet)
        if application.change is not None
        else []
    )
    context = {
        **facts(application, now),
        "sheet": sheet,
        "changes": changes,
        "refused": status != 200,
    }
    if context["is_closed"]:
        return closed_page(request, application, now)
    return render(request, "applications/check.html", context, status=status)


@require_safe
@signed_in
def sent(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """It was received: the reference to quote, and what happens next."""
    application = readable(request.user, programme, edition, oid)
    if application.status != SUBMITTED:
        return redirect(address("tasks", application))
    return render(request, "applications/sent.html", facts(application, clock.now()))


_ACTS = {
    "withdraw": sending.withdraw_application,
    "take_back": sending.take_withdrawal_back,
    "set_aside": sending.set_draft_aside,
    "take_up": sending.take_draft_up,
    "discard": sending.discard_changes,
}
_DONE = {
    "withdraw": _("The application is withdrawn."),
    "take_back": _("The application stands again."),
    "set_aside": _("The draft is set aside; you will get no reminders for it."),
    "take_up": _("You can go on with the draft."),
    "discard": _("The unsent changes are gone. What you submitted stands as it was."),
}


@require_http_methods(["GET", "POST"])
@signed_in
def act(
    request: PersonRequest, programme: str, edition: str, oid: str, action: str
) -> HttpResponse:
    """A page that says what an act will do, with a button that does it."""
    application = writable(request.user, programme, edition, oid)
    now = clock.now()
    if request.method == "POST":
        try:
            _ACTS[action](application=application, actor=request.user, now=now)
        except Refused as refusal:
            return refused_page(request, application, refusal, now)
        messages.success(request, _DONE[action])
        return redirect(address("tasks", application))
    context = {**facts(application, now), "action": action}
    possible = application.change is not None if action == "discard" else action in context["moves"]
    if not possible:
        return redirect(address("tasks", application))
    return render(request, "applications/act.html", context)


@require_safe
@signed_in
def read(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """Everything that was written, to read and to save, whatever has become of the call."""
    application = readable(request.user, programme, edition, oid)
    context = {
        **facts(application, clock.now()),
        "sheet": queries.read(application, application.working),
        "file_page": "applications:file",
    }
    return render(request, "applications/read.html", context)


_WRITERS: dict[str, tuple[Any, str]] = {
    "txt": (papers.as_text, "text/plain; charset=utf-8"),
    "html": (papers.as_html, "text/html; charset=utf-8"),
    "json": (lambda paper: json.dumps(paper, ensure_ascii=False, indent=2), "application/json"),
}


@require_safe
@signed_in
def download(
    request: PersonRequest, programme: str, edition: str, oid: str, ending: str
) -> HttpResponse:
    """The same as a file: plain text, a page of its own, or JSON."""
    application = readable(request.user, programme, edition, oid)
    write, content_type = _WRITERS[ending]
    sheet = queries.read(application, application.working)
    response = HttpResponse(write(papers.paper(application, sheet)), content_type=content_type)
    name = f"{application.reference}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
@signed_in
def file(
    request: PersonRequest, programme: str, edition: str, oid: str, file: str
) -> HttpResponseBase:
    """A file sent in answer to a question, for the applicant's own people."""
    application = readable(request.user, programme, edition, oid)
    found = queries.file_in(application, file)
    if found is None:
        raise Http404
    return download_response(found.file)
