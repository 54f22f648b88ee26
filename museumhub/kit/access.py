"""Who may call a view. Every view of the site wears exactly one of these; a test walks all addresses.

A view that shows one thing of somebody's is `signed_in` and fetches it from `visible_to(user)`, so
that what is not yours is a 404 like what does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase

P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Ask = Callable[[HttpRequest], HttpResponseBase | None]


@dataclass(frozen=True)
class Access:
    """What a view's decorator promised: `kind` is public, signed_in or allowed; `rule` names the predicate."""

    kind: str
    rule: str = ""


def public(view: View) -> View:
    """Anybody, signed in or not."""
    marked = cast(Any, login_not_required(view))
    marked.access = Access("public")
    return cast(View, marked)


def signed_in(view: View) -> View:
    """Anybody with an account; others are asked to sign in and come back."""
    cast(Any, view).access = Access("signed_in")
    return view


def allowed(
    rule: Callable[[Any], bool],
) -> Callable[
    [Callable[Concatenate[Any, P], HttpResponseBase]],
    Callable[Concatenate[Any, P], HttpResponseBase],
]:
    """Signed in, and `rule(user)` holds; for everybody else the address does not exist."""

    def decorate(
        view: Callable[Concatenate[Any, P], HttpResponseBase],
    ) -> Callable[Concatenate[Any, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not rule(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        cast(Any, guarded).access = Access("allowed", getattr(rule, "__name__", "rule"))
        return cast(Callable[Concatenate[Any, P], HttpResponseBase], guarded)

    return decorate


_asked: list[Ask] = []


def on_second_factor(ask: Ask) -> Ask:
    """The room of the people says here, when the site starts, where to send somebody who lacks a second factor; None for others."""
    _asked[:] = [ask]
    return ask


def second_factor_required(
    view: Callable[Concatenate[Any, P], HttpResponseBase],
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """Stands below `@allowed(rule)`: who passes the rule but has no second factor is sent to get one.

    Does nothing where the site does not ask for it (setting ORGANISERS_NEED_SECOND_FACTOR).
    """

    @wraps(view)
    def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        for ask in _asked:
            if (instead := ask(request)) is not None:
                return instead
        return view(request, *args, **kwargs)

    return cast(Callable[Concatenate[Any, P], HttpResponseBase], guarded)
