"""What pages say to other programs in the words of schema.org (JSON-LD 1.1)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.templatetags.static import static

from museumhub.kit.urls import absolute

CONTEXT = "https://schema.org"


def trail(*crumbs: tuple[str, str]) -> dict[str, Any]:
    """Where a page stands: (name, path) from the top to the page itself, as a BreadcrumbList."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": absolute(path)}
            for place, (name, path) in enumerate(crumbs, start=1)
        ],
    }


def together(*things: dict[str, Any]) -> dict[str, Any]:
    """Several things of one page in one block of data."""
    return {"@context": CONTEXT, "@graph": [without_nothing(thing) for thing in things]}


def without_nothing(thing: dict[str, Any]) -> dict[str, Any]:
    """The thing without what it does not say."""
    return {name: value for name, value in thing.items() if value not in (None, "", [], {})}


def the_site() -> dict[str, Any]:
    """Who runs the site, by its address: other things of a page name it by `@id`."""
    home = absolute("/")
    return {
        "@type": "Organization",
        "@id": f"{home}#network",
        "name": settings.SITE_NAME,
        "url": home,
        "logo": absolute(static("img/apple-touch-icon.png")),
    }


def front_page() -> dict[str, Any]:
    """The site itself and who runs it."""
    home = absolute("/")
    site = {
        "@type": "WebSite",
        "@id": f"{home}#site",
        "name": settings.SITE_NAME,
        "url": home,
        "publisher": {"@id": f"{home}#network"},
        "inLanguage": [code for code, _name in settings.LANGUAGES],
    }
    return together(the_site(), site)
