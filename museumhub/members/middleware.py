"""For every request: speak the person's language, ask for sign-in where a view needs it, and keep what was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.forms import BaseForm
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone, translation

from museumhub.kit import clock
from museumhub.kit.refusals import TooOften
from museumhub.members.kept_cookie import remember
from museumhub.members.known_cookie import remember_person
from museumhub.members.services.kept_forms import keep_form


def speak_to_the_person(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Activate the signed-in person's language and zone for this request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return get_response(request)
        translation.activate(user.language)
        request.LANGUAGE_CODE = user.language
        with timezone.override(ZoneInfo(user.time_zone)):
            return get_response(request)

    return middleware


def sessions_that_end(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A sign-in ends at a stated instant, however much is done meanwhile (ASVS 7.3.2); the page can say when.

    The sign-in library counts seconds from the last change instead; that is put right as it signs in.
    The browser remembers whose sign-in it was, see `known_cookie`.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated:
            if not isinstance(request.session.get("_session_expiry"), str):
                bound_session(request)
            remember_person(request, response, request.user)
        return response

    return middleware


def bound_session(request: HttpRequest) -> datetime:
    """Let the sign-in end SESSION_COOKIE_AGE seconds from now; answers with that instant."""
    ends = clock.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    request.session.set_expiry(ends)
    return ends


class SignInRequired(LoginRequiredMiddleware):
    """Sends whoever is not signed in to the sign-in page; the text of a form they sent is kept."""

    def handle_no_permission(  # type: ignore[override]  # the caller takes any response
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        match = request.resolver_match
        if match is not None and "admin" in match.app_names:
            raise Http404  # whoever belongs there signs in first; nobody else is told that it is there
        if speaks_to_a_script(request):
            return _signed_out(request)
        if request.method == "POST" and hasattr(view_func, "access"):
            return _keep_and_sign_in(request)
        return super().handle_no_permission(request, view_func)


A_FEW_MINUTES = "300"  # seconds


class RefusedForms:
    """The sign-in library answers a form it refuses with 200; here it is 422, and 429 where a limit refused it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code == 429:
            # The library does not say when; its limits are of minutes, and our own refusals have said it.
            answer.headers.setdefault("Retry-After", A_FEW_MINUTES)
        return answer

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        shown = response.context_data or {}
        library = type(shown.get("view")).__module__.startswith("allauth.")
        if library and request.method == "POST" and response.status_code == HTTPStatus.OK:
            forms = (shown.get("form"), shown.get("verify_form"), shown.get("change_form"))
            refused = [form for form in forms if isinstance(form, BaseForm) and form.errors]
            if any(_came_too_often(form) for form in refused):
                response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            elif refused:
                response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response


def _came_too_often(form: BaseForm) -> bool:
    """A limit of the sign-in library refused the form, whatever was typed."""
    found = (error.code for errors in form.errors.as_data().values() for error in errors)
    return any(code in {"too_many_login_attempts", "rate_limited"} for code in found)


def speaks_to_a_script(request: HttpRequest) -> bool:
    """The answer goes to a script of the page (htmx or fetch) and not to the reader's window."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        or headers.get("X-Requested-With") == "XMLHttpRequest"
        or headers.get("Accept", "").startswith("application/json")
    )


def _signed_out(request: HttpRequest) -> HttpResponse:
    """401 with the sign-in address in `X-Sign-In`; the page still holds what was typed."""
    try:
        here = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    except ValueError:  # not an address at all
        here = urlsplit("")
    page = here.path if here.path.startswith("/") and not here.path.startswith("//") else ""
    address = f"{resolve_url('account_login')}?{urlencode({'next': page})}" if page else ""
    address = address or resolve_url("account_login")
    response = render(
        request,
        "members/signed_out.html",
        {"sign_in": address},
        status=HTTPStatus.UNAUTHORIZED,
    )
    response.headers["X-Sign-In"] = address
    return response


def _keep_and_sign_in(request: HttpRequest) -> HttpResponse:
    """The token of the form was right, only the session is over: keep its fields, then ask to sign in."""
    login = resolve_url("account_login")
    try:
        kept = keep_form(
            path=request.get_full_path(),
            fields=[
                (name, [str(value) for value in values]) for name, values in request.POST.lists()
            ],
            had_files=bool(request.FILES),
            address=get_ip(request),
            now=clock.now(),
        )
    except TooOften:
        kept = None
    if kept is None:
        return HttpResponseRedirect(f"{login}?{urlencode({'next': request.path})}")
    onward = reverse("members:continue", args=[kept.oid])
    response = HttpResponseRedirect(f"{login}?{urlencode({'next': onward})}")
    remember(request, response, kept.oid)
    return response
