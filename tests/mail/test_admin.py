"""The outbox in the admin: everything can be read but the words of sensitive letters, nothing can be changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from museumhub.mail.models import Letter
from tests.factories.mail import LetterFactory
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/mail/letter/"


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(PersonFactory(is_staff=True, is_superuser=True))
    return client


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_letter_is_read_with_what_became_of_it(administrator: Client) -> None:
    letter = LetterFactory(failed=True)
    shown = text(administrator.get(f"{LIST}{letter.pk}/change/"))
    for words in (
        letter.subject,
        "Thank you for applying.",
        letter.to,
        letter.message_id.replace("<", "&lt;").replace(">", "&gt;"),
        "550 5.1.1 no such user",
        "this address does not exist",
        "An application was received",
    ):
        assert words in shown


def test_words_of_a_sensitive_letter_are_withheld(administrator: Client) -> None:
    code = {"kind": "account.signin_code", "context": {"code": "739201"}, "sensitive": True}
    letter = LetterFactory(**code, waiting=True, subject="739201", text="739201", html="739201")
    for address in (LIST, f"{LIST}{letter.pk}/change/"):
        assert "739201" not in text(administrator.get(address))
    assert letter.to not in text(administrator.get(f"{LIST}?q=739201"))
    assert "nobody but its recipient" in text(administrator.get(f"{LIST}{letter.pk}/change/"))


def test_letter_is_never_added_changed_or_deleted(administrator: Client) -> None:
    letter = LetterFactory()
    change = f"{LIST}{letter.pk}/change/"
    assert 'name="_save"' not in text(administrator.get(change))
    assert administrator.post(change, {"to": "other@museum.example"}).status_code == 403
    assert administrator.get(f"{LIST}add/").status_code == 403
    assert administrator.post(f"{LIST}{letter.pk}/delete/", {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [letter.pk], "post": "yes"}
    administrator.post(LIST, data)
    assert Letter.objects.get().to == letter.to


def test_letter_that_cannot_be_written_is_shown_all_the_same(administrator: Client) -> None:
    letter = LetterFactory(failed=True, unwritten=True, kind="gone.room")
    assert administrator.get(f"{LIST}{letter.pk}/change/").status_code == 200


def test_staff_without_the_permission_reads_no_letter(client: Client) -> None:
    client.force_login(PersonFactory(is_staff=True))
    assert client.get(LIST).status_code == 403


@pytest.mark.parametrize("count", [3, 60])
def test_list_takes_the_same_queries_for_any_number(
    administrator: Client, count: int, django_assert_num_queries: Any
) -> None:
    LetterFactory.create_batch(count)
    administrator.get(LIST)
    with django_assert_num_queries(5):
        administrator.get(LIST)
