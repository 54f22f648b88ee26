"""A museum applies to a workshop, and the letters arrive: from the front page to the acknowledgement."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Window, watch
from tests.journeys import site as sites
from tests.journeys.hands import Finger, Hands, Keyboard
from tests.journeys.site import Site, text_of

pytestmark = pytest.mark.browser

MISSION = "We mend fishing nets and memories. زورونا مساء الخميس 🐟"
SCORES = {
    "Strategy": (
        ("Our digital work follows", "A written plan"),
        ("Money for digital work comes from", "A project now and then"),
        ("Our director", "Decides on digital priorities"),
    ),
    "People": (
        ("Digital work is done by", "One person beside another job"),
        ("In the last two years our staff", "Took part in some courses"),
    ),
    "Content": (
        ("Of our collection people can find online", "A good part"),
        ("We make content for digital channels", "For exhibitions"),
        ("Our pictures may be re-used", "On request"),
    ),
    "Technology": (
        ("Collection and website", "Are linked"),
        ("In our galleries digital media are", "A screen or two"),
    ),
    "Audience data": (
        ("Of people online we know", "How many there are"),
        ("When figures surprise us", "We change something"),
    ),
}


@pytest.fixture(scope="module")
def embedded_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with sites.embedded(tmp_path_factory.mktemp("embedded")) as running:
        yield running


@pytest.fixture(scope="module")
def services_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """On a new, empty database beside the one in DATABASE_URL."""
    given, name = os.environ["DATABASE_URL"], "museumhub_journey"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    fresh = re.sub(r"/[^/?]*(\?.*)?$", rf"/{name}\1", given)
    folder = tmp_path_factory.mktemp("services")
    with sites.services(folder, fresh, os.environ["REDIS_URL"]) as running:
        yield running
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def open_window(browser: Browser, site: Site, *, width: int = 1280, scripts: bool = True) -> Window:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        locale="en",
        timezone_id="Europe/Lisbon",
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    window = Window(page, site.url)
    watch(page, window)
    return window


def apply(window: Window, hands: Hands, site: Site, who: str, *, look: bool = False) -> str:
    """The whole journey of somebody new called `who`; returns the reference of the application."""

    def seen(name: str) -> None:
        if look:
            window.check()
            window.shot(f"{name}-{window.page.viewport_size['width']}")  # type: ignore[index]

    page, address = window.page, f"{who}@netloft.example"
    window.open("/")
    seen("01-home")
    if not page.get_by_role("link", name="Calls", exact=True).first.is_visible():
        page.locator("summary", has_text="Menu").first.click()
    hands.follow("Calls")
    seen("02-calls")
    hands.follow("TRACES: Workshops across borders")
    seen("03-edition")
    hands.follow("Apply")
    seen("04-apply")
    hands.follow("Create an account")
    seen("05-sign-up")
    hands.write("Your name", "Marit Net-Mender")
    hands.write("E-mail address", address)
    hands.press("Make the account")
    seen("06-code")
    letter = site.letter(address, "code")
    code = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})?)\s*$", text_of(letter), re.MULTILINE)
    assert code, text_of(letter)
    hands.write("Code", code[1])
    hands.press("Go on")

    expect(page.get_by_role("heading", level=1)).to_have_text("Who applies?")
    seen("07-who-applies")
    hands.follow("Add your organisation")
    seen("08-add-organisation")
    hands.write("Name", f"Net Loft Museum {who}")
    hands.pick("Kind", "Museum")
    hands.pick("Country", "Portugal")
    hands.write("Town or city", "Nazaré")
    hands.press("Add the organisation")
    if page.get_by_text("Is it one of these?").count():
        window.expect("422")
        seen("09-near-duplicates")
        hands.tick("No, mine is another")
        hands.press("Add mine")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who applies?")
    hands.press("Begin the application")
    seen("10-tasks")

    hands.follow("Self-assessment: Strategy")
    for number, (title, answers) in enumerate(SCORES.items()):
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        if number == 0:
            seen("11-assessment")
        for question, option in answers:
            hands.choose(question, option)
        hands.press("Save and continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your level of digital maturity")
    expect(page.locator(".level__name")).to_have_text("Medium")
    expect(page.locator(".recommended__title")).to_have_text("Digital storytelling")
    seen("12-level")
    hands.follow("Back to the list")

    hands.follow("Your museum and its audience")
    seen("13-questions")
    hands.write("What does your museum do", MISSION)
    hands.write("Which audience would you like to reach", "Those who left the coast.")
    hands.write("About how many people visited", "4200")
    hands.tick("A newsletter")
    hands.press("Save and continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your digital work")
    hands.choose("Does your museum have a digital strategy?", "No")
    hands.write("What has stood in your way", "The tide.")
    hands.choose("How sure does your team feel", "3")
    hands.press("Save and continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Taking part")
    hands.write("What would you like to work on", "A story told by nets.")
    hands.write("What could other museums learn", "Knots.")
    hands.tick("We will send two people")
    hands.press("Save and continue")

    if page.get_by_role("heading", level=1).inner_text() != "Modules, in your order":
        hands.follow("Modules, in your order")
    seen("14-modules")
    hands.pick("Your order: “Digital storytelling”", "first choice")
    hands.pick("Your order: “Foundations", "second choice")
    hands.press("Save the order")
    if page.get_by_role("heading", level=1).inner_text() == "Modules, in your order":
        hands.follow("Back to the list")
    hands.follow("Who would take part")
    seen("15-team")
    hands.press("Marit Net-Mender")
    hands.follow("Back to the list")
    hands.follow("Check your answers and submit")
    seen("16-check")
    expect(page.locator("main")).to_contain_text(MISSION)
    hands.press("Submit the application")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your application was received")
    seen("17-received")
    reference = page.locator(".reference--large").inner_text()

    received = site.letter(address, "received")
    assert reference in text_of(received)
    assert MISSION in text_of(received)
    assert received["Auto-Submitted"] == "auto-generated"
    about = [one for one in site.letters_to(address) if "received" in str(one["Subject"])]
    assert len(about) == 1
    return reference


@pytest.fixture
def journey(browser: Browser) -> Iterator[Any]:
    """Runs the journey in a window of its own, and fails on anything that went wrong in it."""
    windows: list[Window] = []

    def run(site: Site, who: str, **options: Any) -> str:
        hands, look = options.pop("hands", Finger), options.pop("look", False)
        window = open_window(browser, site, **options)
        windows.append(window)
        return apply(window, hands(window.page), site, who, look=look)

    yield run
    problems = [problem for window in windows for problem in window.unexpected()]
    for window in windows:
        window.page.context.close()
    assert problems == []


@pytest.mark.parametrize("width", [1280, 360])
def test_a_museum_applies_and_every_page_passes_axe(
    journey: Any, embedded_site: Site, width: int
) -> None:
    reference = journey(embedded_site, f"wide-{width}", width=width, look=True)
    assert re.fullmatch(r"TRACES-\S+", reference)


def test_a_museum_applies_without_scripts(journey: Any, embedded_site: Site) -> None:
    assert journey(embedded_site, "plain", scripts=False)


def test_a_museum_applies_with_the_keyboard_alone(journey: Any, embedded_site: Site) -> None:
    assert journey(embedded_site, "keys", hands=Keyboard)


def test_the_mailbox_shows_the_letters_and_their_links_lead_back(
    browser: Browser, embedded_site: Site
) -> None:
    window = open_window(browser, embedded_site)
    page = window.open("/dev/mailbox/")
    window.check()
    window.shot("18-mailbox")
    page.locator("main").get_by_role("link").filter(has_text="received").first.click()
    page.wait_for_load_state()
    window.check()
    window.shot("19-letter")
    page.context.close()


@pytest.mark.services
def test_a_museum_applies_on_postgresql_with_worker_beat_and_smtp(
    journey: Any, services_site: Site, tmp_path: Path
) -> None:
    assert journey(services_site, "served")
