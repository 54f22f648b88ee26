"""The outbox in a real browser: accessible and in its width, its letters framed and dead, a failed one sent again with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from museumhub.mail.diagnosis import Sort
from museumhub.mail.models import Letter
from programmes.catalogue.models import Edition
from tests.browser import Window
from tests.conftest import NOW
from tests.factories.catalogue import EditionFactory, ProgrammeRoleFactory
from tests.factories.mail import LetterFactory, trouble

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LETTERS = "/organise/night/2027/letters/"
HTML = """<!doctype html><html lang="en"><head><title>x</title></head>
<body><p>Thank you for applying.</p><p><a href="https://museums.example/">See it</a></p></body></html>"""
SCRIPT = '<script>document.body.textContent = "replaced"</script>'


@pytest.fixture
def edition(transactional_db: None) -> Edition:
    made: Edition = EditionFactory(
        programme__slug="night", programme__title="Night", slug="2027", title="Night 2027"
    )
    return made


@pytest.fixture
def window_of_olga(edition: Edition, open_window: Callable[..., Window]) -> Callable[..., Window]:
    olga = ProgrammeRoleFactory(edition=edition).person

    def open_one(**given: Any) -> Window:
        window = open_window(**given)
        window.sign_in(olga)
        return window

    return open_one


def fill(edition: Edition) -> Letter:
    """Letters in every state, one of them to a very long address; returns one that failed twice."""
    LetterFactory(edition=edition, to="a" * 60 + "@" + "b" * 40 + ".example", html=HTML)
    LetterFactory(edition=edition, uncertain=True)
    LetterFactory(edition=edition, waiting=True, unwritten=True, kind="gone.room")
    failed: Letter = LetterFactory(
        edition=edition,
        failed=True,
        html=HTML,
        troubles=[
            trouble(Sort.NOT_NOW, "452 4.2.2 quota", NOW - timedelta(minutes=40)),
            trouble(Sort.NO_ADDRESS, "550 5.1.1 " + "x" * 200, NOW),
        ],
        error="550 5.1.1 " + "x" * 200,
    )
    return failed


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_outbox_is_accessible(
    window_of_olga: Callable[..., Window], edition: Edition, width: int, scheme: str
) -> None:
    window = window_of_olga(width=width, scheme=scheme)
    window.open(LETTERS)
    window.check()
    failed = fill(edition)
    for number, address in enumerate(
        (LETTERS, f"{LETTERS}?state=uncertain", f"{LETTERS}?q=nobody", f"{LETTERS}{failed.oid}/")
    ):
        page = window.open(address)
        for summary in page.locator("main summary").all():
            summary.click()
        window.check()
        window.shot(f"outbox-{number}-{width}-{scheme}")


def test_framed_letter_runs_nothing_and_leads_nowhere(
    window_of_olga: Callable[..., Window], edition: Edition
) -> None:
    window = window_of_olga()
    window.expect("frame is sandboxed|a sandboxed frame")
    failed = LetterFactory(edition=edition, failed=True, html=HTML + SCRIPT)
    page = window.open(f"{LETTERS}{failed.oid}/")
    frame = page.frame_locator("iframe")
    frame.get_by_text("Thank you for applying.").wait_for()
    before = [one.url for one in page.frames]
    frame.get_by_role("link", name="See it").click()
    page.wait_for_function("document.readyState === 'complete'")
    assert [one.url for one in page.frames] == before
    assert len(page.context.pages) == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_failed_letter_is_found_by_its_state_and_sent_again(
    window_of_olga: Callable[..., Window], edition: Edition, scripts: bool
) -> None:
    window = window_of_olga(scripts=scripts)
    failed = fill(edition)
    page = window.open(LETTERS)
    page.get_by_role("link", name="1 failed").click()
    page.get_by_role("link", name=failed.subject).click()
    window.expect(r"/html/ net::ERR_ABORTED")  # the frame that the button leaves behind
    # The button itself is pressed twice, as fast as a browser can.
    page.get_by_role("button", name="Send it again").dblclick()
    page.get_by_role("status").or_(page.locator(".messages")).first.wait_for()
    failed.refresh_from_db()
    assert (failed.state, failed.times_resent) == ("queued", 1)
