"""The queue of what came in from feeds: the list, one entry, and what an editor does with them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from museumhub.kit import clock
from museumhub.kit.pages import refused_page
from museumhub.kit.refusals import Refused
from museumhub.members.http import PersonRequest
from museumhub.news import lifecycle
from museumhub.news.forms.sources import DecideForm, QueueFilterForm
from museumhub.news.models import PulledEntry
from museumhub.news.queries import sources as queries
from museumhub.news.services import entries as services
from museumhub.news.views.entering import for_editors


@require_safe
@for_editors
def pulled(request: PersonRequest) -> HttpResponse:
    """What waits, and what was decided; filters live in the address."""
    form = QueueFilterForm(request.GET, organisations=queries.organisations_with_feeds())
    if not form.is_valid():
        raise Http404
    queue = queries.queue(request.user, form.filters, request.GET.get("page", 1))
    tallies = [
        {
            "status": status,
            "label": label,
            "number": queue.numbers[status],
            "current": status == form.filters.status,
        }
        for status, label in lifecycle.PULLED.statuses.items()
    ]
    page = {"form": form, "filters": form.filters, "queue": queue, "tallies": tallies}
    return render(request, "news/pulled.html", page)


def _entry(request: PersonRequest, oid: str) -> PulledEntry:
    seen = PulledEntry.objects.seen_by(request.user)
    return get_object_or_404(seen.select_related("source__organisation", "item"), oid=oid)


@require_safe
@for_editors
def pulled_entry(request: PersonRequest, oid: str) -> HttpResponse:
    """One entry as it came, and the draft that was made of it."""
    return render(request, "news/pulled_entry.html", _page(_entry(request, oid)))


def _page(entry: PulledEntry) -> dict[str, Any]:
    moves = lifecycle.PULLED.open_moves(status=entry.status, role=lifecycle.EDITOR)
    return {"entry": entry, "source": entry.source, "moves": list(moves)}


@require_POST
@for_editors
def decide(request: PersonRequest, oid: str) -> HttpResponse:
    """One move of one entry: `act` is take, dismiss or bring_back."""
    entry, act = _entry(request, oid), request.POST.get("act", "")
    said: dict[str, Any] = {"entry": entry, "actor": request.user, "now": clock.now()}
    try:
        match act:
            case "take":
                services.take_entry(**said)
                messages.success(
                    request, _("A draft is made. It is public once an editor publishes it.")
                )
                return redirect("news:pulled_entry", oid)
            case "dismiss":
                services.dismiss_entry(**said)
                messages.success(request, _("The entry is dismissed, and stays so."))
            case "bring_back":
                services.bring_back_entry(**said)
                messages.success(request, _("The entry waits again."))
            case _:
                raise Http404
    except Refused as refusal:
        page = {**_page(_entry(request, oid)), "refusal": refusal}
        return refused_page(request, "news/pulled_entry.html", page, refusal)
    return redirect("news:pulled")


@require_POST
@for_editors
def decide_several(request: PersonRequest) -> HttpResponse:
    """Take or dismiss all that were ticked; where one of them is not there, nothing is done."""
    form = DecideForm(request.POST)
    if not form.is_valid():
        messages.info(request, _("Tick the entries first."))
        return redirect("news:pulled")
    oids = set(form.cleaned_data["entry"])
    seen = PulledEntry.objects.seen_by(request.user)
    chosen = list(seen.filter(oid__in=oids).select_related("source__organisation"))
    if len(chosen) != len(oids):
        raise Http404
    said: dict[str, Any] = {"entries": chosen, "actor": request.user, "now": clock.now()}
    if form.cleaned_data["act"] == "take":
        number = len(services.take_entries(**said))
        told = ngettext("%(number)d draft is made.", "%(number)d drafts are made.", number)
    else:
        number = services.dismiss_entries(**said)
        told = ngettext(
            "%(number)d entry is dismissed.", "%(number)d entries are dismissed.", number
        )
    messages.success(request, told % {"number": number})
    if number < len(chosen):
        messages.info(request, _("Others were decided about in the meantime, and left alone."))
    return redirect("news:pulled")
