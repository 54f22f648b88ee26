"""Addresses with the site's name in front."""

import pytest

from museumhub.kit import urls


def test_absolute_puts_the_site_in_front(settings) -> None:
    settings.SITE_URL = "https://museums.example"
    assert urls.absolute("/calls/?q=a") == "https://museums.example/calls/?q=a"


@pytest.mark.parametrize(
    "path", ["", "calls/", "//evil.example/", "/\\evil.example", "https://evil.example/"]
)
def test_absolute_of_what_is_no_path_of_the_site_is_an_error(path: str) -> None:
    with pytest.raises(ValueError, match="expected a path"):
        urls.absolute(path)
