"""The admin, for staff of the site: signed in like everywhere else, and with a second factor."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from museumhub.kit.access import public
from museumhub.members import policies
from museumhub.members.second_factor import enrolment_address


class HouseAdmin(AdminSite):
    """Has no sign-in page of its own, so that there is one place to guard."""

    site_header = _("Administration of the site")
    site_title = _("Administration of the site")

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not policies.lacks_second_factor(request.user)

    @method_decorator(public)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """To the site's own sign-in; to the second factor; for everybody else there is nothing here."""
        onward = resolve_url("admin:index")
        if not request.user.is_authenticated:
            return HttpResponseRedirect(
                f"{resolve_url('account_login')}?{urlencode({'next': onward})}"
            )
        if super().has_permission(request):
            return HttpResponseRedirect(enrolment_address(onward))
        raise Http404
