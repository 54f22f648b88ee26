"""The outbox of an edition: its organisers read every letter but the secret ones, and send a failed one again, once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from museumhub.kit.models import AuditEvent
from museumhub.mail import delivery
from museumhub.mail.diagnosis import Sort
from museumhub.mail.models import Letter, Suppression
from programmes.catalogue.models import Edition
from tests.architecture.test_hostile_input import IN_A_FORM, ODD, multipart
from tests.conftest import NOW
from tests.factories.catalogue import EditionFactory, ProgrammeRoleFactory
from tests.factories.mail import LetterFactory, trouble
from tests.factories.members import PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

CALENDAR = {
    "name": "deadline.ics",
    "content_type": "text/calendar; method=PUBLISH",
    "text": "BEGIN:VCALENDAR\r\nSUMMARY:Délai\r\nEND:VCALENDAR\r\n",
}


@pytest.fixture
def edition() -> Edition:
    made: Edition = EditionFactory(programme__slug="night", slug="2027", title="Night 2027")
    return made


@pytest.fixture
def olga(edition: Edition, client: Client) -> Any:
    person = ProgrammeRoleFactory(edition=edition, person__name="Olga").person
    client.force_login(person)
    return person


def page(name: str, letter: Letter | None = None, *more: object) -> str:
    own = [letter.oid] if letter is not None else []
    return reverse(f"catalogue:organise_{name}", args=["night", "2027", *own, *more])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def listed(answer: Any) -> list[Letter]:
    return [row.letter for row in answer.context["outbox"].rows]


# --- The table ---------------------------------------------------------------------------------


def test_table_shows_the_letters_of_the_edition_and_no_secret_ones(
    client: Client, edition: Edition, olga: Any
) -> None:
    own = LetterFactory(edition=edition, name="Zoë Ångström", to="zoe@museum.example")
    LetterFactory(edition=edition, sensitive=True, subject="Your code")
    LetterFactory(edition=EditionFactory(programme=edition.programme))
    LetterFactory()

    answer = client.get(page("letters"))

    assert listed(answer) == [own]
    shown = text(answer)
    for words in (
        own.subject,
        "An application was received",
        "Zoë Ångström",
        "zoe@museum.example",
        "1 February 2027, 10:10",
        "all times are Brussels time",
    ):
        assert words in shown
    assert "Your code" not in shown


def test_table_puts_what_needs_somebody_first_and_says_why(
    client: Client, edition: Edition, olga: Any
) -> None:
    sent = LetterFactory(edition=edition)
    waiting = LetterFactory(edition=edition, waiting=True, unwritten=True, posted_at=NOW)
    uncertain = LetterFactory(edition=edition, uncertain=True)
    failed = LetterFactory(edition=edition, failed=True, posted_at=NOW - timedelta(days=3))

    answer = client.get(page("letters"))

    assert listed(answer) == [failed, uncertain, waiting, sent]
    assert "this address does not exist" in text(answer)
    assert "The letter may have arrived or not." in text(answer)
    tallies = [(one.state, one.number) for one in answer.context["outbox"].tallies]
    assert tallies == [
        ("", 4), ("queued", 1), ("sending", 0), ("sent", 1), ("failed", 1), ("uncertain", 1),
    ]  # fmt: skip


def test_filters_live_in_the_address_and_the_numbers_stay_those_of_all(
    client: Client, edition: Edition, olga: Any
) -> None:
    anna = LetterFactory(edition=edition, failed=True, name="Anna", to="anna@museum.example")
    moved = LetterFactory(edition=edition, kind="applications.deadline_moved", subject="More time")
    late = LetterFactory(edition=edition, name="Bo", failed=True)

    def found(**query: str) -> set[Letter]:
        answer = client.get(page("letters"), query)
        assert answer.context["outbox"].tallies[0].number == 3
        return set(listed(answer))

    assert found(state="failed") == {anna, late}
    assert found(state="failed", q="anna") == {anna}
    assert found(q="ANNA@museum") == {anna}
    assert found(q="more time") == {moved}
    assert found(kind="applications.deadline_moved") == {moved}
    assert found(kind="applications.deadline_moved", state="failed") == set()
    assert found(q="%") == set()
    narrowed = client.get(page("letters"), {"state": "failed"})
    assert re.search(r'\?state=failed" aria-current="true"', text(narrowed))
    assert '<option value="failed" selected>' in text(narrowed)
    nothing = text(client.get(page("letters"), {"q": "nobody"}))
    assert "No letter fits these filters" in nothing


def test_pages_keep_the_filters(client: Client, edition: Edition, olga: Any) -> None:
    LetterFactory.create_batch(51, edition=edition)
    LetterFactory(edition=edition, failed=True)

    first = client.get(page("letters"), {"state": "sent"})
    second = client.get(page("letters"), {"state": "sent", "page": "2"})

    assert (len(listed(first)), len(listed(second))) == (50, 1)
    assert "?state=sent&amp;page=2" in text(first)


def test_edition_without_letters_says_what_will_stand_here(
    client: Client, edition: Edition, olga: Any
) -> None:
    shown = text(client.get(page("letters")))
    assert "No letters yet" in shown
    assert "See when the call opens" in shown
    assert 'class="filters"' not in shown


@pytest.mark.parametrize("letters", [3, 300])
def test_table_takes_the_same_queries_for_any_number_of_letters(
    client: Client, edition: Edition, olga: Any, letters: int, django_assert_num_queries: Any
) -> None:
    LetterFactory.create_batch(letters // 3, edition=edition)
    LetterFactory.create_batch(letters // 3, edition=edition, failed=True)
    LetterFactory.create_batch(letters // 3, edition=edition, waiting=True, unwritten=True)
    # Session, person, permissions (2) and organiser: five; edition; then kinds, states, count, letters.
    with django_assert_num_queries(10):
        client.get(page("letters"))


@pytest.mark.parametrize("query", [{"state": "lost"}, {"kind": "no.such"}, {"q": "x" * 201}])
def test_filter_that_does_not_exist_is_no_address(
    client: Client, edition: Edition, olga: Any, query: dict[str, str]
) -> None:
    LetterFactory(edition=edition)
    assert client.get(page("letters"), query).status_code == 404


@pytest.mark.parametrize("name", ["q", "state", "kind", "page"])
def test_query_with_anything_in_it_answers_below_500(
    client: Client, edition: Edition, olga: Any, name: str
) -> None:
    LetterFactory(edition=edition)
    answers = [client.get(page("letters"), QUERY_STRING=f"{name}={value}") for value in ODD]
    assert {answer.status_code for answer in answers} <= {200, 400, 404}


# --- One letter --------------------------------------------------------------------------------


def test_letter_is_read_as_it_was_sent(client: Client, edition: Edition, olga: Any) -> None:
    letter = LetterFactory(
        edition=edition, language="fr", text="Merci <b>beaucoup</b>", attachments=[CALENDAR]
    )

    shown = text(client.get(page("letter", letter)))

    for words in (
        letter.subject,
        letter.to,
        letter.name,
        "Merci &lt;b&gt;beaucoup&lt;/b&gt;",
        "Monday 1 February 2027, 10:10 (Brussels time, UTC+1)",
        "Taken by the mail server",
        "Message-ID: " + letter.message_id.replace("<", "&lt;").replace(">", "&gt;"),
        "deadline.ics",
        'lang="fr"',
    ):
        assert words in shown
    assert "Send it again" not in shown


def test_html_is_framed_under_a_policy_that_lets_it_do_nothing(
    client: Client, edition: Edition, olga: Any
) -> None:
    letter = LetterFactory(edition=edition, html="<html><head></head><script>x()</script></html>")

    whole = client.get(page("letter", letter))
    frame = client.get(page("letter_html", letter))

    assert "x()" not in whole.content.decode()
    assert re.search(
        rf'<iframe [^>]*src="{page("letter_html", letter)}"[^>]* sandbox>', text(whole)
    )
    policy = frame["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("; sandbox")
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert frame["Cache-Control"] == "no-store"
    assert '<base target="_blank">' in frame.content.decode()


def test_attachment_is_a_download_that_runs_nothing(
    client: Client, edition: Edition, olga: Any
) -> None:
    letter = LetterFactory(edition=edition, attachments=[CALENDAR])

    file = client.get(page("letter_attachment", letter, 0))

    assert file.content.decode() == CALENDAR["text"]
    assert file["Content-Type"] == "text/calendar; method=PUBLISH"
    assert file["Content-Disposition"] == 'attachment; filename="deadline.ics"'
    assert file["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.get(page("letter_attachment", letter, 1)).status_code == 404


def test_waiting_letter_reads_as_it_would_be_sent(
    client: Client, edition: Edition, olga: Any
) -> None:
    letter = LetterFactory(
        edition=edition,
        waiting=True,
        unwritten=True,
        kind="applications.call_opened",
        context={
            "edition": "Night 2027",
            "apply_url": "https://hub.example/apply/",
            "stop_url": "https://hub.example/stop/secret/",
        },
        next_try=NOW + timedelta(minutes=5),
        error="451 4.7.1 greylisted",
        troubles=[trouble(Sort.NOT_NOW, "451 4.7.1 greylisted")],
    )

    shown = text(client.get(page("letter", letter)))

    assert "The call of Night 2027 is open now" in shown
    assert "As it would read today" in shown
    assert "Monday 1 February 2027, 11:05 (Brussels time, UTC+1)" in shown
    assert "asked the site to come back later" in shown
    assert "https://hub.example/apply/" in shown
    assert "secret" not in shown + client.get(page("letter_html", letter)).content.decode()
    assert "Send it again" not in shown


def test_every_attempt_stands_with_its_time_its_meaning_and_the_servers_words(
    client: Client, edition: Edition, olga: Any
) -> None:
    letter = LetterFactory(
        edition=edition,
        failed=True,
        troubles=[
            trouble(Sort.NOT_NOW, "452 4.2.2 quota <b>", NOW - timedelta(minutes=40)),
            trouble(Sort.NO_ADDRESS, "550 5.1.1 no such user", NOW - timedelta(minutes=10)),
        ],
    )

    shown = text(client.get(page("letter", letter)))

    assert "This letter was not delivered" in shown
    for before, after in (
        ("10:20 (Brussels", "The mailbox is full."),
        ("The mailbox is full.", "452 4.2.2 quota &lt;b&gt;"),
        ("10:50 (Brussels", "550 5.1.1 no such user"),
    ):
        assert shown.index(before) < shown.rindex(after)
    assert "Send it again" in shown


def test_letter_that_cannot_be_written_says_so(client: Client, edition: Edition, olga: Any) -> None:
    letter = LetterFactory(edition=edition, failed=True, unwritten=True, kind="gone.room")
    assert "could not write this letter" in text(client.get(page("letter", letter)))
    assert client.get(page("letter_html", letter)).status_code == 404


def test_letter_to_somebody_who_was_erased_has_nothing_left(
    client: Client, edition: Edition, olga: Any
) -> None:
    letter = LetterFactory(
        edition=edition, failed=True, to="", name="", subject="", text="", html="", error="",
        troubles=[],
    )  # fmt: skip
    shown = text(client.get(page("letter", letter)))
    assert "has been erased: the person left the site" in shown
    assert "Send it again" not in shown
    assert "address erased" in text(client.get(page("letters")))
    refused = client.post(page("resend_letter", letter), {"seen": 0})
    assert (refused.status_code, "nobody to send it to" in text(refused)) == (422, True)


@pytest.mark.parametrize("name", ["letter", "letter_html", "letter_attachment", "resend_letter"])
def test_letter_that_is_not_theirs_is_a_404(
    client: Client, edition: Edition, olga: Any, name: str
) -> None:
    more = [0] if name == "letter_attachment" else []
    given: dict[str, Any] = {"failed": True, "attachments": [CALENDAR]}
    own = LetterFactory(edition=edition, **given)
    others = [
        LetterFactory(edition=EditionFactory(programme=edition.programme), **given),
        LetterFactory(edition=edition, sensitive=True, **given),
        LetterFactory(**given),
    ]
    for letter in others:
        for ask in (client.get, client.post):
            status = ask(page(name, letter, *more), {"seen": 0}).status_code
            assert status in {404, 405}
    for person in (PersonFactory(), ProgrammeRoleFactory(edition=edition, role="reviewer").person):
        client.force_login(person)
        assert client.get(page(name, own, *more)).status_code in {404, 405}
        assert client.post(page(name, own, *more), {"seen": 0}).status_code in {404, 405}
    client.force_login(ProgrammeRoleFactory().person)
    assert client.post(page("resend_letter", own), {"seen": 0}).status_code == 404
    assert set(Letter.objects.values_list("state", flat=True)) == {"failed"}


@pytest.mark.parametrize("letters", [1, 20])
def test_letter_takes_the_same_queries_however_often_it_was_sent_again(
    client: Client, edition: Edition, olga: Any, letters: int, django_assert_num_queries: Any
) -> None:
    letter = LetterFactory(edition=edition, failed=True)
    for _turn in range(letters):
        AuditEvent.objects.create(
            at=NOW,
            actor_id=PersonFactory().pk,
            verb="mail.resent",
            subject=f"mail.letter:{letter.pk}",
        )
    # Session, person, permissions (2) and organiser: five; edition, letter, then who sent it again (2).
    with django_assert_num_queries(9):
        client.get(page("letter", letter))


# --- Sending it again --------------------------------------------------------------------------


def test_failed_letter_is_sent_again_and_the_history_says_by_whom(
    client: Client, edition: Edition, olga: Any, settings: Any
) -> None:
    settings.EMAIL_URL = "mailbox:"
    letter = LetterFactory(edition=edition, failed=True)
    Suppression.objects.create(address=letter.to, reason="550", since=NOW)

    answer = client.post(page("resend_letter", letter), {"seen": 0}, follow=True)
    assert "in the queue again" in text(answer)
    assert delivery.drain(seconds=5).sent == 1

    letter.refresh_from_db()
    assert letter.state == "sent"
    shown = text(client.get(page("letter", letter)))
    assert shown.index("this address does not exist") < shown.index("Sent again")
    assert "Olga" in shown[shown.index("Sent again") :]
    assert "Sent a letter again" in text(client.get(page("history")))
    event = AuditEvent.objects.get(verb="mail.resent")
    assert (event.actor_id, event.context) == (olga.pk, f"catalogue.edition:{edition.pk}")


def test_button_pressed_twice_sends_once_and_both_pages_say_it_is_done(
    client: Client, edition: Edition, olga: Any
) -> None:
    letter = LetterFactory(edition=edition, failed=True)
    first, second = (
        client.post(page("resend_letter", letter), {"seen": 0}, follow=True) for _turn in range(2)
    )
    assert (first.status_code, second.status_code) == (200, 200)
    assert "in the queue again" in text(first)
    assert "it went once" in text(second)
    assert AuditEvent.objects.filter(verb="mail.resent").count() == 1


@pytest.mark.parametrize(
    ("traits", "sentence"),
    [
        ({}, "This letter has been sent. Only one that failed can be sent again."),
        ({"waiting": True}, "This letter is waiting to be sent already."),
    ],
)
def test_letter_that_did_not_fail_is_not_sent_again(
    client: Client, edition: Edition, olga: Any, traits: dict[str, Any], sentence: str
) -> None:
    letter = LetterFactory(edition=edition, **traits)
    refused = client.post(page("resend_letter", letter), {"seen": 0})
    assert refused.status_code == 409
    assert sentence in text(refused)
    assert AuditEvent.objects.count() == 0


def test_second_organiser_is_told_that_somebody_was_faster(
    client: Client, edition: Edition, olga: Any
) -> None:
    letter = LetterFactory(edition=edition, failed=True)
    client.post(page("resend_letter", letter), {"seen": 0})
    client.force_login(ProgrammeRoleFactory(edition=edition).person)
    refused = client.post(page("resend_letter", letter), {"seen": 0})
    assert refused.status_code == 409
    assert "waiting to be sent already" in text(refused)


def test_reading_or_following_a_link_sends_nothing(
    client: Client, edition: Edition, olga: Any
) -> None:
    letter = LetterFactory(edition=edition, failed=True)
    assert client.get(page("resend_letter", letter)).status_code == 405
    for name in ("letter", "letter_html"):
        client.get(page(name, letter))
    assert Letter.objects.get().state == "failed"


@pytest.mark.parametrize("seen", [*IN_A_FORM, None, "32768"], ids=lambda seen: repr(seen)[:12])
def test_button_with_anything_in_it_is_refused_in_words(
    client: Client, edition: Edition, olga: Any, seen: str | None
) -> None:
    letter = LetterFactory(edition=edition, failed=True)
    fields = {"seen": seen.encode(errors="surrogatepass")} if seen is not None else {}
    body, content_type = multipart(fields)
    answer = client.post(page("resend_letter", letter), body, content_type=content_type)
    assert answer.status_code in {400, 422}
    if answer.status_code == 422:
        assert "press the button again" in text(answer)
    assert Letter.objects.get().state == "failed"
