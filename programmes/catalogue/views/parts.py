"""The modules and the partners of an edition: lists, forms, order and removal."""

from __future__ import annotations

from typing import Any, Literal, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from museumhub.kit import clock
from museumhub.kit.access import allowed, second_factor_required
from museumhub.kit.forms import add_refusal
from museumhub.kit.refusals import Refused, Stale
from museumhub.members.http import PersonRequest
from museumhub.members.models import Organisation
from museumhub.members.queries import found_by_words
from programmes.catalogue import queries, services
from programmes.catalogue.forms import (
    FindOrganisationForm,
    ModuleForm,
    NewPartnerForm,
    PartnerForm,
)
from programmes.catalogue.models import Edition, Module, Partner
from programmes.catalogue.policies import can_organise_programme, organises_something
from programmes.catalogue.views.finding import organised_edition

FOUND = 20


def _direction(request: PersonRequest) -> Literal["up", "down"]:
    direction = request.POST.get("direction")
    if direction not in {"up", "down"}:
        raise Http404
    return cast(Literal["up", "down"], direction)


@require_safe
@allowed(organises_something)
@second_factor_required
def modules(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    found = organised_edition(request.user, programme, edition)
    page = {"edition": found, "tab": "modules", "modules": queries.modules(found)}
    return render(request, "catalogue/organise/modules.html", page)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def new_module(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    found = organised_edition(request.user, programme, edition)
    page: dict[str, Any] = {"edition": found, "tab": "modules"}
    if request.method == "GET":
        page["form"] = ModuleForm(edition=found)
        return render(request, "catalogue/organise/module_form.html", page)
    form = ModuleForm(request.POST, edition=found)
    page["form"] = form
    status = 422
    if form.is_valid():
        try:
            services.add_module(
                edition=found, actor=request.user, fields=form.said, now=clock.now()
            )
        except Refused as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The module is added."))
            return redirect("catalogue:organise_modules", programme, edition)
    return render(request, "catalogue/organise/module_form.html", page, status=status)


def _module(request: PersonRequest, programme: str, edition: str, oid: str) -> Module:
    found = organised_edition(request.user, programme, edition)
    module = get_object_or_404(found.modules.select_related("host__organisation"), oid=oid)
    module.edition = found
    return module


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def edit_module(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    found = _module(request, programme, edition, oid)
    page: dict[str, Any] = {"edition": found.edition, "tab": "modules", "module": found}
    if request.method == "GET":
        page["form"] = ModuleForm(edition=found.edition, module=found)
        return render(request, "catalogue/organise/module_form.html", page)
    form = ModuleForm(request.POST, edition=found.edition, module=found)
    page["form"] = form
    status = 422
    if form.is_valid():
        try:
            services.edit_module(
                module=found,
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
            messages.success(request, _("The module is saved."))
            return redirect("catalogue:organise_modules", programme, edition)
    return render(request, "catalogue/organise/module_form.html", page, status=status)


@require_POST
@allowed(organises_something)
@second_factor_required
def move_module(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    found = _module(request, programme, edition, oid)
    services.move_module(
        module=found, actor=request.user, direction=_direction(request), now=clock.now()
    )
    return redirect("catalogue:organise_modules", programme, edition)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def delete_module(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """Asks first; where the module cannot go, says why."""
    found = _module(request, programme, edition, oid)
    page: dict[str, Any] = {"edition": found.edition, "tab": "modules", "module": found}
    if request.method == "GET":
        return render(request, "catalogue/organise/module_delete.html", page)
    try:
        services.delete_module(module=found, actor=request.user, now=clock.now())
    except Refused as refusal:
        page["refusal"] = refusal
        return render(request, "catalogue/organise/module_delete.html", page, status=refusal.status)
    messages.success(request, _("The module is deleted."))
    return redirect("catalogue:organise_modules", programme, edition)


@require_safe
@allowed(organises_something)
@second_factor_required
def partners(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    found = organised_edition(request.user, programme, edition)
    page = {
        "edition": found,
        "tab": "partners",
        "partners": queries.partners(found),
        "whole_programme": can_organise_programme(request.user, found.programme),
    }
    return render(request, "catalogue/organise/partners.html", page)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def new_partner(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    """Find the organisation in the directory (`?q=`), then say what it does (`?organisation=`)."""
    found = organised_edition(request.user, programme, edition)
    page: dict[str, Any] = {"edition": found, "tab": "partners"}
    chosen = request.GET.get("organisation", "")
    if not chosen:
        return _find_partner(request, found, page)
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), slug=chosen)
    page["organisation"] = organisation
    whole = can_organise_programme(request.user, found.programme)
    if request.method == "GET":
        page["form"] = NewPartnerForm(whole_programme=whole)
        return render(request, "catalogue/organise/partner_form.html", page)
    form = NewPartnerForm(request.POST, whole_programme=whole)
    page["form"] = form
    status = 422
    if form.is_valid():
        try:
            services.add_partner(
                edition=found,
                actor=request.user,
                organisation=organisation,
                whole_programme=form.for_whole_programme,
                fields=form.said,
                now=clock.now(),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The partner is added."))
            return redirect("catalogue:organise_partners", programme, edition)
    return render(request, "catalogue/organise/partner_form.html", page, status=status)


def _find_partner(request: PersonRequest, edition: Edition, page: dict[str, Any]) -> HttpResponse:
    form = FindOrganisationForm(request.GET if "q" in request.GET else None)
    page["form"] = form
    if form.is_valid():
        page["found"] = list(found_by_words(form.cleaned_data["q"])[:FOUND])
        page["searched"] = True
    return render(request, "catalogue/organise/partner_find.html", page)


def _partner(
    request: PersonRequest, programme: str, edition: str, oid: str
) -> tuple[Edition, Partner]:
    """A partner of the edition or its programme; one of the whole programme only for those who organise that."""
    found = organised_edition(request.user, programme, edition)
    partner = get_object_or_404(
        Partner.objects.of_edition(found).select_related("organisation", "programme"), oid=oid
    )
    if partner.edition_id is None and not can_organise_programme(request.user, found.programme):
        raise Http404
    return found, partner


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def edit_partner(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    found, partner = _partner(request, programme, edition, oid)
    page: dict[str, Any] = {
        "edition": found,
        "tab": "partners",
        "partner": partner,
        "organisation": partner.organisation,
    }
    if request.method == "GET":
        page["form"] = PartnerForm(partner=partner)
        return render(request, "catalogue/organise/partner_form.html", page)
    form = PartnerForm(request.POST, partner=partner)
    page["form"] = form
    status = 422
    if form.is_valid():
        try:
            services.edit_partner(
                partner=partner,
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
            messages.success(request, _("The partner is saved."))
            return redirect("catalogue:organise_partners", programme, edition)
    return render(request, "catalogue/organise/partner_form.html", page, status=status)


@require_POST
@allowed(organises_something)
@second_factor_required
def move_partner(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    found = organised_edition(request.user, programme, edition)
    partner = get_object_or_404(Partner.objects.of_edition(found), oid=oid)
    services.move_partner(
        partner=partner,
        edition=found,
        actor=request.user,
        direction=_direction(request),
        now=clock.now(),
    )
    return redirect("catalogue:organise_partners", programme, edition)


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def remove_partner(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """Asks first; where the partner cannot go, says why."""
    found, partner = _partner(request, programme, edition, oid)
    page: dict[str, Any] = {"edition": found, "tab": "partners", "partner": partner}
    if request.method == "GET":
        return render(request, "catalogue/organise/partner_remove.html", page)
    try:
        services.remove_partner(partner=partner, edition=found, actor=request.user, now=clock.now())
    except Refused as refusal:
        page["refusal"] = refusal
        return render(
            request, "catalogue/organise/partner_remove.html", page, status=refusal.status
        )
    messages.success(request, _("The partner is removed."))
    return redirect("catalogue:organise_partners", programme, edition)
