"""The style guide: every component in every state, with its code and its parameters.

An example is a file in templates/styleguide/<page>/; its first line holds its title, and
the name of the file (after the number) the component it shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from museumhub.kit import atlas, clock
from museumhub.kit.access import public
from museumhub.kit.pictures import Rendered, Shown, shown
from museumhub.kit.refusals import Sentence
from museumhub.kit.templatetags.kit import SIGNS
from museumhub.members.queries.map import Dot, MapOfOrganisations
from museumhub.pages.forms import SampleForm

PAGES: dict[str, Sentence] = {
    "ground": _("Colour, type and signs"),
    "words": _("Heads, words and notices"),
    "forms": _("Forms"),
    "lists": _("Lists, tables and cards"),
    "journeys": _("Journeys and progress"),
}


@dataclass(frozen=True)
class Example:
    """One file of the style guide."""

    name: str
    title: str
    template: str
    source: str
    about: str  # what the component's own file says of its parameters


@public
def overview(request: HttpRequest) -> HttpResponse:
    return page(request, "ground")


@public
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of examples; an unknown one is a 404."""
    if slug not in PAGES:
        raise Http404
    return render(
        request,
        "styleguide/page.html",
        {
            "slug": slug,
            "page_name": PAGES[slug],
            "pages": PAGES.items(),
            "examples": _examples(slug),
            **_samples(),
        },
    )


def _examples(slug: str) -> list[Example]:
    folder = Path(settings.BASE_DIR) / "templates"
    examples = []
    for path in sorted((folder / "styleguide" / slug).glob("*.html")):
        head, _newline, source = path.read_text().partition("\n")
        name = path.stem.split("-", 1)[1]
        component = folder / "components" / f"{name.split('-')[0]}.html"
        about = component.read_text().split("\n", 1)[0] if component.exists() else ""
        examples.append(
            Example(
                name=path.stem,
                title=head.strip("{#} "),
                template=str(path.relative_to(folder)),
                source=source.strip(),
                about=about.strip("{#} "),
            )
        )
    return examples


def _samples() -> dict[str, Any]:
    """What the examples show."""
    now = clock.now()
    wrong = SampleForm(
        {
            "name": "",
            "email": "anna at museum",
            "website": "",
            "story": "We would like to hear what people remember. " * 3,
            "level": "3",
            "opened": "31.2.2026",
            "visitors": "about 40,000",
        },
        auto_id="wrong_%s",
    )
    form = SampleForm()
    return {
        "form": form,
        "wrong": wrong,
        "some": Paginator(range(200), 10).page(7),
        "soon": now + timedelta(days=9, hours=5),
        "past": now - timedelta(days=20),
        "topics": [(slug, slug.replace("-", " ").capitalize()) for slug in sorted(SIGNS)],
        "none": None,
        "map": _map(),
        **_pictures(),
    }


def _map() -> MapOfOrganisations:
    """One organisation, several that are near each other, and some of which only the country is known."""
    points = [(4.35, 50.85), (15.44, 47.07), (24.7, 58.6)]
    onto = atlas.map_for(points)
    brussels, graz, estonia = (onto.project(*point) for point in points)
    dots = [
        Dot(*brussels, 12, True, "Brussels", "12 organisations", "#list", current=True),
        Dot(*estonia, 3, False, "Estonia", "3 organisations", "#list", current=False),
        Dot(*graz, 1, True, "Graz", "Naturhistorisches Kabinett", "#list", current=False),
    ]
    return MapOfOrganisations(onto, dots, ["AT", "BE", "EE"])


def _pictures() -> dict[str, Shown]:
    """One picture as the library gives it to a page: at its best, and with little said of it."""
    files = [
        Rendered(format, width, width * 2 // 3, static(f"img/samples/gallery-{width}.{extension}"))
        for format, extension in (("avif", "avif"), ("webp", "webp"), ("jpeg", "jpg"))
        for width in (320, 640)
    ]
    whole = shown(
        files,
        alt="A long gallery with red walls, and a bench in its middle",
        language="en",
        credit="Drawn for MuseumHub",
        rights="CC0 1.0",
        rights_href="https://creativecommons.org/publicdomain/zero/1.0/",
        focus_x=20,
        focus_y=60,
    )
    assert whole is not None  # noqa: S101  (there are files)
    return {"picture": whole, "bare_picture": replace(whole, credit="", rights="", focus_x=80)}
