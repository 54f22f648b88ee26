"""The newsletter: asked for, confirmed, changed and left by its links; and what its letters say."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from museumhub.mail import delivery
from museumhub.mail.models import Letter, Suppression
from museumhub.mail.rendering import render, shown
from museumhub.members.models import Person
from museumhub.news.models import NewsletterDay, Subscription
from museumhub.news.services import assembling
from museumhub.news.services import newsletter as services
from museumhub.schedule.models import ScheduledAction
from tests.factories.frameworks import TopicFactory
from tests.factories.members import PASSWORD, PersonFactory
from tests.factories.news import ItemFactory, SubscriptionFactory
from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db

# The Tuesday after the fixture `now`, eight o'clock in Brussels.
DUE = datetime(2027, 2, 2, 7, 0, tzinfo=UTC)
CHOSEN = {
    "rhythm": "weekly-1",
    "hour": "8",
    "time_zone": "Europe/Brussels",
    "language": "en",
}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def address(name: str, subscription: Subscription) -> str:
    return reverse(f"news:newsletter_{name}", args=[subscription.oid])


def ask(client: Client | None = None, **said: Any) -> Any:
    form = {**CHOSEN, "email": "reader@home.example", **said}
    return (client or Client()).post(reverse("news:newsletter"), form)


def change_address(client: Client, to: str) -> None:
    """As the owner of the account does it: the password again, then the code from the letter."""
    asked = client.post(reverse("members:address"), {"action_add": "1", "email": to})
    client.post(asked["Location"], {"password": PASSWORD, "next": "/account/email/"})
    code = Letter.objects.filter(kind="account.address_code").latest("pk").context["code"]
    client.post("/account/confirm-email/", {"code": code})


def assemble(at: datetime = DUE) -> list[Letter]:
    """The letters posted at an instant, in the order of their subscribers."""
    with time_machine.travel(at, tick=False):
        assembling.assemble_due()
    kept = Letter.objects.filter(kind="news.newsletter", posted_at=at)
    return list(kept.order_by("about", "pk"))


# --- Asking, confirming ------------------------------------------------------------------------


def test_newsletter_comes_once_its_address_is_confirmed(now: datetime) -> None:
    climate = TopicFactory(slug="climate", name="Climate", framework__leads=True)
    answer = ask(topics=["climate"], kinds=["event"], rhythm="monthly-31", hour="18")
    assert "Look into your mail" in answer.content.decode()
    subscription = Subscription.objects.get()
    assert (subscription.holds, subscription.next_due_at) == (False, None)
    letter = render(Letter.objects.get())
    confirm = address("confirm", subscription)
    assert confirm in letter.text

    client = Client()
    assert client.get(confirm).status_code == 200  # a scanner of mail follows links
    assert not Subscription.objects.get().holds
    for _press in range(2):
        assert "Thank you" in client.post(confirm).content.decode()
    subscription = Subscription.objects.get()
    assert subscription.next_due_at == datetime(2027, 2, 28, 17, 0, tzinfo=UTC)
    assert list(subscription.topics.all()) == [climate]
    assert subscription.kinds == ["event"]
    assert subscription.email == "reader@home.example"


def test_own_address_of_somebody_signed_in_is_confirmed_at_once(
    signed_in: Callable[[Person], Client],
) -> None:
    person = PersonFactory(email="ana@feathers.example", time_zone="Europe/Lisbon", language="fr")
    client = signed_in(person)
    page = client.get(reverse("news:newsletter")).content.decode()
    assert re.search(r'<option value="Europe/Lisbon" selected>', page)
    assert 'value="ana@feathers.example"' in page
    answer = ask(client, email="Ana@feathers.example")
    subscription = Subscription.objects.get()
    assert answer["Location"] == address("choices", subscription)
    assert (subscription.holds, subscription.person) == (True, person)
    assert not Letter.objects.exists()
    ask(client, email="somebody@else.example")
    assert not Subscription.objects.get(email="somebody@else.example").holds


def test_answer_does_not_tell_whether_an_address_is_known(now: datetime) -> None:
    known = SubscriptionFactory(email="known@home.example")
    answers = {ask(email=email).content for email in ("known@home.example", "new@home.example")}
    assert len(answers) == 1
    # Whoever typed it need not be its owner.
    ask(email="known@home.example", rhythm="daily-0", language="fr")
    known.refresh_from_db()
    assert (known.frequency, known.language) == ("weekly", "en")
    letter = render(Letter.objects.filter(to="known@home.example").latest("pk"))
    assert "gets it already" in letter.text
    assert address("choices", known) in letter.text


def test_nobody_has_many_letters_sent_to_an_address(now: datetime) -> None:
    assert [ask().status_code for _time in range(4)] == [200, 200, 200, 429]
    assert Letter.objects.count() == 3
    for number in range(6):
        assert ask(email=f"n{number}@home.example").status_code == 200
    assert ask(email="eleventh@home.example").status_code == 429


def test_unconfirmed_address_is_forgotten_after_a_week(now: datetime) -> None:
    ask()
    kept = SubscriptionFactory()
    assert services.forget_subscriptions(now + timedelta(days=6)) == 0
    assert services.forget_subscriptions(now + timedelta(days=8)) == 1
    assert list(Subscription.objects.all()) == [kept]


def test_address_that_has_not_existed_for_a_month_is_given_up(now: datetime) -> None:
    gone, back, there = (SubscriptionFactory() for _reader in range(3))
    for one, days in ((gone, 31), (back, 29)):
        Suppression.objects.create(
            address=one.email, reason="550 5.1.1 User unknown", since=now - timedelta(days=days)
        )
    services.forget_subscriptions(now)
    gone.refresh_from_db()
    assert (gone.email, gone.ended_at) == ("", now)
    assert set(Subscription.objects.confirmed()) == {back, there}


def test_newsletter_follows_the_account_to_its_new_address(
    signed_in: Callable[[Person], Client],
) -> None:
    person = PersonFactory(email="ana@feathers.example")
    mine = SubscriptionFactory(email=person.email, person=person)
    unconfirmed = SubscriptionFactory(email="ana@nets.example", asked=True)
    client = signed_in(person)
    change_address(client, "ana@nets.example")
    mine.refresh_from_db()
    assert (mine.email, mine.holds) == ("ana@nets.example", True)
    assert not Subscription.objects.filter(pk=unconfirmed.pk).exists()
    # There is one that holds already: it stays, and nobody gets two.
    other = SubscriptionFactory(email="ana@boats.example")
    change_address(client, "ana@boats.example")
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.holds, other.holds, other.email) == (False, True, "ana@boats.example")


def test_topic_page_leads_to_a_form_with_the_topic_chosen(now: datetime) -> None:
    TopicFactory(slug="climate", framework__leads=True)
    page = Client().get(reverse("news:newsletter") + "?topic=climate").content.decode()
    assert re.search(r'value="climate"[^>]* checked', page)


@pytest.mark.parametrize(
    "wrong", [{"email": "nobody"}, {"rhythm": "weekly-9"}, {"hour": "24"}, {"time_zone": "Mars"}]
)
def test_wrong_choice_is_said_and_nothing_is_kept(now: datetime, wrong: dict[str, Any]) -> None:
    answer = ask(**wrong)
    assert answer.status_code == 422
    assert "Error:" in answer.content.decode()
    assert not Subscription.objects.exists()


# --- Changing, leaving -------------------------------------------------------------------------


def test_choices_are_changed_by_the_secret_link(now: datetime) -> None:
    subscription = SubscriptionFactory()
    page = address("choices", subscription)
    assert "reader" in Client().get(page).content.decode()
    Client().post(page, CHOSEN | {"rhythm": "daily-0", "hour": "18", "language": "de"})
    subscription.refresh_from_db()
    assert subscription.next_due_at == datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
    # What was published since the last letter is still to be told.
    assert subscription.covered_until == DUE - timedelta(days=7)


@pytest.mark.parametrize("name", ["choices", "confirm", "unsubscribe"])
def test_wrong_link_leads_nowhere(now: datetime, name: str) -> None:
    path = reverse(f"news:newsletter_{name}", args=["a" * 26])
    assert Client().get(path).status_code == 404
    assert Client().post(path, ONE_CLICK).status_code == 404


def test_leaving_by_one_click_of_the_mail_program(now: datetime) -> None:
    subscription = SubscriptionFactory(kinds=["event"])
    page = address("unsubscribe", subscription)
    mail_program = Client(enforce_csrf_checks=True)
    assert "End the newsletter?" in mail_program.get(page).content.decode()
    assert Subscription.objects.get().holds
    mail_program = Client(enforce_csrf_checks=True)
    for _press in range(2):
        answer = mail_program.post(page, ONE_CLICK)
        assert answer.status_code == 200
        assert not answer.cookies
        assert "No more letters come" in answer.content.decode()
        ended = Subscription.objects.get()
        assert (ended.email, ended.ended_at, ended.kinds) == ("", now, [])
    assert Client().get(address("choices", subscription))["Location"] == page
    assert assemble() == []
    # The same address may come back.
    ask(email=subscription.email)
    assert Subscription.objects.unconfirmed().get().email == subscription.email
    confirmed = Client().post(address("confirm", subscription)).content.decode()
    assert "has ended" in confirmed


def test_leaving_stops_the_letter_that_waits(now: datetime, settings: Any) -> None:
    ItemFactory()
    subscription = SubscriptionFactory()
    (letter,) = assemble()
    services.unsubscribe(subscription=subscription, now=DUE)
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        with time_machine.travel(DUE, tick=False):
            delivery.drain(seconds=5)
        assert sink.handler.received == []
    letter.refresh_from_db()
    assert (letter.to, letter.context) == ("", {})


# --- The letter --------------------------------------------------------------------------------


def test_letter_says_how_to_leave_it_and_no_other_letter_does(now: datetime, settings: Any) -> None:
    settings.SITE_URL = "https://hub.example"
    ItemFactory()
    subscription = SubscriptionFactory()
    ask()
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        (letter,) = assemble()
        with time_machine.travel(DUE, tick=False):
            delivery.drain(seconds=5)
        asked, sent = (received.message for received in sink.handler.received)
    assert (
        sent["List-Unsubscribe"] == f"<https://hub.example{address('unsubscribe', subscription)}>"
    )
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent["List-Id"] == f"<newsletter.{settings.SITE_HOST}>"
    assert sent["Message-ID"] == letter.message_id
    assert not {name for name in asked if name.startswith("List-")}


def test_who_else_reads_the_letter_sees_no_secret_link(now: datetime) -> None:
    ItemFactory()
    subscription = SubscriptionFactory()
    (letter,) = assemble()
    assert subscription.oid in render(letter).html
    for words in (shown(letter).text, shown(letter).html):
        assert subscription.oid not in words


def test_letter_holds_what_is_new_for_the_topics_and_kinds_chosen(now: datetime) -> None:
    climate, crisis = (TopicFactory(framework__leads=True) for _number in range(2))
    ItemFactory(title="Old heat", topics=[climate], published_at=DUE - timedelta(days=8))
    ItemFactory(title="New heat", topics=[climate])
    ItemFactory(title="Night of heat", topics=[climate], event=True)
    ItemFactory(title="New crisis", topics=[crisis])
    ItemFactory(title="A draft", topics=[climate], draft=True)
    ItemFactory(title="Tomorrow", topics=[climate], scheduled=True, published_at=DUE + timedelta(1))
    SubscriptionFactory(topics=[climate])
    SubscriptionFactory(topics=[climate], kinds=["event"])
    SubscriptionFactory()
    titles = [[one["title"] for one in letter.context["items"]] for letter in assemble()]
    assert titles == [
        ["Night of heat", "New heat"],
        ["Night of heat"],
        ["New crisis", "Night of heat", "New heat"],
    ]


def test_letter_is_in_its_readers_language_and_zone(now: datetime) -> None:
    english = ItemFactory(title="Open at night", published_at=now - timedelta(days=2))
    ItemFactory(title="Nachts offen", language="de", translation_of=english)
    ItemFactory(title="Ouvert", language="fr", published_at=now - timedelta(days=1))
    ItemFactory(
        title="Treffen",
        language="de",
        event=True,
        starts_at=DUE + timedelta(days=3, hours=5),
        ends_at=DUE + timedelta(days=3, hours=7),
        published_at=now - timedelta(days=30),
    )
    SubscriptionFactory(language="de", time_zone="Europe/Lisbon", next_due_at=DUE)
    (letter,) = assemble()
    made = render(letter)
    assert made.subject == "Nachts offen und 1 weiterer Beitrag"
    assert made.text.index("Nachts offen") < made.text.index("Ouvert") < made.text.index("Treffen")
    assert "Open at night" not in made.text
    assert "Freitag, 5. Februar 2027, 12:00" in made.text  # on the clock of Brussels it is 13:00


def test_letter_says_what_begins_and_closes_soon(now: datetime) -> None:
    long_ago = now - timedelta(days=60)
    soon, later = DUE + timedelta(days=5), DUE + timedelta(days=12)
    for at in (soon, later):
        ItemFactory(title=f"Night {at:%d}", event=True, starts_at=at, published_at=long_ago)
        ItemFactory(title=f"Call {at:%d}", feedback=True, closes_at=at, published_at=long_ago)
    SubscriptionFactory()
    assert assemble() == []  # nothing of it is new
    ItemFactory(published_at=DUE + timedelta(hours=1))
    (letter,) = assemble(DUE + timedelta(days=7))
    assert [one["title"] for one in letter.context["begins"]] == ["Night 14"]
    assert [one["title"] for one in letter.context["closes"]] == ["Call 14"]


def test_long_letter_leads_to_the_rest(now: datetime) -> None:
    ItemFactory.create_batch(70)
    SubscriptionFactory()
    (letter,) = assemble()
    assert len(letter.context["items"]) == 12
    made = render(letter)
    assert "58 items more are on the site" in made.html
    assert made.subject.endswith("and 69 more")


# --- When it comes -----------------------------------------------------------------------------


def test_nothing_new_means_no_letter_and_is_noted(now: datetime) -> None:
    subscription = SubscriptionFactory()
    assert assemble() == []
    subscription.refresh_from_db()
    assert subscription.next_due_at == DUE + timedelta(days=7)
    noted = NewsletterDay.objects.get()
    assert (noted.letters, noted.nothing_new, noted.frequency) == (0, 1, "weekly")
    ItemFactory(published_at=DUE + timedelta(days=1))
    assert len(assemble(DUE + timedelta(days=7))) == 1


def test_nothing_is_told_twice_and_nothing_left_out(now: datetime) -> None:
    """Also what is published in the very minute of the letter."""
    SubscriptionFactory(frequency="daily", day=0, next_due_at=DUE)
    day = timedelta(days=1)
    for hours in (-30, -3, 0, 1, 23, 24, 25):
        ItemFactory(title=f"{hours}", published_at=DUE + timedelta(hours=hours))
    told = [
        [one["title"] for one in letter.context["items"]]
        for days in range(3)
        for letter in assemble(DUE + days * day + timedelta(seconds=20))
    ]
    assert told == [["-3"], ["23", "1", "0"], ["25", "24"]]


def test_three_days_late_means_one_letter(now: datetime) -> None:
    subscription = SubscriptionFactory(frequency="daily", day=0, next_due_at=DUE)
    ItemFactory.create_batch(3)
    late = DUE + timedelta(days=3, hours=5)
    subscription.refresh_from_db()
    Subscription.objects.update(covered_until=now - timedelta(days=5))
    assert len(assemble(late)) == 1
    assert assemble(late + timedelta(minutes=1)) == []
    subscription.refresh_from_db()
    assert subscription.next_due_at == DUE + timedelta(days=4)


def test_letter_waits_for_an_item_whose_minute_has_come(now: datetime) -> None:
    """Put together a moment earlier it would never tell of it."""
    SubscriptionFactory()
    ItemFactory(published_at=DUE - timedelta(days=1))
    appearing = ScheduledAction.objects.create(
        kind="news.appear", key="a", due_at=DUE, not_before=DUE
    )
    assert not assembling.waits(DUE)
    assert assemble() == []
    ScheduledAction.objects.filter(pk=appearing.pk).update(state="done")
    assert len(assemble(DUE + timedelta(minutes=1))) == 1


def test_somebody_switched_off_gets_none(now: datetime) -> None:
    person = PersonFactory(is_active=False)
    SubscriptionFactory(person=person, email=person.email)
    ItemFactory()
    assert assemble() == []
    assert not assembling.waits(DUE)


def test_queries_grow_with_readers_not_with_readers_times_items(now: datetime) -> None:
    climate = TopicFactory(framework__leads=True)

    def queries(readers: int, items: int) -> int:
        Subscription.objects.all().delete()
        Letter.objects.all().delete()
        ItemFactory.create_batch(items, topics=[climate])
        for number in range(readers):
            SubscriptionFactory(topics=[climate] if number % 2 else [])
        with CaptureQueriesContext(connection) as asked:
            assert len(assemble()) == readers
        return len(asked)

    few, many = queries(4, 3), queries(24, 30)
    assert many - few <= 20 * 3  # the letter is looked for, written, found


# --- Editors -----------------------------------------------------------------------------------


def test_editors_see_numbers_and_no_address(
    signed_in: Callable[[Person], Client], edda: Person, ana: Person
) -> None:
    climate = TopicFactory(short_name="Climate", framework__leads=True)
    SubscriptionFactory(topics=[climate])
    SubscriptionFactory(language="fr", frequency="daily", day=0, next_due_at=DUE)
    SubscriptionFactory(asked=True)
    ItemFactory(published_at=DUE - timedelta(hours=1))
    assemble()
    page = signed_in(edda).get(reverse("news:newsletter_readers")).content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for said in ("Readers 2", "Not confirmed yet 1", "Climate 1", "All topics 1", "Français 1"):
        assert said in words
    assert "Tuesday 2 February 2027 1 1" in words
    assert "letters.example" not in page
    assert signed_in(ana).get(reverse("news:newsletter_readers")).status_code == 404


def test_editors_page_asks_as_often_for_many_readers(
    signed_in: Callable[[Person], Client], edda: Person
) -> None:
    client = signed_in(edda)
    counted = []
    for _size in range(2):
        SubscriptionFactory.create_batch(3)
        client.get(reverse("news:newsletter_readers"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("news:newsletter_readers"))
        counted.append(len(asked))
    assert counted[0] == counted[1]
