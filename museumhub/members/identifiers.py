"""Identifiers of organisations: their form, their check digits, and how a pasted address becomes one."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# ISO 15511: a country code (ISO 3166-1, two letters) or another registered prefix of one, three or
# four letters, a hyphen, and up to eleven letters, digits, solidus, hyphen or colon; sixteen in all.
_ISIL = re.compile(r"(?:[A-Za-z]{1,4})-[A-Za-z0-9/:\-]{1,11}")
# https://ror.readme.io/docs/identifier: 0, six characters of Crockford's base32, two check digits.
_ROR = re.compile(r"0[a-hjkmnp-tv-z0-9]{6}[0-9]{2}")
_WIKIDATA = re.compile(r"Q[1-9][0-9]{0,14}")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def check_isil(value: str) -> None:
    """Validator for an ISIL; it has a form but no check digit."""
    if len(value) > 16 or not _ISIL.fullmatch(value):
        raise ValidationError(
            _(
                "An ISIL looks like FR-751131010: a country code, a hyphen, then up to 11 characters."
            ),
            code="isil",
        )


def check_ror(value: str) -> None:
    """Validator for the nine characters of a ROR identifier, with its check digits (ISO 7064, mod 97-10)."""
    if not _ROR.fullmatch(value) or int(value[7:]) != ror_check_digits(value[:7]):
        raise ValidationError(
            _(
                "This is not a ROR identifier. Copy it from ror.org; it looks like "
                "https://ror.org/013meh722."
            ),
            code="ror",
        )


def ror_check_digits(first: str) -> int:
    """The two check digits for the first seven characters of a ROR identifier."""
    number = 0
    for character in first:
        number = number * 32 + _CROCKFORD.index(character)
    return 98 - (number * 100) % 97


def check_wikidata(value: str) -> None:
    """Validator for the identifier of a Wikidata item."""
    if not _WIKIDATA.fullmatch(value):
        raise ValidationError(
            _("A Wikidata identifier is a Q and a number, such as Q19675."), code="wikidata"
        )


def tidy_isil(value: str) -> str:
    """`value` without blanks, its country code in capitals."""
    prefix, hyphen, rest = "".join(value.split()).partition("-")
    return f"{prefix.upper() if len(prefix) == 2 else prefix}{hyphen}{rest}"


def tidy_ror(value: str) -> str:
    """The nine characters out of a pasted `https://ror.org/…`, in lower case."""
    return re.sub(r"^(?:https?://)?(?:www\.)?ror\.org/", "", value.strip().lower()).rstrip("/")


def tidy_wikidata(value: str) -> str:
    """The Q number out of a pasted address of Wikidata."""
    last = value.strip().rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    return last.upper()
