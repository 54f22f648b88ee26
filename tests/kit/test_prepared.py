"""Statements that are put together once: they bring what the ORM brings, each time for the values of that time."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.db.transaction import TransactionManagementError

from museumhub.kit.lookups import Among
from museumhub.kit.models import AuditEvent, PublicChange, TokenBucket
from museumhub.kit.prepared import Prepared, insert
from museumhub.members.models import JoinRequest, Membership, Organisation, Person
from tests.factories.members import JoinRequestFactory, MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 2, 1, 10, 30, 15, 250, tzinfo=UTC)


def memberships() -> Prepared[Any]:
    """Of one person, with the organisation and whether somebody asked to join it."""
    asked = JoinRequest.objects.filter(organisation=OuterRef("organisation"))
    return Prepared(
        lambda blank: (
            Membership.objects.filter(person=blank.number("person"))
            .select_related("organisation")
            .annotate(is_asked=Exists(asked))
            .order_by("organisation__name")
        )
    )


def test_each_time_the_rows_of_that_time_with_what_belongs_to_them(django_assert_num_queries):
    ana = MembershipFactory(organisation__name="Salt House", role="editor")
    mine = MembershipFactory(person=ana.person, organisation__name="Harbour Museum")
    bo = MembershipFactory(organisation__name="Net Loft")
    JoinRequestFactory(organisation=mine.organisation)
    prepared = memberships()
    assert [one.pk for one in prepared.all(person=bo.person.pk)] == [bo.pk]

    with django_assert_num_queries(1):
        found = prepared.all(person=ana.person.pk)
        seen = [(one.organisation.name, one.role, one.is_asked) for one in found]

    assert seen == [("Harbour Museum", "administrator", True), ("Salt House", "editor", False)]
    assert [one.since for one in found] == [mine.since, ana.since]
    assert prepared.all(person=0) == []
    assert prepared.one(person=0) is None


def test_values_of_a_row_come_back_as_they_were_put_in():
    event = AuditEvent(
        at=NOW,
        actor_id=7,
        verb="kit.tried",
        subject="kit.thing:1",
        before=None,
        after={"status": "sent", "places": [1, 2.5, None]},
    )
    assert insert(event)
    found = Prepared(lambda blank: AuditEvent.objects.filter(subject=blank.text("subject")))
    kept = found.one(subject="kit.thing:1")
    assert kept is not None
    by_the_orm = AuditEvent.objects.get(pk=event.pk)
    for one in (kept, by_the_orm):
        assert (one.at, one.actor_id, one.before, one.after) == (NOW, 7, None, event.after)
    kept.refresh_from_db()  # it knows where it came from


@pytest.mark.parametrize("wanted", [0, 1, 3])
def test_any_number_of_keys_is_one_blank(wanted):
    there = [OrganisationFactory(name=f"Museum {number}") for number in range(4)]
    found = Prepared(
        lambda blank: Organisation.objects.filter(Among(F("pk"), blank.keys("keys"))).only("name")
    )
    keys = [one.pk for one in there[:wanted]]
    assert {one.name for one in found.all(keys=keys)} == {one.name for one in there[:wanted]}
    by_the_orm = Organisation.objects.filter(Among(F("pk"), keys))
    assert {one.pk for one in by_the_orm} == set(keys)


def test_neighbour_that_is_not_there_is_none():
    MembershipFactory(organisation__website="https://net-loft.example/")
    found = Prepared(
        lambda blank: Organisation.objects.select_related("logo").filter(slug=blank.text("slug"))
    ).one(slug=Organisation.objects.get().slug)
    assert found is not None
    assert found.logo is None


@pytest.mark.parametrize(
    "slug", ["' or '1'='1", "%s", '"; drop table members_person; --', "blank 0"]
)
def test_value_is_never_read_as_sql(slug):
    OrganisationFactory()
    found = Prepared(lambda blank: Organisation.objects.filter(slug=blank.text("slug")))
    assert found.one(slug=slug) is None


def test_blank_that_the_query_makes_something_else_of_is_refused():
    inside = Prepared(lambda blank: Organisation.objects.filter(name__icontains=blank.text("part")))
    with pytest.raises(TypeError, match="part"):
        inside.one(part="Salt")


@pytest.mark.parametrize("how", ["values", "prefetch_related"])
def test_queries_for_anything_but_whole_rows_are_refused(how):
    with pytest.raises(TypeError, match="whole rows"):
        Prepared(lambda _blank: getattr(Person.objects, how)("memberships")).all()


@pytest.mark.django_db(transaction=True)
def test_lock_needs_a_transaction_the_second_time_as_well():
    person = MembershipFactory().person
    locked = Prepared(
        lambda blank: Person.objects.filter(pk=blank.number("person")).select_for_update()
    )
    with transaction.atomic():
        assert locked.one(person=person.pk) == person
    if connection.features.has_select_for_update:
        with pytest.raises(TransactionManagementError):
            locked.one(person=person.pk)
    else:
        assert locked.one(person=person.pk) == person


def test_new_row_has_its_key_and_can_be_saved_again():
    bucket = TokenBucket(key="a", tokens=3, updated_at=NOW)
    assert insert(bucket)
    bucket.tokens = 2
    bucket.save()
    assert list(TokenBucket.objects.values_list("pk", "tokens")) == [(bucket.pk, 2)]


def test_row_that_stands_there_already_stays_and_the_transaction_goes_on():
    assert insert(TokenBucket(key="a", tokens=3, updated_at=NOW), ignore_conflicts=True)
    second = TokenBucket(key="a", tokens=9, updated_at=NOW)
    assert not insert(second, ignore_conflicts=True)
    assert TokenBucket.objects.get().tokens == 3


def test_row_whose_saves_somebody_listens_to_is_refused():
    with pytest.raises(TypeError, match=r"members\.Organisation"):
        insert(Organisation(name="Salt House", slug="salt-house", created_at=NOW))


def test_row_with_a_column_the_database_fills_is_refused():
    with pytest.raises(TypeError, match=r"kit\.PublicChange"):
        insert(PublicChange(at=NOW))
