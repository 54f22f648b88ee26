"""What happens to every request: an id for the logs, no caching of private pages, a plain 400 for input no text field can hold, and a page for refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

import structlog
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _

from museumhub.kit.ids import new_id
from museumhub.kit.pages import answer_refusal, refused_page
from museumhub.kit.refusals import Refused

Next = Callable[[HttpRequest], HttpResponse]
_WRONG = re.compile("[\x00\ud800-\udfff]")

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"
)


def request_id(get_response: Next) -> Callable[[HttpRequest], HttpResponse]:
    """Bind an id of this request to every log record made while it is answered."""

    def middleware(request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=new_id()[:12])
        return get_response(request)

    return middleware


def private_pages(get_response: Next) -> Callable[[HttpRequest], HttpResponse]:
    """A page made for somebody who is signed in is not kept by any cache (ASVS 14.3.2)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            if "public" not in response.headers.get("Cache-Control", ""):
                response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def malformed_input(get_response: Next) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse with 400 what no text field can hold: NUL, broken UTF-8, halves of characters.

    Looks at path, query, cookies and form (the text fields of a multipart form too), so that behind
    it every string of a request can be stored and compared in any database. Broken UTF-8 in a
    multipart form cannot be told from a replacement character that somebody typed; it stays one.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
        if _WRONG.search(request.path_info) or not _is_text(query):
            raise BadRequest(_("The address holds characters that are not text."))
        if any(_WRONG.search(value) for value in request.COOKIES.values()):
            raise BadRequest(_("A cookie holds characters that are not text."))
        if request.method == "POST":
            _refuse_malformed_form(request)
        return get_response(request)

    return middleware


def _refuse_malformed_form(request: HttpRequest) -> None:
    try:
        fields = request.POST
    except UnreadablePostError as error:
        raise BadRequest(_("The connection ended before the form had arrived.")) from error
    well_written = request.content_type != "application/x-www-form-urlencoded" or _is_text(
        request.body
    )
    if not well_written or any(
        _WRONG.search(text) for name, values in fields.lists() for text in (name, *values)
    ):
        raise BadRequest(_("The form holds characters that are not text."))


def _is_text(encoded: bytes) -> bool:
    """Whether a query string or a form body, its %-signs resolved, is UTF-8 without NUL."""
    data = unquote_to_bytes(encoded)
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return b"\x00" not in data


def refusals(get_response: Next) -> Callable[[HttpRequest], HttpResponse]:
    """A refusal that no view has answered becomes a page with its sentence and its status.

    A script is answered in JSON. `TooOften` says when to come back (RFC 9110, 10.2.3).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def answer(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            said = JsonResponse({"sentence": str(exception)}, status=exception.status)
            return answer_refusal(said, exception)
        context = {"sentence": exception.sentence, "status": exception.status}
        return refused_page(request, "errors/refused.html", context, exception)

    middleware.process_exception = answer  # type: ignore[attr-defined]
    return middleware
