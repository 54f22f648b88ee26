"""Drafts: begun once, written in by colleagues, never lost."""

from datetime import timedelta

import pytest

from museumhub.kit.models import AuditEvent
from museumhub.kit.refusals import Refused
from museumhub.mail.models import Letter
from programmes.applications.models import Application, Call
from programmes.applications.refusals import CallClosed
from programmes.applications.services.drafts import start_draft
from tests.conftest import NOW
from tests.factories.applications import CLOSES, OPENS, ApplicationFactory, CallFactory
from tests.factories.members import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return MembershipFactory(role="administrator")


def test_draft_begun_twice_for_one_organisation_is_the_same_draft(alice):
    call = CallFactory(reference_prefix="TRACES-2027")
    first, second = (
        start_draft(call=call, organisation=alice.organisation, actor=alice.person, now=NOW)
        for _turn in range(2)
    )
    assert first.pk == second.pk
    assert first.reference.startswith("TRACES-2027-0001-")
    assert (first.status, first.slot) == ("draft", 1)
    assert Call.objects.get().last_number == 1
    assert [letter.kind for letter in Letter.objects.all()] == ["applications.draft_started"]
    assert [event.verb for event in AuditEvent.objects.all()] == ["applications.draft_started"]


def test_where_the_call_took_several_before_the_latest_is_gone_on_with(alice):
    call = CallFactory(one_per_organisation=False)
    organisation = alice.organisation
    begun = {
        ago: ApplicationFactory(
            call=call, organisation=organisation, started_at=NOW - timedelta(days=ago)
        )
        for ago in (9, 2, 5)
    }
    call.one_per_organisation = True
    call.save()
    again = start_draft(call=call, organisation=organisation, actor=alice.person, now=NOW)
    assert again == begun[2]


def test_second_draft_where_the_call_takes_several_is_another_once_the_first_is_written_in(alice):
    call = CallFactory(one_per_organisation=False)
    first = ApplicationFactory(call=call, organisation=alice.organisation, complete=True)
    second = start_draft(call=call, organisation=alice.organisation, actor=alice.person, now=NOW)
    assert second.pk != first.pk
    assert (second.slot, Application.objects.count()) == (None, 2)


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (OPENS - timedelta(seconds=1), Refused),
        (CLOSES + timedelta(seconds=1), CallClosed),
        (CLOSES + timedelta(days=1), CallClosed),
    ],
)
def test_draft_begun_outside_the_open_call_is_refused(alice, now, refusal):
    with pytest.raises(refusal):
        start_draft(
            call=CallFactory(), organisation=alice.organisation, actor=alice.person, now=now
        )
    assert not Application.objects.exists()


def test_draft_for_an_organisation_of_others_is_refused(alice):
    other = MembershipFactory().organisation
    with pytest.raises(Refused, match="Only administrators and editors"):
        start_draft(call=CallFactory(), organisation=other, actor=alice.person, now=NOW)


def test_eleventh_new_draft_within_an_hour_is_refused_with_the_time_to_wait(now, client, alice):
    """Each draft sends a letter and takes a number; going on with one that exists is never refused."""
    for _number in range(10):
        start_draft(
            call=CallFactory(), organisation=alice.organisation, actor=alice.person, now=now
        )
    last = CallFactory()
    client.force_login(alice.person)
    path = f"{last.edition.get_absolute_url()}apply/begin/"
    answer = client.post(path, {"organisation": alice.organisation.oid})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) == 360
    page = answer.content.decode()
    assert "That was asked too often. Try again in 6 minutes." in page
    assert "checked" in page
    assert Application.objects.count() == Letter.objects.count() == 10
    first = Call.objects.order_by("pk")[0]
    again = start_draft(call=first, organisation=alice.organisation, actor=alice.person, now=now)
    assert again.call == first
    colleague = MembershipFactory(organisation=alice.organisation, role="editor")
    start_draft(call=last, organisation=alice.organisation, actor=colleague.person, now=now)
