"""Every text on every ground it may stand on, in light and dark, by the formula of WCAG 2.2.

Text reaches 4.5:1 (1.4.3); signs, borders of controls and the ring of the focus reach 3:1 (1.4.11).
The colours are read from static/css/tokens.css; a new one must be given its grounds here.
"""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.conf import settings

TEXT, NOT_TEXT = 4.5, 3.0

KINDS = ("info", "success", "warning", "danger")
TOPICS = (
    "climate",
    "intangible-collectables",
    "open-museums",
    "crisis",
    "museumhood",
    "xr",
    "tech-loves-culture",
)
SOFT = tuple(f"{name}-soft" for name in (*KINDS, *TOPICS))
GROUNDS = ("paper", "wall", "wall-2", "accent-soft", *SOFT)

TEXTS = {
    *product(("ink", "ink-2"), GROUNDS),
    *product(("ink-3", "accent", *KINDS), ("paper", "wall")),
    *product(TOPICS, ("paper",)),
    *((name, f"{name}-soft") for name in ("accent", *KINDS, *TOPICS)),
    ("ink-3", "wall-2"),  # a button that is switched off
    ("ink", "mark"),
    ("paper", "ink"),
    *product(("on-action",), ("action", "action-hover")),
    *product(("on-danger",), ("danger", "danger-hover")),
}
SIGNS_AND_BORDERS = {
    *product(("line-strong",), ("paper", "wall")),  # fields and boxes to tick
    *product(("accent",), GROUNDS),  # the ring of the focus
    *product(("danger", "danger-hover"), ("paper", "wall")),  # the frame of an error
    *product(("action", "action-hover"), ("paper", "wall", *SOFT)),  # a button's own edge
    *product(("ink", "accent"), ("wall-2",)),  # the bar of a measure and its mark
    *((topic, f"{topic}-soft") for topic in TOPICS),
}
# Lines that only divide say nothing by themselves.
DECORATION = {"line"}


def read() -> dict[str, dict[str, str]]:
    """The colours of light and dark by name, as #rrggbb."""
    css = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    light, dark = css.split("@media screen and (prefers-color-scheme: dark)")
    colours = {
        scheme: dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", part))
        for scheme, part in (("light", light), ("dark", dark))
    }
    return {"light": colours["light"], "dark": colours["light"] | colours["dark"]}


COLOURS = read()


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb (WCAG 2.2, definition of relative luminance)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21, whichever of the two is the lighter."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1)],
)
def test_contrast_is_that_of_the_formula(one, other, expected):
    assert contrast(one, other) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("scheme", COLOURS)
@pytest.mark.parametrize(
    ("front", "ground", "least"),
    [
        *((*pair, TEXT) for pair in sorted(TEXTS)),
        *((*pair, NOT_TEXT) for pair in sorted(SIGNS_AND_BORDERS)),
    ],
)
def test_colours_of_a_pair_stand_apart(scheme, front, ground, least):
    assert contrast(COLOURS[scheme][front], COLOURS[scheme][ground]) >= least


def test_every_colour_is_measured_and_has_a_value_for_the_dark():
    measured = {name for pair in TEXTS | SIGNS_AND_BORDERS for name in pair}
    css = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    dark = css.split("@media screen and (prefers-color-scheme: dark)")[1]

    assert set(COLOURS["light"]) - DECORATION == measured
    assert set(re.findall(r"--([\w-]+):\s*#", dark)) == set(COLOURS["light"])
