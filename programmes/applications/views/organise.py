"""The organisers' pages: the list of applications, one application, and the settings of the call."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from museumhub.kit import clock
from museumhub.kit.access import allowed, second_factor_required
from museumhub.kit.forms import add_refusal
from museumhub.kit.references import reference
from museumhub.kit.refusals import Refused, Stale
from museumhub.kit.uploads import download_response
from museumhub.kit.zones import at_wall_clock
from museumhub.members.http import PersonRequest
from museumhub.questionnaires.models import Questionnaire
from programmes.applications import queries
from programmes.applications.forms import CallForm, FilterForm, ReopenForm
from programmes.applications.lifecycle import CLOSED, GRACE, OPEN
from programmes.applications.models import Call
from programmes.applications.services import calls
from programmes.applications.views.finding import organised, sent
from programmes.catalogue.models import Edition
from programmes.catalogue.policies import organises_something

_A_PAGE = 50


def _filters(request: PersonRequest, edition: Edition, call: Call | None) -> FilterForm:
    return FilterForm(
        request.GET,
        countries=queries.countries_of(edition),
        modules=queries.modules_of(edition),
        levels=queries.levels_of(call) if call is not None else [],
    )


def _call_of(edition: Edition) -> Call | None:
    call = Call.objects.filter(edition=edition).select_related("form", "assessment").first()
    if call is not None:
        call.edition = edition
    return call


@require_safe
@allowed(organises_something)
@second_factor_required
def applications(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    """Everything sent to the edition, narrowed by what stands in the address."""
    found = organised(request.user, programme, edition)
    call = _call_of(found)
    form = _filters(request, found, call)
    filters = form.filters
    pages = Paginator(queries.listed(found, filters), _A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    levels = queries.levels_of(call) if call is not None else []
    context = {
        "edition": found,
        "call": call,
        "tab": "applications",
        "form": form,
        "narrowed": bool(filters),
        "page": page,
        "rows": queries.rows(page.object_list, dict(levels)),
        "numbers": queries.numbers(call) if call is not None else None,
    }
    return render(request, "applications/organise/list.html", context)


@require_safe
@allowed(organises_something)
@second_factor_required
def table(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    """The same list, narrowed alike, for a spreadsheet."""
    found = organised(request.user, programme, edition)
    filters = _filters(request, found, _call_of(found)).filters
    response = HttpResponse(
        queries.as_csv(queries.listed(found, filters)), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{found.programme.slug}-{found.slug}-applications.csv"'
    )
    return response


@require_safe
@allowed(organises_something)
@second_factor_required
def application(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """One application as it was sent, with its levels, files and history."""
    found = sent(request.user, programme, edition, oid)
    sheet = queries.read(found, found.dossier)
    maturity = sheet.maturity
    context = {
        "application": found,
        "call": found.call,
        "edition": found.call.edition,
        "tab": "applications",
        "sheet": sheet,
        "agreed": maturity.name(found.agreed_level) if maturity is not None else "",
        "history": queries.history(found),
    }
    return render(request, "applications/organise/application.html", context)


@require_safe
@allowed(organises_something)
@second_factor_required
def file(
    request: PersonRequest, programme: str, edition: str, oid: str, file: str
) -> HttpResponseBase:
    """A file of what was sent; what is being changed is nobody's but the applicant's."""
    found = sent(request.user, programme, edition, oid)
    found.change = None
    stored = queries.file_in(found, file)
    if stored is None:
        raise Http404
    return download_response(stored.file)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def call(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    """What the call asks for; set up with the first save."""
    found = organised(request.user, programme, edition)
    existing = _call_of(found)
    owner = reference(found)
    form = CallForm(request.POST or None, owner=owner, call=existing)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _save_call(request, found, existing, form)
            except Stale as stale:
                if existing is not None:
                    form.at(existing.revision)
                form.add_error(None, str(stale.sentence))
                status = stale.status
            except Refused as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("The settings of the call are saved."))
                return redirect("applications:organise_call", programme, edition)
    now = clock.now()
    phase = existing.phase(now) if existing is not None else ""
    context = {
        "edition": found,
        "call": existing,
        "tab": "call",
        "form": form,
        "owner": owner,
        "phase": phase,
        "can_close": phase == OPEN,
        "can_reopen": phase in (GRACE, CLOSED) and found.cancelled_at is None,
        "questionnaires": Questionnaire.objects.owned_by(owner),
    }
    return render(request, "applications/organise/call.html", context, status=status)


def _save_call(
    request: PersonRequest, edition: Edition, existing: Call | None, form: CallForm
) -> None:
    changes: dict[str, Any] = form.changes
    if existing is None:
        calls.create_call(edition=edition, actor=request.user, now=clock.now(), **changes)
        return
    calls.change_call(
        call=existing,
        actor=request.user,
        changes=changes,
        seen=form.cleaned_data["seen"],
        now=clock.now(),
    )


def _existing(request: PersonRequest, programme: str, edition: str) -> Call:
    found = organised(request.user, programme, edition)
    return get_object_or_404(Call.objects.select_related("edition__programme"), edition=found)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def close(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    """A page that says what closing at once will do, with a button that does it."""
    found = _existing(request, programme, edition)
    context: dict[str, Any] = {
        "edition": found.edition,
        "call": found,
        "tab": "call",
        "numbers": queries.numbers(found),
    }
    if request.method == "POST":
        try:
            calls.close_call(call=found, actor=request.user, now=clock.now())
        except Refused as refusal:
            context["refusal"] = refusal
            return render(
                request, "applications/organise/close.html", context, status=refusal.status
            )
        messages.success(request, _("The call is closed."))
        return redirect("applications:organise_call", programme, edition)
    return render(request, "applications/organise/close.html", context)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def reopen(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    """Choose the new deadline of a call that has closed."""
    found = _existing(request, programme, edition)
    form = ReopenForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            closes_at = at_wall_clock(
                form.cleaned_data["closes_on"],
                form.cleaned_data["closes_time"],
                found.edition.time_zone,
            )
            try:
                calls.reopen_call(
                    call=found, actor=request.user, closes_at=closes_at, now=clock.now()
                )
            except Refused as refusal:
                if refusal.field == "closes_at":
                    refusal.field = "closes_on"
                add_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("The call is open again."))
                return redirect("applications:organise_call", programme, edition)
    context = {"edition": found.edition, "call": found, "tab": "call", "form": form}
    return render(request, "applications/organise/reopen.html", context, status=status)
