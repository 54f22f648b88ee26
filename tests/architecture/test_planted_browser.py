"""The same in a real browser: no planted text runs, asks, or is stopped by the policy of a page at the last moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog

from tests.architecture import site
from tests.architecture.planting import plant
from tests.architecture.world import STARTS, furnish, person
from tests.browser import Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_no_planted_text_runs_in_a_browser(open_window: Callable[..., Window]) -> None:
    """One page of each kind that each of them is led to, with scripts. A report of the policy fails the window."""
    browsers = furnish()
    plant()
    seen: set[str] = set()
    dialogs: list[str] = []

    def answer(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    for who in ("stranger", "museum with a draft", "organiser"):
        window = open_window(width=1280)
        window.expect("ERR_ABORTED")  # a picture that was on its way when the next page was opened
        window.page.on("dialog", answer)
        if who != "stranger":
            window.sign_in(person(who))
        pages = site.walk(browsers[who], *STARTS, skip=("/admin/", "/account/logout"), of_each=1)
        for page in pages:
            shown = page.status == 200 and page.headers["Content-Type"].startswith("text/html")
            shown = shown and "Content-Disposition" not in page.headers
            if not shown or page.route in seen or "alert(1)" not in page.text:
                continue
            seen.add(page.route)
            window.open(page.path)
            assert (
                window.page.evaluate(
                    "document.querySelectorAll('[onerror], [onload], [onfocus]').length"
                )
                == 0
            )
    assert dialogs == []
    assert len(seen) > 25
