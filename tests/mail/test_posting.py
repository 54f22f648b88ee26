"""Posting: one row for each key, inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from museumhub.mail import delivery, queries
from museumhub.mail.letters import Attachment
from museumhub.mail.models import Letter
from museumhub.mail.services import message_id, post_letter
from tests.factories.members import PersonFactory
from tests.mail.conftest import Post
from tests.mail.sink import Sink


def again(key: str, now: datetime) -> bool:
    return post_letter(
        kind="schedule.needed_attention",
        key=key,
        to="other@museum.example",
        language="fr",
        time_zone="UTC",
        context={},
        now=now,
    )


def test_post_letter_same_key_twice_keeps_the_first(post: Post, now: datetime) -> None:
    letter = post("one")
    assert again("one", now) is False
    assert Letter.objects.get() == letter
    assert (letter.to, letter.state, letter.next_try) == ("one@museum.example", "queued", now)


@pytest.mark.django_db(transaction=True)
def test_post_letter_same_key_leaves_the_transaction_usable(now: datetime) -> None:
    with transaction.atomic():
        assert again("one", now) is True
        assert again("one", now) is False
        assert again("two", now) is True
    assert set(Letter.objects.values_list("key", flat=True)) == {"one", "two"}


@pytest.mark.django_db(transaction=True)
def test_post_letter_in_a_transaction_that_fails_leaves_no_letter(now: datetime) -> None:
    with transaction.atomic():
        again("one", now)
        transaction.set_rollback(True)
    assert Letter.objects.count() == 0


def test_post_letter_not_before_waits_until_then(post: Post, sink: Sink, now: datetime) -> None:
    letter = post("later", not_before=now + timedelta(hours=1))
    assert delivery.drain(seconds=5).sent == 0
    assert letter.next_try == now + timedelta(hours=1)


def test_post_letter_keeps_attachments_and_references(post: Post) -> None:
    person = PersonFactory()
    letter = post(
        "with", about=person, shelf=person, attachments=[Attachment("a.ics", "text/calendar", "x")]
    )
    assert letter.about == letter.shelf == f"members.person:{person.pk}"
    assert letter.attachments == [{"name": "a.ics", "content_type": "text/calendar", "text": "x"}]


def test_message_id_is_the_same_for_a_key_and_says_nothing_of_it(settings: Any) -> None:
    settings.SITE_HOST = "museums.example"
    first = message_id("decision:7")
    assert first == message_id("decision:7") != message_id("decision:8")
    assert first.endswith("@museums.example>")
    assert "decision" not in first


def test_shelf_shows_its_letters_but_never_sensitive_ones(post: Post) -> None:
    mine, other = PersonFactory(), PersonFactory()
    shown = post("shown", shelf=mine)
    post("code", shelf=mine, kind="tests.code")
    post("other", shelf=other)
    assert list(queries.shelf(mine)) == [shown]
