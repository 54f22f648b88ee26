"""Walking the site as a reader does, link by link, and reading the forms on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.apps import apps
from django.http import FileResponse
from django.test import Client
from django.urls import Resolver404, resolve

HOST = "http://testserver"


@dataclass
class Form:
    """One form of a page: where it goes, how, and the names of its fields with their present values."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Page:
    """One answer of the site. `route` is the line of the address table that made it."""

    path: str
    route: str
    status: int
    text: str
    headers: dict[str, str]
    links: list[str]
    forms: list[Form]


class Reader(HTMLParser):
    """The links, forms and ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag in {"input", "select", "textarea", "button"} and given.get("name") and self.forms:
            self.forms[-1].fields[given["name"]] = given.get("value", "")


def get(client: Client, path: str, **headers: str) -> Page:
    """One page; a fault of the site is a page with status 500."""
    answer: Any = client.get(path, headers=headers)
    if answer.streaming or isinstance(answer, FileResponse):
        text = b"".join(answer.streaming_content).decode(errors="replace")
    else:
        text = answer.content.decode(errors="replace")
    reader = Reader()
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        reader.feed(text)
    try:
        route = resolve(urlsplit(path).path).route
    except Resolver404:
        route = ""
    return Page(
        path=path,
        route=route,
        status=answer.status_code,
        text=text,
        headers=dict(answer.headers.items()),
        links=list(_inside(path, [*reader.links, answer.headers.get("Location", "")])),
        forms=reader.forms,
    )


def _inside(path: str, links: list[str]) -> Iterator[str]:
    """Those links that stay on the site, as paths with their query."""
    for link in links:
        whole = urlsplit(urldefrag(urljoin(HOST + path, link)).url)
        if link and whole.scheme == "http" and whole.netloc == "testserver":
            yield whole.path + (f"?{whole.query}" if whole.query else "")


def walk(client: Client, *starts: str, of_each: int = 2, skip: tuple[str, ...] = ()) -> list[Page]:
    """Every page that links lead to from `starts`, at most `of_each` of one route; each is fetched once."""
    waiting = deque(dict.fromkeys(starts))
    seen = set(waiting)
    fetched: dict[str, int] = {}
    pages = []
    while waiting:
        path = waiting.popleft()
        page = get(client, path)
        fetched[page.route] = fetched.get(page.route, 0) + 1
        pages.append(page)
        if page.route and fetched[page.route] > of_each:
            continue  # enough of this kind: its links are not followed
        for link in page.links:
            if link not in seen and not link.startswith(skip):
                seen.add(link)
                waiting.append(link)
    return pages


def rows() -> dict[str, Any]:
    """Every row of every table but sessions and the like, to compare before and after."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in {"sessions.Session"}
    }
