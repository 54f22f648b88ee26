"""The directory by name, in pages that begin where another one ended."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from museumhub.members.models import Organisation
from museumhub.members.queries.by_name import slice_of
from tests.factories.members import OrganisationFactory


def names(page):
    return [one.name for one in page.rows]


@pytest.mark.django_db
def test_pages_follow_each_other_without_gap_or_doubling():
    for name in "edcba":
        OrganisationFactory(name=name)
    rows = Organisation.objects.order_by()
    first = slice_of(rows, size=2)
    second = slice_of(rows, size=2, after=first.last)
    third = slice_of(rows, size=2, after=second.last)
    assert [names(page) for page in (first, second, third)] == [["a", "b"], ["c", "d"], ["e"]]
    assert [(page.before, page.after) for page in (first, second, third)] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    back = slice_of(rows, size=2, before=third.first)
    assert (names(back), back.before, back.after) == (["c", "d"], True, True)


@pytest.mark.django_db
def test_place_in_the_order_is_kept_by_a_row_that_is_in_the_list_no_more():
    rows = [OrganisationFactory(name=name) for name in "abc"]
    shown = Organisation.objects.exclude(pk=rows[1].pk)
    assert names(slice_of(shown, size=5, after=rows[1])) == ["c"]
    assert names(slice_of(shown, size=5, before=rows[1])) == ["a"]


@pytest.mark.django_db
def test_list_without_rows_has_one_empty_page():
    page = slice_of(Organisation.objects.all(), size=2)
    assert (page.rows, page.before, page.after, page.first, page.last) == (
        [],
        False,
        False,
        None,
        None,
    )


class TestWalk(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.sampled_from("abc"), max_size=9), st.integers(1, 4), st.booleans())
    def test_any_walk_meets_each_row_once_in_order(self, given_names, size, backwards):
        """Equal names included, from either end."""
        for name in given_names:
            OrganisationFactory(name=name)
        rows = Organisation.objects.order_by("name_key", "pk")
        whole, met = list(rows), []
        page = slice_of(rows, size=size)
        while not backwards or page.after:
            met += page.rows
            if not page.after:
                break
            page = slice_of(rows, size=size, after=page.last)
        if backwards:
            met = list(page.rows)
            while page.before:
                page = slice_of(rows, size=size, before=page.first)
                met = page.rows + met
        assert met == whole
