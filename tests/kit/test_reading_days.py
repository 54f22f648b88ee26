"""A day is read as each language writes it, in one way only, and goes back into its field as year-month-day."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from museumhub.kit import days
from museumhub.kit.dates import said_date, said_day

FIRST = date(2027, 9, 1)
LANGUAGES = list(dict(settings.LANGUAGES))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    [
        *(
            "2027-09-01",
            "2027-9-1",
            "2027/09/01",
            "2027.09.01",
            "01.09.2027",
            "1.9.2027",
            "1. 9. 2027",
        ),
        *("01-09-2027", " 01.09.2027 ", "1 September 2027", "1 sep 2027", "1. September 2027"),
        *(
            "1er septembre 2027",
            "1 SEPTEMBRE 2027",
            "1 sept. 2027",
            "September 1, 2027",
            "1st of September 2027",
        ),
    ],
)
def test_day_that_can_be_read_in_one_way_only_is_read_in_every_language(
    language: str, text: str
) -> None:
    with override(language):
        assert days.read(text) == FIRST


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("month", range(1, 13))
def test_day_as_the_site_says_it_is_read_back(language: str, month: int) -> None:
    day = date(2027, month, 1)
    with override(language):
        assert days.read(said_date(day)) == days.read(said_day(day)) == day
        assert days.read(said_date(day.replace(day=28))) == day.replace(day=28)


@pytest.mark.parametrize("language", ["fr", "de"])
@pytest.mark.parametrize("text", ["01/09/2027", "1/9/2027", "01 / 09 / 2027"])
def test_day_with_strokes_has_the_day_first_where_the_language_says_so(
    language: str, text: str
) -> None:
    with override(language):
        assert days.read(text) == FIRST


def test_day_with_strokes_is_asked_about_in_english_with_both_readings() -> None:
    with override("en"), pytest.raises(ValidationError) as refusal:
        days.read("01/09/2027")
    assert refusal.value.messages == [
        "“01/09/2027” can be 1 September 2027 or 9 January 2027. Write 2027-09-01 or 2027-01-09."
    ]
    with override("en"):
        assert days.read("13/09/2027") == days.read("09/13/2027") == date(2027, 9, 13)
        assert days.read("09/09/2027") == date(2027, 9, 9)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    [
        *(
            "2027-02-30",
            "30.02.2027",
            "31/04/2027",
            "0000-01-01",
            "99999-01-01",
            "1.9.27",
            "01/09/27",
        ),
        *(
            "9" * 5000,
            "tomorrow",
            "1 Smarch 2027",
            "2027",
            "",
            "01.09/2027",
            "1 ju 2027",
            "x" * 70,
            "1 2 2027",
        ),
    ],
)
def test_what_is_no_day_is_none(language: str, text: str) -> None:
    with override(language):
        assert days.read(text) is None


class Visit(forms.Form):
    on = days.DayField()
    name = forms.CharField()


@pytest.mark.parametrize(
    ("language", "typed"), [("fr", "01/09/2027"), ("de", "01.09.2027"), ("en", "1 September 2027")]
)
def test_day_goes_back_into_its_field_as_browsers_take_it(language: str, typed: str) -> None:
    """Beside another field that was refused: a browser shows nothing for a day that it cannot read."""
    with override(language):
        form = Visit({"on": typed, "name": ""})
        assert list(form.errors) == ["name"]
        assert form.cleaned_data["on"] == FIRST
        assert 'type="date"' in str(form["on"])
        assert 'value="2027-09-01"' in str(form["on"])


@pytest.mark.parametrize(
    ("language", "example"),
    [("fr", "01/09/2027"), ("de", "01.09.2027"), ("en", "1 September 2027")],
)
def test_what_is_refused_stays_as_it_was_typed_with_an_example_that_is_read(
    language: str, example: str
) -> None:
    with override(language):
        form = Visit({"on": "soon", "name": "Ana"})
        [said] = form.errors["on"]
        assert example in said
        assert days.read(example) == FIRST
        assert 'type="text"' in str(form["on"])
        assert 'value="soon"' in str(form["on"])


def test_initial_day_is_shown_as_browsers_take_it() -> None:
    today = timezone.localdate()
    assert f'value="{today:%Y-%m-%d}"' in str(Visit(initial={"on": today})["on"])
