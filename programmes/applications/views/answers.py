"""Answering the questions and the self-assessment: a page for each section, and each field as it is left."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from museumhub.kit import clock
from museumhub.kit.access import signed_in
from museumhub.kit.refusals import Refused
from museumhub.members.http import PersonRequest
from museumhub.questionnaires import posting
from museumhub.questionnaires.forms import AnswerForm, compile_form
from museumhub.questionnaires.models import Response
from museumhub.questionnaires.services import Saved
from museumhub.questionnaires.structure import structure_of
from programmes.applications import queries
from programmes.applications.lifecycle import CLOSED
from programmes.applications.models import Application
from programmes.applications.refusals import CallClosed
from programmes.applications.services.drafts import Part, save_application_answers
from programmes.applications.views.finding import writable
from programmes.applications.views.pages import address, closed_page, facts, refused_page

STALE, REFUSED = 409, 422
PAGES = {"form": "questions", "assessment": "assessment"}


def _response(application: Application, part: Part) -> Response:
    dossier = application.working
    response = dossier.response if part == "form" else dossier.assessment
    if response is None:
        raise Http404
    return response


@require_http_methods(["GET", "POST"])
@signed_in
def questions(
    request: PersonRequest, programme: str, edition: str, oid: str, section: str
) -> HttpResponse:
    """One section of the call's questions."""
    return _section(request, writable(request.user, programme, edition, oid), "form", section)


@require_http_methods(["GET", "POST"])
@signed_in
def assessment(
    request: PersonRequest, programme: str, edition: str, oid: str, section: str
) -> HttpResponse:
    """One section of the self-assessment."""
    return _section(request, writable(request.user, programme, edition, oid), "assessment", section)


def _section(
    request: PersonRequest, application: Application, part: Part, section: str
) -> HttpResponse:
    response = _response(application, part)
    now = clock.now()
    form = compile_form(
        response.version,
        response=response,
        sections=[section],
        data=request.POST if request.method == "POST" else None,
        files=request.FILES if request.method == "POST" else None,
        require=False,
        file_url=lambda file: address("file", application, file),
    )
    shown = form.sections
    if not shown:
        raise Http404
    sections = [one.key for one in form.structure.sections]
    here = sections.index(section)
    context: dict[str, Any] = {
        **facts(application, now),
        "form": form,
        "part": part,
        "section": shown[0],
        "number": here + 1,
        "of": len(sections),
        "save_url": address("save", application, part),
        "saved": None,
    }
    if request.method == "GET":
        return render(request, "applications/section.html", context)
    try:
        kept = save_application_answers(
            application=application,
            part=part,
            values=form.sent.values,
            files=form.sent.files,
            seen=form.sent.seen,
            actor=request.user,
            now=now,
        )
    except Refused as refusal:
        return refused_page(request, application, refusal, now)
    saved = kept.saved
    if not saved.clean:
        form.show(saved)
        context.update(saved=saved, section=form.sections[0])
        return render(request, "applications/section.html", context, status=_status(saved))
    if kept.phase == CLOSED:
        return closed_page(request, application, now, just_kept=True)
    if posting.TAKE_THEIRS in request.POST or posting.UPDATE in request.POST:
        return redirect(address(PAGES[part], application, section))
    return redirect(_next(application, part, form, sections[here + 1 :], request.POST))


def _next(
    application: Application, part: Part, form: AnswerForm, later: list[str], data: Any
) -> str:
    """The next section that asks something, or the list; after the assessment its result, after the only page the check."""
    if "continue" in data:
        for key in later:
            section = form.structure.section(key)
            if section is not None and any(q.key in form.asked for q in section.questions):
                return address(PAGES[part], application, key)
        if part == "assessment":
            return address("level", application)
        if queries.only_section(application):
            return address("check", application)
    return address("tasks", application)


def _status(saved: Saved) -> int:
    return STALE if saved.stale else REFUSED


@require_POST
@signed_in
def save(
    request: PersonRequest, programme: str, edition: str, oid: str, part: Part
) -> JsonResponse:
    """Save a field as it is left, for the page's script.

    200 saved; 409 a colleague saved it first, with both texts; 422 it cannot be an answer, or the
    question is gone, with the text handed back; 423 the call has closed, and the text is kept. Of
    several of these the status is the first that holds in the order 409, 422, 423.
    """
    application = writable(request.user, programme, edition, oid)
    response = _response(application, part)
    sent = posting.read_post(structure_of(response.version), request.POST, request.FILES)
    try:
        kept = save_application_answers(
            application=application,
            part=part,
            values=sent.values,
            files=sent.files,
            seen=sent.seen,
            actor=request.user,
            now=clock.now(),
        )
    except Refused as refusal:
        return JsonResponse({"refused": {"": str(refusal.sentence)}}, status=refusal.status)
    saved = kept.saved
    status = 200
    if kept.phase == CLOSED:
        status = CallClosed.status
    if not saved.clean:
        status = _status(saved)
    return JsonResponse(_said(saved, closed=kept.phase == CLOSED), status=status)


def _said(saved: Saved, *, closed: bool) -> dict[str, Any]:
    """What became of each field, for the script."""
    return {
        "saved": saved.saved,
        "seen": {key: posting.seen_token(seen) for key, seen in saved.seen.items()},
        "asked": sorted(saved.asked),
        "stale": [
            {
                "key": one.key,
                "label": one.label,
                "theirs": one.theirs,
                "yours": one.yours,
                "seen": str(one.revision),
                "sentence": _(
                    "A colleague saved another answer here while you were writing. Both are on this page."
                ),
            }
            for one in saved.stale
        ],
        "refused": {one.key: one.sentence for one in saved.refused},
        "unknown": [
            {
                "key": one.key,
                "text": one.raw,
                "sentence": _(
                    "This question was removed. Your text is still here; copy it if you need it."
                ),
            }
            for one in saved.unknown
        ],
        "closed": _("The call has closed. Your text is kept, but it is not part of an application.")
        if closed
        else "",
    }
