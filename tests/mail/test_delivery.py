"""Delivery: what each answer of the mail server does to a letter."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from museumhub.kit import stopping
from museumhub.mail import delivery, outbox
from museumhub.mail.diagnosis import Sort
from museumhub.mail.models import Letter, MailServer, Suppression
from museumhub.mail.rendering import make
from museumhub.mail.transport import Withdrawn
from tests.mail.conftest import Post
from tests.mail.sink import Sink


def drain() -> delivery.Delivered:
    return delivery.drain(seconds=30)


def state(letter: Letter) -> str:
    letter.refresh_from_db()
    return letter.state


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_many_letters_go_over_one_connection(post: Post, sink: Sink) -> None:
    for number in range(25):
        post(f"n{number}")
    assert drain().sent == 25
    assert sink.handler.connections == 1
    assert Letter.objects.filter(state="sent", attempts=1, claim="").count() == 25


def test_urgent_letters_go_first(post: Post, sink: Sink) -> None:
    post("usual")
    post("urgent", kind="tests.urgent")
    drain()
    assert [r.to for r in sink.handler.received] == [
        "urgent@museum.example",
        "usual@museum.example",
    ]


def test_4xx_is_tried_again_after_growing_pauses_and_given_up_after_48_hours(
    post: Post, sink: Sink, now: datetime
) -> None:
    sink.handler.rcpt = lambda to: "451 4.7.1 greylisted"
    letter = post("one")
    pauses = []
    at = now
    while True:
        with time_machine.travel(at, tick=False):
            drain()
        letter.refresh_from_db()
        assert letter.error == "451 4.7.1 greylisted"
        if letter.state == "failed":
            break
        pauses.append((letter.next_try - at) / timedelta(minutes=1))
        at = letter.next_try
    for minutes, expected in zip(pauses, [1, 5, 15, 60, *[240] * 20], strict=False):
        assert 0.9 * expected <= minutes <= 1.1 * expected
    assert timedelta(hours=48) <= at - now <= timedelta(hours=53)
    assert letter.attempts == len(pauses) + 1
    assert sink.handler.received == []


def test_4xx_for_one_recipient_does_not_hold_up_the_others(post: Post, sink: Sink) -> None:
    sink.handler.rcpt = lambda to: "450 4.2.0 busy" if to.startswith("one@") else None
    first, second = post("one"), post("two")
    done = drain()
    assert (done.sent, done.put_back) == (1, 1)
    assert (state(first), state(second)) == ("queued", "sent")
    assert sink.handler.connections == 1


def test_5xx_fails_at_once_with_the_servers_words(post: Post, sink: Sink) -> None:
    sink.handler.data = lambda to: "554 5.7.1 looks like spam"
    letter = post("one")
    assert drain().failed == 1
    assert state(letter) == "failed"
    assert (letter.error, letter.attempts) == ("554 5.7.1 looks like spam", 1)
    assert Suppression.objects.count() == 0


def test_address_that_does_not_exist_is_not_written_to_again(post: Post, sink: Sink) -> None:
    sink.handler.rcpt = lambda to: "550 5.1.1 no such user"
    post("one", to="Gone@museum.example")
    drain()
    assert Suppression.objects.get().address == "gone@museum.example"
    sink.handler.rcpt = lambda to: None
    later, account, code = (
        post("two", to="gone@museum.example"),
        post("three", to="gone@museum.example", kind="tests.account"),
        post("four", to="gone@museum.example", kind="tests.code"),
    )
    drain()
    assert [state(letter) for letter in (later, account, code)] == ["failed", "sent", "sent"]
    assert later.error == "Not sent: this address was refused before (550 5.1.1 no such user)"
    assert len(sink.handler.received) == 2


@pytest.mark.parametrize(
    ("answer", "suppressed"),
    [
        ("550 no such user", 1),
        ("553 mailbox name not allowed", 1),
        ("550 5.1.10 null mx", 0),
        ("552 5.2.2 mailbox full", 0),
        ("550 5.7.1 policy", 0),
        ("554 no", 0),
    ],
)
def test_only_words_about_the_address_suppress_it(
    post: Post, sink: Sink, answer: str, suppressed: int
) -> None:
    sink.handler.rcpt = lambda to: answer
    post("one")
    drain()
    assert Suppression.objects.count() == suppressed


def test_lost_answer_is_tried_once_more_and_then_held(
    post: Post, sink: Sink, now: datetime
) -> None:
    sink.handler.drop = lambda to: True
    letter = post("one")
    assert drain().lost_answers == 1
    assert state(letter) == "queued"
    with time_machine.travel(now + timedelta(minutes=2), tick=False):
        assert drain().lost_answers == 1
    assert state(letter) == "uncertain"
    assert [r.message["Message-ID"] for r in sink.handler.received] == [letter.message_id] * 2
    with time_machine.travel(now + timedelta(days=1), tick=False):
        assert drain() == delivery.Delivered()


def test_lost_answer_of_a_kind_to_hold_is_held_at_once(post: Post, sink: Sink) -> None:
    sink.handler.drop = lambda to: True
    letter = post("one", kind="tests.held")
    drain()
    assert state(letter) == "uncertain"
    assert len(sink.handler.received) == 1


def test_answer_later_than_the_timeout_is_a_lost_answer(
    post: Post, sink: Sink, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    sink.handler.slow = lambda to: 0.8
    letter = post("one")
    assert drain().lost_answers == 1
    assert (state(letter), letter.ambiguous) == ("queued", 1)


def test_dead_server_is_tried_once_and_not_once_for_each_letter(
    post: Post, settings: Any, now: datetime
) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    for number in range(30):
        post(f"n{number}")
    assert drain().put_back == 1
    assert drain() == delivery.Delivered()
    assert Letter.objects.filter(state="queued", attempts=0).count() == 29
    server = MailServer.objects.get()
    assert (server.failures, server.closed_until) == (1, now + timedelta(seconds=30))

    with time_machine.travel(now + timedelta(seconds=31), tick=False):
        assert drain().put_back == 1
    server.refresh_from_db()
    assert server.failures == 2
    with Sink() as back:
        settings.EMAIL_URL = back.url
        MailServer.objects.update(host=back.url.removeprefix("smtp://"))
        with time_machine.travel(now + timedelta(minutes=10), tick=False):
            assert drain().sent == 30
    server.refresh_from_db()
    assert (server.failures, server.closed_until) == (0, None)


def test_server_that_refuses_our_own_address_fails_no_letter(
    post: Post, sink: Sink, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_URL = sink.url.replace("smtp://", "smtp://user:wrong@")
    letter = post("one")
    assert drain().put_back == 1
    assert state(letter) == "queued"
    assert "AUTH" in letter.error


def test_connection_dropped_between_letters_is_opened_again(post: Post, sink: Sink) -> None:
    post("one")
    post("two")
    line = delivery.open_transport()
    for key in ("one", "two"):
        letter = Letter.objects.get(key=key)
        made = make(letter, letter.posted_at)
        line.send(*made.envelope, lambda: True)
        line._line.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined]
    line.close()
    assert [r.to for r in sink.handler.received] == ["one@museum.example", "two@museum.example"]
    assert sink.handler.connections == 2


def test_letter_taken_by_another_worker_before_the_text_is_not_sent(post: Post, sink: Sink) -> None:
    letter = post("one")
    (claimed,) = outbox.claim(letter.posted_at, 10)
    Letter.objects.update(claim="somebody-else")
    made = make(claimed, letter.posted_at)
    line = delivery.open_transport()
    with pytest.raises(Withdrawn):
        line.send(
            *made.envelope, lambda: outbox.hand_over(claimed, made.rendered, letter.posted_at)
        )
    line.close()
    assert sink.handler.received == []
    outbox.sent(claimed, letter.posted_at)
    assert state(letter) == "sending"


def test_poison_letter_fails_and_a_hundred_others_flow(post: Post, sink: Sink) -> None:
    bad = post("bad", kind="tests.poison")
    for number in range(100):
        post(f"n{number}")
    done = drain()
    assert (done.sent, done.failed) == (100, 1)
    assert state(bad) == "failed"
    assert bad.error == "TemplateDoesNotExist: no/such/letter.subject.txt"


def test_sensitive_letter_is_blanked_once_sent(post: Post, sink: Sink) -> None:
    letter = post("code", kind="tests.code", context={"what": "739 201"})
    drain()
    assert "739 201" in sink.handler.received[0].message["Subject"]
    assert state(letter) == "sent"
    assert (letter.subject, letter.text, letter.html, letter.context) == ("", "", "", {})


def test_sweep_takes_back_what_was_not_handed_over(post: Post, now: datetime) -> None:
    letter = post("one")
    outbox.claim(now, 10)
    assert outbox.sweep(now) == 0
    assert outbox.sweep(now + outbox.lease() + timedelta(seconds=1)) == 1
    assert (state(letter), letter.ambiguous, letter.abandoned, letter.claim) == ("queued", 0, 1, "")


@pytest.mark.parametrize(
    ("kind", "ambiguous", "expected"),
    [
        ("schedule.needed_attention", 0, "queued"),
        ("schedule.needed_attention", 1, "uncertain"),
        ("tests.held", 0, "uncertain"),
    ],
)
def test_sweep_of_what_was_handed_over_retries_once_then_holds(
    post: Post, now: datetime, kind: str, ambiguous: int, expected: str
) -> None:
    letter = post("one", kind=kind)
    outbox.claim(now, 10)
    Letter.objects.update(handed_at=now, ambiguous=ambiguous)
    outbox.sweep(now + timedelta(hours=1))
    assert (state(letter), letter.ambiguous) == (expected, ambiguous + 1)


def test_letter_that_stops_its_worker_every_time_is_parked(post: Post, now: datetime) -> None:
    letter = post("one")
    for round_ in range(outbox.ABANDONED):
        assert state(letter) == "queued"
        at = now + timedelta(hours=round_)
        assert len(outbox.claim(at, 10)) == 1
        outbox.sweep(at + timedelta(minutes=30))
    assert state(letter) == "failed"
    assert letter.error == Sort.STOPPED


def test_worker_asked_to_stop_puts_back_what_it_has_not_tried(
    post: Post, sink: Sink, now: datetime
) -> None:
    stopping.begin()
    for number in range(8):
        post(f"n{number}")
    sink.handler.accepted = lambda letter: stopping.ask() if letter.to.startswith("n2@") else None
    done = drain()
    stopping.begin()
    assert (done.sent, done.more) == (3, True)
    assert Letter.objects.filter(state="queued", attempts=0, claim="").count() == 5


def test_delivering_costs_two_queries_a_letter(
    post: Post, sink: Sink, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        post(f"few{number}")
    with django_assert_num_queries(8 + 2 * 3):
        drain()
    for number in range(9):
        post(f"many{number}")
    with django_assert_num_queries(8 + 2 * 9):
        drain()
