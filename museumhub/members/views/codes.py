"""The library's page for the code of a sign-in, doing the same work for an address that has no account as for one that has."""

from __future__ import annotations

from allauth.account import views as library
from allauth.account.adapter import get_adapter
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
