"""Pages that begin where the last one ended: nothing twice, nothing lost, whatever was published meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from museumhub.kit.keyset import Place, read_place, turn
from museumhub.news.models import Item
from tests.factories.news import NOW, ItemFactory

pytestmark = pytest.mark.django_db


def seven() -> list[Item]:
    """Seven items, the latest first; three of them of the same instant."""
    hours = [1, 2, 3, 3, 3, 4, 5]
    made = [ItemFactory(published_at=NOW - timedelta(hours=hour)) for hour in hours]
    return sorted(made, key=lambda item: (item.published_at, item.pk), reverse=True)


def test_pages_forwards_and_back_hold_every_row_once() -> None:
    everything, items = seven(), Item.objects.all()
    first = turn(items, size=3)
    second = turn(items, size=3, before=first.older)
    third = turn(items, size=3, before=second.older)
    assert [*first.rows, *second.rows, *third.rows] == everything
    assert first.first
    assert (first.newer, third.older) == (None, None)

    back = turn(items, size=3, after=third.newer)
    assert back.rows == second.rows
    assert not back.first
    again = turn(items, size=3, after=back.newer)
    assert again.rows == first.rows
    assert again.first
    assert again.newer is None


def test_pages_can_run_the_other_way_round() -> None:
    everything, items = seven()[::-1], Item.objects.all()
    first = turn(items, size=3, latest_first=False)
    second = turn(items, size=3, latest_first=False, after=first.newer)
    third = turn(items, size=3, latest_first=False, after=second.newer)
    assert [*first.rows, *second.rows, *third.rows] == everything
    assert (first.older, third.newer) == (None, None)
    back = turn(items, size=3, latest_first=False, before=second.older)
    assert (back.rows, back.first) == (first.rows, True)


def test_what_is_published_meanwhile_moves_no_row_to_another_page() -> None:
    everything, items = seven(), Item.objects.all()
    first = turn(items, size=3)
    ItemFactory(published_at=NOW)
    assert turn(items, size=3, before=first.older).rows == everything[3:6]


def test_place_beyond_either_end_is_an_empty_page() -> None:
    seven()
    items = Item.objects.all()
    beyond = turn(items, size=3, before=Place(NOW - timedelta(days=900), 1))
    assert (beyond.rows, beyond.older, beyond.newer, beyond.first) == ([], None, None, False)
    ahead = turn(items, size=3, after=Place(NOW + timedelta(days=900), 1))
    assert (ahead.rows, ahead.first) == ([], True)


def test_place_is_the_same_after_it_was_written() -> None:
    place = Place(NOW + timedelta(microseconds=123456), 4711)
    assert read_place(str(place)) == place


@pytest.mark.parametrize(
    "text", ["", "-", "x-1", "1-", "5f-", "5F-1", "f" * 15 + "-1", "1-" + "f" * 16, "5f-1 ", "٣-1"]
)
def test_what_is_no_place_is_none(text: str) -> None:
    assert read_place(text) is None


def test_a_page_is_one_query_that_skips_nothing(django_assert_num_queries) -> None:
    seven()
    with django_assert_num_queries(1) as asked:
        turn(Item.objects.all(), size=2, before=Place(NOW - timedelta(hours=2), 10**9))
    sql = asked.captured_queries[0]["sql"]
    assert "OFFSET" not in sql
    assert "COUNT" not in sql
