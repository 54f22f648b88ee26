"""Sending a failed letter again: once, under the same id, and also to an address that has bounced."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection

from museumhub.kit.models import AuditEvent
from museumhub.kit.privacy import holdings
from museumhub.kit.refusals import Refused, Stale
from museumhub.mail import delivery
from museumhub.mail.models import Letter, Suppression
from museumhub.mail.services import resend
from tests.conftest import NOW
from tests.factories.mail import LetterFactory
from tests.factories.members import PersonFactory
from tests.mail.conftest import Post
from tests.mail.sink import Sink


def no_such_user(to: str) -> str:
    return "550 5.1.1 no such user"


def failed(post: Post, sink: Sink, key: str = "one") -> Letter:
    """A letter that the mail server refused because its address does not exist."""
    sink.handler.rcpt = no_such_user
    letter = post(key)
    delivery.drain(seconds=5)
    letter.refresh_from_db()
    assert letter.state == "failed"
    return letter


def again(letter: Letter, actor: object, seen: int = 0) -> bool:
    return resend(letter=letter, actor=actor, seen=seen, now=NOW)  # type: ignore[arg-type]


def test_resend_a_failed_letter_sends_it_under_the_same_id(post: Post, sink: Sink) -> None:
    organiser = PersonFactory()
    letter = failed(post, sink)
    sink.handler.rcpt = lambda to: None

    assert again(letter, organiser) is True
    delivery.drain(seconds=5)

    letter.refresh_from_db()
    assert (letter.state, letter.error, letter.times_resent) == ("sent", "", 1)
    assert [r.message["Message-ID"] for r in sink.handler.received] == [letter.message_id]
    event = AuditEvent.objects.get(verb="mail.resent")
    assert (event.actor_id, event.before, event.after) == (organiser.pk, "failed", "queued")


def test_letter_sent_again_by_hand_is_tried_where_its_address_has_bounced(
    post: Post, sink: Sink
) -> None:
    letter = failed(post, sink)
    assert Suppression.objects.count() == 1

    again(letter, PersonFactory())
    delivery.drain(seconds=5)
    letter.refresh_from_db()
    assert (letter.state, len(sink.handler.asked)) == ("failed", 2)
    assert [one["words"] for one in letter.troubles] == ["550 5.1.1 no such user"] * 2
    assert Suppression.objects.count() == 1

    sink.handler.rcpt = lambda to: None
    again(letter, PersonFactory(), seen=1)
    post("two", to=letter.to)
    delivery.drain(seconds=5)
    assert [r.to for r in sink.handler.received] == [letter.to]
    assert Suppression.objects.count() == 0
    post("three", to=letter.to)
    assert delivery.drain(seconds=5).sent == 1


def test_resend_pressed_twice_by_the_same_person_counts_once(
    post: Post, sink: Sink, now: datetime
) -> None:
    organiser = PersonFactory()
    letter = failed(post, sink)

    assert again(letter, organiser) is True
    assert again(letter, organiser) is False
    delivery.drain(seconds=5)  # it fails again before the third press arrives
    assert again(letter, organiser) is False

    letter.refresh_from_db()
    assert (letter.state, letter.times_resent) == ("failed", 1)
    assert AuditEvent.objects.count() == 1


def test_resend_after_somebody_else_did_is_refused(post: Post, sink: Sink) -> None:
    letter = failed(post, sink)
    again(letter, PersonFactory())
    with pytest.raises(Stale, match="waiting to be sent already"):
        again(letter, PersonFactory())
    delivery.drain(seconds=5)
    with pytest.raises(Stale, match="Somebody else"):
        again(letter, PersonFactory())
    assert AuditEvent.objects.count() == 1


@pytest.mark.usefixtures("many_connections")
def test_resend_at_the_same_moment_puts_it_into_the_queue_once() -> None:
    organiser, letter = PersonFactory(), LetterFactory(failed=True)
    answers: list[bool] = []
    start = threading.Barrier(8)

    def press() -> None:
        start.wait()
        try:
            answers.append(again(letter, organiser))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 7 + [True]
    assert AuditEvent.objects.count() == 1
    assert Letter.objects.get().times_resent == 1


@pytest.mark.parametrize(
    ("traits", "sentence"),
    [
        ({}, "has been sent"),
        ({"waiting": True}, "waiting to be sent already"),
        ({"failed": True, "sensitive": True}, "expired"),
        ({"failed": True, "to": ""}, "nobody to send it to"),
    ],
)
@pytest.mark.django_db
def test_resend_what_did_not_fail_or_cannot_go_is_refused(
    traits: dict[str, object], sentence: str
) -> None:
    letter = LetterFactory(**traits)
    with pytest.raises(Refused, match=sentence):
        again(letter, PersonFactory())
    assert AuditEvent.objects.count() == 0
    assert not letter.can_be_resent


@pytest.mark.django_db
def test_uncertain_letter_can_be_sent_again() -> None:
    letter = LetterFactory(uncertain=True)
    assert letter.can_be_resent
    assert again(letter, PersonFactory()) is True


def test_every_attempt_that_went_wrong_is_kept_with_its_words(
    post: Post, sink: Sink, now: datetime
) -> None:
    letter = post("one")
    at = now
    for answer in ("451 4.7.1 greylisted", "452 4.2.2 full", "550 5.7.1 no"):
        sink.handler.rcpt = lambda to, answer=answer: answer  # type: ignore[misc]
        with time_machine.travel(at, tick=False):
            delivery.drain(seconds=5)
        letter.refresh_from_db()
        at = letter.next_try + timedelta(seconds=1)
    assert [(one["sort"], one["words"]) for one in letter.troubles] == [
        ("not_now", "451 4.7.1 greylisted"),
        ("not_now", "452 4.2.2 full"),
        ("refused", "550 5.7.1 no"),
    ]
    assert datetime.fromisoformat(letter.troubles[0]["at"]) == now
    assert letter.error == "550 5.7.1 no"


@pytest.mark.django_db
def test_erased_person_leaves_no_words_of_the_mail_server(now: datetime) -> None:
    person = PersonFactory()
    LetterFactory(failed=True, to=person.email, person_id=person.pk)
    for holding in holdings():
        if holding.name == "mail.letters":
            holding.erase(person, now)
    assert Letter.objects.get().troubles == []
