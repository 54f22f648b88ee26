"""What an item was: its revisions, the differences between two, one put back; and changes that are proposed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from museumhub.kit import clock
from museumhub.kit.refusals import Refused, Stale
from museumhub.members.http import PersonRequest
from museumhub.news import content as contents
from museumhub.news import lifecycle, policies, queries, services
from museumhub.news.forms import TextForm
from museumhub.news.models import Item, Proposal, Revision
from museumhub.news.services.proposals import began_from, pending_of
from museumhub.news.views.entering import for_writers, readable, writable
from museumhub.news.views.writing import head


@require_safe
@for_writers
def history(request: PersonRequest, oid: str) -> HttpResponse:
    item = readable(request.user, oid)
    context = {
        **head(request, item, "history"),
        "page": queries.revisions(item, request.GET.get("page", 1)),
    }
    return render(request, "news/edit/history.html", context)


@require_safe
@for_writers
def compare(request: PersonRequest, oid: str) -> HttpResponse:
    """Two revisions, named in the address by their numbers: `?from=2&to=5`; where none is named, back to choose."""
    item = readable(request.user, oid)
    if not request.GET.keys() & {"from", "to"}:
        return redirect("news:history", item.oid)
    before = _revision(item, request.GET.get("from", ""))
    after = _revision(item, request.GET.get("to", ""))
    if before.number > after.number:
        before, after = after, before
    context = {
        **head(request, item, "history"),
        "before": before,
        "after": after,
        "fields": queries.compare(item.kind, before.content, after.content),
    }
    return render(request, "news/edit/compare.html", context)


def _revision(item: Item, number: str) -> Revision:
    rows = Revision.objects.filter(item=item).select_related("author")
    return get_object_or_404(rows, number=_number(number))


@require_http_methods(["GET", "POST"])
@for_writers
def restore(request: PersonRequest, oid: str, revision: str) -> HttpResponse:
    """Asks first, and shows what changes."""
    item = writable(request.user, oid)
    rows = Revision.objects.filter(item=item).select_related("author")
    then = get_object_or_404(rows, oid=revision)
    page: dict[str, Any] = {
        **head(request, item, "history"),
        "revision": then,
        "fields": queries.compare(item.kind, contents.of(item), then.content),
    }
    if request.method == "GET":
        return render(request, "news/edit/restore.html", page)
    try:
        services.restore_revision(
            item=item,
            revision=then,
            seen=_number(request.POST.get("seen", "")),
            actor=request.user,
            now=clock.now(),
        )
    except Refused as refusal:
        page["refusal"] = refusal
        return render(request, "news/edit/restore.html", page, status=refusal.status)
    messages.success(request, _("The earlier text stands again."))
    return redirect("news:edit_item", item.oid)


@require_http_methods(["GET", "POST"])
@for_writers
def proposal(request: PersonRequest, oid: str) -> HttpResponse:
    """What a member would change of something that is out, beside what stands; editors decide here."""
    item = readable(request.user, oid)
    pending = pending_of(item)
    if pending is None:
        messages.info(request, _("No changes are waiting."))
        return redirect("news:edit_item", item.oid)
    page: dict[str, Any] = {
        **head(request, item, "proposal"),
        "pending": pending,
        "fields": queries.compare(item.kind, began_from(item, pending.base), pending.content),
        "form": TextForm(),
    }
    if request.method == "GET":
        return render(request, "news/edit/proposal.html", page)
    return _decide(request, item, pending, page)


def _decide(
    request: PersonRequest, item: Item, pending: Proposal, page: dict[str, Any]
) -> HttpResponse:
    roles = policies.roles(request.user, item)
    answer = request.POST.get("answer", "")
    now = clock.now()
    status = 422
    try:
        if answer in {"accept", "replace"} and lifecycle.EDITOR in roles:
            services.accept_proposal(
                proposal=pending,
                seen=_number(request.POST.get("seen", "")),
                actor=request.user,
                now=now,
                replacing=answer == "replace",
            )
            messages.success(request, _("The changes are out."))
            return redirect("news:edit_item", item.oid)
        if answer == "decline" and lifecycle.EDITOR in roles:
            form = TextForm(request.POST)
            page["form"] = form
            if form.is_valid():
                services.decline_proposal(
                    proposal=pending, text=form.cleaned_data["text"], actor=request.user, now=now
                )
                messages.success(request, _("The changes are declined."))
                return redirect("news:edit_item", item.oid)
        elif answer == "take_back" and lifecycle.MEMBER in roles:
            services.take_proposal_back(proposal=pending, actor=request.user, now=now)
            messages.success(request, _("The changes are taken back."))
            return redirect("news:edit_item", item.oid)
        else:
            raise Http404
    except services.Clash as clash:
        page |= {"clash": clash, "clashes": _clashes(item, pending, clash)}
        status = clash.status
    except services.Incomplete as incomplete:
        page |= {"refusal": incomplete, "reasons": incomplete.reasons}
        status = incomplete.status
    except Stale as stale:
        page |= {"refusal": stale}
        status = stale.status
    except Refused as refusal:
        page["refusal"] = refusal
        status = refusal.status
    return render(request, "news/edit/proposal.html", page, status=status)


def _clashes(item: Item, pending: Proposal, clash: services.Clash) -> list[Any]:
    """Both texts of the parts in question: what stands now, and what is proposed."""
    stands = contents.of(item)
    both = {name: pending.content[name] for name in clash.names}
    return queries.compare(item.kind, stands, both)


def _number(text: str) -> int:
    """A version as an address or a form says it; 0, which there is never, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
