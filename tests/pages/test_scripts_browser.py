"""The scripts of forms in a real browser, against a server whose answers the test decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.template import engines
from playwright.sync_api import Request, Route, expect

from tests.browser import Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PAGE = """<!doctype html><html lang="en"><title>Form</title>{words}
<link rel="stylesheet" href="/static/css/site.css">
<script type="module" src="/static/js/page.js"></script>
<script type="module" src="/static/js/forms.js"></script>
<script type="module" src="/static/js/autosave.js"></script>
<main><form method="post" action="/sent/" data-autosave="/save/" data-once>
<input type="hidden" name="csrfmiddlewaretoken" value="{token}">
<div data-question="idea"><input type="hidden" name="idea-seen" value="3.abc">
<div class="field" data-field="idea"><label for="idea">Idea</label>
<textarea id="idea" name="idea" data-words="3"></textarea><p data-counter>Up to 3 words.</p></div></div>
<div data-question="kind"><input type="hidden" name="kind-seen" value="1">
<div class="field" data-field="kind"><label><input type="radio" name="kind" value="museum"> Museum</label>
<label><input type="radio" name="kind" value="other"> Other</label></div></div>
<div data-question="which" hidden><input type="hidden" name="which-seen" value="0">
<div class="field" data-field="which"
 data-condition='{{"any": false, "tests": [{{"field": "kind", "test": "is", "values": ["other"]}}]}}'>
<label for="which">Which?</label><input id="which" name="which"></div></div>
<button name="next" value="1">Save and go on</button></form><p><a href="/elsewhere/">Elsewhere</a></p></main></html>"""


class Server:
    """Answers the page's script as a test says, and keeps what it was sent."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.saves: list[str] = []
        self.answers: list[Callable[[Route], None]] = []
        self.token = "first"
        words = engines["django"].from_string("{% script_words %}").render()
        window.page.route(
            "**/form/",
            lambda route: route.fulfill(
                content_type="text/html", body=PAGE.format(words=words, token=self.token)
            ),
        )
        window.page.route("**/sent/", self._page("Sent"))
        window.page.route("**/elsewhere/", self._page("Elsewhere"))
        window.page.route("**/save/", self._save)

    def _page(self, title: str) -> Callable[[Route], None]:
        return lambda route: route.fulfill(content_type="text/html", body=f"<h1>{title}</h1>")

    def _save(self, route: Route, request: Request) -> None:
        self.saves.append((request.post_data_buffer or b"").decode())
        if self.answers:
            self.answers.pop(0)(route)
        else:
            says(200, saved=["idea"], seen={"idea": "4.def"})(route)


def says(
    status: int, *, headers: dict[str, str] | None = None, **reply: Any
) -> Callable[[Route], None]:
    return lambda route: route.fulfill(
        status=status, content_type="application/json", body=json.dumps(reply), headers=headers
    )


@pytest.fixture
def server(open_window: Callable[..., Window]) -> Server:
    window = open_window()
    server = Server(window)
    window.open("/form/")
    return server


def write(server: Server, text: str) -> None:
    server.window.page.fill("#idea", text)
    server.window.page.press("#idea", "Tab")


def state(server: Server, key: str = "idea") -> Any:
    return server.window.page.locator(f'[data-question="{key}"] [data-state]')


def test_field_left_is_saved_alone_with_what_the_writer_saw(server: Server) -> None:
    write(server, "Open the depot")
    expect(state(server)).to_have_attribute("data-state", "saved")
    [sent] = server.saves
    assert 'name="idea"\r\n\r\nOpen the depot' in sent
    assert 'name="idea-seen"\r\n\r\n3.abc' in sent
    assert 'name="csrfmiddlewaretoken"\r\n\r\nfirst' in sent
    assert "kind" not in sent
    expect(server.window.page.locator('[name="idea-seen"]')).to_have_value("4.def")


