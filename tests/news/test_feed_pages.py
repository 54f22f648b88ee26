"""The pages of feeds and of their entries: who sees them, what they do, and how many queries they cost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from museumhub.kit.refusals import Refused, Stale
from museumhub.members.models import Person
from museumhub.news import kinds, lifecycle
from museumhub.news.models import FeedSource, Item, PulledEntry
from museumhub.news.services import entries, sources
from tests.conftest import NOW
from tests.factories.frameworks import TopicFactory
from tests.factories.members import MembershipFactory, OrganisationFactory
from tests.factories.news import FeedSourceFactory, NewsRoleFactory, PulledEntryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Person:
    """An administrator of a museum."""
    person: Person = MembershipFactory().person
    return person


@pytest.fixture
def editor() -> Person:
    person: Person = NewsRoleFactory().person
    return person


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def museum_of(person: Person) -> Any:
    return person.memberships.get().organisation


FORM = {"url": "https://museum.example/feed", "title": "", "language": "de", "topics": []}


# --- Feeds


def test_administrator_adds_a_feed_of_their_museum_which_is_due_at_once(
    alice: Person, now: datetime
) -> None:
    topic = TopicFactory()
    museum = museum_of(alice)
    address = reverse("news:feed_add", args=[museum.slug])
    assert signed_in(alice).get(address).status_code == 200
    answer = signed_in(alice).post(address, {**FORM, "topics": [topic.pk]})
    source = FeedSource.objects.get()
    assert answer["Location"] == reverse("news:feed", args=[source.oid])
    assert (source.organisation, source.added_by, source.next_due) == (museum, alice, now)
    assert (source.language, list(source.topics.all())) == ("de", [topic])
    assert source in FeedSource.objects.due(now)


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("javascript:alert(1)", 422),
        ("http://user:secret@museum.example/", 422),
        ("http://127.0.0.1:8000/news/feed.atom", 422),
        ("", 422),
        ("museum.example/feed", 302),
    ],
)
def test_address_of_a_feed_is_one_of_the_web_and_not_of_this_site(
    alice: Person, url: str, status: int
) -> None:
    address = reverse("news:feed_add", args=[museum_of(alice).slug])
    assert signed_in(alice).post(address, {**FORM, "url": url}).status_code == status
    assert FeedSource.objects.count() == (status == 302)


def test_museum_has_each_feed_once_and_no_more_than_ten(alice: Person, now: datetime) -> None:
    museum = museum_of(alice)
    said: dict[str, Any] = {"organisation": museum, "actor": alice, "language": "en", "now": now}
    sources.add_feed(url="https://museum.example/1", **said)
    with pytest.raises(Refused) as twice:
        sources.add_feed(url="https://museum.example/1", **said)
    assert twice.value.field == "url"
    FeedSourceFactory.create_batch(9, organisation=museum)
    with pytest.raises(Refused, match="10 feeds"):
        sources.add_feed(url="https://museum.example/2", **said)
    assert FeedSource.objects.count() == 10


NAMES = ("feed", "feed_change", "feed_remove")


def test_feed_of_another_museum_is_not_there(alice: Person) -> None:
    other = FeedSourceFactory()
    client = signed_in(alice)
    answers = [client.get(reverse(f"news:{name}", args=[other.oid])) for name in NAMES]
    posts = [*NAMES[1:], "feed_switch", "feed_ask"]
    answers += [client.post(reverse(f"news:{name}", args=[other.oid]), FORM) for name in posts]
    answers.append(client.post(reverse("news:feed_add", args=[other.organisation.slug]), FORM))
    answers.append(client.get(reverse("news:pulled")))
    assert {answer.status_code for answer in answers} == {404}
    assert FeedSource.objects.get() == other
    assert other.title.encode() not in client.get(reverse("news:feeds")).content


@pytest.mark.parametrize("role", ["editor", "staff"])
def test_only_administrators_keep_a_museums_feeds(role: str, now: datetime) -> None:
    member = MembershipFactory(role=role)
    source = FeedSourceFactory(organisation=member.organisation)
    client = signed_in(member.person)
    assert client.get(reverse("news:feeds")).status_code == 404
    assert client.get(reverse("news:feed", args=[source.oid])).status_code == 404
    with pytest.raises(Refused):
        sources.remove_feed(source=source, actor=member.person, now=now)


def test_new_address_begins_anew_and_the_worker_that_asks_the_old_one_writes_nothing(
    alice: Person, now: datetime
) -> None:
    source = FeedSourceFactory(
        organisation=museum_of(alice),
        etag="a",
        digest="b",
        failures=3,
        failing_since=NOW - timedelta(days=3),
        parked_at=NOW,
        trouble="slow",
        claim="held",
        lease_until=NOW + timedelta(minutes=5),
        next_due=NOW + timedelta(days=1),
    )
    answer = signed_in(alice).post(reverse("news:feed_change", args=[source.oid]), FORM)
    assert answer.status_code == 302
    source.refresh_from_db()
    assert (source.url, source.etag, source.digest, source.claim) == (FORM["url"], "", "", "")
    assert (source.failures, source.parked_at, source.trouble) == (0, None, "")
    assert source in FeedSource.objects.due(now)


def test_other_changes_leave_the_validators(alice: Person) -> None:
    source = FeedSourceFactory(organisation=museum_of(alice), etag="a", url=FORM["url"])
    signed_in(alice).post(reverse("news:feed_change", args=[source.oid]), {**FORM, "title": "New"})
    source.refresh_from_db()
    assert (source.title, source.etag) == ("New", "a")


def test_switched_off_feed_is_not_due_and_keeps_what_came_of_it(
    alice: Person, now: datetime
) -> None:
    source = FeedSourceFactory(organisation=museum_of(alice))
    PulledEntryFactory(source=source)
    client, address = signed_in(alice), reverse("news:feed_switch", args=[source.oid])
    client.post(address, {"on": "0"})
    assert not FeedSource.objects.due(now).exists()
    assert PulledEntry.objects.count() == 1
    asked = client.post(reverse("news:feed_ask", args=[source.oid]))
    assert (asked.status_code, b"Switch it on first" in asked.content) == (422, True)
    client.post(address, {"on": "1"})
    assert FeedSource.objects.due(now).exists()


def test_feed_that_was_given_up_says_why_and_is_asked_again_on_demand(
    alice: Person, now: datetime
) -> None:
    source = FeedSourceFactory(
        organisation=museum_of(alice),
        failures=20,
        failing_since=NOW - timedelta(days=15),
        parked_at=NOW - timedelta(days=1),
        trouble="closed",
        detail="403",
    )
    client = signed_in(alice)
    page = client.get(reverse("news:feed", args=[source.oid])).content.decode()
    assert "The server does not let the site in (403)." in page
    client.post(reverse("news:feed_ask", args=[source.oid]))
    assert source in FeedSource.objects.due(now)
    for _ in range(sources.ASKED_AN_HOUR):
        last = client.post(reverse("news:feed_ask", args=[source.oid]))
    assert last.status_code == 429


def test_removing_a_feed_asks_first_and_leaves_what_was_made_of_it(
    alice: Person, editor: Person, now: datetime
) -> None:
    source = FeedSourceFactory(organisation=museum_of(alice))
    taken, _waiting = PulledEntryFactory.create_batch(2, source=source)
    made = entries.take_entry(entry=taken, actor=editor, now=now)
    client, address = signed_in(alice), reverse("news:feed_remove", args=[source.oid])
    assert b"1 entry that waits" in client.get(address).content
    assert FeedSource.objects.count() == 1
    client.post(address)
    assert (FeedSource.objects.count(), PulledEntry.objects.count()) == (0, 0)
    assert Item.objects.get() == made


def test_editor_finds_a_museum_to_add_a_feed_for(editor: Person) -> None:
    OrganisationFactory(name="Musée de l'Été", slug="ete")
    OrganisationFactory(name="Other", slug="other")
    page = signed_in(editor).get(reverse("news:feeds"), {"named": "musee de l ete"})
    assert reverse("news:feed_add", args=["ete"]).encode() in page.content
    assert reverse("news:feed_add", args=["other"]).encode() not in page.content
    posted = signed_in(editor).post(reverse("news:feed_add", args=["ete"]), FORM)
    assert posted.status_code == 302


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_feeds_costs_the_same_however_many(
    editor: Person, number: int, django_assert_max_num_queries: Any
) -> None:
    for source in FeedSourceFactory.create_batch(number):
        PulledEntryFactory.create_batch(number, source=source)
    client = signed_in(editor)
    with django_assert_max_num_queries(12):
        client.get(reverse("news:feeds"))


# --- Entries


def test_editor_takes_an_entry_over_as_a_draft_that_nobody_else_sees(
    editor: Person, now: datetime
) -> None:
    topic = TopicFactory()
    source = FeedSourceFactory(language="fr")
    source.topics.add(topic)
    entry = PulledEntryFactory(
        source=source,
        title="Nuit au musée",
        summary="Première ligne.\n[click](https://evil.example) <b>x</b> # y evil.example",
        link="https://museum.example/nuit",
    )
    client = signed_in(editor)
    client.post(reverse("news:pulled_entry_decide", args=[entry.oid]), {"act": "take"})
    item = Item.objects.get()
    assert (item.kind, item.status, item.published_at) == (kinds.ARTICLE, lifecycle.DRAFT, None)
    assert (item.title, item.language) == ("Nuit au musée", "fr")
    assert (item.organisation, list(item.topics.all())) == (source.organisation, [topic])
    assert (item.source_name, item.source_url) == (
        source.organisation.name,
        "https://museum.example/nuit",
    )
    assert item.teaser.startswith("Première ligne. [click]")
    assert not Item.objects.published(now).exists()
    assert client.get(item.get_absolute_url()).status_code == 404
    entry.refresh_from_db()
    assert (entry.status, entry.item, entry.decided_at) == ("taken", item, now)
    page = client.get(reverse("news:pulled_entry", args=[entry.oid]))
    assert page.status_code == 200


def test_entries_of_equal_titles_get_addresses_of_their_own(editor: Person, now: datetime) -> None:
    made = [
        entries.take_entry(entry=PulledEntryFactory(title=title), actor=editor, now=now).slug
        for title in ("Ночь музеев", "Ночь музеев", "!!!", "feed")
    ]
    assert made == ["noch-muzeev", "noch-muzeev-2", "news", "news-feed"]


def test_entry_is_taken_once_even_when_two_editors_press_at_the_same_time(
    editor: Person, now: datetime
) -> None:
    entry = PulledEntryFactory()
    same = PulledEntry.objects.get(pk=entry.pk)
    entries.take_entry(entry=entry, actor=editor, now=now)
    with pytest.raises(Stale):
        entries.take_entry(entry=same, actor=editor, now=now)
    assert Item.objects.count() == 1
    page = signed_in(editor).post(
        reverse("news:pulled_entry_decide", args=[entry.oid]), {"act": "dismiss"}
    )
    assert page.status_code == 409


def test_several_are_dismissed_or_taken_at_once_and_a_foreign_one_stops_all(
    editor: Person,
) -> None:
    first, second, third = PulledEntryFactory.create_batch(3)
    client, address = signed_in(editor), reverse("news:pulled_decide")
    mixed = {"act": "dismiss", "entry": [first.oid, "a" * 26]}
    assert client.post(address, mixed).status_code == 404
    assert PulledEntry.objects.waiting().count() == 3
    client.post(address, {"act": "dismiss", "entry": [first.oid, second.oid]})
    client.post(address, {"act": "take", "entry": [third.oid, first.oid]})
    statuses = dict(PulledEntry.objects.values_list("oid", "status"))
    assert statuses == {first.oid: "dismissed", second.oid: "dismissed", third.oid: "taken"}
    assert Item.objects.count() == 1
    assert client.post(address, {"act": "take"}).status_code == 302
    client.post(reverse("news:pulled_entry_decide", args=[first.oid]), {"act": "bring_back"})
    assert list(PulledEntry.objects.waiting()) == [first]


def test_administrators_of_a_museum_decide_nothing(alice: Person, now: datetime) -> None:
    entry = PulledEntryFactory(source__organisation=museum_of(alice))
    client = signed_in(alice)
    for name in ("pulled_entry", "pulled_entry_decide"):
        address = reverse(f"news:{name}", args=[entry.oid])
        assert client.post(address, {"act": "take"}).status_code in {404, 405}
        assert client.get(address).status_code in {404, 405}
    with pytest.raises(Refused):
        entries.take_entry(entry=entry, actor=alice, now=now)


def test_queue_is_narrowed_by_status_words_and_organisation(editor: Person) -> None:
    night = PulledEntryFactory(title="Night of museums")
    PulledEntryFactory(title="Morning", status="dismissed")
    PulledEntryFactory(title="Noon")
    client, address = signed_in(editor), reverse("news:pulled")

    def shown(**query: str) -> list[str]:
        return [entry.title for entry in client.get(address, query).context["queue"].page]

    assert shown() == ["Noon", "Night of museums"]
    assert shown(status="dismissed") == ["Morning"]
    assert shown(q="NIGHT OF") == ["Night of museums"]
    assert shown(organisation=night.source.organisation.slug) == ["Night of museums"]
    assert client.get(address, {"status": "nonsense"}).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_queue_costs_the_same_however_long(
    editor: Person, number: int, django_assert_num_queries: Any
) -> None:
    PulledEntryFactory.create_batch(number)
    client = signed_in(editor)
    client.get(reverse("news:pulled"))
    with django_assert_num_queries(10):
        assert len(client.get(reverse("news:pulled")).context["queue"].page) == number


def test_what_a_stranger_wrote_is_shown_as_text(editor: Person) -> None:
    harm = "<script>alert(1)</script>"
    entry = PulledEntryFactory(title=f"Title {harm}", summary=f"Words {harm}")
    FeedSource.objects.update(title=f"Feed {harm}")
    client = signed_in(editor)
    for address in (
        reverse("news:pulled"),
        reverse("news:pulled_entry", args=[entry.oid]),
        reverse("news:feeds"),
        reverse("news:feed", args=[entry.source.oid]),
    ):
        assert harm.encode() not in client.get(address).content


def test_picture_of_an_entry_is_named_and_not_fetched(editor: Person) -> None:
    """Neither by the site nor by the editor's browser: its rights are nobody's yet."""
    picture = "https://museum.example/picture.jpg"
    entry = PulledEntryFactory(picture_url=picture)
    page = signed_in(editor).get(reverse("news:pulled_entry", args=[entry.oid])).content.decode()
    assert f'href="{picture}"' in page
    assert f'src="{picture}"' not in page
