"""The signed cookie that says which kept forms this browser sent."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from museumhub.members.services.kept_forms import KEPT_FOR

NAME = "__Host-kept" if settings.SECURE else "kept"
_SALT = "members.kept_form"
_AT_MOST = 10


def sent_by(request: HttpRequest) -> list[str]:
    """The ids of the forms this browser sent, the newest first; nothing for a forged or old cookie."""
    text = request.get_signed_cookie(NAME, default="", salt=_SALT, max_age=KEPT_FOR)
    return text.split(".") if text else []


def remember(request: HttpRequest, response: HttpResponse, oid: str) -> None:
    """Add an id to the cookie."""
    response.set_signed_cookie(
        NAME,
        ".".join([oid, *sent_by(request)][:_AT_MOST]),
        salt=_SALT,
        max_age=int(KEPT_FOR.total_seconds()),
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
