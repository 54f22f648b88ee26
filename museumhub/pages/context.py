"""What every page may show of the site itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`site_name`, `site_url` (no trailing slash) and whether letters land in the on-site mailbox."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "has_mailbox": settings.EMAIL_URL.startswith("mailbox:"),
    }
