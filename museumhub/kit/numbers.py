"""Numbers as people write and read them: with a point or a comma before the decimals, in every language.

A number with one sign and three digits after it, such as "1.000", is a thousand in one country and
one in the next. Nobody guesses which is meant: it is refused with both readings, and what the site
itself puts into a field is never written so.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.functional import lazy
from django.utils.translation import gettext as _

LONGEST = 60  # digits; more are no number of anything a museum counts

_GROUPS = re.compile(r"^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$")
_PLAIN = re.compile(r"^\d+(?:\.\d+)?$")
_BLANKS = re.compile(r"[\s\u00a0\u202f'’_]")


def read(text: str, *, in_thousandths: bool = False) -> Decimal | None:
    """The number in `text`, blanks between groups allowed; None where it is none. Never an exponent.

    Raises `ValidationError` where it can be read in two ways; `in_thousandths` says that three
    digits after a sign are decimals here.
    """
    digits = _BLANKS.sub("", text)
    sign = "-" if digits[:1] in {"-", "\N{MINUS SIGN}"} else ""
    digits = digits[1:] if digits[:1] in {"-", "+", "\N{MINUS SIGN}"} else digits
    if len(digits) > LONGEST:
        return None
    grouped = _GROUPS.match(digits)
    if grouped and digits.count(grouped[1]) > 1:
        digits = digits.replace(grouped[1], "")
    elif grouped and not digits.startswith("0") and not in_thousandths:
        whole, decimals = digits.replace(grouped[1], ""), digits.replace(grouped[1], ".")
        raise ValidationError(
            _(
                "“%(text)s” can be read in two ways. Write %(one)s without a sign between "
                "the digits, or %(two)s."
            )
            % {"text": text, "one": sign + whole, "two": written(Decimal(sign + decimals))},
            code="two_ways",
        )
    elif "." in digits and "," in digits:
        decimal = max(digits.rfind("."), digits.rfind(","))
        whole = digits[:decimal]
        if not _GROUPS.match(whole) or digits[decimal] in whole:
            return None
        digits = f"{re.sub('[.,]', '', whole)}.{digits[decimal + 1 :]}"
    else:
        digits = digits.replace(",", ".")
    if not _PLAIN.match(digits):
        return None
    return Decimal(sign + digits)


def plain(number: Decimal | None) -> str:
    """Digits without exponent and without trailing zeros, as they are kept: `12.5`, `1000`, `0`."""
    if number is None or not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def said(number: Decimal) -> str:
    """The number as the active language writes it; digits in groups from five digits on."""
    return formats.number_format(plain(number), use_l10n=True, force_grouping=abs(number) >= 10_000)


def written(number: Decimal) -> str:
    """The number for a field, with the active language's sign before the decimals; `read` reads it back.

    Three decimals get a fourth, a zero: "1.1250" can be read in one way only.
    """
    text = plain(number)
    if _GROUPS.match(text.removeprefix("-")):
        text += "0"
    return text.replace(".", formats.get_format("DECIMAL_SEPARATOR"))


def example() -> str:
    """ "12.5", "12,5": how the active language writes a half."""
    return written(Decimal("12.5"))


class NumberField(forms.DecimalField):
    """A decimal number in a line of text, read by `read` and shown as the active language writes it."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": lazy(
            lambda: (
                _("Write a number in digits, for example 12 or %(example)s.")
                % {"example": example()}
            ),
            str,
        )()
    }

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal | int):
            return Decimal(value)
        number = read(str(value).strip())
        if number is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number

    def prepare_value(self, value: Any) -> Any:
        return written(Decimal(value)) if isinstance(value, Decimal | int) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal"}
