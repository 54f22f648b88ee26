"""What can be found keeps in step with what readers may see: in the transaction of each change, by the command, and where a name changes."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from frameworks.models import Serving
from museumhub.kit import changes
from museumhub.kit.references import reference
from museumhub.members.models import Organisation
from museumhub.news.models import Item
from museumhub.pages.models import SearchDocument, SearchEntry, SearchSpelling
from museumhub.pages.search.documents import SOURCES
from museumhub.pages.search.engines import engine
from museumhub.pages.search.query import read
from museumhub.pages.services import search
from museumhub.schedule.models import ScheduledAction
from museumhub.schedule.services import tick
from programmes.catalogue.models import Programme
from tests.conftest import NOW
from tests.factories.applications import CallFactory
from tests.factories.catalogue import EditionFactory, ModuleFactory, PartnerFactory
from tests.factories.frameworks import GoalFactory, TopicFactory
from tests.factories.members import OrganisationFactory
from tests.factories.news import ItemFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def subjects(typed: str, **facets: str) -> set[str]:
    """What is found, by reference."""
    ids = engine().find(read(typed), facets, NOW).ids
    return set(SearchDocument.objects.filter(pk__in=ids).values_list("subject", flat=True))


def reindexed() -> str:
    """What the command says."""
    out = StringIO()
    call_command("reindex", stdout=out)
    return out.getvalue()


# --- In the transaction --------------------------------------------------------------------------


@pytest.mark.parametrize("model", SOURCES, ids=lambda model: model.__name__)
def test_changes_of_everything_that_can_be_found_are_announced(model: Any) -> None:
    assert changes.watched(model)


def test_a_new_text_is_found_and_the_former_is_not() -> None:
    item = ItemFactory(title="Bobbins", organisation=None)
    item.title = "Spindles"
    item.save()
    assert subjects("spindles") == {reference(item)}
    assert subjects("bobbins") == set()


def test_nothing_of_a_change_that_is_rolled_back_is_found() -> None:
    item = ItemFactory(title="Bobbins", organisation=None)
    with transaction.atomic():
        item.title = "Spindles"
        item.save()
        assert subjects("spindles") == {reference(item)}
        transaction.set_rollback(True)
    assert subjects("spindles") == set()
    assert subjects("bobbins") == {reference(item)}


def test_topics_that_are_set_after_the_item_narrow_it() -> None:
    topic = TopicFactory(slug="climate", name="Climate")
    item = ItemFactory(title="Bobbins", organisation=None)
    assert subjects("bobbins", topic="climate") == set()
    item.topics.add(topic)
    assert subjects("bobbins", topic="climate") == {reference(item)}
    item.topics.clear()
    assert subjects("bobbins", topic="climate") == set()


def test_tags_are_found() -> None:
    item = ItemFactory(organisation=None)
    item.tags.add("photogrammetry")
    assert subjects("photogrammetry") == {reference(item)}


def test_what_is_published_is_found_with_what_belongs_to_it() -> None:
    edition = EditionFactory(title="Weaving", draft=True, programme__title="Threads")
    ModuleFactory(edition=edition, title="Dyeing")
    assert subjects("weaving") == subjects("threads") == subjects("dyeing") == set()
    edition.published_at = NOW
    edition.save()
    assert subjects("weaving") == subjects("dyeing") == {reference(edition)}
    assert subjects("threads") == {reference(edition), reference(edition.programme)}


def test_a_programme_that_is_called_otherwise_renames_its_editions() -> None:
    edition = EditionFactory(title="One", programme__title="Threads")
    programme: Programme = edition.programme
    programme.title = "Ribbons"
    programme.save()
    assert subjects("ribbons") == {reference(edition), reference(programme)}
    assert subjects("threads") == set()


def test_call_module_partner_and_goal_lead_to_what_they_belong_to() -> None:
    call = CallFactory(introduction="Bring a spindle.", edition__call_open=True)
    assert subjects("spindle") == {reference(call.edition)}
    module = ModuleFactory(edition=call.edition, title="Dyeing")
    assert subjects("dyeing") == {reference(call.edition)}
    module.delete()
    assert subjects("dyeing") == set()
    partner = PartnerFactory(programme=call.edition.programme, part="lends looms")
    assert reference(call.edition) in subjects("looms")
    partner.delete()
    assert subjects("looms") == set()
    topic, goal = TopicFactory(name="Topic"), GoalFactory(name="Resilience")
    Serving.objects.create(topic=topic, goal=goal)
    assert subjects("resilience") == {reference(topic), reference(goal)}


def test_a_deleted_thing_leaves_nothing_behind() -> None:
    item = ItemFactory(title="Bobbins", organisation=None)
    document = SearchDocument.objects.get(subject=reference(item))
    item.delete()
    assert subjects("bobbins") == set()
    assert not SearchEntry.objects.filter(pk=document.pk).exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pages_searchtext WHERE rowid = %s", [document.pk])
            assert cursor.fetchone() == (0,)


def test_saving_what_says_the_same_writes_nothing() -> None:
    item = ItemFactory(title="Bobbins", organisation=None)
    with CaptureQueriesContext(connection) as captured:
        search.follow(item)
    written = [
        q["sql"]
        for q in captured.captured_queries
        if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    assert written == []


# --- Names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["organisation", "topic"])
def test_things_are_found_by_the_new_name_of_what_they_belong_to(what: str) -> None:
    museum, topic = OrganisationFactory(name="Mill"), TopicFactory(slug="climate", name="Climate")
    item = ItemFactory(title="Bobbins", organisation=museum, topics=[topic])
    other = ItemFactory(title="Bobbins", organisation=None)
    named = museum if what == "organisation" else topic
    named.name = "Xylotheque"
    named.save()
    assert subjects("xylotheque") == {reference(named)}
    tick(NOW)
    assert subjects("xylotheque") == {reference(named), reference(item)}
    assert reference(other) not in subjects("xylotheque")


def test_a_name_that_stays_plans_nothing() -> None:
    museum = OrganisationFactory(name="Mill")
    museum.place = "Ghent"
    museum.save()
    assert not ScheduledAction.objects.filter(kind=search.NAMED).exists()


# --- The command ---------------------------------------------------------------------------------


def test_reindex_finds_what_was_written_past_the_site_and_changes_nothing_twice() -> None:
    item = ItemFactory(title="Bobbins", organisation=None)
    EditionFactory()
    Item.objects.filter(pk=item.pk).update(title="Spindles")
    assert subjects("spindles") == set()
    assert "news.Item: 1 written, 0 removed, 0 unchanged" in reindexed()
    assert subjects("spindles") == {reference(item)}
    again = reindexed()
    assert "news.Item: 0 written, 0 removed, 1 unchanged" in again
    assert [line for line in again.splitlines() if " 0 written, 0 removed" not in line] == [
        "words forgotten: 0"
    ]


def test_reindex_takes_away_what_is_gone_and_what_is_not_public_any_more() -> None:
    gone = ItemFactory(title="Bobbins", organisation=None)
    drafted = ItemFactory(title="Bobbins", organisation=None)
    Item.objects.filter(pk=gone.pk)._raw_delete(Item.objects.db)
    Item.objects.filter(pk=drafted.pk).update(published_at=NOW + timedelta(days=9))
    reindexed()
    assert subjects("bobbins") == set()
    assert SearchDocument.objects.filter(kind="news").count() == 1  # to be seen in nine days


def test_reindex_goes_through_more_than_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "AT_ONCE", 2)
    organisations = [OrganisationFactory(name=f"Mill {number}") for number in range(5)]
    SearchDocument.objects.all().delete()
    assert "members.Organisation: 5 written" in reindexed()
    assert subjects("mill") == {reference(one) for one in organisations}


def test_reindex_leaves_an_index_alone_where_it_is_only_to_make_one() -> None:
    item = ItemFactory(title="Bobbins", organisation=None)
    Item.objects.filter(pk=item.pk).update(title="Spindles")
    call_command("reindex", if_empty=True)
    assert subjects("spindles") == set()
    SearchDocument.objects.all().delete()
    call_command("reindex", if_empty=True, verbosity=0)
    assert subjects("spindles") == {reference(item)}


def test_words_are_learnt_once_and_forgotten_when_no_text_has_them() -> None:
    item = ItemFactory(title="Xylotheque", organisation=None)
    reindexed()
    known = SearchSpelling.objects.count()
    assert SearchSpelling.objects.filter(word="xylotheque", form="xylothque").exists()
    reindexed()
    assert SearchSpelling.objects.count() == known
    item.title = "Bobbins"
    item.save()
    reindexed()
    assert not SearchSpelling.objects.filter(word="xylotheque").exists()
    assert SearchSpelling.objects.filter(word="bobbins").exists()


def test_a_listed_organisation_costs_a_constant_number_of_queries() -> None:
    def asked(rows: int) -> int:
        things: dict[Any, set[Any]] = {
            Organisation: {OrganisationFactory().pk for _ in range(rows)}
        }
        SearchDocument.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            search.index(things=things, now=NOW)
        return len(captured)

    assert asked(1) == asked(4)
