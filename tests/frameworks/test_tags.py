"""Tags: one for all the ways of writing a word, and no query for each row."""

import pytest
from django.db import IntegrityError, transaction

from frameworks.models import Tag, Tagged
from programmes.catalogue.models import Programme
from tests.factories.catalogue import ProgrammeFactory

pytestmark = pytest.mark.django_db


def names(programme) -> list[str]:
    return [tag.name for tag in programme.tags.all()]


def test_tag_is_one_whatever_its_case_blanks_accents_and_hyphens():
    first, second = ProgrammeFactory(), ProgrammeFactory()
    first.tags.add("Open data", "open  data ", "OPEN-DATA")
    second.tags.add(" open data", "Ópen Data")

    assert Tag.objects.count() == 1
    assert names(first) == names(second) == ["Open data"]


def test_tag_without_a_letter_or_digit_is_left_out():
    programme = ProgrammeFactory()
    programme.tags.add("", "   ", "–", "#", "ai")

    assert names(programme) == ["ai"]


def test_tag_in_another_script_keeps_its_letters():
    programme = ProgrammeFactory()
    programme.tags.add("музей", "МУЗЕЙ", "متحف")

    assert names(programme) == ["музей", "متحف"]


def test_tag_set_replaces_and_remove_takes_off_however_it_is_written():
    programme = ProgrammeFactory()
    programme.tags.set(["One", "Two", "Three"])
    programme.tags.set(["three", "ONE"])
    assert sorted(names(programme)) == ["One", "Three"]

    programme.tags.remove("  one")
    assert names(programme) == ["Three"]


def test_tag_twice_is_refused_by_the_database():
    tag = Tag.objects.create(name="Night")
    for again in ("night", "NIGHT "):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tag.objects.create(name=again)
    programme = ProgrammeFactory()
    programme.tags.add(tag)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tagged.objects.create(tag=tag, content_object=programme)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name=" ")


@pytest.mark.parametrize("rows", [3, 30])
def test_tags_of_many_rows_take_two_queries(rows, django_assert_num_queries):
    for number in range(rows):
        ProgrammeFactory().tags.add("shared", f"own {number}")

    with django_assert_num_queries(2):
        programmes = Programme.objects.prefetch_related("tags")  # type: ignore[misc]
        found = [names(programme) for programme in programmes]

    assert len(found) == rows
    assert all(row[0] == "shared" for row in found)
