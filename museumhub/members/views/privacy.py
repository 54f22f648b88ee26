"""What the site holds about the reader: to see, to take along, to erase."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from museumhub.kit import clock
from museumhub.kit.access import public, signed_in
from museumhub.kit.forms import add_refusal
from museumhub.kit.privacy import holdings
from museumhub.kit.refusals import Refused
from museumhub.members import queries, services
from museumhub.members.forms.people import EraseForm
from museumhub.members.http import PersonRequest
from museumhub.members.proof import proof_required


@require_safe
@signed_in
def privacy(request: PersonRequest) -> HttpResponse:
    """What is held, what for and for how long."""
    return render(request, "members/privacy.html", {"holdings": list(holdings())})


@require_POST
@signed_in
@proof_required
def download(request: PersonRequest) -> StreamingHttpResponse:
    """Everything as one JSON file, written while it is read."""
    response = StreamingHttpResponse(
        services.export_json(request.user), content_type="application/json; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_http_methods(["GET", "POST"])
@signed_in
@proof_required
def erase(request: PersonRequest) -> HttpResponse:
    """Erase the account, after a fresh proof and a tick; says before what stays."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.erase_person(person=request.user, actor=request.user, now=clock.now())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            logout(request)
            return redirect("members:erased")
    page = {"form": form, "left_alone": queries.left_without_administrator(request.user)}
    return render(request, "members/erase.html", page, status=422 if form.errors else 200)


@require_safe
@public
def erased(request: HttpRequest) -> HttpResponse:
    """The last page of an account."""
    return render(request, "members/erased.html")
