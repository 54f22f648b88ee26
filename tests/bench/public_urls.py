"""The site's addresses, a constant answer of 20 KB, and a minimal view: one query, twenty rows."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from museumhub.kit.access import public
from museumhub.news.lifecycle import PUBLISHED
from museumhub.news.models import Item
from museumhub.urls import urlpatterns as site

CONSTANT = b"<!doctype html><title>Constant</title>" + b"x" * 20_000
ROWS = engines["django"].from_string(
    "<!doctype html><title>Rows</title><table>{% for item in items %}<tr><td>{{ item.title }}</td>"
    "<td>{{ item.teaser }}</td><td>{{ item.published_at }}</td></tr>{% endfor %}</table>"
)


@public
def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse(CONSTANT)


@public
def minimal(request: HttpRequest) -> HttpResponse:
    # One that an index serves: of 100,000 rows without one nothing could be compared to it.
    items = Item.objects.filter(status=PUBLISHED).newest()[:20]
    return HttpResponse(ROWS.render({"items": items}, request))


urlpatterns = [path("bench/constant/", constant), path("bench/minimal/", minimal), *site]
