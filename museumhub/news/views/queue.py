"""The editors' queue, and who the editors are."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from museumhub.kit import clock
from museumhub.kit.forms import add_refusal
from museumhub.kit.refusals import Refused
from museumhub.members.http import PersonRequest
from museumhub.news import queries, services
from museumhub.news.forms import EditorForm, QueueFilterForm
from museumhub.news.models import NewsRole
from museumhub.news.views.entering import for_editors


@require_safe
@for_editors
def queue(request: PersonRequest) -> HttpResponse:
    """What waits for the editors; filters live in the address."""
    form = QueueFilterForm(request.GET)
    if not form.is_valid():
        raise Http404
    data = form.cleaned_data
    state = data["state"] or "submitted"
    if state == "pulled":
        return redirect("news:pulled")
    content = queries.queue(
        state=state,
        words=data["q"],
        kind=data["kind"],
        language=data["language"],
        page=request.GET.get("page", 1),
    )
    context = {
        "form": form,
        "content": content,
        "state": state,
        "narrowed": bool(data["q"] or data["kind"] or data["language"]),
    }
    return render(request, "news/edit/queue.html", context)


@require_http_methods(["GET", "POST"])
@for_editors
def editors(request: PersonRequest) -> HttpResponse:
    """Who edits the news, and a form that makes somebody an editor."""
    form = EditorForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.make_editor(
                    email=form.cleaned_data["email"], actor=request.user, now=clock.now()
                )
            except Refused as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("They edit the news from now on."))
                return redirect("news:editors")
    context = {"form": form, "roles": NewsRole.objects.select_related("person", "given_by")}
    return render(request, "news/edit/editors.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_editors
def end_editor(request: PersonRequest, oid: str) -> HttpResponse:
    """Asks first."""
    role = get_object_or_404(NewsRole.objects.visible_to(request.user), oid=oid)
    if request.method == "GET":
        return render(request, "news/edit/editor_end.html", {"role": role})
    services.end_editor(role=role, actor=request.user, now=clock.now())
    messages.success(request, _("The role has ended."))
    if role.person == request.user:
        return redirect("members:account")
    return redirect("news:editors")
