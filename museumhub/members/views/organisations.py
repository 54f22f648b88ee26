"""The directory of organisations, the page of one, adding and changing one."""

from __future__ import annotations

from copy import copy
from typing import Any

from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from museumhub.kit import clock
from museumhub.kit.access import public, signed_in
from museumhub.kit.forms import add_refusal
from museumhub.kit.page_cache import cached_for_strangers
from museumhub.kit.pages import refused_page
from museumhub.kit.refusals import Refused, Stale
from museumhub.members import policies, profile, queries, services
from museumhub.members.exporting import as_table
from museumhub.members.forms.organisations import (
    DirectoryForm,
    EditOrganisationForm,
    NewOrganisationForm,
)
from museumhub.members.http import PersonRequest
from museumhub.members.models import Organisation
from museumhub.members.models.membership import Role
from museumhub.members.models.organisation import OrganisationQuerySet
from museumhub.members.structured import as_schema, identifier_addresses


@require_safe
@public
@cached_for_strangers
def directory(request: HttpRequest) -> HttpResponse:
    """Organisations by name; what narrows the list, and where a page begins, lives in the address."""
    content = queries.directory(request.GET.dict())
    first = not content.page.before
    page = {
        "content": content,
        "form": DirectoryForm.of(content),
        "map": queries.map_of(content.wanted) if first and content.facets else None,
    }
    return render(request, "members/directory.html", page)


@require_safe
@public
def directory_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same organisations as a table, all of them, for whoever wants to work with them."""
    wanted = queries.wanted(request.GET.dict())
    response = StreamingHttpResponse(
        as_table(wanted.found()), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="organisations.csv"'
    return response


@require_safe
@public
@cached_for_strangers
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """What anybody may know of an organisation; its people are not named here."""
    visible = Organisation.objects.visible_to(request.user).select_related("logo")
    found = visible.filter(slug=slug).first()
    if found is None:
        return redirect(_moved(visible, slug), permanent=True)
    role = policies.role_in(request.user, found)
    looks_after = policies.is_site_administrator(request.user)
    return render(
        request,
        "members/organisation.html",
        {
            "organisation": found,
            "role": role,
            "role_label": Role(role).label if role else "",
            "can_edit": looks_after or policies.role_acts(role),
            "sees_people": looks_after or bool(role),
            "identifiers": identifier_addresses(found),
            "schema": as_schema(found),
            "sections": profile.sections(found, request.user, clock.now()),
        },
    )


def _moved(visible: OrganisationQuerySet, slug: str) -> Organisation:
    """The organisation whose address this was; 404 where it was nobody's."""
    return get_object_or_404(visible, former_addresses__slug=slug)


@require_safe
@public
def logo(request: HttpRequest, slug: str, oid: str) -> HttpResponseBase:
    """The logo under an address that changes with it, and may therefore be kept for a year."""
    found = get_object_or_404(
        Organisation.objects.visible_to(request.user).select_related("logo"),
        slug=slug,
        logo__oid=oid,
    )
    if found.logo is None:
        raise Http404
    try:
        content = default_storage.open(found.logo.path)
    except OSError as error:
        raise Http404 from error
    response = FileResponse(content, content_type="image/webp")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_http_methods(["GET", "POST"])
@signed_in
def add(request: PersonRequest) -> HttpResponse:
    """Add an organisation; those that may be the same are shown first."""
    onward = get_next_redirect_url(request) or ""
    if request.method == "GET":
        form = NewOrganisationForm()
        return render(request, "members/add.html", {"form": form, "next": onward})
    form = NewOrganisationForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "members/add.html", {"form": form, "next": onward}, status=422)
    alike = queries.near_duplicates(form.cleaned_data["name"], form.cleaned_data["website"])
    if alike and not form.was_answered(alike):
        form.show(alike)
        page = {"form": form, "next": onward, "had_logo": bool(request.FILES)}
        return render(request, "members/add.html", page, status=422)
    try:
        made = services.create_organisation(actor=request.user, now=clock.now(), **form.said)
    except Refused as refusal:
        add_refusal(form, refusal)
        page = {"form": form, "next": onward}
        return refused_page(request, "members/add.html", page, refusal)
    messages.success(request, _("The organisation is added, and you are its administrator."))
    return redirect(onward or made)


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: PersonRequest, slug: str) -> HttpResponse:
    """Change what the page says; two at once lose nothing."""
    editable = Organisation.objects.editable_by(request.user).select_related("logo")
    found = get_object_or_404(editable, slug=slug)
    can_move = policies.can_administer(request.user, found)
    page: dict[str, Any] = {"organisation": found, "can_move": can_move}
    if request.method == "GET":
        form = EditOrganisationForm(instance=found)
        return render(request, "members/edit.html", {**page, "form": form})
    form = EditOrganisationForm(request.POST, request.FILES, instance=copy(found))
    if not form.is_valid():
        return render(request, "members/edit.html", {**page, "form": form}, status=422)
    changes = form.said
    try:
        services.edit_organisation(
            organisation=found,
            actor=request.user,
            logo=changes.pop("logo"),
            remove_logo=form.cleaned_data.get("remove_logo", False),
            changes=changes,
            seen=form.cleaned_data["version"],
            now=clock.now(),
        )
    except Stale as stale:
        theirs: Any = stale.theirs
        page |= {"organisation": theirs, "stale": stale, "conflicts": form.differences(theirs)}
        form.now_at(theirs.version)
        return render(request, "members/edit.html", {**page, "form": form}, status=stale.status)
    except Refused as refusal:
        add_refusal(form, refusal)
        return render(request, "members/edit.html", {**page, "form": form}, status=refusal.status)
    messages.success(request, _("The page is saved."))
    return redirect(found)


@require_http_methods(["GET", "POST"])
@signed_in
def move(request: PersonRequest, slug: str) -> HttpResponse:
    """Ask, then give the page the address of its present name; the old one leads there."""
    administered = Organisation.objects.administered_by(request.user)
    found = get_object_or_404(administered, slug=slug)
    refusal = None
    if request.method == "POST":
        try:
            moved = services.move_organisation(
                organisation=found, actor=request.user, now=clock.now()
            )
        except Refused as error:
            refusal = error
        else:
            messages.success(request, _("The page has its new address."))
            return redirect(moved)
    page = {
        "organisation": found,
        "refusal": refusal,
        "after": services.address_of_present_name(found),
    }
    return render(request, "members/move.html", page, status=refusal.status if refusal else 200)
