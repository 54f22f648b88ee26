"""The signed cookie that says who has signed in with this browser before; it opens nothing but a limit of one's own."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from museumhub.members.models import Person

NAME = "__Host-known" if settings.SECURE else "known"
LASTS = timedelta(days=180)
_SALT = "members.known"
_AT_MOST = 5


def has_signed_in(request: HttpRequest, person: Person) -> bool:
    """Whether this person has signed in here within half a year; False for a forged or old cookie."""
    return person.oid in _people(request)


def remember_person(request: HttpRequest, response: HttpResponse, person: Person) -> None:
    """Add a person to the cookie, where they are not the last that signed in here."""
    people = _people(request)
    if people[:1] == [person.oid]:
        return
    others = [oid for oid in people if oid != person.oid]
    response.set_signed_cookie(
        NAME,
        ".".join([person.oid, *others][:_AT_MOST]),
        salt=_SALT,
        max_age=int(LASTS.total_seconds()),
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def _people(request: HttpRequest) -> list[str]:
    text = request.get_signed_cookie(NAME, default="", salt=_SALT, max_age=LASTS)
    return text.split(".") if text else []
