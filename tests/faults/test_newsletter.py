"""The newsletter while workers are killed with SIGKILL as they put it together and as they send it: one letter for each reader."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Sum

from museumhub.celery import app
from museumhub.kit import clock
from museumhub.mail.models import Letter
from museumhub.news.models import NewsletterDay, Subscription
from museumhub.news.services.assembling import ASSEMBLE
from tests.factories.news import ItemFactory, SubscriptionFactory
from tests.faults.conftest import (
    Site,
    call_for_delivery,
    expect_each_once_or_twice,
    figures,
    settled,
    states,
    until,
)

pytestmark = [pytest.mark.faults, pytest.mark.services]

READERS = 200
KILLS = 6  # while it is put together, and as many while it is sent


def call() -> None:
    app.send_task(ASSEMBLE, retry=False, expires=5)


def waiting() -> int:
    return Subscription.objects.due(clock.now()).count()


def others_in_a_transaction() -> int:
    """Workers that are in the middle of a batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation"
            " WHERE relname = 'news_subscription' AND mode = 'RowShareLock' AND pid <> pg_backend_pid()"
        )
        number: int = cursor.fetchone()[0]
    return number


def readers(now: datetime) -> None:
    """Each was told up to an instant of their own, so that nobody's letter is read from what another's was made of."""
    for number in range(READERS):
        SubscriptionFactory(
            next_due_at=now - timedelta(minutes=5),
            covered_until=now - timedelta(days=7, seconds=number),
        )


def expect_letters_of_those_seen_to() -> None:
    """A batch is done whole or not at all: who has a letter waits for the next one, and nobody else does."""
    assert until(lambda: not others_in_a_transaction(), seconds=30)
    posted = Letter.objects.filter(kind="news.newsletter")
    assert posted.count() == READERS - waiting()
    assert posted.values("about").distinct().count() == posted.count()


def test_newsletter_killed_workers_post_one_letter_for_each_reader_and_send_it(site: Site) -> None:
    now = clock.now()
    ItemFactory.create_batch(5, published_at=now - timedelta(days=1))
    readers(now)
    site.sink(slow=0.01)
    began = time.monotonic()

    workers = [site.worker(), site.worker()]
    in_the_middle = 0
    in_hand: set[str] = set()
    for _kill in range(KILLS):
        if not until(lambda: others_in_a_transaction() > 0 or not waiting(), seconds=60, each=call):
            raise AssertionError(states())
        until(bool, seconds=site.chance.uniform(0, 0.15))
        in_the_middle += others_in_a_transaction() > 0
        site.kill(workers.pop(0))
        in_hand |= in_the_hands_of_the_server()
        workers.append(site.worker())
    assert in_the_middle > 0, "all were killed at rest"
    for worker in workers:
        site.kill(worker)
    in_hand |= in_the_hands_of_the_server()
    expect_letters_of_those_seen_to()

    workers = [site.worker(), site.worker()]
    assert until(lambda: not waiting(), seconds=90, each=call), waiting()
    expect_letters_of_those_seen_to()
    kills = 0
    while kills < KILLS:
        target = site.accepted.count() + site.chance.randint(3, 10)
        assert until(
            lambda sent=target: site.accepted.count() >= sent or settled(),  # type: ignore[misc]
            seconds=60,
            each=call_for_delivery,
        ), states()
        if settled():
            break
        site.kill(workers.pop(0))
        in_hand |= in_the_hands_of_the_server()
        workers.append(site.worker())
        kills += 1
    assert kills > 0, "the letters were out before the first kill"
    assert until(settled, seconds=120, each=call_for_delivery), states()

    expect_letters_of_those_seen_to()
    assert waiting() == 0
    assert Letter.objects.values("about").distinct().count() == READERS
    duplicates, uncertain = expect_each_once_or_twice(site, READERS)
    # Each second copy is explained: the letter was in the hands of the mail server when a worker was killed.
    assert {name for name, copies in site.accepted.ids().items() if copies > 1} <= in_hand
    counted = NewsletterDay.objects.aggregate(letters=Sum("letters"), none=Sum("nothing_new"))
    assert counted == {"letters": READERS, "none": 0}
    figures(
        "newsletter, workers SIGKILLed",
        readers=READERS,
        kills_putting_together=KILLS,
        in_the_middle_of_a_batch=in_the_middle,
        kills_sending=kills,
        letters=Letter.objects.count(),
        distinct_at_the_server=len(site.accepted.ids()),
        lost=0,
        second_copies=duplicates,
        uncertain=uncertain,
        seconds=round(time.monotonic() - began),
    )


def in_the_hands_of_the_server() -> set[str]:
    handed = Letter.objects.filter(state="sending", handed_at__isnull=False)
    return set(handed.values_list("message_id", flat=True))
