""" "Remind me": asked for on the page of an event or a call for feedback, and one letter before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from museumhub.mail.models import Letter
from museumhub.mail.rendering import render, shown
from museumhub.members.models import Person
from museumhub.news import services as news
from museumhub.news.models import Item, Reminder
from museumhub.news.services import reminders
from museumhub.schedule.models import ScheduledAction
from museumhub.schedule.services import tick
from tests.factories.news import ItemFactory, ReminderFactory

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def night(complete: Callable[..., Item], now: datetime) -> Any:
    """An event of the museum in five days."""
    return complete(
        event=True,
        title="Night of nets",
        starts_at=now + 5 * DAY,
        ends_at=now + 5 * DAY + HOUR,
    )


def path(name: str, item: Item, *more: str) -> str:
    return reverse(f"news:{name}", args=[item.slug, *more])


def ask(item: Item, client: Client | None = None, **said: Any) -> Any:
    form = {"email": "reader@home.example", "ahead": "day", **said}
    return (client or Client()).post(path("remind", item), form)


def reminded(at: datetime) -> int:
    """How many letters a tick at this instant posts."""
    before = Letter.objects.filter(kind="news.reminded").count()
    with time_machine.travel(at, tick=False):
        tick(at)
    return Letter.objects.filter(kind="news.reminded").count() - before


def test_stranger_is_reminded_by_an_address_they_confirm(night: Any) -> None:
    assert path("remind", night) in Client().get(night.get_absolute_url()).content.decode()
    assert "Look into your mail" in ask(night).content.decode()
    reminder = Reminder.objects.get()
    confirm = path("reminder_confirm", night, reminder.oid)
    assert confirm in render(Letter.objects.get()).text
    assert Client().get(confirm).status_code == 200  # a scanner of mail follows links
    assert not ScheduledAction.objects.filter(kind__startswith="news.remind").exists()
    for _press in range(2):
        assert "We will remind you" in Client().post(confirm).content.decode()

    assert reminded(night.starts_at - DAY - HOUR) == 0
    assert reminded(night.starts_at - DAY) == 1
    assert reminded(night.starts_at - HOUR) == 0  # once
    letter = Letter.objects.get(kind="news.reminded")
    made = render(letter)
    assert made.subject == "Night of nets: 6 Feb., 11:00 (Brussels time)"
    stop = path("reminder_stop", night, reminder.oid)
    assert stop in made.text
    assert stop not in shown(letter).text + shown(letter).html


def test_person_signed_in_is_reminded_at_one_press(
    night: Any, ana: Person, signed_in: Callable[[Person], Client]
) -> None:
    client = signed_in(ana)
    assert ask(night, client)["Location"] == night.get_absolute_url()
    reminder = Reminder.objects.get()
    assert (reminder.email, reminder.person) == (ana.email, ana)
    assert "You will be reminded." in client.get(night.get_absolute_url()).content.decode()
    assert night.title in client.get("/dashboard/").content.decode()
    assert reminded(night.starts_at - DAY) == 1
    client.post(path("reminder_stop", night, reminder.oid))
    assert (
        "Your address is not on the list"
        in client.post(path("reminder_stop", night, reminder.oid)).content.decode()
    )
    assert not Reminder.objects.exists()


def test_whoever_asks_on_the_last_day_is_reminded_an_hour_before(night: Any, ana: Person) -> None:
    now = night.starts_at - 3 * HOUR
    reminders.ask_for_reminder(item=night, ahead="day", actor=ana, now=now)
    assert reminded(night.starts_at - HOUR) == 1


def test_reminder_moves_with_the_event_and_ends_with_it(
    night: Any, ana: Person, edda: Person, now: datetime
) -> None:
    ask_now: dict[str, Any] = {"ahead": "day", "actor": ana, "now": now}
    reminders.ask_for_reminder(item=night, **ask_now)
    first = night.starts_at
    moved = first + 7 * DAY
    night = news.save_item(
        item=night,
        content={"starts_at": moved.isoformat(), "ends_at": (moved + HOUR).isoformat()},
        seen=night.version,
        actor=edda,
        now=now,
    )
    assert reminded(first - DAY) == 0
    assert reminded(moved - DAY) == 1
    other = ItemFactory(event=True, starts_at=now + 5 * DAY, ends_at=now + 6 * DAY)
    reminders.ask_for_reminder(item=other, **ask_now)
    news.withdraw_item(item=other, reason="Flooded.", actor=edda, now=now)
    assert reminded(other.starts_at - DAY) == 0
    assert set(
        ScheduledAction.objects.filter(about=f"news.item:{other.pk}").values_list(
            "state", flat=True
        )
    ) == {"cancelled"}


def test_reminder_that_comes_too_late_is_skipped_and_the_next_one_tells(
    night: Any, ana: Person, now: datetime
) -> None:
    reminders.ask_for_reminder(item=night, ahead="day", actor=ana, now=now)
    assert reminded(night.starts_at - timedelta(hours=4)) == 0
    skipped = ScheduledAction.objects.get(kind="news.remind_a_day_ahead")
    assert skipped.state == "skipped"
    assert "at most 12 h" in skipped.outcome
    assert reminded(night.starts_at - HOUR) == 1


def test_reminder_before_a_call_for_feedback_closes(now: datetime, ana: Person) -> None:
    call = ItemFactory(feedback=True, title="Which nets?", closes_at=now + 3 * DAY)
    reminders.ask_for_reminder(item=call, ahead="hour", actor=ana, now=now)
    assert reminded(call.closes_at - DAY) == 0
    assert reminded(call.closes_at - HOUR) == 1
    assert "closes on" in render(Letter.objects.get(kind="news.reminded")).text


@pytest.mark.parametrize(
    "fields",
    [{}, {"event": True, "withdrawn": True}, {"event": True, "draft": True}],
    ids=["an article", "withdrawn", "a draft"],
)
def test_nobody_is_reminded_of_what_has_no_time_or_is_not_there(
    now: datetime, fields: dict[str, Any]
) -> None:
    item = ItemFactory(**fields)
    assert Client().get(path("remind", item)).status_code == 404
    assert ask(item).status_code in {404, 422}
    assert not Reminder.objects.exists()


def test_what_is_over_offers_no_reminder(now: datetime) -> None:
    over = ItemFactory(event=True, starts_at=now - DAY, ends_at=now - DAY + HOUR)
    assert path("remind", over) not in Client().get(over.get_absolute_url()).content.decode()
    answer = ask(over)
    assert answer.status_code == 422
    assert "nothing ahead" in answer.content.decode()


def test_answer_is_the_same_for_known_addresses_and_there_are_few(night: Any) -> None:
    ReminderFactory(item=night, email="known@home.example")
    assert len({ask(night, email=f"{who}@home.example").content for who in ("known", "new")}) == 1
    assert [ask(night, email="new@home.example").status_code for _ in range(3)] == [200, 200, 429]


def test_wrong_link_leads_nowhere_and_old_ones_are_forgotten(night: Any, now: datetime) -> None:
    assert Client().get(path("reminder_confirm", night, "a" * 26)).status_code == 404
    ReminderFactory(item=night, asked=True)
    kept = ReminderFactory(item=night)
    assert reminders.forget_reminders(now + timedelta(days=8)) == 1
    assert list(Reminder.objects.all()) == [kept]
    assert reminders.forget_reminders(night.starts_at + timedelta(days=8)) == 1
