"""The letter as it reads and as it goes over the wire."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest

from museumhub.mail import delivery, letters
from museumhub.mail.letters import Attachment
from museumhub.mail.models import Letter
from museumhub.mail.rendering import CannotBeMade, fence, make, render, shown
from tests.mail.conftest import Post
from tests.mail.sink import Sink

CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nSUMMARY:Délai\r\nEND:VCALENDAR\r\n"


def one_sent(sink: Sink, post: Post, **fields: Any) -> Any:
    """Post, deliver, and return the message the server took."""
    post("one", **fields)
    assert delivery.drain(seconds=5).sent == 1
    return sink.handler.received[0].message


def test_letter_says_the_instant_in_the_recipients_language_and_zone(
    post: Post, settings: Any
) -> None:
    english = render(post("en"))
    french = render(post("fr", language="fr"))
    assert "Friday 12 March 2027, 23:59 (Brussels time, UTC+1)" in english.text
    assert "vendredi 12 mars 2027" in french.text


def test_letter_is_automatic_dated_and_in_its_language(
    post: Post, sink: Sink, now: datetime, settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = "MuseumHub <no-reply@hub.example>"
    message = one_sent(sink, post, name="Zoë Ångström", reply_to="Team <team@hub.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["Content-Language"] == "en"
    assert message["Date"].datetime == now
    assert message["From"] == "MuseumHub <no-reply@hub.example>"
    assert message["To"] == "Zoë Ångström <one@museum.example>"
    assert message["Reply-To"] == "Team <team@hub.example>"
    assert message["Message-ID"] == Letter.objects.get().message_id
    assert sink.handler.received[0].sender == "no-reply@hub.example"
    assert sink.handler.received[0].data.isascii()


def test_letter_has_text_and_html_with_its_style_inlined(post: Post, sink: Sink) -> None:
    message = one_sent(sink, post)
    assert message.get_content_type() == "multipart/alternative"
    html = message.get_body(("html",)).get_content()
    assert "The scheduled action museum\u2060.thing:1" in message.get_body(("plain",)).get_content()
    assert '<div class="paper" style="' in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_letter_with_a_calendar_carries_it_as_calendar(post: Post, sink: Sink) -> None:
    message = one_sent(
        sink,
        post,
        attachments=[Attachment("deadline.ics", "text/calendar; method=PUBLISH", CALENDAR)],
    )
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached["Content-Type"].params["method"] == "PUBLISH"
    assert attached["Content-Type"].params["charset"] == "utf-8"
    assert attached.get_filename() == "deadline.ics"
    assert attached.get_payload(decode=True) == CALENDAR.encode()


@pytest.mark.parametrize(
    "name",
    [
        "متحف الفن الإسلامي",
        "מוזיאון ישראל",
        "Museum 🏛️ of 🎨",
        'Ο\'Νιλ, "Mouseio" <a@b>',
        "é" * 190,
        "国立科学博物館 " * 12,
    ],
)
def test_letter_to_any_name_arrives_with_that_name(post: Post, sink: Sink, name: str) -> None:
    one_sent(sink, post, name=name, context={"what": name})
    # Read with the older parser: Python 3.11's newer one puts blanks between the parts of a long name.
    headers = message_from_bytes(sink.handler.received[0].data, policy=compat32)
    encoded, address = parseaddr(headers["To"])
    shown = str(make_header(decode_header(encoded)))
    subject = str(make_header(decode_header(headers["Subject"])))
    assert (shown.split(), address) == (name.split(), "one@museum.example")
    assert subject.split() == f"museum\u2060.thing: {name}".split()
    assert max(map(len, sink.handler.received[0].data.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "fields",
    [
        {"context": {"what": "x\r\nBcc: victim@evil.example"}},
        {"context": {"what": "x\nSubject: other"}},
        {"name": "x\r\nBcc: victim@evil.example"},
        {"to": "a@museum.example\r\nBcc: victim@evil.example"},
        {"reply_to": "a@museum.example\nBcc: victim@evil.example"},
        {"name": "turn\u202eed"},
        {"to": "nobody"},
        {"to": "a>,<victim@evil.example"},
        {"to": "two words@museum.example"},
        {"to": "é@museum.example"},
        {"to": "a@" + "x" * 80 + ".example"},
    ],
)
def test_letter_with_a_bad_header_fails_and_the_others_flow(
    post: Post, sink: Sink, fields: dict[str, Any]
) -> None:
    bad = post("bad", **fields)
    post("good")
    done = delivery.drain(seconds=5)
    assert (done.sent, done.failed) == (1, 1)
    bad.refresh_from_db()
    assert bad.state == "failed"
    assert bad.error
    assert [r.to for r in sink.handler.received] == ["good@museum.example"]
    assert b"victim" not in sink.handler.received[0].data


def test_letter_to_an_international_domain_is_sent_in_ascii(post: Post, sink: Sink) -> None:
    one_sent(sink, post, to="info@müseum.example")
    assert sink.handler.received[0].to == "info@xn--mseum-kva.example"


@pytest.mark.parametrize(
    "name",
    [
        "https://evil.example/pay",
        "[pay](https://evil.example)",
        "evil.example",
        "www.evil.example",
        '<a href="https://evil.example">pay</a>',
        "http://evil.example:8080/?a=b",
    ],
)
def test_letter_never_makes_a_link_of_what_a_person_wrote(
    post: Post, sink: Sink, name: str
) -> None:
    message = one_sent(sink, post, name=name, context={"what": name, "action": name})
    html = message.get_body(("html",)).get_content()
    text = message.get_body(("plain",)).get_content()
    for part in (html, text, message["Subject"]):
        assert "evil.example" not in part
        assert "https://evil" not in part
        assert "http://evil" not in part
    assert "<a href=" not in html.replace('<a href="http://127.0.0.1:8000', "")


def test_fence_leaves_numbers_instants_and_sentences_alone() -> None:
    for text in ("12.50", "2027-03-12T22:59:00.123456+00:00", "The end. A start", "a:b", "1.2.3"):
        assert fence(text) == text


def test_context_under_url_and_email_keys_is_not_fenced(post: Post) -> None:
    letter = post("one", context={"action_url": "https://partner.example/x", "action_label": "Go"})
    assert "https://partner.example/x" in render(letter).text
    assert 'href="https://partner.example/x"' in render(letter).html


def test_letter_once_sent_never_reads_otherwise(post: Post, sink: Sink, settings: Any) -> None:
    letter = post("one")
    delivery.drain(seconds=5)
    letter.refresh_from_db()
    before = render(letter)
    settings.SITE_NAME = "Another name"
    letter.context = {}
    assert render(letter) == before
    assert (letter.subject, letter.text, letter.html) == (before.subject, before.text, before.html)
    assert "Another name" not in before.text


def test_letter_whose_template_is_missing_cannot_be_made(post: Post, now: datetime) -> None:
    with pytest.raises(CannotBeMade, match="no/such/letter"):
        make(post("one", kind="tests.poison"), now)


def test_letter_kind_has_its_subject_text_and_html_together() -> None:
    for kind in letters.kinds():
        there = [
            ending
            for ending in ("subject.txt", "txt", "html")
            if (Path("templates") / kind.template(ending)).exists()
        ]
        assert len(there) in {0, 3}, f"{kind.name} has only {there}"


def test_letter_shown_to_others_leaves_out_the_link_that_acts_for_its_reader(
    post: Post, sink: Sink
) -> None:
    link = "https://hub.example/stop/?a=secret&b=1"
    letter = post("one", kind="tests.own", context={"action_url": link, "action_label": "Stop"})
    before = shown(letter)
    delivery.drain(seconds=5)
    letter.refresh_from_db()
    assert link in letter.text
    for read in (before, shown(letter)):
        assert "secret" not in read.text + read.html
        assert "Stop:\n[…]" in read.text


def test_letter_of_a_kind_that_is_gone_is_shown_as_it_was_sent(post: Post, sink: Sink) -> None:
    letter = post("one")
    delivery.drain(seconds=5)
    letter.refresh_from_db()
    letter.kind = "gone.room"
    assert shown(letter) == render(letter)
