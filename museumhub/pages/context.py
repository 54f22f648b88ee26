"""What every page may show of the site itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

# Where the header's links say that one is there (the tag `here`), what is further inside first.
PLACES = (
    *(
        "/account/login/",
        "/account/",
        "/dashboard/",
        "/news/",
        "/statements/",
        "/events/",
        "/topics/",
        "/frameworks/",
    ),
    *("/programmes/", "/calls/", "/organisations/", "/search/"),
)


def site(request: HttpRequest) -> dict[str, Any]:
    """`site_name`, `site_url` (no trailing slash), whether letters land in the on-site mailbox, and the `place` one is at for the header: one of PLACES, and whether that is the page itself."""
    return {
        "place": next(
            ((one, request.path == one) for one in PLACES if request.path.startswith(one)), ""
        ),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "has_mailbox": settings.EMAIL_URL.startswith("mailbox:"),
    }
