"""From a call to a draft: what is needed, who applies, and "tell me when it opens"."""

from __future__ import annotations

from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from museumhub.kit import clock
from museumhub.kit.access import public, signed_in
from museumhub.kit.forms import add_refusal
from museumhub.kit.pages import answer_refusal, refused_page
from museumhub.kit.refusals import Refused
from museumhub.kit.urls import absolute
from museumhub.members.http import PersonRequest
from programmes.applications import calendars, queries
from programmes.applications.forms import AlertForm, ChooseOrganisationForm
from programmes.applications.lifecycle import BEFORE, OPEN
from programmes.applications.models import OpeningAlert
from programmes.applications.services import alerts, drafts
from programmes.applications.views.finding import call_of, edition_of
from programmes.applications.views.pages import first_page
from programmes.catalogue.models import Edition


@require_safe
@public
def start(request: HttpRequest, programme: str, edition: str) -> HttpResponse:
    """What the call asks for, until when, and where to begin or go on."""
    found = edition_of(request.user, programme, edition)
    return _start(request, found, AlertForm())


def _start(
    request: HttpRequest, edition: Edition, form: AlertForm, status: int = 200
) -> HttpResponse:
    call = queries.call_at(edition)
    phase = call.phase(clock.now()) if call is not None else BEFORE
    own = queries.own_applications(request.user, edition) if call is not None else []
    context = {
        "edition": edition,
        "call": call,
        "phase": phase,
        "own": own,
        "applicant": queries.only_organisation(request.user) if phase == OPEN and not own else None,
        "needs": queries.what_is_needed(call) if call is not None and phase == OPEN else [],
        "alert": queries.alert_of(request.user, edition),
        "can_be_reminded": alerts.can_be_reminded(edition, clock.now()),
        "form": form,
    }
    return render(request, "applications/start.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def begin(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    """Choose the organisation that applies; the draft begins with it."""
    call = call_of(request.user, programme, edition)
    form = ChooseOrganisationForm(request.POST or None, person=request.user)
    context = {"call": call, "edition": call.edition, "form": form}
    if call.phase(clock.now()) != OPEN:
        return redirect("applications:start", programme, edition)
    if request.method == "POST" and form.is_valid():
        try:
            application = drafts.start_draft(
                call=call,
                organisation=form.cleaned_data["organisation"],
                actor=request.user,
                now=clock.now(),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
            return refused_page(request, "applications/begin.html", context, refusal)
        return redirect(first_page(application))
    status = 422 if form.errors else 200
    return render(request, "applications/begin.html", context, status=status)


@require_GET
@public
def deadline(request: HttpRequest, programme: str, edition: str) -> HttpResponse:
    """The deadline for a calendar."""
    found = get_object_or_404(
        Edition.objects.visible_to(request.user).select_related("programme"),
        slug=edition,
        programme__slug=programme,
        call_closes_at__isnull=False,
    )
    text = calendars.deadline(found, url=absolute(found.get_absolute_url()), now=found.updated_at)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="deadline.ics"'
    return response


@require_POST
@public
def ask_for_alert(request: HttpRequest, programme: str, edition: str) -> HttpResponse:
    """One POST for somebody who is signed in; others name an address and confirm it from a letter."""
    found = edition_of(request.user, programme, edition)
    form = AlertForm(request.POST)
    try:
        if request.user.is_authenticated:
            alerts.ask_for_alert(edition=found, actor=request.user, now=clock.now())
            said = (
                _("We will write to you before the call closes.")
                if alerts.can_be_reminded(found, clock.now())
                else _("We will write to you when the call opens.")
            )
            messages.success(request, said)
            return redirect("applications:start", programme, edition)
        if not form.is_valid():
            return _start(request, found, form, status=422)
        alerts.ask_for_alert_by_address(
            edition=found,
            email=form.cleaned_data["email"],
            language=get_language() or "en",
            address_of_sender=get_ip(request),
            now=clock.now(),
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return answer_refusal(_start(request, found, form, status=refusal.status), refusal)
    context = {"edition": found, "is_open": alerts.can_be_reminded(found, clock.now())}
    return render(request, "applications/alert_asked.html", context)


@require_http_methods(["GET", "POST"])
@public
def confirm_alert(request: HttpRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """The page behind the letter's link; its button confirms the address."""
    found = edition_of(request.user, programme, edition)
    alert = get_object_or_404(OpeningAlert.objects.by_link(found, oid))
    if request.method == "POST":
        alerts.confirm_alert(alert=alert, now=clock.now())
    is_open = alerts.window(found).phase(clock.now()) == OPEN
    context = {
        "alert": alert,
        "edition": found,
        "is_open": is_open,
        "agreed": alert.before_it_closes if is_open else alert.confirmed_at,
    }
    return render(request, "applications/alert_confirm.html", context)


@require_http_methods(["GET", "POST"])
@public
def stop_alert(request: HttpRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """The page behind "do not tell me"; its button forgets the address, once or twice alike."""
    found = edition_of(request.user, programme, edition)
    alert = OpeningAlert.objects.by_link(found, oid).first()
    if request.method == "POST" and alert is not None:
        alerts.stop_alert(alert=alert)
        alert = None
    return render(request, "applications/alert_stop.html", {"alert": alert, "edition": found})