def test_two_texts_are_shown_side_by_side_and_mine_can_replace_theirs(server: Server) -> None:
    server.window.expect("409")
    stale = {"key": "idea", "label": "Idea", "theirs": "Theirs", "yours": "Mine", "seen": "9"}
    server.answers = [says(409, stale=[stale], seen={}), says(200, saved=["idea"], seen={})]
    write(server, "Mine")
    texts = server.window.page.locator(".conflict__text")
    expect(texts).to_have_text(["Theirs", "Mine"])
    expect(server.window.page.locator("#idea")).to_have_value("Mine")
    server.window.page.get_by_role("button", name="Use mine").click()
    expect(state(server)).to_have_attribute("data-state", "saved")
    assert 'name="idea-seen"\r\n\r\n9' in server.saves[1]
    expect(texts).to_have_count(0)


def test_refused_answer_says_why_and_keeps_the_text(server: Server) -> None:
    server.window.expect("422")
    server.answers = [says(422, refused={"idea": "Write at most 3 words."})]
    write(server, "far too many words here")
    expect(state(server)).to_have_text("Not saved: Write at most 3 words.")
    expect(server.window.page.locator("#idea")).to_have_value("far too many words here")


def test_lost_connection_is_tried_again_until_it_is_saved(server: Server) -> None:
    server.window.expect("save|Failed to load")
    server.answers = [lambda route: route.abort(), lambda route: route.abort()]
    write(server, "Open the depot")
    expect(state(server)).to_have_attribute("data-state", "failed")
    expect(state(server)).to_have_attribute("data-state", "saved", timeout=15_000)
    assert len(server.saves) == 3


def test_signed_out_is_told_and_saved_after_signing_in_elsewhere(server: Server) -> None:
    server.window.expect("401|403")
    server.answers = [says(401, headers={"X-Sign-In": "/account/login/?next=/form/"}), says(403)]
    write(server, "Open the depot")
    link = server.window.page.get_by_role("link", name="Sign in (opens a new tab)")
    expect(link).to_have_attribute("href", "/account/login/?next=/form/")
    server.token = "second"
    server.window.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(state(server)).to_have_attribute("data-state", "saved")
    assert 'name="csrfmiddlewaretoken"\r\n\r\nsecond' in server.saves[-1]


def test_link_waits_until_the_field_is_saved(server: Server) -> None:
    server.window.page.fill("#idea", "Open the depot")
    server.window.page.get_by_role("link", name="Elsewhere").click()
    expect(server.window.page.get_by_role("heading", name="Elsewhere")).to_be_visible()
    assert len(server.saves) == 1


def test_link_is_not_followed_when_the_field_was_not_taken(server: Server) -> None:
    server.window.expect("422")
    server.answers = [says(422, refused={"idea": "No."})]
    server.window.page.fill("#idea", "Open the depot")
    server.window.page.get_by_role("link", name="Elsewhere").click()
    expect(state(server)).to_have_text("Not saved: No.")
    assert server.window.page.url.endswith("/form/")


def test_button_pressed_right_after_writing_sends_the_page_once_after_the_field(
    server: Server,
) -> None:
    sent: list[str] = []
    server.window.page.on(
        "request", lambda r: sent.append(r.post_data or "") if r.url.endswith("/sent/") else None
    )
    server.window.page.fill("#idea", "Open the depot")
    server.window.page.get_by_role("button", name="Save and go on").dblclick()
    expect(server.window.page.get_by_role("heading", name="Sent")).to_be_visible()
    assert len(server.saves) == 1
    assert len(sent) == 1
    assert "idea-seen=4.def" in sent[0]
    assert "next=1" in sent[0]


def test_question_that_depends_on_an_answer_comes_and_goes(server: Server) -> None:
    server.answers = [
        says(200, saved=["kind"], asked=["idea", "kind", "which"]),
        says(200, saved=["kind"], asked=["idea", "kind"]),
    ]
    which = server.window.page.locator("#which")
    expect(which).to_be_hidden()
    server.window.page.get_by_label("Other").check()
    expect(which).to_be_visible()
    server.window.page.get_by_label("Museum").check()
    expect(which).to_be_hidden()


def test_counter_says_how_many_words_are_left(server: Server) -> None:
    counter = server.window.page.locator("[data-counter]")
    expect(counter).to_have_text("Up to 3 words.")
    server.window.page.type("#idea", "one – two")
    expect(counter).to_have_text("Words left: 1")
    server.window.page.type("#idea", " three four")
    expect(counter).to_have_text("Words too many: 1")
