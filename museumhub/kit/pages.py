"""A form's page once more, after a service has refused what was sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from museumhub.kit.refusals import Refused, TooOften


def refused_page(
    request: HttpRequest, template: str, context: dict[str, Any], refusal: Refused
) -> HttpResponse:
    """The page with the status of the refusal; `TooOften` says when to come back."""
    return answer_refusal(render(request, template, context, status=refusal.status), refusal)


def answer_refusal(response: HttpResponse, refusal: Refused) -> HttpResponse:
    """The same for an answer that is made already: Retry-After in seconds (RFC 9110, 10.2.3)."""
    if isinstance(refusal, TooOften):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response
