"""Importing organisations from a table, for administrators of the site: sent, looked at, decided, written."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from museumhub.kit import clock, tables
from museumhub.kit.access import allowed, second_factor_required
from museumhub.kit.forms import add_refusal
from museumhub.kit.refusals import Refused
from museumhub.members import policies, queries
from museumhub.members.forms.imports import ImportForm, OrderForm
from museumhub.members.http import PersonRequest
from museumhub.members.importing import NEW
from museumhub.members.models import ImportFinding, OrganisationImport
from museumhub.members.services import import_runs

_A_PAGE = 100
_LATEST = 20


@require_http_methods(["GET", "POST"])
@allowed(policies.is_site_administrator)
@second_factor_required
def imports(request: PersonRequest) -> HttpResponse:
    """The latest imports, and a form for the next."""
    form = ImportForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                taken = import_runs.take_in(
                    file=form.cleaned_data["file"],
                    actor=request.user,
                    language=request.user.language,
                    now=clock.now(),
                )
            except Refused as refusal:
                add_refusal(form, _at_the_file(refusal))
                status = refusal.status
            else:
                return redirect("members:import", taken.oid)
        else:
            status = 422
    latest = OrganisationImport.objects.visible_to(request.user)[:_LATEST]
    return render(request, "members/imports.html", {"form": form, "latest": latest}, status=status)


def _at_the_file(refusal: Refused) -> Refused:
    """The form has one field, and whatever is refused is about it."""
    refusal.field = refusal.field or "file"
    return refusal


@require_safe
@allowed(policies.is_site_administrator)
@second_factor_required
def one_import(request: PersonRequest, oid: str) -> HttpResponse:
    """How far it has come, and what its lines would do, one kind at a time."""
    return _shown(request, _found(request, oid))


@require_POST
@allowed(policies.is_site_administrator)
@second_factor_required
def order(request: PersonRequest, oid: str) -> HttpResponse:
    """Have it written."""
    found = _found(request, oid)
    form = OrderForm(request.POST)
    form.is_valid()
    try:
        import_runs.order(
            taken=found,
            actor=request.user,
            leave_out=form.cleaned_data["leave_out"],
            now=clock.now(),
        )
    except Refused as refusal:
        return _shown(request, _found(request, oid), refusal=refusal)
    return redirect("members:import", found.oid)


@require_POST
@allowed(policies.is_site_administrator)
@second_factor_required
def again(request: PersonRequest, oid: str) -> HttpResponse:
    """Have it looked at once more."""
    found = _found(request, oid)
    try:
        import_runs.again(taken=found, actor=request.user, now=clock.now())
    except Refused as refusal:
        return _shown(request, _found(request, oid), refusal=refusal)
    messages.success(request, _("It is being looked at again."))
    return redirect("members:import", found.oid)


@require_safe
@allowed(policies.is_site_administrator)
@second_factor_required
def findings_csv(request: PersonRequest, oid: str) -> StreamingHttpResponse:
    """All that was found, to work through beside the table itself."""
    found = _found(request, oid)
    rows = found.findings.select_related("organisation").order_by("line", "pk")
    head = ("line", "what", "name", "column", "value", "reason", "organisation")
    lines = (
        (
            one.line,
            one.what,
            one.name,
            one.column,
            one.value,
            one.reason,
            one.organisation.slug if one.organisation else "",
        )
        for one in rows.iterator(chunk_size=500)
    )
    response = StreamingHttpResponse(
        tables.written(_headed(head, lines)), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="findings.csv"'
    return response


def _headed(head: tuple[str, ...], lines: Any) -> Any:
    yield head
    yield from lines


def _found(request: PersonRequest, oid: str) -> OrganisationImport:
    visible = OrganisationImport.objects.visible_to(request.user).select_related("file")
    return get_object_or_404(visible, oid=oid)


def _shown(
    request: PersonRequest, found: OrganisationImport, *, refusal: Refused | None = None
) -> HttpResponse:
    chosen = queries.finding_kind(found, request.GET.get("what", ""))
    page = Paginator(queries.findings(found, chosen), _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "refusal": refusal,
        "order_form": OrderForm(),
        "chosen": chosen,
        "kinds": [
            (kind.value, kind.label, found.number_of(kind.value), kind.value == chosen)
            for kind in ImportFinding.What
        ],
        "page": page,
        "new": NEW,
    }
    return render(
        request, "members/import.html", context, status=refusal.status if refusal else 200
    )
