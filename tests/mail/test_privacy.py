"""A person's letters are handed out and erased with the person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from museumhub.kit.privacy import holdings
from museumhub.mail import delivery
from museumhub.mail.models import Letter, MailboxMessage, Suppression
from tests.factories.members import PersonFactory
from tests.mail.conftest import Post

CANARY = "canary@museum.example"


def ours() -> list[Any]:
    return [holding for holding in holdings() if holding.name.startswith("mail.")]


def test_person_gets_their_letters(post: Post, settings: Any, now: datetime) -> None:
    settings.EMAIL_URL = "mailbox:"
    person = PersonFactory(email=CANARY)
    post("one", to=CANARY.upper(), person_id=person.pk)
    post("other")
    delivery.drain(seconds=5)
    Suppression.objects.create(address=CANARY, reason="550", since=now)
    rows = {holding.name: list(holding.export(person)) for holding in ours()}
    assert [row["to"] for row in rows["mail.letters"]] == [CANARY.upper()]
    assert rows["mail.letters"][0]["state"] == "sent"
    assert len(rows["mail.mailbox"]) == 1
    assert len(rows["mail.suppression"]) == 1


def test_erased_person_leaves_nothing_in_letters_and_gets_none(
    post: Post, settings: Any, now: datetime
) -> None:
    settings.EMAIL_URL = "mailbox:"
    person = PersonFactory(email=CANARY)
    post("sent", to=CANARY, person_id=person.pk, name="Canary", context={"what": "canary"})
    delivery.drain(seconds=5)
    post("waiting", to=CANARY, name="Canary", context={"what": "canary"})
    Suppression.objects.create(address=CANARY, reason="550", since=now)
    for holding in ours():
        holding.erase(person, now)
    everything = str([*Letter.objects.values(), *MailboxMessage.objects.values()])
    assert Suppression.objects.count() == 0
    assert "canary" not in everything.lower()
    assert delivery.drain(seconds=5) == delivery.Delivered()
    assert set(Letter.objects.values_list("key", "state")) == {
        ("sent", "sent"),
        ("waiting", "failed"),
    }
