"""A visitor without a window: keeps its connection and cookies, reads the forms of a page and fills them in."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

# Only forms are parsed: what the visitor does is to weigh little beside the site.
_FORMS = re.compile(r"<form\b.*?</form>", re.DOTALL)


@dataclass
class Control:
    """One named field of a form, with what may be chosen in it."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    checked: bool = False


@dataclass
class Form:
    action: str
    method: str
    controls: list[Control] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: Control | None = None
        self._text: Control | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        if not self.forms or "disabled" in given:
            return
        if tag == "option" and self._select:
            self._select.options.append(given.get("value", ""))
            if "selected" in given:
                self._select.value = given.get("value", "")
        if not given.get("name"):
            return
        control = Control(given["name"], given.get("type", tag), given.get("value", ""))
        control.checked = "checked" in given
        if control.kind == "checkbox" and "value" not in given:
            control.value = "on"
        if given.get("inputmode") in {"numeric", "decimal"}:
            control.kind = "number"
        if tag in {"input", "select", "textarea", "button"}:
            self.forms[-1].controls.append(control)
        if tag == "select":
            control.kind, self._select = "select", control
        elif tag == "textarea":
            control.kind, self._text = "textarea", control

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text:
            self._text.value += data


@dataclass
class Answer:
    status: int
    path: str
    text: str
    seconds: float
    queries: int

    def form(self, action: str = "", *, having: str = "") -> Form:
        """The first form that posts to an address with `action` in it and has a field `having`."""
        for form in Forms("".join(_FORMS.findall(self.text))).forms:
            names = {control.name for control in form.controls}
            if form.method == "post" and action in (form.action or self.path):
                if not having or having in names:
                    return form
        raise LookupError(f"{self.path}: no form to {action or 'post'}")


class Visitor:
    """One visitor with a connection that stays open. `seconds` has the time of every request by its label."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.port = port
        self.cookies = dict(cookies or {})
        self.seconds: list[tuple[str, float]] = []
        self.queries = 0
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, label: str = "") -> Answer:
        return self._ask("GET", path, None, label or "GET")

    def post(self, path: str, fields: list[tuple[str, str]], label: str = "") -> Answer:
        return self._ask("POST", path, urlencode(fields).encode(), label or "POST")

    def follow(self, answer: Answer) -> Answer:
        """The page a redirect leads to."""
        while answer.status in {301, 302, 303} and answer.text:
            answer = self.get(answer.text)
        return answer

    def _ask(self, method: str, path: str, body: bytes | None, label: str) -> Answer:
        headers = {
            "Host": f"127.0.0.1:{self.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept": "text/html",
            "Accept-Language": "en",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://127.0.0.1:{self.port}"
        began = time.perf_counter()
        for attempt in (1, 2):
            try:
                self._line.request(method, path, body, headers)
                response = self._line.getresponse()
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                # The server closed a connection that had been idle; only a GET is asked again.
                self._line.close()
                if attempt == 2 or method != "GET":
                    raise
        data = response.read()
        seconds = time.perf_counter() - began
        self.seconds.append((label, seconds))
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        queries = int(response.headers.get("X-Queries", 0))
        self.queries += queries
        whole = urlsplit(urljoin(path, response.headers.get("Location", "")))
        location = f"{whole.path}?{whole.query}" if whole.query else whole.path
        text = location if response.headers.get("Location") else data.decode(errors="replace")
        return Answer(response.status, path, text, seconds, queries)


SENTENCE = "We look after nets, boats and the stories of those who left the coast. "


def filled(form: Form, **given: str) -> list[tuple[str, str]]:
    """What a visitor would send: what is there already, the first choice of each list, a sentence for each text.

    `given` fields are sent as they are. Of buttons that have a name the first is pressed.
    """
    fields: list[tuple[str, str]] = []
    chosen: set[str] = set()
    pressed = False
    for control in form.controls:
        if control.name in given:
            if control.name not in chosen:
                fields.append((control.name, given[control.name]))
                chosen.add(control.name)
        elif control.kind in {"hidden", "search"}:
            fields.append((control.name, control.value))
        elif control.kind in {"submit", "button"}:
            if not pressed:
                fields.append((control.name, control.value))
            pressed = True
        elif control.kind in {"radio", "checkbox"}:
            if control.name not in chosen and control.value:
                fields.append((control.name, control.value))
                chosen.add(control.name)
        elif control.kind == "select":
            options = [option for option in control.options if option]
            fields.append((control.name, control.value or (options[0] if options else "")))
        elif control.kind in {"text", "textarea", "input"}:
            size = 3 if control.kind == "textarea" else 1
            fields.append((control.name, control.value.strip() or (SENTENCE * size).strip()))
        elif control.kind == "number":
            fields.append((control.name, control.value or "42"))
        elif control.kind == "email":
            fields.append((control.name, control.value or "marit@netloft.example"))
        elif control.kind == "url":
            fields.append((control.name, control.value or "https://netloft.example/"))
    return fields
