"""What happens to every request before and after its view."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from museumhub.kit import middleware

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def passes(rf: RequestFactory):
    """Whether the middleware lets a request through to its view."""

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse("through")

    def ask(request: HttpRequest) -> bool:
        try:
            return middleware.malformed_input(answer)(request).content == b"through"
        except BadRequest:
            return False

    return ask


@pytest.mark.parametrize(
    ("query", "through"),
    [
        ("", True),
        ("q=mus%C3%A9e+d%27art", True),
        ("q=%F0%9F%8F%9B", True),
        ("q=%E2%80%AE", True),
        ("q=a%00b", False),
        ("%00=a", False),
        ("q=%FF", False),
        ("q=%C3", False),
        ("q=%ED%A0%80", False),
        ("q=%C0%80", False),
        ("q=\x00", False),
        ("q=\xff", False),
        ("q=%2500", True),
        ("q=100%", True),
        ("q=%zz", True),
    ],
)
def test_malformed_input_in_the_query(passes, rf, query: str, through: bool) -> None:
    request = rf.get("/")
    request.META["QUERY_STRING"] = query
    assert passes(request) is through


@pytest.mark.parametrize(
    ("path", "through"),
    [("/news/a%2500b/", True), ("/news/é/", True), ("/news/%ff/", True), ("/news/%00/", False)],
)
def test_malformed_input_in_the_path(passes, rf, path: str, through: bool) -> None:
    assert passes(rf.get(path)) is through


@pytest.mark.parametrize(
    ("cookie", "through"),
    [
        ("sessionid=abcdefgh12", True),
        ('sessionid="\\000aaaaaaaaaa"', False),
        ('anything="\\000"', False),
    ],
)
def test_malformed_input_in_a_cookie(passes, rf, cookie: str, through: bool) -> None:
    assert passes(rf.get("/", HTTP_COOKIE=cookie)) is through


@pytest.mark.parametrize(
    ("body", "through"),
    [
        (b"name=Mus%C3%A9e&name=b", True),
        (b"name=a%00b", False),
        (b"name%00=b", False),
        (b"name=%FF", False),
        (b"name=\xff", False),
        (b"name=%ED%B0%80", False),
        (b"name=%EF%BF%BD", True),
        (b"\x00", False),
        (b"", True),
    ],
)
def test_malformed_input_in_a_form(passes, rf, body: bytes, through: bool) -> None:
    assert passes(rf.post("/", data=body, content_type=FORM)) is through


@pytest.mark.parametrize(
    ("fields", "through"),
    [
        ({"name": "Musée"}, True),
        ({"name": "a\x00b"}, False),
        ({"na\x00me": "b"}, False),
    ],
)
def test_malformed_input_in_a_form_with_files(passes, rf, fields, through: bool) -> None:
    picture = SimpleUploadedFile("a.png", b"\x00\xff\xfe")
    assert passes(rf.post("/", data={**fields, "picture": picture})) is through


def test_malformed_input_when_the_connection_breaks_is_refused(passes, rf) -> None:
    class Broken(io.BytesIO):
        def read(self, *args: object) -> bytes:
            raise OSError("connection reset")

    request = rf.post("/", data=b"name=a", content_type=FORM)
    request._stream = Broken()
    assert passes(request) is False


def test_private_pages_of_somebody_signed_in_are_not_stored(rf) -> None:
    class Reader:
        is_authenticated = True

    request = rf.get("/")
    request.user = Reader()
    response = middleware.private_pages(lambda request: HttpResponse())(request)
    assert response.headers["Cache-Control"] == "no-store"


def test_private_pages_leaves_the_pages_of_strangers_to_their_views(rf) -> None:
    response = middleware.private_pages(lambda request: HttpResponse())(rf.get("/"))
    assert "Cache-Control" not in response.headers
    assert "camera=()" in response.headers["Permissions-Policy"]
