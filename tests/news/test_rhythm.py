"""When the newsletter comes: on the reader's day, at the hour of the clock on their wall, whatever the clock does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from museumhub.news.rhythm import Rhythm

BRUSSELS = "Europe/Brussels"


def coming(rhythm: Rhythm, after: str, times: int) -> list[str]:
    """The next times as the clock on the wall shows them."""
    at, found = datetime.fromisoformat(after).replace(tzinfo=UTC), []
    for _time in range(times):
        at = rhythm.after(at)
        found.append(f"{at.astimezone(ZoneInfo(rhythm.zone)):%a %Y-%m-%d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("rhythm", "after", "expected"),
    [
        # The clocks go forward on 28 March 2027 and back on 31 October.
        (
            Rhythm("weekly", 6, 8, BRUSSELS),
            "2027-03-20T12:00",
            ["Sun 2027-03-21 08:00", "Sun 2027-03-28 08:00", "Sun 2027-04-04 08:00"],
        ),
        (
            Rhythm("daily", 0, 2, BRUSSELS),
            "2027-03-27T00:00",
            ["Sat 2027-03-27 02:00", "Sun 2027-03-28 03:00", "Mon 2027-03-29 02:00"],
        ),
        (
            Rhythm("daily", 0, 2, BRUSSELS),
            "2027-10-29T12:00",
            ["Sat 2027-10-30 02:00", "Sun 2027-10-31 02:00", "Mon 2027-11-01 02:00"],
        ),
        # A year ends.
        (
            Rhythm("weekly", 4, 18, BRUSSELS),
            "2027-12-24T18:00",
            ["Fri 2027-12-31 18:00", "Fri 2028-01-07 18:00"],
        ),
        (
            Rhythm("daily", 0, 0, "Pacific/Auckland"),
            "2027-12-30T12:00",
            ["Sat 2028-01-01 00:00", "Sun 2028-01-02 00:00"],
        ),
        # Months without the day have it on their last.
        (
            Rhythm("monthly", 31, 8, BRUSSELS),
            "2027-12-31T12:00",
            ["Mon 2028-01-31 08:00", "Tue 2028-02-29 08:00", "Fri 2028-03-31 08:00"],
        ),
        (
            Rhythm("monthly", 30, 8, BRUSSELS),
            "2027-01-30T12:00",
            ["Sun 2027-02-28 08:00", "Tue 2027-03-30 08:00"],
        ),
    ],
)
def test_it_comes_on_the_readers_wall_clock(
    rhythm: Rhythm, after: str, expected: list[str]
) -> None:
    assert coming(rhythm, after, len(expected)) == expected


@pytest.mark.parametrize("zone", [BRUSSELS, "America/St_Johns", "Pacific/Apia", "UTC"])
@pytest.mark.parametrize("chosen", [("daily", 0), ("weekly", 6), ("monthly", 31), ("monthly", 1)])
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 23])
def test_no_time_is_left_out_or_comes_twice(zone: str, chosen: tuple[str, int], hour: int) -> None:
    """Over a year, from any instant on: the next is the one whose last time is the one before it."""
    rhythm = Rhythm(*chosen, hour, zone)
    at, end = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 3, tzinfo=UTC)
    times = []
    while (at := rhythm.after(at)) < end:
        times.append(at)
    assert len(times) >= {"daily": 366, "weekly": 52, "monthly": 12}[chosen[0]]
    second = timedelta(seconds=1)
    for before, after in pairwise(times):
        assert rhythm.after(before - second) == rhythm.before(before) == before
        assert rhythm.before(after - second) == before
        assert rhythm.after(before) == after
