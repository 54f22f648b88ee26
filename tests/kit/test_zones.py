"""What a wall clock means as an instant, on ordinary days and when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from museumhub.kit import zones

ZONES = ["Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        (date(2027, 3, 14), "Europe/Lisbon", datetime(2027, 3, 14, 23, 59, tzinfo=UTC)),
        (date(2027, 3, 28), "Europe/Brussels", datetime(2027, 3, 28, 21, 59, tzinfo=UTC)),
        (date(2027, 10, 31), "Europe/Brussels", datetime(2027, 10, 31, 22, 59, tzinfo=UTC)),
        (date(2028, 2, 29), "Asia/Kathmandu", datetime(2028, 2, 29, 18, 14, tzinfo=UTC)),
        (date(2026, 12, 31), "Pacific/Kiritimati", datetime(2026, 12, 31, 9, 59, tzinfo=UTC)),
    ],
)
def test_end_of_day_in_a_zone_is_2359_on_its_wall(day: date, zone: str, instant: datetime) -> None:
    assert zones.end_of_day(day, zone) == instant


def test_at_wall_clock_when_the_time_happens_twice_is_the_later_one() -> None:
    assert zones.at_wall_clock(date(2027, 10, 31), time(2, 30), "Europe/Brussels") == datetime(
        2027, 10, 31, 1, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("clock", [time(2, 0), time(2, 30), time(2, 59, 59)])
def test_at_wall_clock_when_the_time_is_skipped_is_the_instant_of_the_jump(clock: time) -> None:
    assert zones.at_wall_clock(date(2027, 3, 28), clock, "Europe/Brussels") == datetime(
        2027, 3, 28, 1, 0, tzinfo=UTC
    )


def test_days_before_over_a_clock_change_keeps_the_time_on_the_wall() -> None:
    deadline = datetime(2027, 3, 28, 21, 59, tzinfo=UTC)  # 23:59 in Brussels, the day of the change
    before = zones.days_before(deadline, 1, "Europe/Brussels")
    assert before == datetime(2027, 3, 27, 22, 59, tzinfo=UTC)
    assert deadline - before == timedelta(hours=23)


FROM = datetime(2020, 1, 1)  # noqa: DTZ001 - hypothesis gives the zone
UNTIL = datetime(2037, 12, 31)  # noqa: DTZ001


@given(
    moment=st.datetimes(FROM, UNTIL),
    zone=st.sampled_from(ZONES),
)
def test_at_wall_clock_of_any_time_reads_the_same_on_the_wall_or_is_the_end_of_a_gap(
    moment: datetime, zone: str
) -> None:
    instant = zones.at_wall_clock(moment.date(), moment.time(), zone)
    shown = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert instant.tzinfo is UTC
    if shown != moment:
        just_before = (instant - timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
        assert just_before.replace(tzinfo=None) < moment < shown
        assert just_before.utcoffset() != instant.astimezone(ZoneInfo(zone)).utcoffset()


@given(
    instant=st.datetimes(FROM, UNTIL, timezones=st.just(UTC)),
    days=st.integers(0, 400),
    zone=st.sampled_from(ZONES),
)
def test_days_before_any_instant_is_earlier_by_as_many_days_on_the_calendar(
    instant: datetime, days: int, zone: str
) -> None:
    earlier = zones.days_before(instant, days, zone)
    local = instant.astimezone(ZoneInfo(zone))
    assert earlier <= instant or days == 0
    assert abs((instant - earlier) - timedelta(days=days)) <= timedelta(hours=1)
    assert earlier.astimezone(ZoneInfo(zone)).date() == local.date() - timedelta(days=days)


@pytest.mark.parametrize(
    "name", ["", "Brussels", "Europe/Brussel", "europe/brussels", "UTC+1", "../etc"]
)
def test_validate_zone_when_unknown_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="Choose a time zone"):
        zones.validate_zone(name)


def test_validate_zone_when_known_is_accepted() -> None:
    zones.validate_zone("Europe/Brussels")
