"""A walk over the site along its own links, as one person: what answers, and what is wrong on the way."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve

from tests.journeys.reading import Form, Reading

# Pages of one kind (see `kind_of`) that one person opens.
OF_EACH = 2
# Django's own pages must answer; their markup is Django's.
NOT_OURS = ("/admin/",)
# Shows components in several states on one page, with links that are samples.
SAMPLES = ("/styleguide/",)
IN_SAMPLES = ("the id ", "the fragment ", "2 times <h1>")
# What stands inside another page has no landmarks of its own, and what a frame holds is a letter:
# its links are its recipient's.
IN_PARTS = ("0 times <",)


@dataclass
class Walk:
    """One person's walk. `skip` holds the beginnings of paths that are left to others."""

    client: Client
    skip: tuple[str, ...] = ()
    faults: list[str] = field(default_factory=list)
    opened: int = 0
    _waiting: deque[tuple[str, str]] = field(default_factory=deque)
    _seen: set[str] = field(default_factory=set)
    _kinds: Counter[tuple[str, ...]] = field(default_factory=Counter)
    _parts: set[str] = field(default_factory=set)
    _frames: set[str] = field(default_factory=set)
    _ids: dict[str, set[str]] = field(default_factory=dict)
    _fragments: set[tuple[str, str, str]] = field(default_factory=set)

    def go(self, *starts: str) -> None:
        """Open everything that links and forms lead to, each page once and at most OF_EACH of a kind."""
        for start in starts:
            self._put(start, "the start")
        while self._waiting:
            self._visit(*self._waiting.popleft())
        for path, fragment, source in sorted(self._fragments):
            if path in self._ids and fragment not in self._ids[path]:
                self.faults.append(f"{source}: {path}#{fragment} leads nowhere")

    def _put(self, path: str, source: str) -> None:
        if path in self._seen or path.startswith(self.skip):
            return
        if self._is_new(path, kind_of(path)):
            self._waiting.append((path, source))

    def _is_new(self, path: str, kind: tuple[str, ...]) -> bool:
        """Neither seen before nor one of a kind that was opened often enough."""
        if path in self._seen or self._kinds[kind] >= OF_EACH:
            return False
        self._seen.add(path)
        self._kinds[kind] += 1
        return True

    def _visit(self, path: str, source: str) -> None:
        answer: Any = self.client.get(path, follow=True)
        self.opened += 1
        if answer.status_code != 200:
            self.faults.append(f"{source}: {path} answers {answer.status_code}")
            return
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            if not answer.getvalue():
                self.faults.append(f"{source}: {path} is empty")
            return
        page = Reading(answer.getvalue().decode())
        self._ids[path] = set(page.ids)
        self.faults += [f"{path}: {one}" for one in self._faults_of(page, path, answer)]
        if path in self._frames:
            return
        self._parts |= {part for one in page.parts if (part := inside(one, path))}
        self._frames |= {frame for one in page.frames if (frame := inside(one, path))}
        for link in (*page.links, *page.parts, *page.frames):
            self._follow(link, path)
        for form in page.forms:
            self._try(form, path)

    def _faults_of(self, page: Reading, path: str, answer: Any) -> Iterator[str]:
        arrived = answer.request["PATH_INFO"]
        if arrived.startswith(NOT_OURS):
            return
        let_pass: tuple[str, ...] = IN_SAMPLES if arrived.startswith(SAMPLES) else ()
        if path in self._parts | self._frames:
            let_pass += IN_PARTS
        yield from (one for one in page.faults if not one.startswith(let_pass))

    def _follow(self, link: str, path: str) -> None:
        if (target := inside(link, path)) is None:
            return
        there, fragment = urldefrag(target)
        if fragment and there != path:
            self._fragments.add((there, fragment, path))
        self._put(there, path)

    def _try(self, form: Form, path: str) -> None:
        """A form that reads is sent as it stands. Where one that writes goes, a GET is a page or is refused as such."""
        if (target := inside(form.action or path, path)) is None:
            self.faults.append(f"{path}: a form goes to {form.action}")
            return
        there = urldefrag(target).url
        if form.method == "get":
            self._put(f"{there.split('?')[0]}?{urlencode(form.values)}", path)
        elif self._is_new(there, ("POST", *kind_of(there))):
            status = self.client.get(there, follow=True).status_code
            self.opened += 1
            if status not in {200, 405}:
                self.faults.append(f"{path}: a form goes to {there}, where a GET gets {status}")


def kind_of(path: str) -> tuple[str, ...]:
    """The line of the address table, and the names in the query."""
    whole = urlsplit(path)
    try:
        route = resolve(whole.path).route
    except Resolver404:
        route = whole.path
    names = {name for name, _value in parse_qsl(whole.query, keep_blank_values=True)}
    return (route, *sorted(names))


def inside(link: str, path: str) -> str | None:
    """The link as a path of the site with query and fragment; None where it leads elsewhere or to a static file."""
    whole = urlsplit(urljoin(settings.SITE_URL + path, link))
    if f"{whole.scheme}://{whole.netloc}" != settings.SITE_URL:
        return None
    if whole.path.startswith(settings.STATIC_URL):
        return None
    return whole._replace(scheme="", netloc="", path=whole.path or "/").geturl()
