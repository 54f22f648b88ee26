"""Feeds of members: the list, one feed with what went wrong, adding, changing, switching, asking, removing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from museumhub.kit import clock
from museumhub.kit.forms import add_refusal
from museumhub.kit.pages import refused_page
from museumhub.kit.refusals import Refused
from museumhub.members.http import PersonRequest
from museumhub.members.models import Organisation
from museumhub.news.forms.sources import FeedForm, FindOrganisationForm
from museumhub.news.models import FeedSource
from museumhub.news.policies import edits_news
from museumhub.news.queries import sources as queries
from museumhub.news.services import sources as services
from museumhub.news.views.entering import for_keepers


def _kept(request: PersonRequest, oid: str) -> FeedSource:
    kept = FeedSource.objects.kept_by(request.user).select_related("organisation")
    return get_object_or_404(kept, oid=oid)


@require_safe
@for_keepers
def feeds(request: PersonRequest) -> HttpResponse:
    """The feeds the reader looks after, each with its state."""
    form = FindOrganisationForm(request.GET)
    named = form.cleaned_data["named"] if form.is_valid() else ""
    content = queries.feeds(request.user, named=named, page=request.GET.get("page", 1))
    is_editor = edits_news(request.user)
    page = {"content": content, "form": form, "named": named, "is_editor": is_editor}
    return render(request, "news/feeds.html", page)


@require_safe
@for_keepers
def feed(request: PersonRequest, oid: str) -> HttpResponse:
    """One feed: how it does, and what can be done with it."""
    return _page(request, oid)


def _page(request: PersonRequest, oid: str, refusal: Refused | None = None) -> HttpResponse:
    row = queries.feed_page(request.user, oid)
    if row is None:
        raise Http404
    page = {"row": row, "source": row.source, "refusal": refusal, "now": clock.now()}
    page["is_editor"] = edits_news(request.user)
    if refusal is not None:
        return refused_page(request, "news/feed.html", page, refusal)
    return render(request, "news/feed.html", page)


@require_http_methods(["GET", "POST"])
@for_keepers
def add(request: PersonRequest, slug: str) -> HttpResponse:
    """Add a feed of an organisation one looks after."""
    mine = Organisation.objects.all() if edits_news(request.user) else None
    if mine is None:
        mine = Organisation.objects.administered_by(request.user)
    organisation = get_object_or_404(mine, slug=slug)
    form = FeedForm(request.POST or None)
    page = {"organisation": organisation, "form": form}
    if request.method == "GET":
        return render(request, "news/feed_form.html", page)
    if not form.is_valid():
        return render(request, "news/feed_form.html", page, status=422)
    try:
        made = services.add_feed(
            organisation=organisation, actor=request.user, now=clock.now(), **form.said
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return refused_page(request, "news/feed_form.html", page, refusal)
    messages.success(request, _("The feed is added, and asked for the first time in a minute."))
    return redirect("news:feed", made.oid)


@require_http_methods(["GET", "POST"])
@for_keepers
def change(request: PersonRequest, oid: str) -> HttpResponse:
    """Change the address, name, language or topics of a feed."""
    source = _kept(request, oid)
    form = FeedForm(
        request.POST or None, instance=FeedSource.objects.kept_by(request.user).get(pk=source.pk)
    )
    page = {"organisation": source.organisation, "source": source, "form": form}
    if request.method == "GET":
        return render(request, "news/feed_form.html", page)
    if not form.is_valid():
        return render(request, "news/feed_form.html", page, status=422)
    try:
        services.change_feed(source=source, actor=request.user, now=clock.now(), **form.said)
    except Refused as refusal:
        add_refusal(form, refusal)
        return refused_page(request, "news/feed_form.html", page, refusal)
    messages.success(request, _("The feed is changed."))
    return redirect("news:feed", oid)


@require_POST
@for_keepers
def switch(request: PersonRequest, oid: str) -> HttpResponse:
    """Switch a feed on (`on=1`) or off."""
    source, on = _kept(request, oid), request.POST.get("on") == "1"
    done = (
        _("The feed is switched on, and asked in a minute.")
        if on
        else _("The feed is switched off.")
    )
    return _act(
        request,
        oid,
        lambda: services.switch_feed(source=source, actor=request.user, on=on, now=clock.now()),
        done,
    )


@require_POST
@for_keepers
def ask(request: PersonRequest, oid: str) -> HttpResponse:
    """Have a feed asked now."""
    source = _kept(request, oid)
    return _act(
        request,
        oid,
        lambda: services.ask_feed(source=source, actor=request.user, now=clock.now()),
        _("The feed is asked in a minute. Load this page again to see what came of it."),
    )


def _act(
    request: PersonRequest, oid: str, service: Callable[[], object], done: Any
) -> HttpResponse:
    try:
        service()
    except Refused as refusal:
        return _page(request, oid, refusal)
    messages.success(request, done)
    return redirect("news:feed", oid)


@require_http_methods(["GET", "POST"])
@for_keepers
def remove(request: PersonRequest, oid: str) -> HttpResponse:
    """Remove a feed, after a page that says what goes with it."""
    source = _kept(request, oid)
    if request.method == "GET":
        row = queries.feed_page(request.user, oid)
        return render(request, "news/feed_remove.html", {"row": row, "source": source})
    services.remove_feed(source=source, actor=request.user, now=clock.now())
    messages.success(request, _("The feed is removed."))
    return redirect("news:feeds")
