"""The audit trail, references to rows, and the register of personal data."""

from __future__ import annotations

from datetime import datetime

import pytest

from museumhub.kit import audit, privacy
from museumhub.kit.models import AuditEvent
from museumhub.kit.references import dereference, reference
from tests.factories.members import JoinRequestFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def test_record_names_who_what_when_and_from_what_to_what(now: datetime) -> None:
    asked = JoinRequestFactory()
    event = audit.record(
        verb="decline",
        subject=asked,
        actor=asked.person,
        now=now,
        context=asked.organisation,
        before="pending",
        after="declined",
    )
    event.refresh_from_db()
    assert event.at == now
    assert event.actor_id == asked.person.pk
    assert event.verb == "decline"
    assert event.subject == f"members.joinrequest:{asked.pk}"
    assert event.context == f"members.organisation:{asked.organisation.pk}"
    assert (event.before, event.after) == ("pending", "declined")


def test_record_of_the_site_itself_names_nobody(now: datetime) -> None:
    event = audit.record(verb="lapse", subject=OrganisationFactory(), actor=None, now=now)
    assert (event.actor_id, event.context) == (None, "")


def test_audit_event_is_never_changed_or_deleted(now: datetime) -> None:
    event = audit.record(verb="lapse", subject=OrganisationFactory(), actor=None, now=now)
    event.verb = "other"
    with pytest.raises(TypeError, match="never changed"):
        event.save()
    with pytest.raises(TypeError, match="never deleted"):
        event.delete()
    assert AuditEvent.objects.get().verb == "lapse"


def test_audit_events_in_bulk_are_never_changed_or_deleted(now: datetime) -> None:
    audit.record(verb="lapse", subject=OrganisationFactory(), actor=None, now=now)
    with pytest.raises(TypeError, match="never changed"):
        AuditEvent.objects.update(verb="other")
    with pytest.raises(TypeError, match="never deleted"):
        AuditEvent.objects.all().delete()
    assert AuditEvent.objects.get().verb == "lapse"


def test_reference_leads_back_to_its_row() -> None:
    organisation = OrganisationFactory()
    assert dereference(reference(organisation)) == organisation


@pytest.mark.parametrize(
    "text",
    [
        "",
        "members.organisation:",
        "members.organisation:0",
        "members.organisation:x",
        "members.organisation:99999999999999999999999",
        "members.nothing:1",
        "nothing:1",
        ":1",
    ],
)
def test_dereference_of_what_is_not_there_is_nothing(text: str) -> None:
    assert dereference(text) is None


def test_register_the_same_holding_twice_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "_holdings", {})
    holding = privacy.Holding(
        name="seats",
        fields=frozenset({"cohorts.seat.name"}),
        export=lambda person: [],
        erase=lambda person, now: None,
        purpose="To know who comes.",
        kept_for="One year.",
    )
    privacy.register(holding)
    with pytest.raises(ValueError, match="seats"):
        privacy.register(holding)
    assert list(privacy.holdings()) == [holding]
