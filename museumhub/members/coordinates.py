"""Where on earth an organisation is: two decimal numbers in degrees, as map programs write them."""

from __future__ import annotations

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# "51.05433, 3.71742", also with commas in the numbers and a blank or semicolon between them.
_PAIR = re.compile(
    r"(?P<latitude>[+-]?[0-9]{1,2}(?:[.,][0-9]+)?)\s*[;,\s]\s*(?P<longitude>[+-]?[0-9]{1,3}(?:[.,][0-9]+)?)"
)
_ONE = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]+)?")
_STEP = Decimal("0.00001")  # a metre

Point = tuple[Decimal, Decimal]


def read_pair(text: str) -> Point | None:
    """Latitude and longitude, None for an empty text; `ValidationError` for anything else that is no point on earth."""
    tidy = text.replace("°", "").replace("\N{MINUS SIGN}", "-").strip()
    if not tidy:
        return None
    found = _PAIR.fullmatch(tidy)
    if found is None:
        raise ValidationError(
            _("Write latitude and longitude as decimal numbers, such as 51.05433, 3.71742."),
            code="coordinates",
        )
    return (
        read_degrees(found["latitude"], within=90),
        read_degrees(found["longitude"], within=180),
    )


def read_degrees(text: str, *, within: int) -> Decimal:
    """One number of degrees between minus and plus `within`."""
    tidy = text.replace("\N{MINUS SIGN}", "-").strip()
    if not _ONE.fullmatch(tidy):
        raise ValidationError(_("Write decimal degrees, such as 51.05433."), code="coordinates")
    degrees = Decimal(tidy.replace(",", "."))
    if abs(degrees) > within:
        raise ValidationError(
            _("Degrees go from −%(most)s to %(most)s here."),
            code="coordinates",
            params={"most": within},
        )
    return degrees.quantize(_STEP) + 0  # no minus zero


def written_pair(latitude: Decimal | None, longitude: Decimal | None) -> str:
    """As `read_pair` reads it back."""
    return "" if latitude is None or longitude is None else f"{latitude}, {longitude}"
