"""Organisers and administrators of the site prove themselves twice; who has no second factor yet is shown how to get one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from museumhub.members import policies

P = ParamSpec("P")


def enrolment_address(onward: str) -> str:
    """The page that explains how to get a second factor, and leads back to `onward` (a path)."""
    return f"{reverse('members:second_factor')}?{urlencode({'next': onward})}"


def second_factor_required(
    view: Callable[Concatenate[Any, P], HttpResponseBase],
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """Stands below `@allowed(rule)`: who passes the rule but has no second factor is sent to get one.

    Does nothing where the site does not ask for it (setting ORGANISERS_NEED_SECOND_FACTOR).
    """

    @wraps(view)
    def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if policies.lacks_second_factor(request.user):
            return HttpResponseRedirect(enrolment_address(request.path))
        return view(request, *args, **kwargs)

    return cast(Callable[Concatenate[Any, P], HttpResponseBase], guarded)
