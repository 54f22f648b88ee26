"""A person's letters are handed out and erased with the person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from museumhub.kit.privacy import holdings
from museumhub.mail import delivery, retention
from museumhub.mail.models import Letter, MailboxMessage, Suppression
from museumhub.mail.rendering import render
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


def test_letter_to_somebody_else_goes_on_without_the_name_of_the_erased(
    post: Post, settings: Any, now: datetime
) -> None:
    settings.EMAIL_URL = "mailbox:"
    person = PersonFactory(email=CANARY, name="A. O'Bird")
    sent = post("sent", context={"what": person.name, "action": f"wrote to {CANARY}"})
    delivery.drain(seconds=5)
    waiting = post("waiting", language="fr", context={"what": person.name})
    other = post("other", context={"what": "A. O'Birdsong"})
    for holding in ours():
        holding.erase(person, now)
    for letter in (sent, waiting, other):
        letter.refresh_from_db()
    assert "O'Bird" not in sent.subject + sent.text + sent.html
    assert CANARY not in sent.text + sent.html + str(sent.context)
    assert "wrote to somebody whose account was erased" in sent.text
    assert waiting.state == "queued"
    assert "quelqu’un dont le compte a été effacé" in render(waiting).subject
    assert "O'Birdsong" in other.context["what"]
    assert not MailboxMessage.objects.exists()


def test_person_without_a_name_takes_nothing_else_along(post: Post, now: datetime) -> None:
    letter = post("one", context={"what": ""})
    person = PersonFactory(email=CANARY, name="")
    for holding in ours():
        holding.erase(person, now)
    letter.refresh_from_db()
    assert letter.context["what"] == ""
    assert "whose account" not in render(letter).text


def test_outbox_forgets_whom_a_letter_went_to_when_its_time_is_over(
    post: Post, settings: Any, now: datetime
) -> None:
    settings.EMAIL_URL = "mailbox:"
    person = PersonFactory()
    for key, kind, person_id in (
        ("code", "tests.code", person.pk),
        ("mine", "tests.held", person.pk),
        ("stranger", "tests.held", None),
    ):
        post(key, kind=kind, person_id=person_id)
    delivery.drain(seconds=5)
    post("waiting", not_before=now + timedelta(days=800))

    def known() -> set[str]:
        return set(Letter.objects.exclude(to="").values_list("key", flat=True))

    assert retention.forget(now + timedelta(days=30)) == 0
    assert retention.forget(now + timedelta(days=31)) == 1
    assert known() == {"mine", "stranger", "waiting"}
    assert retention.forget(now + timedelta(days=366)) == 1
    assert known() == {"mine", "waiting"}
    assert not Letter.objects.filter(key="stranger").exclude(text="", context={}).exists()
