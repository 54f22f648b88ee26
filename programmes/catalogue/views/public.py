"""Programmes, editions, partners and calls as everybody sees them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.kit.page_cache import cached_for_strangers
from programmes.catalogue import call_actions, policies, queries
from programmes.catalogue.forms import FilterForm
from programmes.catalogue.models import Edition, Programme


@require_safe
@public
@cached_for_strangers
def programmes(request: HttpRequest) -> HttpResponse:
    """Programmes with their editions; filters live in the address."""
    form = FilterForm(request.GET)
    if not form.is_valid():
        raise Http404
    page, cards = queries.programme_cards(form.filters, clock.now(), request.GET.get("page", 1))
    context = {"form": form, "filters": form.filters, "page": page, "cards": cards}
    return render(request, "catalogue/programmes.html", context)


@require_safe
@public
@cached_for_strangers
def programme(request: HttpRequest, programme: str) -> HttpResponse:
    shown = get_object_or_404(Programme.objects.visible_to(request.user), slug=programme)
    content = queries.programme_page(shown, request.user, clock.now(), request.GET.get("page", 1))
    return render(request, "catalogue/programme.html", {"content": content})


@require_safe
@public
@cached_for_strangers
def edition(request: HttpRequest, programme: str, edition: str) -> HttpResponse:
    now = clock.now()
    shown = get_object_or_404(
        queries.with_topics(Edition.objects.visible_to(request.user)),
        programme__slug=programme,
        slug=edition,
    )
    context = {
        "content": queries.edition_page(shown, request.user, now),
        "actions": call_actions.actions(request.user, shown, now),
        "can_organise": policies.can_organise(request.user, shown),
    }
    return render(request, "catalogue/edition.html", context)


@require_safe
@public
@cached_for_strangers
def partner(request: HttpRequest, programme: str, organisation: str) -> HttpResponse:
    shown = get_object_or_404(Programme.objects.visible_to(request.user), slug=programme)
    content = queries.partner_page(shown, organisation, request.user)
    if content is None:
        raise Http404
    return render(request, "catalogue/partner.html", {"content": content})


@require_safe
@public
@cached_for_strangers
def calls(request: HttpRequest) -> HttpResponse:
    content = queries.calls(clock.now(), request.GET.get("page", 1))
    return render(request, "catalogue/calls.html", {"content": content})
