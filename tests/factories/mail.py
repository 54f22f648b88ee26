"""Letters for tests: `LetterFactory(edition=edition)` was sent; `failed=`, `uncertain=`, `waiting=True` say otherwise."""

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from museumhub.kit.references import reference
from museumhub.mail import models
from museumhub.mail.diagnosis import Sort

# The instant of the fixture `now` in tests/conftest.py.
NOW = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
NO_SUCH_USER = "550 5.1.1 no such user"


def trouble(sort: Sort, words: str, at: datetime = NOW - timedelta(minutes=55)) -> dict[str, str]:
    """One line of a letter's `troubles`."""
    return {"at": at.isoformat(), "sort": sort.value, "words": words}


class LetterFactory(DjangoModelFactory):
    """A letter that was written an hour ago and sent at once."""

    class Meta:
        model = models.Letter

    class Params:
        edition = None
        failed = factory.Trait(
            state="failed",
            sent_at=None,
            error=NO_SUCH_USER,
            troubles=[trouble(Sort.NO_ADDRESS, NO_SUCH_USER)],
        )
        uncertain = factory.Trait(
            state="uncertain",
            sent_at=None,
            error="TimeoutError: timed out",
            troubles=[trouble(Sort.ANSWER_LOST, "TimeoutError: timed out")],
        )
        waiting = factory.Trait(state="queued", sent_at=None)
        unwritten = factory.Trait(rendered_at=None, subject="", text="", html="")

    key = factory.Sequence(lambda n: f"tests.letter:{n}")
    kind = "applications.received"
    to = factory.Sequence(lambda n: f"reader{n}@museum.example")
    name = factory.Sequence(lambda n: f"Reader {n}")
    language = "en"
    time_zone = "Europe/Lisbon"
    shelf = factory.LazyAttribute(lambda one: reference(one.edition) if one.edition else "")
    message_id = factory.Sequence(lambda n: f"<letter-{n}@museums.example>")
    state = "sent"
    posted_at = NOW - timedelta(hours=1)
    next_try = NOW - timedelta(hours=1)
    sent_at = NOW - timedelta(minutes=50)
    rendered_at = NOW - timedelta(minutes=55)
    subject = factory.Sequence(lambda n: f"Your application {n} was received")
    text = "Thank you for applying.\n"
    html = "<!doctype html><html><head></head><body><p>Thank you for applying.</p></body></html>"
