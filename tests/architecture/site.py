"""Walking the site as a reader does, link by link, and reading the forms on the way."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from django.apps import apps
from django.http import FileResponse
from django.test import Client
from django.urls import Resolver404, resolve

HOST = "http://testserver"
# What stands in a route for a part of the path that varies.
PARAMETER = re.compile(r"<(?:\w+:)?\w+>|\(\?P<\w+>[^()]*(?:\([^()]*\)[^()]*)*\)")


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
        if tag == "iframe" and "src" in given:
            self.links.append(given["src"])
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag in {"input", "select", "textarea", "button"} and given.get("name") and self.forms:
            self.forms[-1].fields[given["name"]] = given.get("value", "")


def concrete(route: str, value: str) -> str:
    """A path of this route with `value` for each of its parameters."""
    path = PARAMETER.sub(lambda match: value, route)
    return path.replace("\\Z", "").replace("\\", "").rstrip("$")


def example(route: str) -> str:
    """A path that this route answers, of things that are not there."""
    path = re.sub(r"<int:\w+>", "1", route)
    for converter, value in (("action", "withdraw"), ("ending", "txt"), ("part", "form")):
        path = re.sub(rf"<{converter}:\w+>", value, path)
    return concrete(path, "a" * 26)


def get(
    client: Client, path: str, *, method: str = "get", data: Any = None, **headers: str
) -> Page:
    """One page; a fault of the site is a page with status 500."""
    answer: Any = getattr(client, method)(path, data, headers=headers)
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


def words(page: Page) -> str:
    """A page without its form tokens, its own address, and the picture drawn from that: to compare two."""
    text = re.sub(r'(?:value|data-token)="[A-Za-z0-9]{64}"', "", page.text)
    text = re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)
    for spelt in (page.path, quote(page.path, safe="")):
        text = text.replace(f'"{spelt}"', '""').replace(f"={spelt}", "=")
    return text


def rows() -> dict[str, Any]:
    """Every row of every table but sessions and the like, to compare before and after."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in {"sessions.Session"}
    }
