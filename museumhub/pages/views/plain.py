"""Small files that other programs look for: robots.txt (RFC 9309) and security.txt (RFC 9116)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.kit.urls import absolute

# Nothing there is worth finding by a search engine: it is private, or the same for everybody.
CLOSED = ("/account/", "/dashboard/", "/organise/", "/review/", "/edit/", "/admin/", "/language/")


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything but private areas may be read by machines."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {address}" for address in CLOSED),
        "",
        f"Sitemap: {absolute('/sitemap.xml')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a weakness: the mailbox `security` of the site's host (RFC 2142)."""
    expires = (clock.now() + timedelta(days=90)).replace(hour=0, minute=0, second=0, microsecond=0)
    host = "museumhub.example" if settings.LOCAL else settings.SITE_HOST
    lines = [
        f"Contact: mailto:security@{host}?{urlencode({'subject': 'MuseumHub'})}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {absolute('/.well-known/security.txt')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
