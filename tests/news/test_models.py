"""What an item of news may be: the database refuses the rest; who sees which."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from museumhub.kit.models import StoredFile
from museumhub.news import kinds, lifecycle
from museumhub.news.models import Item
from tests.factories.members import MembershipFactory, PersonFactory
from tests.factories.news import NOW, ItemFactory, NewsRoleFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_factory_makes_a_published_item_of_each_kind(kind: str) -> None:
    assert ItemFactory(**({kind: True} if kind != kinds.ARTICLE else {})).kind == kind


def something(column: str) -> object:
    """A value for a column, whatever it is called."""
    match column:
        case "starts_at" | "ends_at" | "closes_at" | "resources_updated_at":
            return NOW + DAY
        case "dated":
            return date(2027, 1, 1)
        case "year":
            return 2026
        case "file":
            return StoredFile.objects.create(
                name="a.pdf", kind="pdf", size=1, digest="0" * 64, path="a", stored_at=NOW
            )
        case "result":
            return ItemFactory()
        case "time_zone":
            return "Europe/Brussels"
    return "https://somewhere.example/"


@pytest.mark.parametrize("column", kinds.COLUMNS)
def test_column_of_another_kind_is_refused_even_in_a_draft(column: str) -> None:
    value = something(column)
    for kind in kinds.KINDS:
        if kind in kinds.having(column):
            ItemFactory(draft=True, kind=kind, **{column: value})
            continue
        with (
            pytest.raises(IntegrityError, match=f"item_{column}_of_its_kind"),
            transaction.atomic(),
        ):
            ItemFactory(draft=True, kind=kind, **{column: value})


@pytest.mark.parametrize("kind", [key for key, kind in kinds.KINDS.items() if kind.required])
def test_item_without_what_its_kind_needs_stays_a_draft(kind: str) -> None:
    needed = [name for name in kinds.KINDS[kind].required if name in kinds.COLUMNS]
    for name in needed:
        item = ItemFactory(**{kind: True})
        empty = "" if Item._meta.get_field(name).get_internal_type() == "CharField" else None
        with pytest.raises(IntegrityError), transaction.atomic():
            Item.objects.filter(pk=item.pk).update(**{name: empty})


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("item_has_a_title", {"draft": True, "title": ""}),
        ("item_kind_known", {"draft": True, "kind": "gossip"}),
        ("item_status_known", {"status": "lost"}),
        ("item_out_is_complete", {"language": ""}),
        ("item_out_is_complete", {"teaser": ""}),
        ("item_out_is_complete", {"published_at": None, "updated_at": NOW}),
        ("item_out_is_complete", {"scheduled": True, "published_at": None}),
        ("item_withdrawn_with_reason", {"withdrawn": True, "withdrawn_reason": ""}),
        ("item_ends_after_start", {"event": True, "draft": True, "ends_at": NOW}),
        ("item_complete_event", {"event": True, "place": ""}),
        ("item_complete_publication", {"publication": True, "link": ""}),
        ("item_complete_webinar", {"webinar": True, "online_url": ""}),
        ("item_times_have_a_zone", {"kind": "fund", "link": "https://f.example/", "closes_at": NOW}),
    ],
)  # fmt: skip
def test_item_that_contradicts_itself_is_refused(name: str, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ItemFactory(**fields)


def test_published_are_those_whose_instant_has_come(now: object) -> None:
    shown = ItemFactory()
    ItemFactory(published_at=NOW + timedelta(seconds=1), updated_at=NOW)
    for status in set(lifecycle.ITEM.statuses) - {lifecycle.PUBLISHED}:
        ItemFactory(**{status: True})
    assert list(Item.objects.published()) == [shown]
    assert Item.objects.published(NOW + DAY).count() == 2


def test_visible_are_published_ones_those_of_my_organisations_and_all_to_an_editor(
    now: object,
) -> None:
    membership = MembershipFactory(role="staff")
    ours = ItemFactory(draft=True, organisation=membership.organisation)
    theirs = ItemFactory(draft=True)
    network = ItemFactory(draft=True, of_network=True)
    shown = ItemFactory()
    editor = NewsRoleFactory().person
    switched_off = NewsRoleFactory(person__is_active=False).person
    keeper = PersonFactory(is_staff=True, is_superuser=True)

    def seen(user: object) -> set[Item]:
        return set(Item.objects.visible_to(user))

    assert seen(None) == seen(PersonFactory()) == seen(switched_off) == {shown}
    assert seen(membership.person) == {shown, ours}
    assert seen(editor) == seen(keeper) == {shown, ours, theirs, network}


@pytest.mark.parametrize(
    ("role", "writes"), [("administrator", True), ("editor", True), ("staff", False)]
)
def test_staff_read_along_and_do_not_write(role: str, writes: bool) -> None:
    membership = MembershipFactory(role=role)
    item = ItemFactory(draft=True, organisation=membership.organisation)
    assert Item.objects.writable_by(membership.person).filter(pk=item.pk).exists() is writes


def test_gone_is_what_was_public_and_is_no_more() -> None:
    withdrawn = ItemFactory(withdrawn=True)
    ItemFactory(status="withdrawn", published_at=None, updated_at=NOW)  # declined, never public
    ItemFactory()
    reopened = ItemFactory(withdrawn=True, status="draft", published_at=None)
    assert set(Item.objects.gone()) == {withdrawn, reopened}


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL reads a small table whole, as it should"
)
@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ({}, "item_newest"),
        ({"kind": "event"}, "item_by_kind"),
        ({"language": "fr"}, "item_by_language"),
        ({"organisation": 1}, "item_by_organisation"),
    ],
)
def test_a_page_further_on_is_read_from_an_index_without_sorting(
    condition: dict[str, object], index: str
) -> None:
    page = Item.objects.published(NOW).filter(published_at__lt=NOW - DAY, **condition).newest()
    plan = page[:20].explain()
    assert index in plan
    assert "TEMP B-TREE" not in plan
