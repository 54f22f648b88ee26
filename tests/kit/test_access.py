"""The three decorators that say who may call a view."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from museumhub.kit.access import Access, allowed, public, signed_in


def page(request: HttpRequest, number: int = 0) -> HttpResponse:
    """A page."""
    return HttpResponse(str(number))


def test_public_marks_a_view_for_everybody() -> None:
    view: Any = public(lambda request: HttpResponse())
    assert view.access == Access("public")
    assert view.login_required is False


def test_signed_in_leaves_the_asking_to_the_middleware() -> None:
    view: Any = signed_in(lambda request: HttpResponse())
    assert view.access == Access("signed_in")
    assert getattr(view, "login_required", True) is True


def test_allowed_names_its_rule_and_keeps_the_name_of_the_view() -> None:
    def is_editor(user: Any) -> bool:
        return True

    view: Any = allowed(is_editor)(page)
    assert view.access == Access("allowed", "is_editor")
    assert (view.__name__, view.__doc__) == ("page", "A page.")


def test_allowed_when_the_rule_holds_calls_the_view(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    answer = allowed(lambda user: user.is_anonymous)(page)(request, number=7)
    assert isinstance(answer, HttpResponse)
    assert answer.content == b"7"


def test_allowed_when_the_rule_does_not_hold_is_not_found(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    with pytest.raises(Http404):
        allowed(lambda user: user.is_authenticated)(page)(request)
