"""How days and spans of days are said in each language of the site."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils.translation import override

from museumhub.kit.cities import REGIONS, place
from museumhub.kit.dates import said, said_date, said_day, said_days
from museumhub.members.forms.fields import TimeZoneField


@pytest.mark.parametrize(
    ("language", "tenth", "first", "plain"),
    [
        ("en", "Thursday 10 June 2027", "Tuesday 1 June 2027", "1 June 2027"),
        ("de", "Donnerstag, 10. Juni 2027", "Dienstag, 1. Juni 2027", "1. Juni 2027"),
        ("fr", "jeudi 10 juin 2027", "mardi 1er juin 2027", "1er juin 2027"),
    ],
)
def test_day_in_words(language: str, tenth: str, first: str, plain: str) -> None:
    with override(language):
        assert said_day(date(2027, 6, 10)) == tenth
        assert said_day(date(2027, 6, 1)) == first
        assert said_date(date(2027, 6, 1)) == plain


@pytest.mark.parametrize(
    ("language", "month", "from_the_first", "year", "years"),
    [
        (
            "en",
            "8 to 10 June 2027",
            "1 to 3 June 2027",
            "30 May to 1 June 2027",
            "30 December 2026 to 2 January 2027",
        ),
        (
            "de",
            "8.–10. Juni 2027",
            "1.–3. Juni 2027",
            "30. Mai bis 1. Juni 2027",
            "30. Dezember 2026 bis 2. Januar 2027",
        ),
        (
            "fr",
            "du 8 au 10 juin 2027",
            "du 1er au 3 juin 2027",
            "du 30 mai au 1er juin 2027",
            "du 30 décembre 2026 au 2 janvier 2027",
        ),
    ],
)
def test_span_of_days_says_what_they_share_once(
    language: str, month: str, from_the_first: str, year: str, years: str
) -> None:
    with override(language):
        assert said_days(date(2027, 6, 8), date(2027, 6, 10)) == month
        assert said_days(date(2027, 6, 1), date(2027, 6, 3)) == from_the_first
        assert said_days(date(2027, 5, 30), date(2027, 6, 1)) == year
        assert said_days(date(2026, 12, 30), date(2027, 1, 2)) == years


def test_span_of_one_day_is_that_day() -> None:
    assert said_days(date(2027, 6, 8), date(2027, 6, 8)) == "Tuesday 8 June 2027"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tuesday 1 December 2026, 23:59 (Berlin time, UTC+1)"),
        ("de", "Dienstag, 1. Dezember 2026, 23:59 Uhr (Ortszeit Berlin, UTC+1)"),
        ("fr", "mardi 1er décembre 2026 à 23:59 (heure locale à Berlin, UTC+1)"),
    ],
)
def test_instant_is_said_with_a_clock_of_24_hours_and_its_zone(language: str, text: str) -> None:
    with override(language):
        assert said(datetime(2026, 12, 1, 22, 59, tzinfo=UTC), "Europe/Berlin") == text


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Brussels"), ("de", "Brüssel"), ("fr", "Bruxelles")]
)
def test_city_of_a_zone_has_its_name_in_the_readers_language(language: str, text: str) -> None:
    with override(language):
        assert text in said(datetime(2026, 12, 1, tzinfo=UTC), "Europe/Brussels")
        offered: Any = TimeZoneField().choices
        assert ("Europe/Brussels", text) in dict(offered)[str(REGIONS["Europe"])]


def test_zone_nobody_translated_keeps_its_own_name() -> None:
    assert place("America/Argentina/Buenos_Aires") == "Argentina, Buenos Aires"
