"""A mail server in a thread, and letters to send it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from museumhub.mail.letters import LetterKind, register
from museumhub.mail.models import Letter
from museumhub.mail.services import post_letter
from tests.mail.sink import Sink

# The shape of a letter to the operators will do for any letter.
PAPER = "schedule/letters/needed_attention"
register(LetterKind("tests.held", "Held when ambiguous", PAPER, ambiguous="hold"))
register(LetterKind("tests.urgent", "Before the others", PAPER, priority=1))
register(LetterKind("tests.code", "Holds a code", PAPER, sensitive=True))
register(LetterKind("tests.account", "About the account", PAPER, account=True))
register(LetterKind("tests.own", "Holds a link of its reader", PAPER, own=("action_url",)))
register(LetterKind("tests.poison", "Its template is not there", "no/such/letter"))

Post = Callable[..., Letter]


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with Sink() as running:
        settings.EMAIL_URL = running.url
        settings.EMAIL_TIMEOUT = 5.0
        yield running


@pytest.fixture
def post(db: None, now: datetime) -> Post:
    """Post a letter and return its row."""

    def make(key: str = "a", **fields: Any) -> Letter:
        context = {
            "action": "museum.thing:1",
            "kind": "museum.thing",
            "due": "2027-03-12T22:59:00+00:00",
            "what": "something",
        } | fields.pop("context", {})
        given: dict[str, Any] = {
            "kind": "schedule.needed_attention",
            "to": f"{key}@museum.example",
            "language": "en",
            "time_zone": "Europe/Brussels",
            "now": now,
        } | fields
        post_letter(key=key, context=context, **given)
        return Letter.objects.get(key=key)

    return make
