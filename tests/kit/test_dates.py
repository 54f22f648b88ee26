"""How far away an instant is said to be, and how it is said shortly: for a subject line, and in a dense table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from museumhub.kit import dates
from museumhub.kit.dates import distance

NOW = datetime(2027, 3, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        (timedelta(seconds=59), "in less than a minute"),
        (timedelta(seconds=-59), "a moment ago"),
        (timedelta(minutes=59, seconds=59), "in 59 minutes"),
        (timedelta(hours=47, minutes=59), "in 47 hours"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(days=27, hours=23), "in 27 days"),
        (timedelta(days=28), "in 4 weeks"),
        (timedelta(days=45), "in 6 weeks"),
        (timedelta(days=83, hours=23), "in 11 weeks"),
        (timedelta(days=84), "in 2 months"),
        (timedelta(days=-364), "11 months ago"),
        (timedelta(days=365), "in 1 year"),
        (timedelta(days=-800), "2 years ago"),
    ],
)
def test_distance_is_said_in_the_largest_unit_that_does_not_mislead(away, expected):
    assert distance(NOW + away, NOW) == expected


DEADLINE = datetime(2027, 3, 12, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "shortly"),
    [
        ("en", "Europe/Brussels", "12 March, 23:59 (Brussels time)"),
        ("en", "UTC", "12 March, 22:59 UTC"),
        ("en", "America/Port-au-Prince", "12 March, 17:59 (Port-au-Prince time)"),
        ("fr", "Europe/Brussels", "12 mars, 23:59 (Bruxelles)"),
        ("de", "Asia/Kathmandu", "13. März, 04:44 (Kathmandu)"),
    ],
)
def test_instant_is_said_shortly(language: str, zone: str, shortly: str) -> None:
    with translation.override(language):
        assert dates.said_shortly(DEADLINE, zone) == shortly
