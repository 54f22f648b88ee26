"""How a person works a page: with the mouse or finger, or with the keyboard alone.

Both know a control by the words that stand at it, as a reader would.
"""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page

TABS = 400  # more stops than any page has


class Hands(Protocol):
    page: Page

    def follow(self, link: str) -> None: ...
    def press(self, button: str) -> None: ...
    def write(self, label: str, text: str) -> None: ...
    def pick(self, label: str, option: str) -> None: ...
    def tick(self, label: str) -> None: ...
    def choose(self, question: str, option: str) -> None: ...


class Finger:
    """Points at things. Works with and without scripts."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def follow(self, link: str) -> None:
        """Open the first link of the page's content that reads `link`."""
        self.page.locator("body").get_by_role("link", name=link, exact=True).first.click()
        self.page.wait_for_load_state()

    def press(self, button: str) -> None:
        """Press the first button that reads `button`."""
        self.page.locator("main").get_by_role("button", name=button, exact=True).first.click()
        self.page.wait_for_load_state()

    def write(self, label: str, text: str) -> None:
        """Write into the field labelled `label`."""
        self.page.locator("main").get_by_label(label).first.fill(text)

    def pick(self, label: str, option: str) -> None:
        """Take `option` from the list labelled `label`."""
        self.page.locator("main").get_by_label(label).first.select_option(label=option)

    def tick(self, label: str) -> None:
        """Tick the box labelled `label`."""
        self.page.locator("main").get_by_label(label).first.check()

    def choose(self, question: str, option: str) -> None:
        """Answer `question` with the round button `option`."""
        group = self.page.get_by_role("group", name=question)
        group.get_by_role("radio", name=option, exact=True).check()


class Keyboard:
    """Tab, arrows, space, enter and letters; nothing is ever pointed at."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def follow(self, link: str) -> None:
        self._reach(self.page.locator("body").get_by_role("link", name=link, exact=True).first)
        self._go("Enter")

    def press(self, button: str) -> None:
        self._reach(self.page.locator("main").get_by_role("button", name=button, exact=True).first)
        self._go("Enter")

    def write(self, label: str, text: str) -> None:
        self._reach(self.page.locator("main").get_by_label(label).first)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def pick(self, label: str, option: str) -> None:
        self._reach(self.page.locator("main").get_by_label(label).first)
        self.page.keyboard.type(option)
        chosen = self.page.evaluate("document.activeElement.selectedOptions[0].textContent.trim()")
        assert chosen == option, f"{label}: typing {option} chose {chosen}"

    def tick(self, label: str) -> None:
        box = self.page.locator("main").get_by_label(label).first
        self._reach(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")
        assert box.is_checked()

    def choose(self, question: str, option: str) -> None:
        group = self.page.get_by_role("group", name=question)
        wanted = group.get_by_role("radio", name=option, exact=True)
        self._reach(group.get_by_role("radio"))
        self.page.keyboard.press("Space")
        for _ in range(group.get_by_role("radio").count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        assert wanted.is_checked(), f"{question}: the arrows do not reach {option}"

    def _reach(self, wanted: Locator) -> None:
        """Press Tab until the focus is on (one of) `wanted`, and can be seen there."""
        wanted.first.wait_for()
        for _ in range(TABS):
            if wanted.evaluate_all("all => all.includes(document.activeElement)"):
                assert self.page.evaluate("document.activeElement.matches(':focus-visible')")
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {wanted}")

    def _go(self, key: str) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
