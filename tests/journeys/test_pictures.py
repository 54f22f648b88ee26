"""A member uploads a picture, sets its focus, and puts it at the head of a text: in a real browser, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from museumhub.members.models import Membership
from museumhub.news.models import Item, Picture
from museumhub.news.services.rendering import render_due
from tests.browser import Window
from tests.factories.members import MembershipFactory
from tests.factories.news import PictureFactory, drawn

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def membership(transactional_db: None) -> Membership:
    made: Membership = MembershipFactory(role="editor", organisation__name="Museum of Feathers")
    return made


@pytest.fixture
def open_signed_in(
    membership: Membership, open_window: Callable[..., Window]
) -> Callable[..., Window]:
    def open_one(**given: Any) -> Window:
        window = open_window(**given)
        window.sign_in(membership.person)
        return window

    return open_one


def upload(page: Page) -> None:
    content = {"name": "Great hall.png", "mimeType": "image/png", "buffer": drawn((800, 600))}
    page.get_by_label("File").set_input_files(content)  # type: ignore[arg-type]
    page.get_by_label("Alternative text", exact=True).fill("A hall with a glass roof")
    page.get_by_label("Credit", exact=True).fill("Ana Marques")
    page.get_by_label("Rights", exact=True).select_option(label="CC BY 4.0")
    page.get_by_role("button", name="Upload").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_picture_is_uploaded_cut_and_chosen_for_a_text(
    open_signed_in: Callable[..., Window], scripts: bool
) -> None:
    window = open_signed_in(scripts=scripts)
    page = window.open("/edit/pictures/new/")
    upload(page)
    expect(page.get_by_text("Its files are being made")).to_be_visible()
    render_due(seconds=60)
    page.get_by_role("link", name="Look again").click()
    if scripts:
        press_on_the_picture(page)
    else:
        page.get_by_label("From the left").fill("25")
        page.get_by_label("From the top").fill("75")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The picture is saved.")).to_be_visible()
    picture = Picture.objects.get()
    assert (picture.title, picture.focus_x, picture.focus_y) == ("Great hall", 25, 75)
    assert position(page, ".crops__crop--square img") == "25% 75%"

    PictureFactory(title="Another", organisation=picture.organisation)
    page = window.open("/edit/new/article/")
    expect(page.get_by_role("radio", name="Another")).to_have_count(1)
    page.get_by_label("Title", exact=True).fill("What I typed")
    if not scripts:
        window.expect(
            r"^422: .*/edit/new/article/$|status of 422"
        )  # the same form, with what was found
    page.get_by_label("Look for a picture").fill("glass roof")
    with page.expect_response(re.compile("glass")) if scripts else page.expect_navigation():
        page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("radio", name="Another")).to_have_count(0)
    page.get_by_role("radio", name="Great hall").check()
    expect(page.get_by_label("Title", exact=True)).to_have_value("What I typed")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert Item.objects.get().picture == picture


def press_on_the_picture(page: Page) -> None:
    """A quarter from the left, three quarters from the top: the numbers, the mark and the crops follow."""
    picture = page.locator("[data-focus-picture]")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    picture.click(position={"x": box["width"] * 0.26, "y": box["height"] * 0.74})
    expect(page.get_by_label("From the left")).to_have_value("25")
    expect(page.get_by_label("From the top")).to_have_value("75")
    assert position(page, ".crops__crop--wide img") == "25% 75%"
    page.get_by_label("From the left").fill("90")
    assert position(page, ".crops__crop--wide img") == "90% 75%"
    page.get_by_label("From the left").fill("25")


def position(page: Page, selector: str) -> str:
    found: str = page.locator(selector).evaluate("one => getComputedStyle(one).objectPosition")
    return found


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_pages_of_the_library_are_accessible_and_keep_to_their_width(
    open_signed_in: Callable[..., Window], membership: Membership, width: int, scheme: str
) -> None:
    own = {"organisation": membership.organisation}
    picture = PictureFactory(title="A" * 80 + " " + "b" * 70, **own)
    PictureFactory(title="Waiting", alt="", credit="", rights="", waiting=True, **own)
    window = open_signed_in(width=width, scheme=scheme)
    for address in (
        "/edit/pictures/",
        "/edit/pictures/new/",
        picture.get_absolute_url(),
        f"{picture.get_absolute_url()}file/",
        f"{picture.get_absolute_url()}delete/",
        "/edit/new/article/",
    ):
        window.open(address)
        window.check()


def test_browser_takes_the_smallest_format_in_the_width_it_needs(
    open_signed_in: Callable[..., Window], membership: Membership
) -> None:
    PictureFactory(width=1400, height=900, organisation=membership.organisation)
    window = open_signed_in(width=360)
    page = window.open("/edit/pictures/")
    shown = page.locator(".shelf__picture img")
    expect(shown).to_have_js_property("complete", True)
    taken: str = shown.evaluate("one => one.currentSrc")
    assert re.search(r"/320-[0-9a-f]{16}\.avif$", taken)
    assert shown.evaluate("one => one.naturalWidth") > 0
