"""Days as people type them: in figures or in words, in the order of the reader's language, and always as year-month-day.

"01/09/2027" is the first of September in French and in German. In English it is that to some readers and the
ninth of January to others: nobody guesses, it is refused with both readings.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.functional import lazy
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from museumhub.kit.dates import said_date
from museumhub.kit.text import comparison_key, shortened

LONGEST = 60  # characters; more are no day

_YEAR_FIRST = re.compile(r"^(\d{4})\s*([-./])\s*(\d{1,2})\s*\2\s*(\d{1,2})$")
_YEAR_LAST = re.compile(r"^(\d{1,2})\s*([-./])\s*(\d{1,2})\s*\2\s*(\d{4})$")
_IN_WORDS = re.compile(
    r"^(?:\w+,? )?(\d{1,2})(?:\.|er|st|nd|rd|th)? (?:of |de )?(\w+)\.?,? (\d{4})$"
)
_MONTH_FIRST = re.compile(r"^(?:\w+,? )?(\w+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$")


def read(text: str) -> date | None:
    """The day in `text`; None where it is none, or no day of the calendar. The year has four figures.

    Raises `ValidationError` where the reader's language leaves open which figure is the month.
    """
    tidy = " ".join(text.split())
    if len(tidy) > LONGEST:
        return None
    if match := _YEAR_FIRST.match(tidy):
        return _day(match[1], match[3], match[4])
    if match := _YEAR_LAST.match(tidy):
        first, sign, second, year = match.groups()
        day, other = _day(year, second, first), _day(year, first, second)
        if sign != "/" or not (get_language() or "").startswith("en"):
            return day
        if day and other and day != other:
            raise ValidationError(_two_ways(tidy, day, other), code="two_ways")
        return day or other
    if match := _IN_WORDS.match(tidy):
        return _day(match[3], _month(match[2]), match[1])
    if match := _MONTH_FIRST.match(tidy):
        return _day(match[3], _month(match[1]), match[2])
    return None


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _month(word: str) -> int:
    """The month of that name, or of that beginning of a name, in a language of the site; 0 for none."""
    key = comparison_key(word)
    for language in dict.fromkeys(
        [get_language() or settings.LANGUAGE_CODE, *dict(settings.LANGUAGES)]
    ):
        with override(language):
            names = {number: comparison_key(str(name)) for number, name in MONTHS.items()}
            short = {number: comparison_key(str(name)) for number, name in MONTHS_3.items()}
        if whole := [n for n, name in names.items() if key in {name, short[n]}]:
            return whole[0]
        begun = [n for n, name in names.items() if len(key) >= 3 and name.startswith(key)]
        if len(begun) == 1:
            return begun[0]
    return 0


def _two_ways(text: str, one: date, other: date) -> str:
    return _("“%(text)s” can be %(one)s or %(two)s. Write %(first)s or %(second)s.") % {
        "text": shortened(text, 20),
        "one": said_date(one),
        "two": said_date(other),
        "first": one.isoformat(),
        "second": other.isoformat(),
    }


def example() -> str:
    """ "1 September 2027", "01.09.2027", "01/09/2027": how the reader may type a day."""
    # Translators: how people type the first of September 2027 in your language, in figures if that can be read in one way only.
    return _("1 September 2027")


class DayInput(forms.DateInput):
    """A browser's own field for a day; what the site has read as a day is given to it as year-month-day."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "date", **(attrs or {})}, format="%Y-%m-%d")

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, str):
            try:
                value = read(value) or value
            except ValidationError:
                return str(value)
        shown: str | None = super().format_value(value)
        return shown


class DayField(forms.DateField):
    """A day, read by `read`."""

    widget = DayInput
    default_error_messages = {
        "invalid": lazy(
            lambda: (
                _("Write a day that exists, such as %(example)s or 2027-09-01.")
                % {"example": example()}
            ),
            str,
        )()
    }

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or not isinstance(value, str):
            return super().to_python(value)
        day = read(value)
        if day is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day
