"""Before something that matters: the person shows again that it is them."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from allauth.account.internal.flows import reauthentication
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

P = ParamSpec("P")


def proved_recently(request: HttpRequest) -> bool:
    """The person has shown within the last quarter of an hour that it is them.

    Unlike the library's own check this holds for people who sign in by code only: for them a code
    typed in just now counts.
    """
    if reauthentication.get_reauthentication_flows(request.user):
        return bool(reauthentication.did_recently_reauthenticate(request))
    records = reauthentication.get_authentication_records(request, request.user)
    newest: float = max((one["at"] for one in records if one["method"] == "code"), default=0.0)
    return time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def proof_required(
    view: Callable[Concatenate[Any, P], HttpResponseBase],
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """The view is reached only after a recent proof; a form that was sent is taken up again afterwards."""

    @wraps(view)
    def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not proved_recently(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return cast(Callable[Concatenate[Any, P], HttpResponseBase], guarded)
