"""A letter's own HTML, for a frame on a page: it can show itself and nothing more."""

from __future__ import annotations

from django.http import HttpResponse

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
)
_MAY_FOLLOW = " allow-top-navigation-by-user-activation"


def letter_frame(html: str, *, links: bool) -> HttpResponse:
    """The document for the frame. With `links` a link that is clicked opens in the whole window; without, it does nothing."""
    # The sandbox opens no new windows, so that a link which wants one is dead.
    target = "_top" if links else "_blank"
    html = html.replace("<head>", f'<head><base target="{target}">', 1)
    return HttpResponse(
        html,
        headers={
            "Content-Security-Policy": _POLICY + (_MAY_FOLLOW if links else ""),
            "X-Frame-Options": "SAMEORIGIN",
        },
    )
