"""How far away an instant is said to be."""

from datetime import UTC, datetime, timedelta

import pytest

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
