"""Error pages in the site's own style: each says what happened and what to do next. The addresses are wired in museumhub/urls.py."""

from __future__ import annotations

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 where too much was sent, 400 otherwise, with the sentence of our own refusals."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return render(request, "errors/413.html", status=413)
    sentence = str(exception) if isinstance(exception, BadRequest) else ""
    return render(request, "errors/400.html", {"sentence": sentence}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403. The site itself answers 404 for what is not the reader's; libraries may say 403."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same page for what does not exist and for what is not the reader's."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, drawn without the request, the session or the database: any of them may be what failed.

    Where the names of sheets and pictures are not to be had either (no `collectstatic`), the page goes without.
    """
    try:
        page = render_to_string("errors/500.html")
    except Exception:  # whatever it is, the reader is told, and the first fault is in the log
        page = render_to_string("errors/500_plain.html")
    return HttpResponse(page, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 with what to do: go back, load the page again, send once more. `reason` is not for readers."""
    return render(request, "errors/csrf.html", status=403)
