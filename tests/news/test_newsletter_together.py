"""Two at the same moment: nobody gets two newsletters, and nobody who left gets one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from types import NoneType
from typing import Any

import pytest
import time_machine
from django.db import connection

from museumhub.mail.models import Letter
from museumhub.mail.services import post_letter
from museumhub.news.models import Subscription
from museumhub.news.services import assembling
from museumhub.news.services import newsletter as services
from tests.factories.members import PersonFactory
from tests.factories.news import ItemFactory, SubscriptionFactory
from tests.together import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("many_connections")]

DUE = datetime(2027, 2, 2, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tuesday() -> Iterator[None]:
    with time_machine.travel(DUE, tick=False):
        yield


def test_four_workers_post_one_letter_for_each_reader() -> None:
    ItemFactory(published_at=DUE - timedelta(days=1))
    SubscriptionFactory.create_batch(120)
    seen_to = at_once([assembling.assemble_due] * 4)
    assert sum(seen_to) == 120
    assert Letter.objects.count() == 120
    assert Letter.objects.values("about").distinct().count() == 120
    assert not Subscription.objects.due(DUE).exists()


def test_leaving_while_the_letters_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader's button waits for the batch, and then stops the letter it posted; the next batch leaves them out."""
    ItemFactory(published_at=DUE - timedelta(days=1))
    readers = [SubscriptionFactory() for _reader in range(60)]
    first, last = readers[0], readers[-1]
    in_the_middle, leaving = threading.Event(), threading.Event()

    def slowly(**said: Any) -> bool:
        posted = post_letter(**said)
        if said["key"].startswith(f"news.newsletter:{first.pk}:"):
            in_the_middle.set()
            leaving.wait(timeout=20)
        return posted

    monkeypatch.setattr(assembling, "post_letter", slowly)

    def leave() -> None:
        in_the_middle.wait(timeout=20)
        if connection.vendor == "postgresql":  # SQLite has one writer: there this one waits as well
            services.unsubscribe(subscription=last, now=DUE)
        leaving.set()
        services.unsubscribe(subscription=first, now=DUE)
        services.unsubscribe(subscription=last, now=DUE)

    assert [type(came) for came in at_once([assembling.assemble_due, leave])] == [int, NoneType]
    stopped = Letter.objects.get(key__startswith=f"news.newsletter:{first.pk}:")
    assert (stopped.to, stopped.state) == ("", "failed")
    to_last = Letter.objects.filter(key__startswith=f"news.newsletter:{last.pk}:")
    if connection.vendor == "postgresql":
        assert not to_last.exists()
    assert not to_last.exclude(state="failed").exists()
    assert Letter.objects.filter(state="queued").count() == 58


def test_account_moves_to_an_address_that_somebody_asks_for() -> None:
    """One subscription comes of it, the one that was confirmed."""
    for number in range(8):
        person = PersonFactory()
        mine = SubscriptionFactory(email=person.email, person=person)
        person.email = f"new{number}@letters.example"
        person.save()
        choices = services.Choices((), (), "weekly", 1, 8, "Europe/Brussels", "en")
        came = at_once(
            [
                partial(services.follow_address, person=person, now=DUE),
                partial(
                    services.subscribe,
                    email=person.email,
                    choices=choices,
                    address_of_sender=f"192.0.2.{number}",
                    actor=None,
                    now=DUE,
                ),
            ]
        )
        assert came == [None, None]
        [there] = Subscription.objects.filter(email=person.email)
        assert (there, there.holds) == (mine, True)
