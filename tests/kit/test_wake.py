"""The call to a worker: after the commit, from a thread of its own, and only where somebody listens."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction

from museumhub.celery import app
from museumhub.kit import wake

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(bool(settings.REDIS_URL), reason="reads the in-memory transport's queue"),
]


def waiting() -> int:
    """Calls in the queue of the in-memory transport, after a moment for the thread that makes them."""
    with app.connection_for_read() as broker:
        size: int = broker.default_channel._size("celery")  # type: ignore[attr-defined]
    return size


def soon(count: int) -> bool:
    end = time.monotonic() + 10
    while waiting() < count and time.monotonic() < end:
        time.sleep(0.01)
    return waiting() == count


@pytest.fixture(autouse=True)
def somebody_listens() -> Iterator[None]:
    def empty() -> None:
        with app.connection_for_write() as broker:
            broker.default_channel._purge("celery")  # type: ignore[attr-defined]

    empty()
    wake.listening.set()
    yield
    wake.listening.clear()
    empty()


def test_wake_calls_after_the_commit_and_not_before() -> None:
    with transaction.atomic():
        wake.wake("mail.deliver")
        time.sleep(0.05)
        assert waiting() == 0
    assert soon(1)


def test_wake_in_a_transaction_that_fails_calls_nobody() -> None:
    with transaction.atomic():
        wake.wake("mail.deliver")
        transaction.set_rollback(True)
    wake.wake("mail.deliver")
    assert soon(1)


def test_wake_where_nobody_listens_leaves_nothing_behind() -> None:
    wake.listening.clear()
    wake.wake("mail.deliver")
    wake.listening.set()
    wake.wake("mail.deliver")
    assert soon(1)


def test_wake_in_a_forked_process_makes_a_thread_of_its_own() -> None:
    wake.wake("mail.deliver")
    assert soon(1)
    child = os.fork()
    if child == 0:
        wake.wake("mail.deliver")
        os._exit(0 if soon(2) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
