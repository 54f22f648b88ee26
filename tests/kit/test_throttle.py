"""Token buckets: how many, how they fill again, and that they are kept apart."""

from datetime import UTC, datetime, timedelta

import pytest

from museumhub.kit.models import TokenBucket
from museumhub.kit.refusals import TooOften
from museumhub.kit.throttle import forget_full, spend

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_bucket_lets_its_limit_through_and_fills_again_evenly():
    for _ in range(4):
        spend("act", 1, 4, HOUR, now=NOW)
    with pytest.raises(TooOften) as refusal:
        spend("act", 1, 4, HOUR, now=NOW)
    assert refusal.value.retry_after == 900
    with pytest.raises(TooOften):
        spend("act", 1, 4, HOUR, now=NOW + timedelta(seconds=899))
    spend("act", 1, 4, HOUR, now=NOW + timedelta(seconds=901))
    with pytest.raises(TooOften):
        spend("act", 1, 4, HOUR, now=NOW + timedelta(seconds=902))


def test_buckets_and_keys_are_kept_apart():
    spend("act", 1, 1, HOUR, now=NOW)
    spend("act", 2, 1, HOUR, now=NOW)
    spend("other", 1, 1, HOUR, now=NOW)
    with pytest.raises(TooOften):
        spend("act", 1, 1, HOUR, now=NOW)


def test_clock_that_goes_back_gives_nothing():
    spend("act", 1, 1, HOUR, now=NOW)
    with pytest.raises(TooOften):
        spend("act", 1, 1, HOUR, now=NOW - 10 * HOUR)


def test_key_is_not_stored_in_the_clear():
    spend("act", "ana@museum.example", 1, HOUR, now=NOW)
    assert "ana" not in TokenBucket.objects.get().key


@pytest.mark.parametrize(
    ("per", "words"),
    [(timedelta(minutes=1), "a minute"), (HOUR, "60 minutes"), (timedelta(days=1), "24 hours")],
)
def test_refusal_says_how_long_to_wait(per, words):
    spend("act", 1, 1, per, now=NOW)
    with pytest.raises(TooOften, match=words):
        spend("act", 1, 1, per, now=NOW)


def test_idle_buckets_are_forgotten():
    spend("act", 1, 1, HOUR, now=NOW - timedelta(days=3))
    spend("act", 2, 1, HOUR, now=NOW)
    assert forget_full(NOW) == 1
    assert TokenBucket.objects.count() == 1
