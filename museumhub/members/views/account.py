"""A person's own account: what there is to change, the profile, and showing once more that it is them."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from allauth.account import views as library
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ReauthenticationRequired
from allauth.core.internal.cryptokit import compare_user_code
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from museumhub.kit import clock, throttle
from museumhub.kit.access import signed_in
from museumhub.members import policies, queries, services
from museumhub.members.forms.people import ConfirmCodeForm, ProfileForm
from museumhub.members.http import PersonRequest
from museumhub.members.proof import proved_recently
from museumhub.members.services.people import confirm_code_letter

_STATE = "confirm_by_code"
_LASTS = 15 * 60  # seconds a mailed code is good for
_TRIES = 3


@require_safe
@signed_in
def account(request: PersonRequest) -> HttpResponse:
    """Everything about the account on one page."""
    person = request.user
    return render(
        request,
        "members/account.html",
        {
            "person": person,
            "memberships": queries.memberships_of(person),
            "invitations": [
                (one, services.invitation_token(one))
                for one in queries.invitations_to(person, clock.now())
            ],
            "requests": queries.requests_of(person),
            "has_password": person.has_usable_password(),
            "has_second_factor": policies.has_second_factor(person),
        },
    )


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: PersonRequest) -> HttpResponse:
    """Name, language and time zone."""
    if request.method == "GET":
        return render(request, "members/profile.html", {"form": ProfileForm(instance=request.user)})
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return render(request, "members/profile.html", {"form": form}, status=422)
    services.change_profile(person=request.user, now=clock.now(), **form.cleaned_data)
    messages.success(request, _("Your profile is saved."))
    return redirect("members:account")


@require_http_methods(["GET", "POST"])
@signed_in
def address(request: PersonRequest) -> HttpResponseBase:
    """The library's page for the e-mail address; a change needs a recent proof, whatever one signs in with."""
    if request.method == "POST" and not proved_recently(request):
        raise ReauthenticationRequired
    answer: HttpResponseBase = library.email(request)
    return answer


@require_http_methods(["GET", "POST"])
@signed_in
def set_password(request: PersonRequest) -> HttpResponseBase:
    """The library's page for a first password, after a recent proof.

    A form that comes too late is not kept meanwhile, as others are: a password is written down nowhere.
    """
    if not proved_recently(request):
        if request.method == "POST":
            return redirect(request.path)
        raise ReauthenticationRequired
    answer: HttpResponseBase = library.password_set(request)
    return answer


@require_safe
@signed_in
def second_factor(request: PersonRequest) -> HttpResponse:
    """Why organisers need a second factor, and how to get one; leads back to where they came from."""
    return render(
        request,
        "members/second_factor.html",
        {
            "next": get_next_redirect_url(request),
            "has_second_factor": policies.has_second_factor(request.user),
        },
    )


@require_http_methods(["GET", "POST"])
@signed_in
def confirm_by_code(request: PersonRequest) -> HttpResponse:
    """A code by mail, for somebody with neither password nor second factor."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    onward = get_next_redirect_url(request) or ""
    if methods[0]["url"] != request.path:
        return redirect(f"{methods[0]['url']}?{urlencode({'next': onward})}")
    if request.method == "POST" and request.POST.get("action") == "send":
        _send_code(request)
        return redirect(f"{request.path}?{urlencode({'next': onward})}")
    form = ConfirmCodeForm(request.POST if request.method == "POST" and _state(request) else None)
    if form.is_valid():
        if _is_right(request, form.cleaned_data["code"]):
            record_authentication(request, request.user, method="code", reauthenticated=True)
            answer: HttpResponse | None = reauthentication.resume_request(request)
            return answer or redirect(onward or "members:account")
        form.add_error("code", _("This is not the code. Look at the newest letter again."))
    return render(
        request,
        "members/confirm_by_code.html",
        {"form": form, "sent": _state(request) is not None, "next": onward},
        status=422 if form.errors else 200,
    )


def _send_code(request: PersonRequest) -> None:
    now = clock.now()
    throttle.spend("confirm_by_code", request.user.pk, 10, timedelta(hours=1), now=now)
    code = get_adapter().generate_login_code()
    request.session[_STATE] = {"code": code, "until": time.time() + _LASTS, "tries": _TRIES}
    confirm_code_letter(person=request.user, code=code, now=now)


def _state(request: HttpRequest) -> dict[str, Any] | None:
    """The code that is waited for; None where none was sent or its time is over."""
    state: dict[str, Any] | None = request.session.get(_STATE)
    return state if state and state["until"] > time.time() and state["tries"] > 0 else None


def _is_right(request: HttpRequest, code: str) -> bool:
    state = _state(request)
    if state is None:
        return False
    if compare_user_code(actual=code, expected=state["code"]):
        del request.session[_STATE]
        return True
    state["tries"] -= 1
    request.session[_STATE] = state
    return False
