"""Error pages: the right status, in the site's style, saying what to do next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings

from museumhub.kit.middleware import refusals
from museumhub.kit.refusals import Gone, Refused, Stale, TooOften

pytestmark = pytest.mark.django_db


def refuse(error: Exception, **headers: Any) -> HttpResponse:
    """What the middleware answers where a view raises `error`."""
    request = RequestFactory().get("/", **headers)
    middleware: Any = refusals(lambda _request: HttpResponse())
    answer = middleware.process_exception(request, error)
    assert isinstance(answer, HttpResponse)
    return answer


def test_unknown_address_is_404_in_the_sites_style(client: Client) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "Nothing hangs here" in answer.content.decode()
    assert "site-header" in answer.content.decode()


def test_text_that_is_not_text_is_400_with_the_sentence(client: Client) -> None:
    answer = client.get("/?q=%00")
    assert answer.status_code == 400
    assert "The address holds characters that are not text." in answer.content.decode()


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_form_that_is_too_large_is_413(client: Client) -> None:
    answer = client.post("/language/", {"language": "x" * 2000})
    assert answer.status_code == 413
    assert "what you wrote is still in the form" in answer.content.decode()


def test_missing_csrf_token_is_403_and_says_that_the_text_is_kept() -> None:
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "fr"})
    assert answer.status_code == 403
    assert "your text is still in the form" in answer.content.decode()


def test_fault_is_500_without_a_trace_and_without_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[..., Any]
) -> None:
    def broken(now: datetime) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("museumhub.pages.views.home.Home", broken)
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        answer = client.get("/")
    assert answer.status_code == 500
    assert "Something broke" in answer.content.decode()
    assert "the secret inside" not in answer.content.decode()


def test_fault_where_no_sheets_were_collected_is_a_page_all_the_same(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    """Then every page fails, the usual page for faults too."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "<h1>Something broke</h1>" in answer.content.decode()
    assert "/static/" not in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused("The call has closed."), 422),
        (Stale("Somebody saved first."), 409),
        (Gone("This invitation was used."), 410),
        (TooOften("Wait a minute.", retry_after=61), 429),
    ],
)
def test_refusal_nobody_answered_is_a_page_with_its_sentence(error: Refused, status: int) -> None:
    answer = refuse(error)
    assert answer.status_code == status
    assert str(error) in answer.content.decode()


def test_too_often_says_when_to_come_back() -> None:
    assert refuse(TooOften("Wait.", retry_after=61)).headers["Retry-After"] == "61"


def test_refusal_for_a_script_is_json() -> None:
    answer = refuse(Refused("The call has closed."), HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer.content) == (422, b'{"sentence": "The call has closed."}')


def test_other_faults_are_left_alone() -> None:
    middleware: Any = refusals(lambda _request: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), ValueError()) is None
