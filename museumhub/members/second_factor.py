"""Organisers and administrators of the site prove themselves twice; who has no second factor yet is shown how to get one.

The decorator itself is of the ground, so that every room can wear it: `kit.access.second_factor_required`.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from museumhub.kit.access import on_second_factor, second_factor_required
from museumhub.members import policies

__all__ = ["enrolment_address", "second_factor_required"]


def enrolment_address(onward: str) -> str:
    """The page that explains how to get a second factor, and leads back to `onward` (a path)."""
    return f"{reverse('members:second_factor')}?{urlencode({'next': onward})}"


@on_second_factor
def to_enrolment(request: HttpRequest) -> HttpResponseRedirect | None:
    """That page, for somebody without; None for everybody else."""
    if policies.lacks_second_factor(request.user):
        return HttpResponseRedirect(enrolment_address(request.path))
    return None
