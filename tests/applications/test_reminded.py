""" "Remind me before it closes": asked for while a call is open, by an account or an address that is confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from museumhub.kit.refusals import Refused
from museumhub.mail.models import Letter
from museumhub.mail.rendering import render, shown
from programmes.applications.models import OpeningAlert
from programmes.applications.services import alerts, reminders
from programmes.catalogue.models import Edition
from tests.factories.applications import CallFactory
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(now: datetime) -> Edition:
    """Its call is open."""
    found: Edition = CallFactory().edition
    return found


def address(name: str, edition: Edition, *more: str) -> str:
    return reverse(f"applications:{name}", args=[edition.programme.slug, edition.slug, *more])


def remind(edition: Edition) -> list[Letter]:
    """All stages before the deadline, each at its time; what readers got."""
    assert edition.call_closes_at is not None
    for stage in reminders.STAGES:
        reminders.remind(edition, stage, stage.due(edition.call_closes_at, edition.time_zone))
    return list(Letter.objects.filter(kind="applications.call_closes_soon").order_by("pk"))


def test_reader_is_reminded_by_an_address_they_confirm(edition: Edition) -> None:
    stranger = Client()
    assert "Remind me before it closes" in stranger.get(address("start", edition)).content.decode()
    asked = stranger.post(address("ask_for_alert", edition), {"email": "reader@home.example"})
    assert "Look into your mail" in asked.content.decode()
    alert = OpeningAlert.objects.get()
    assert remind(edition) == []
    confirm = address("confirm_alert", edition, alert.oid)
    assert confirm in render(Letter.objects.get(kind="applications.alert_asked")).text
    assert "Remind you" in stranger.get(confirm).content.decode()
    for _press in range(2):
        assert "We will write to you" in stranger.post(confirm).content.decode()
    letters = remind(edition)
    assert len(letters) == 2  # a week before, and two days
    assert remind(edition) == letters  # once
    stop = address("stop_alert", edition, alert.oid)
    assert stop in render(letters[0]).text
    assert stop not in shown(letters[0]).text
    stranger.post(stop)
    assert not OpeningAlert.objects.exists()


def test_whoever_only_wanted_to_know_that_it_opened_is_not_reminded(
    now: datetime, edition: Edition
) -> None:
    person = PersonFactory()
    alert = OpeningAlert.objects.create(
        edition=edition,
        person=person,
        email=person.email,
        language="en",
        time_zone="UTC",
        created_at=now - timedelta(days=90),
        confirmed_at=now - timedelta(days=90),
    )
    assert remind(edition) == []
    alerts.ask_for_alert(edition=edition, actor=person, now=now)
    assert len(remind(edition)) == 2
    assert OpeningAlert.objects.get().pk == alert.pk


def test_whoever_asked_while_it_was_open_is_not_told_that_it_opens(
    now: datetime, edition: Edition
) -> None:
    alerts.ask_for_alert(edition=edition, actor=PersonFactory(), now=now)
    assert reminders.tell_that_call_opened(edition, now) == "0 letters"


def test_two_days_before_the_deadline_nobody_is_promised_a_reminder(edition: Edition) -> None:
    assert edition.call_closes_at is not None
    late = edition.call_closes_at - timedelta(hours=47)
    with pytest.raises(Refused, match="closes too soon"):
        alerts.ask_for_alert(edition=edition, actor=PersonFactory(), now=late)
    with time_machine.travel(late, tick=False):
        page = Client().get(address("start", edition)).content.decode()
    assert "Remind me" not in page
