"""The library's pages for codes, doing the same work for an address that has no account as for one that has."""

from __future__ import annotations

from typing import cast

from allauth.account import views as library
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
)
from allauth.account.models import EmailAddress
from django.http import HttpRequest, HttpResponseBase

from museumhub.kit.access import public
from museumhub.members.models import Person


@public
def confirm_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Type the code, or ask for another.

    For an address with an account the library looks up the person and, where another code is asked
    for, posts a letter. For one without it does neither, so that the time of an answer would tell.
    """
    answer: HttpResponseBase = library.confirm_login_code(request)
    stage = getattr(request, "_login_stage", None)
    if stage is not None and stage.login.user is None:
        Person.objects.look_for_nobody()
        asked_again = request.method == "POST" and request.POST.get("action") == "resend"
        if asked_again and answer.get("Location", "").startswith(request.path):
            get_adapter(request).send_mail("account/email/unknown_account", stage.login.email, {})
    return answer


@public
def confirm_address(request: HttpRequest) -> HttpResponseBase:
    """Type the code that proves an address, or ask for another.

    After signing up with an address that has an account the library looks up nobody, and posts no second letter.
    """
    waited_for = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY)
    if waited_for is None or "user_id" in waited_for:
        return cast(HttpResponseBase, library.email_verification_sent(request))
    address = waited_for["email"]
    asked_again = request.method == "POST" and request.POST.get("action") == "resend"
    for _turn in range(2):
        Person.objects.look_for_nobody()
    if asked_again:
        EmailAddress.objects.filter(user=0, email=address).first()
    answer: HttpResponseBase = library.email_verification_sent(request)
    if asked_again and answer.get("Location", "").startswith(request.path):
        get_adapter(request).send_account_already_exists_mail(address)
    return answer
