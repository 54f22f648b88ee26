"""A letter's own HTML, for a frame on a page: it can show itself and nothing more."""

from __future__ import annotations

from django.http import HttpResponse

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
)
_MAY_FOLLOW = " allow-top-navigation-by-user-activation"


def letter_frame(html: str, *, links: bool) -> HttpResponse:
    """The document for the frame; `links` lets a link that is clicked open in the whole window."""
    if links:
        html = html.replace("<head>", '<head><base target="_top">', 1)
    return HttpResponse(
        html,
        headers={
            "Content-Security-Policy": _POLICY + (_MAY_FOLLOW if links else ""),
            "X-Frame-Options": "SAMEORIGIN",
        },
    )
