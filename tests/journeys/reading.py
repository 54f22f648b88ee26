"""Reading a page as a browser and its reader do: what it links to, what it sends where, and what is wrong with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
# What stands in these is not the page's own words.
QUOTED = {"script", "style", "template", "pre", "code", "textarea"}
# Attributes that name the id of another element; each may name several.
POINTERS = (
    "for",
    "form",
    "list",
    "headers",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "aria-errormessage",
    "aria-details",
)
LEFT_OVER = re.compile(r"\{%|%\}|\{\{|\}\}|\{#|%\(\w+\)s|<c-|</c-")


@dataclass
class Form:
    """Where a form goes, how, and the values it would send untouched."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    has_token: bool = False


@dataclass
class Open:
    """An element that has not ended: what a reader gets to know of it."""

    tag: str
    attrs: dict[str, str]
    words: str = ""


class Reading(HTMLParser):
    """One page. `faults` are complete once it is read to the end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.parts: list[str] = []
        self.frames: list[str] = []
        self.forms: list[Form] = []
        self.ids: Counter[str] = Counter()
        self.lang = ""
        self._tags: Counter[str] = Counter()
        self._found: list[str] = []
        self._pointers: list[tuple[str, str]] = []
        self._open: list[Open] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        # The names of places on a drawn map are titles of their own.
        if tag != "title" or not any(one.tag == "svg" for one in self._open):
            self._tags[tag] += 1
        self._look_at_attributes(tag, given)
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag == "a" and "href" in given:
            self._link(given["href"])
        elif tag in {"img", "source"} and given.get("src"):
            self.parts.append(given["src"])
        elif tag == "iframe":
            self.frames.append(given.get("src", ""))
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag in {"input", "select", "textarea", "button"}:
            self._field(tag, given)
        if given.get("data-hx-get"):
            self.parts.append(given["data-hx-get"])
        if tag == "img":
            if "alt" not in given:
                self._found.append(f"an image without alt: {given.get('src')}")
            self._say(given.get("alt", ""))
        if tag not in VOID:
            self._open.append(
                Open(tag, given, given.get("aria-label", "") or given.get("title", ""))
            )

    def handle_endtag(self, tag: str) -> None:
        if tag not in {one.tag for one in self._open}:
            if tag not in VOID and tag != "p":
                self._found.append(f"</{tag}> closes nothing")
            return
        while self._open:
            ended = self._open.pop()
            self._end(ended)
            if ended.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        quoted = any(one.tag in QUOTED for one in self._open)
        if quoted:
            return
        self._say(data)
        here = self._open[-1].tag if self._open else ""
        if data.strip() == "None" and here != "option":
            self._found.append(f"“None” in <{here}>")
        if left := LEFT_OVER.search(data):
            self._found.append(f"left over from a template: {data.strip()[:80]} ({left.group()})")

    def _say(self, words: str) -> None:
        if words.strip():
            for one in self._open:
                one.words += words

    def _look_at_attributes(self, tag: str, given: dict[str, str]) -> None:
        if "id" in given:
            self.ids[given["id"]] += 1
            if not given["id"].strip():
                self._found.append(f"an empty id at <{tag}>")
        for name, value in given.items():
            if value.strip() == "None" or LEFT_OVER.search(value):
                self._found.append(f'{name}="{value}" at <{tag}>')
        self._pointers += [
            (name, target) for name in POINTERS for target in given.get(name, "").split()
        ]

    def _link(self, href: str) -> None:
        if href.strip() in {"", "#"}:
            self._found.append(f"a link to nothing: href={href!r}")
        self.links.append(href)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        if not self.forms or "name" not in given or "form" in given:
            return
        if given["name"] == "csrfmiddlewaretoken":
            self.forms[-1].has_token = True
        elif tag != "button" and given.get("type") not in {"submit", "checkbox", "radio"}:
            self.forms[-1].values.append((given["name"], given.get("value", "")))

    def _end(self, ended: Open) -> None:
        if ended.words.strip() or "hidden" in ended.attrs:
            return
        if ended.tag in {*HEADINGS, "title", "legend", "caption", "label"}:
            self._found.append(f"an empty <{ended.tag}>")
        if ended.tag == "a" and "href" in ended.attrs:
            self._found.append(f"a link without words: {ended.attrs['href']}")
        if ended.tag == "button" and "aria-labelledby" not in ended.attrs:
            self._found.append("a button without words")

    @property
    def faults(self) -> Iterator[str]:
        yield from self._found
        for tag in ("title", "h1", "main"):
            if self._tags[tag] != 1:
                yield f"{self._tags[tag]} times <{tag}>"
        yield from (f"the id {name} {count} times" for name, count in self.ids.items() if count > 1)
        for name, target in self._pointers:
            if target not in self.ids:
                yield f'{name}="{target}" names nothing'
        for href in self.links:
            if href.startswith("#") and href != "#" and href[1:] not in self.ids:
                yield f"the fragment {href} leads nowhere"
        for form in self.forms:
            if form.method == "post" and not form.has_token:
                yield f"a form without a token: {form.action}"
