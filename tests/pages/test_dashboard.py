"""A person's desk: what waits, in order, in a constant number of queries; and what an empty one proposes."""

from datetime import timedelta

import pytest
from django.urls import reverse

from museumhub.pages.queries.dashboard import desk
from tests.conftest import NOW
from tests.factories.applications import ApplicationFactory, CallFactory
from tests.factories.catalogue import EditionFactory, ProgrammeRoleFactory
from tests.factories.members import (
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
)
from tests.factories.news import ItemFactory, NewsRoleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def alice():
    return MembershipFactory(person=PersonFactory(name="Alice", email="alice@tides.example")).person


def museum_of(person):
    return person.memberships.get().organisation


def page(client, person):
    client.force_login(person)
    return client.get(reverse("pages:dashboard"))


def fill(person, turns):
    """As much of everything as `turns`."""
    museum = museum_of(person)
    for turn in range(turns):
        ApplicationFactory(organisation=museum, begun_by=person)
        InvitationFactory(email=person.email, expires_at=NOW + timedelta(days=5))
        JoinRequestFactory(organisation=museum, created_at=NOW)
        JoinRequestFactory(person=person, created_at=NOW)
        MembershipFactory(person=person, role="staff")
        ProgrammeRoleFactory(person=person)
        ItemFactory(organisation=museum, draft=True)
        edition = EditionFactory(
            call_opens_at=NOW + timedelta(days=turn + 1), call_closes_at=NOW + timedelta(days=40)
        )
        edition.opening_alerts.create(
            person=person,
            email=person.email,
            language="en",
            time_zone="UTC",
            created_at=NOW,
            confirmed_at=NOW,
        )


def test_desk_of_somebody_without_an_organisation_says_what_to_do_next(client):
    answer = page(client, PersonFactory())
    assert answer.context["desk"].sections == ()
    assert reverse("members:directory").encode() in answer.content
    assert b"/calls/" in answer.content


def test_desk_shows_its_sections_in_order_and_only_those_with_something_in_them(client, alice):
    fill(alice, 1)
    answer = page(client, alice)
    assert answer.status_code == 200
    assert [section.key for section in answer.context["desk"].sections] == [
        "invitations",
        "to_answer",
        "applications",
        "news",
        "asked",
        "organisations",
        "alerts",
    ]


def test_desk_of_an_organiser_shows_editions_too(client, alice):
    ProgrammeRoleFactory(person=alice, edition=EditionFactory(title="TRACES 2027"))
    answer = page(client, alice)
    assert [section.key for section in answer.context["desk"].sections] == [
        "organised",
        "organisations",
    ]
    assert b"TRACES 2027" in answer.content


def test_desk_of_a_member_shows_what_the_editors_sent_back_before_drafts(client, alice):
    museum = museum_of(alice)
    ItemFactory(organisation=museum, draft=True, title="Begun", updated_at=NOW)
    sent_back = ItemFactory(
        organisation=museum,
        status="changes_asked",
        title="Sent back",
        submitted_at=NOW - timedelta(days=4),
        published_at=None,
    )
    ItemFactory(organisation=museum, title="Already out")
    ItemFactory(draft=True, title="Of another museum")
    answer = page(client, alice)
    (news,) = (one for one in answer.context["desk"].sections if one.key == "news")
    assert [item.title for item in news.rows] == ["Sent back", "Begun"]
    assert reverse("news:edit_item", args=[sent_back.oid]).encode() in answer.content
    assert b"News that waits for the editors" not in answer.content


def test_desk_of_an_editor_counts_what_waits_and_proposes_no_calls(client):
    editor = NewsRoleFactory().person
    ItemFactory.create_batch(2, submitted=True)
    answer = page(client, editor)
    (waiting,) = (one for one in answer.context["desk"].sections if one.key == "news_queue")
    assert [(state, number) for state, _label, number in waiting.rows] == [
        ("submitted", 2),
        ("proposed", 0),
        ("pulled", 0),
    ]
    assert reverse("news:queue").encode() + b"?state=submitted" in answer.content
    assert not answer.context["desk"].proposes_calls


@pytest.mark.parametrize("turns", [1, 3])
def test_desk_takes_the_same_queries_at_one_row_and_at_three(
    alice, turns, django_assert_num_queries
):
    fill(alice, turns)
    person = type(alice).objects.get(pk=alice.pk)
    with django_assert_num_queries(13):
        sections = desk(person, NOW).sections
    assert len(next(s for s in sections if s.key == "applications").rows) == turns


@pytest.mark.parametrize(
    ("made", "closes", "step", "urgent"),
    [
        ({}, 3, "Finish it and submit it", True),
        ({}, -1, "Not sent; what you wrote is kept", False),
        ({"submitted": True}, 3, "Received; you can change it until the deadline", False),
        ({"submitted": True}, -1, "Received; the organisers decide", False),
        ({"withdrawn": True}, 3, "Withdrawn; you can take that back until the deadline", False),
        ({"withdrawn": True}, -1, "Withdrawn", False),
        ({"status": "set_aside"}, 3, "Set aside; you can take it up again", False),
        ({"status": "set_aside"}, -1, "Set aside", False),
    ],
)
def test_application_on_the_desk_says_its_next_step(alice, made, closes, step, urgent):
    call = CallFactory(edition__call_closes_at=NOW + timedelta(days=closes))
    ApplicationFactory(call=call, organisation=museum_of(alice), begun_by=alice, **made)
    (line,) = next(s for s in desk(alice, NOW).sections if s.key == "applications").rows
    assert (str(line.step), line.urgent) == (step, urgent)


def test_draft_that_can_still_be_sent_stands_above_all_others(alice):
    museum = museum_of(alice)
    ApplicationFactory(organisation=museum, begun_by=alice, submitted=True)
    late = ApplicationFactory(organisation=museum, begun_by=alice)
    soon = ApplicationFactory(
        call=CallFactory(edition__call_closes_at=NOW + timedelta(days=1)),
        organisation=museum,
        begun_by=alice,
    )
    rows = next(s for s in desk(alice, NOW).sections if s.key == "applications").rows
    assert [row.application.pk for row in rows][:2] == [soon.pk, late.pk]


def test_desk_shows_nothing_of_other_organisations(client, alice):
    ApplicationFactory(organisation=OrganisationFactory(name="Secret Museum"))
    JoinRequestFactory(organisation__name="Secret Museum", created_at=NOW)
    InvitationFactory(email="bob@tides.example", organisation__name="Secret Museum")
    assert b"Secret Museum" not in page(client, alice).content
