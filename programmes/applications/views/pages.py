"""What every page of an application is given, and how a refusal becomes a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from museumhub.kit.refusals import Refused
from programmes.applications import queries
from programmes.applications.lifecycle import APPLICANT, APPLICATION, CLOSED, GRACE, OPEN
from programmes.applications.models import Application
from programmes.applications.refusals import CallClosed


def address(name: str, application: Application, *more: str) -> str:
    """The path of a page of this application."""
    edition = application.call.edition
    slugs = [edition.programme.slug, edition.slug, application.oid, *more]
    return reverse(f"applications:{name}", args=slugs)


def first_page(application: Application) -> str:
    """Where writing begins: the list of tasks, or the page of questions where that is all there is to do."""
    section = queries.only_section(application)
    return address("questions", application, section) if section else address("tasks", application)


def facts(application: Application, now: datetime) -> dict[str, Any]:
    """`application`, `call`, `edition`, the `phase`, and `moves`: the names of the moves open to the applicant now."""
    call = application.call
    phase = call.phase(now)
    moves = APPLICATION.open_moves(status=application.status, role=APPLICANT, phase=phase)
    return {
        "application": application,
        "call": call,
        "edition": call.edition,
        "phase": phase,
        "is_open": phase in (OPEN, GRACE),
        "in_grace": phase == GRACE,
        "is_closed": phase == CLOSED,
        "shut_at": call.window.shut_at,
        "moves": {move.action: move.label for move in moves},
        "can_write": getattr(application, "can_write", True),
    }


def closed_page(
    request: HttpRequest, application: Application, now: datetime, **more: Any
) -> HttpResponse:
    """The call takes nothing any more: what was typed is kept, can be read and saved (423)."""
    context = {**facts(application, now), **more}
    return render(request, "applications/closed.html", context, status=CallClosed.status)


def refused_page(
    request: HttpRequest, application: Application, refusal: Refused, now: datetime
) -> HttpResponse:
    """An act that was refused, in the words of the refusal, with the way back."""
    if isinstance(refusal, CallClosed):
        return closed_page(request, application, now)
    context = {**facts(application, now), "refusal": refusal}
    return render(request, "applications/refused.html", context, status=refusal.status)
