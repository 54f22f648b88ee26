"""Every page of the style guide in a real browser: accessible, in its width, in light and dark, without complaints."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from museumhub.pages.views.styleguide import PAGES
from tests.browser import Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("slug", PAGES)
def test_styleguide_page_is_accessible(
    open_window: Callable[..., Window], slug: str, width: int, scheme: str
) -> None:
    window = open_window(width=width, scheme=scheme)
    window.open(f"/styleguide/{slug}/")
    window.check()
    window.shot(f"styleguide-{slug}-{width}-{scheme}")


@pytest.mark.parametrize("slug", PAGES)
def test_styleguide_page_at_320_pixels_does_not_scroll_sideways(
    open_window: Callable[..., Window], slug: str
) -> None:
    window = open_window(width=320)
    window.open(f"/styleguide/{slug}/")
    assert window.overhang() == []


@pytest.mark.parametrize("slug", PAGES)
def test_styleguide_page_right_to_left_does_not_scroll_sideways(
    open_window: Callable[..., Window], slug: str
) -> None:
    window = open_window(width=360)
    window.open(f"/styleguide/{slug}/")
    window.page.evaluate("document.documentElement.dir = 'rtl'")
    assert window.overhang() == []
