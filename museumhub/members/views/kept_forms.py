"""After signing in: what was typed when the session had ended, and a button that sends it again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from museumhub.kit import clock
from museumhub.kit.access import signed_in
from museumhub.members.http import PersonRequest
from museumhub.members.kept_cookie import sent_by
from museumhub.members.models import KeptForm
from museumhub.members.services.kept_forms import claim_form, forget_form


@require_safe
@signed_in
def show(request: PersonRequest, oid: str) -> HttpResponse:
    """The fields as text to read, and the same hidden in a form that goes where they were going."""
    kept = _kept(request, oid)
    fields: list[tuple[str, list[str]]] = [(name, values) for name, values in kept.data]
    readable = [(_readable(name), values) for name, values in fields if any(values)]
    page = {"kept": kept, "fields": fields, "readable": readable}
    return render(request, "members/continue.html", page)


@require_POST
@signed_in
def forget(request: PersonRequest, oid: str) -> HttpResponse:
    """Throw it away before its day is over."""
    forget_form(form=_kept(request, oid))
    messages.success(request, _("What you had typed is deleted."))
    return redirect("members:account")


def _kept(request: PersonRequest, oid: str) -> KeptForm:
    """Only in the browser that sent it, and only for the first person who opened it."""
    if oid not in sent_by(request):
        raise Http404
    found = claim_form(oid=oid, person=request.user, now=clock.now())
    if found is None:
        raise Http404
    return found


def _readable(name: str) -> str:
    """`size_band` reads "Size band"."""
    return name.replace("_", " ").replace("-", " ").strip().capitalize()
