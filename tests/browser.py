"""A real browser for tests: windows of a stated size, colour scheme and language, with or without scripts.

    @pytest.mark.browser
    def test_…(open_window, live_server):
        window = open_window(width=360)
        window.open("/calls/")
        window.check()          # axe, no sideways scrolling

Every window keeps what went wrong in it (console errors, violations of the content security policy,
failed requests, error pages); a test fails at its end where something did that it did not expect.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOTS = os.environ.get("SCREENSHOTS", "")  # a folder: `window.shot(name)` keeps pictures there
AXE_OPTIONS = {"resultTypes": ["violations"]}


@dataclass
class Window:
    """One browser window of one visitor, on the test's own site."""

    page: Page
    site: str
    problems: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def open(self, address: str) -> Page:
        """Go to an address of the site."""
        self.page.goto(self.site + address if address.startswith("/") else address)
        return self.page

    def expect(self, pattern: str) -> None:
        """Problems that match are part of the test."""
        self.expected.append(re.compile(pattern))

    def sign_in(self, person: Any) -> None:
        """Give this window the session of somebody who is signed in, without the pages for it."""
        client = Client()
        client.force_login(person)
        for name, morsel in client.cookies.items():
            self.page.context.add_cookies([{"name": name, "value": morsel.value, "url": self.site}])

    def check(self) -> None:
        """axe finds nothing, and nothing hangs over the side."""
        assert self.violations() == []
        assert self.overhang() == [], f"{self.page.url} scrolls sideways"

    def violations(self) -> list[str]:
        """What axe finds, one line for each element."""
        found = Axe().run(self.page, options=AXE_OPTIONS).response["violations"]
        return [
            f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]

    def overhang(self) -> list[str]:
        """The elements that make the page scroll sideways."""
        found: list[str] = self.page.evaluate(
            """() => {
                const root = document.documentElement;
                if (root.scrollWidth <= root.clientWidth) return [];
                return [...document.querySelectorAll("body *")]
                    .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1)
                    .map((e) => `${e.tagName.toLowerCase()}.${e.className}`);
            }"""
        )
        return found

    def shot(self, name: str) -> None:
        """A picture of the whole page, where SCREENSHOTS names a folder."""
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)

    def unexpected(self) -> list[str]:
        return [p for p in self.problems if not any(e.search(p) for e in self.expected)]


def watch(page: Page, window: Window) -> None:
    """Keep in `window.problems` whatever goes wrong on `page`."""

    def console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            window.problems.append(f"console {message.type}: {message.text}")

    page.on("console", console)
    page.on("pageerror", lambda error: window.problems.append(f"script: {error}"))
    page.on(
        "requestfailed",
        lambda request: window.problems.append(f"request failed: {request.url} {request.failure}"),
    )
    page.on(
        "response",
        lambda response: (
            window.problems.append(f"{response.status}: {response.url}")
            if response.status >= 400
            else None
        ),
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    # Playwright's synchronous interface runs an event loop in this thread, which Django would take
    # for an asynchronous caller of the database.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_window(browser: Browser, live_server: Any) -> Iterator[Callable[..., Window]]:
    """Opens windows: `open_window(width=1280, scheme="light", scripts=True, language="en", **more)`.

    `more` goes to Playwright's `new_context` (`reduced_motion`, `forced_colors`, `timezone_id` …).
    """
    opened: list[tuple[BrowserContext, Window]] = []

    def open_one(
        *,
        width: int = 1280,
        height: int = 900,
        scheme: Literal["light", "dark"] = "light",
        scripts: bool = True,
        language: str = "en",
        **more: Any,
    ) -> Window:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=scripts,
            locale=language,
            **more,
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        window = Window(page, live_server.url)
        watch(page, window)
        opened.append((context, window))
        return window

    yield open_one
    for context, _window in opened:
        context.close()
    assert [problem for _context, window in opened for problem in window.unexpected()] == []
