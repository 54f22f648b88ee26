"""The picture library: the list, uploading, changing, replacing a file, deleting, and what a form offers to choose from."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from museumhub.kit import clock
from museumhub.kit.access import allowed, second_factor_required
from museumhub.kit.forms import add_refusal
from museumhub.kit.keyset import read_place
from museumhub.kit.markdown import PICTURE
from museumhub.kit.pages import refused_page
from museumhub.kit.refusals import Refused, Stale
from museumhub.members.http import PersonRequest
from museumhub.news.forms.pictures import (
    Chosen,
    LibraryForm,
    PictureForm,
    ReplaceForm,
    UploadForm,
    offer,
)
from museumhub.news.models import Picture
from museumhub.news.policies import edits_news, keeps_pictures
from museumhub.news.queries import pictures as queries
from museumhub.news.services import pictures as services


def _usable(request: PersonRequest, oid: str) -> Picture:
    usable = Picture.objects.usable_by(request.user).select_related("organisation", "file")
    return get_object_or_404(usable.with_renditions(), oid=oid)


@require_safe
@allowed(keeps_pictures)
@second_factor_required
def library(request: PersonRequest) -> HttpResponse:
    """The pictures the reader works with, the newest first; filters and the place in the list stand in the address."""
    form = LibraryForm(
        request.GET, owners=queries.owners(request.user), network=edits_news(request.user)
    )
    place = {name: read_place(request.GET.get(name, "")) for name in ("before", "after")}
    turned = queries.library(request.user, form.filters, **place)
    page = {"form": form, "filters": form.filters, "turned": turned}
    return render(request, "news/pictures/library.html", page)


@require_http_methods(["GET", "POST"])
@allowed(keeps_pictures)
@second_factor_required
def upload(request: PersonRequest) -> HttpResponse:
    """Add a picture; where its file is refused, everything typed stands in the form again."""
    onward = _onward(request)
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    page = {"form": form, "next": onward}
    if request.method == "GET":
        return render(request, "news/pictures/upload.html", page)
    if not form.is_valid():
        return render(request, "news/pictures/upload.html", page, status=422)
    try:
        made = services.upload_picture(
            actor=request.user, picked=form.cleaned_data["file"], said=form.said, now=clock.now()
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return refused_page(request, "news/pictures/upload.html", page, refusal)
    messages.success(
        request, _("The picture is in the library. Its files are made within a minute.")
    )
    return redirect(onward or made)


def _onward(request: PersonRequest) -> str:
    """Where to go on afterwards; only on this site."""
    given = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(
        given, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return given if own else ""


@require_http_methods(["GET", "POST"])
@allowed(keeps_pictures)
@second_factor_required
def picture(request: PersonRequest, oid: str) -> HttpResponse:
    """One picture: what is said of it, how it is cut, and what shows it. Two who change it lose nothing."""
    found = _usable(request, oid)
    page = _page(request, found)
    if request.method == "GET":
        page["form"] = PictureForm(picture=found, user=request.user)
        return render(request, "news/pictures/picture.html", page)
    form = page["form"] = PictureForm(request.POST, picture=found, user=request.user)
    if not form.is_valid():
        return render(request, "news/pictures/picture.html", page, status=422)
    try:
        services.edit_picture(
            picture=found,
            actor=request.user,
            said=form.said,
            seen=form.seen,
            now=clock.now(),
        )
    except Stale as stale:
        page |= {"stale": stale, "conflicts": form.after(stale)}
        return refused_page(request, "news/pictures/picture.html", page, stale)
    except Refused as refusal:
        add_refusal(form, refusal)
        return refused_page(request, "news/pictures/picture.html", page, refusal)
    messages.success(request, _("The picture is saved."))
    return redirect(found)


def _page(request: PersonRequest, found: Picture) -> dict[str, Any]:
    return {
        "picture": found,
        "shown": found.shown,
        "places": queries.places(found, request.user, clock.now()),
        "in_a_text": f"![]({PICTURE}{found.oid})",
    }


@require_http_methods(["GET", "POST"])
@allowed(keeps_pictures)
@second_factor_required
def replace(request: PersonRequest, oid: str) -> HttpResponse:
    """Another file for a picture, wherever it stands already."""
    found = _usable(request, oid)
    form = ReplaceForm(
        request.POST or None, request.FILES or None, initial={"version": found.version}
    )
    page = {**_page(request, found), "form": form}
    if request.method == "GET":
        return render(request, "news/pictures/replace.html", page)
    if not form.is_valid():
        return render(request, "news/pictures/replace.html", page, status=422)
    try:
        services.replace_file(
            picture=found,
            actor=request.user,
            picked=form.cleaned_data["file"],
            seen=form.cleaned_data["version"],
            now=clock.now(),
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return refused_page(request, "news/pictures/replace.html", page, refusal)
    messages.success(request, _("The file is replaced. Readers see it within a minute."))
    return redirect(found)


@require_http_methods(["GET", "POST"])
@allowed(keeps_pictures)
@second_factor_required
def delete(request: PersonRequest, oid: str) -> HttpResponse:
    """Delete a picture that nothing shows, after a page that asks."""
    found = _usable(request, oid)
    page = _page(request, found)
    if request.method == "GET":
        return render(request, "news/pictures/delete.html", page)
    try:
        services.delete_picture(picture=found, actor=request.user, now=clock.now())
    except Refused as refusal:
        return refused_page(
            request, "news/pictures/delete.html", {**page, "refusal": refusal}, refusal
        )
    messages.success(request, _("The picture is deleted."))
    return redirect("news:pictures")


@require_safe
@allowed(keeps_pictures)
@second_factor_required
def choose(request: PersonRequest) -> HttpResponse:
    """The pictures a form offers, narrowed, for the script of its field; others are led to the library."""
    if not request.htmx:
        return redirect("news:pictures")
    name = request.GET.get("name", "picture")[:40]
    chosen = Chosen(oid=request.GET.get(name, ""), words=request.GET.get(f"{name}-q", "")[:200])
    offered = offer(request.user, name, chosen, request.GET.get("kept", ""))
    return render(request, "news/pictures/_offered.html", {"widget": offered})
