"""The organisers' area: the table of editions, a programme, and one edition with its texts, its publishing and its history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from museumhub.kit import clock
from museumhub.kit.access import allowed, second_factor_required
from museumhub.kit.forms import add_refusal
from museumhub.kit.refusals import Refused, Stale
from museumhub.members.http import PersonRequest
from programmes.catalogue import phases, queries, services, wording
from programmes.catalogue.forms import (
    CancelForm,
    EditionForm,
    NewEditionForm,
    OrganiseFilterForm,
    ProgrammeForm,
)
from programmes.catalogue.policies import (
    can_create_programme,
    can_organise_programme,
    organises_something,
)
from programmes.catalogue.timetable import Timetable, consequences
from programmes.catalogue.views.finding import organised_edition, organised_programme


@require_safe
@allowed(organises_something)
@second_factor_required
def index(request: PersonRequest) -> HttpResponse:
    """My editions; filters live in the address."""
    form = OrganiseFilterForm(request.GET)
    if not form.is_valid():
        raise Http404
    content = queries.organise_list(
        request.user,
        clock.now(),
        stage=form.cleaned_data["stage"],
        words=form.cleaned_data["q"],
        page=request.GET.get("page", 1),
    )
    context = {
        "form": form,
        "narrowed": any(form.cleaned_data.values()),
        "content": content,
        "can_create_programme": can_create_programme(request.user),
    }
    return render(request, "catalogue/organise/index.html", context)


@require_http_methods(["GET", "POST"])
@allowed(can_create_programme)
@second_factor_required
def new_programme(request: PersonRequest) -> HttpResponse:
    if request.method == "GET":
        page = {"form": ProgrammeForm()}
        return render(request, "catalogue/organise/programme_form.html", page)
    form = ProgrammeForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            made = services.create_programme(
                actor=request.user,
                slug=form.cleaned_data["slug"],
                fields=form.said,
                topics=form.cleaned_data["topics"],
                tags=form.cleaned_data["tags"],
                now=clock.now(),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The programme is added. Now add its first edition."))
            return redirect("catalogue:organise_new_edition", made.slug)
    return render(request, "catalogue/organise/programme_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def edit_programme(request: PersonRequest, programme: str) -> HttpResponse:
    found = organised_programme(request.user, programme)
    page: dict[str, Any] = {"programme": found}
    if request.method == "GET":
        page["form"] = ProgrammeForm(programme=found)
        return render(request, "catalogue/organise/programme_form.html", page)
    form = ProgrammeForm(request.POST, programme=found)
    page["form"] = form
    status = 422
    if form.is_valid():
        try:
            services.edit_programme(
                programme=found,
                actor=request.user,
                changes=form.said,
                topics=form.cleaned_data["topics"],
                tags=form.cleaned_data["tags"],
                seen=form.seen,
                now=clock.now(),
            )
        except Stale as stale:
            page.update(stale=stale, conflicts=form.after(stale))
            status = stale.status
        except Refused as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The programme is saved."))
            return redirect("catalogue:organise")
    return render(request, "catalogue/organise/programme_form.html", page, status=status)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def new_edition(request: PersonRequest, programme: str) -> HttpResponse:
    found = organised_programme(request.user, programme)
    page: dict[str, Any] = {"programme": found}
    if request.method == "GET":
        page["form"] = NewEditionForm(
            programme=found, initial={"time_zone": request.user.time_zone}
        )
        return render(request, "catalogue/organise/edition_new.html", page)
    form = NewEditionForm(request.POST, programme=found)
    page["form"] = form
    status = 422
    if form.is_valid():
        try:
            made = services.create_edition(
                programme=found,
                actor=request.user,
                slug=form.cleaned_data["slug"],
                title=form.cleaned_data["title"],
                time_zone=form.cleaned_data["time_zone"],
                copy_from=form.cleaned_data["copy_from"],
                now=clock.now(),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The edition is a draft: only its organisers see it."))
            return redirect("catalogue:organise_edition", found.slug, made.slug)
    return render(request, "catalogue/organise/edition_new.html", page, status=status)


@require_safe
@allowed(organises_something)
@second_factor_required
def overview(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    now = clock.now()
    found = organised_edition(request.user, programme, edition)
    phase = phases.phase(found, now)
    context = {
        "edition": found,
        "tab": "overview",
        "phase": phase,
        "standing": wording.standing(found, now),
        "next": wording.next_date(found, now),
        "numbers": queries.numbers(found, now),
        "hints": queries.hints(found),
        "steps": wording.timetable(found, now),
        "whole_programme": can_organise_programme(request.user, found.programme),
    }
    return render(request, "catalogue/organise/overview.html", context)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def details(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    found = organised_edition(request.user, programme, edition)
    page: dict[str, Any] = {"edition": found, "tab": "details"}
    if request.method == "GET":
        page["form"] = EditionForm(edition=found)
        return render(request, "catalogue/organise/details.html", page)
    form = EditionForm(request.POST, edition=found)
    page["form"] = form
    status = 422
    if form.is_valid():
        try:
            services.edit_edition(
                edition=found,
                actor=request.user,
                changes=form.said,
                seen=form.seen,
                now=clock.now(),
            )
        except Stale as stale:
            page.update(stale=stale, conflicts=form.after(stale))
            status = stale.status
        except Refused as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The details are saved."))
            return redirect("catalogue:organise_edition", programme, edition)
    return render(request, "catalogue/organise/details.html", page, status=status)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def publish(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    """Asks first, and says what publishing does."""
    now = clock.now()
    found = organised_edition(request.user, programme, edition)
    before = Timetable.of(found)
    page: dict[str, Any] = {
        "edition": found,
        "tab": "overview",
        "hints": queries.hints(found),
        "consequences": consequences(found, before, before.with_changes(published_at=now), now),
    }
    if request.method == "GET":
        return render(request, "catalogue/organise/publish.html", page)
    try:
        services.publish_edition(edition=found, actor=request.user, now=now)
    except Refused as refusal:
        page["refusal"] = refusal
        return render(request, "catalogue/organise/publish.html", page, status=refusal.status)
    messages.success(request, _("The edition is published."))
    return redirect("catalogue:organise_edition", programme, edition)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def cancel(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    """Asks first, with the reason everybody will read, and says what cancelling does."""
    now = clock.now()
    found = organised_edition(request.user, programme, edition)
    before = Timetable.of(found)
    page: dict[str, Any] = {
        "edition": found,
        "tab": "overview",
        "consequences": consequences(found, before, before.with_changes(cancelled_at=now), now),
    }
    if request.method == "GET":
        page["form"] = CancelForm()
        return render(request, "catalogue/organise/cancel.html", page)
    form = CancelForm(request.POST)
    page["form"] = form
    status = 422
    if form.is_valid():
        try:
            services.cancel_edition(
                edition=found, actor=request.user, reason=form.cleaned_data["reason"], now=now
            )
        except Refused as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The edition is cancelled."))
            return redirect("catalogue:organise_edition", programme, edition)
    return render(request, "catalogue/organise/cancel.html", page, status=status)


@require_safe
@allowed(organises_something)
@second_factor_required
def history(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    found = organised_edition(request.user, programme, edition)
    page, entries = queries.history(found, request.GET.get("page", 1))
    context = {"edition": found, "tab": "history", "page": page, "entries": entries}
    return render(request, "catalogue/organise/history.html", context)
