"""The sitemap: an index of parts, each written row by row as it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.kit.urls import absolute
from museumhub.pages.queries import sitemap

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@require_safe
@public
def index(request: HttpRequest) -> HttpResponseBase:
    """The addresses of all parts."""
    return _xml(_index(sitemap.parts(clock.now())))


@require_safe
@public
def part(request: HttpRequest, section: str, number: int) -> HttpResponseBase:
    """Up to five thousand addresses."""
    found = sitemap.addresses(section, number, clock.now())
    if found is None:
        raise Http404
    lines = (_entry("url", address.path, address.changed) for address in found)
    return _xml(_within("urlset", lines))


def _index(parts: list[sitemap.Part]) -> Iterator[str]:
    def lines() -> Iterator[str]:
        for one in parts:
            path = reverse("pages:sitemap_part", args=[one.section, one.number])
            yield _entry("sitemap", path, one.changed)

    return _within("sitemapindex", lines())


def _within(element: str, lines: Iterator[str]) -> Iterator[str]:
    yield f"<{element} {SPACE}>\n"
    yield from lines
    yield f"</{element}>\n"


def _entry(element: str, path: str, changed: datetime | None) -> str:
    at = f"<lastmod>{changed.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed else ""
    return f"<{element}><loc>{escape(absolute(path))}</loc>{at}</{element}>\n"


def _xml(lines: Iterator[str]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
