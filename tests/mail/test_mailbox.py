"""The mailbox on the site: letters can be found, read, and their links followed; elsewhere it does not exist."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from museumhub.mail import delivery
from museumhub.mail.letters import Attachment
from museumhub.mail.models import Letter, MailboxMessage
from tests.mail.conftest import Post


@pytest.fixture(autouse=True)
def lands_here(settings: Any) -> None:
    settings.EMAIL_URL = "mailbox:"


def delivered(post: Post, *keys: str, **fields: Any) -> MailboxMessage:
    for key in keys:
        post(key, **fields)
    assert delivery.drain(seconds=5).sent == len(keys)
    return MailboxMessage.objects.latest("id")


def test_letter_lands_in_the_mailbox_as_it_would_go_over_the_wire(post: Post) -> None:
    message = delivered(post, "one", name="Zoë")
    assert message.to == "one@museum.example"
    assert message.message_id == Letter.objects.get().message_id
    assert b"\r\nFrom: MuseumHub <no-reply@museumhub.example>\r\n" in bytes(message.raw)


def test_mailbox_lists_the_newest_first_and_searches_by_recipient(
    post: Post, client: Client
) -> None:
    delivered(post, "one", "two")
    shown = list(client.get("/dev/mailbox/").context["page"])
    assert [message.to for message in shown] == ["two@museum.example", "one@museum.example"]
    found = list(client.get("/dev/mailbox/", {"to": "ONE@"}).context["page"])
    assert [message.to for message in found] == ["one@museum.example"]
    assert client.get("/dev/mailbox/", {"to": "nobody"}).status_code == 200
    assert client.get("/dev/mailbox/", {"to": "x" * 999, "page": "99"}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_mailbox_list_costs_two_queries(
    post: Post, client: Client, count: int, django_assert_num_queries: Any
) -> None:
    delivered(post, *[f"n{number}" for number in range(count)])
    client.get("/dev/mailbox/")
    with django_assert_num_queries(2):
        client.get("/dev/mailbox/")


def test_mailbox_message_shows_headers_text_links_and_attachments(
    post: Post, client: Client
) -> None:
    link = "http://127.0.0.1:8000/account/confirm/?key=a&next=b"
    message = delivered(
        post,
        "one",
        context={"action_url": link, "action_label": "Confirm"},
        attachments=[Attachment("délai.ics", "text/calendar; method=PUBLISH", "BEGIN:VCALENDAR")],
    )
    page = client.get(f"/dev/mailbox/{message.oid}/")
    parts = page.context["parts"]
    assert dict(parts.headers)["To"] == "one@museum.example"
    assert dict(parts.headers)["Auto-Submitted"] == "auto-generated"
    assert link in parts.links
    assert f'href="{link.replace("&", "&amp;")}"' in page.content.decode()
    file = client.get(f"/dev/mailbox/{message.oid}/attachments/0/")
    assert file.content == b"BEGIN:VCALENDAR"
    assert file["Content-Disposition"].startswith("attachment; filename")
    assert file["Content-Type"] == "text/calendar"
    assert client.get(f"/dev/mailbox/{message.oid}/attachments/1/").status_code == 404


def test_mailbox_frame_may_run_nothing(post: Post, client: Client) -> None:
    message = delivered(post, "one", context={"what": "<script>alert(1)</script>"})
    frame = client.get(f"/dev/mailbox/{message.oid}/html/")
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "script" not in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "<script>" not in frame.content.decode()
    assert '<base target="_top">' in frame.content.decode()


@pytest.mark.django_db
def test_mailbox_of_an_unknown_letter_is_not_found(client: Client) -> None:
    for rest in ("", "html/", "attachments/0/"):
        assert client.get(f"/dev/mailbox/{'a' * 26}/{rest}").status_code == 404


def test_mailbox_where_letters_go_by_smtp_does_not_exist(
    post: Post, client: Client, settings: Any
) -> None:
    message = delivered(post, "one")
    settings.EMAIL_URL = "smtp://mail.example"
    for rest in ("", f"{message.oid}/", f"{message.oid}/html/", f"{message.oid}/attachments/0/"):
        assert client.get(f"/dev/mailbox/{rest}").status_code == 404
