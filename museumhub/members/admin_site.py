"""The admin, for staff of the site: signed in like everywhere else, and with a second factor. For others it does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.admin import AdminSite
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import resolve_url
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from museumhub.kit.access import public
from museumhub.members import policies
from museumhub.members.second_factor import enrolment_address

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class HouseAdmin(AdminSite):
    """Has no sign-in page of its own, so that there is one place to guard."""

    site_header = _("Administration of the site")
    site_title = _("Administration of the site")

    def has_permission(self, request: HttpRequest) -> bool:
        return _is_staff(request) and not policies.lacks_second_factor(request.user)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """404 for everybody who is not of the staff; strangers do not come this far (`SignInRequired`)."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not _is_staff(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return cast(View, found)

    @method_decorator(public)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Staff without a second factor are led to it; for everybody else there is nothing here."""
        if not _is_staff(request):
            raise Http404
        return HttpResponseRedirect(enrolment_address(resolve_url("admin:index")))


def _is_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff)
