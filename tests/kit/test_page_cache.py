"""A stranger's page is made once, is new as soon as what it shows has changed, and is nobody else's."""

from __future__ import annotations

import gzip
import os
import threading
from datetime import timedelta
from functools import partial

import brotli
import pytest
import time_machine
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from museumhub.kit import changes
from museumhub.kit.ids import new_id
from museumhub.kit.models import PublicChange
from museumhub.kit.page_cache import (
    LOCAL_BYTES,
    PageCache,
    Shared,
    Shelf,
    cached_for_strangers,
    kept,
)
from museumhub.pages.models import SearchDocument
from museumhub.pages.search.engines import TooMuch, engine
from museumhub.pages.services.search import index_those_that_name
from tests.conftest import NOW
from tests.factories.catalogue import EditionFactory, ProgrammeFactory
from tests.factories.frameworks import TopicFactory
from tests.factories.members import PersonFactory
from tests.factories.news import ItemFactory
from tests.together import at_once

# Changes are told apart by the transactions that made them, so these tests commit theirs.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def cached(settings, monkeypatch):
    settings.PAGE_CACHE = True
    settings.REDIS_URL = ""
    # Each test has a database of its own, in which the same numbers are counted again.
    monkeypatch.setattr(changes, "_next", ("", None))


@pytest.fixture
def edition():
    return EditionFactory(
        programme__slug="tides", programme__title="Tides", slug="2027", title="Tides 2027"
    )


@pytest.fixture
def then():
    """The instant of the factories' items."""
    with time_machine.travel(NOW, tick=False):
        yield


PAGE = "/programmes/tides/"


def test_a_page_is_made_once_and_then_costs_one_query(client: Client, edition) -> None:
    first = client.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        second = client.get(PAGE)
    assert [query["sql"] for query in queries] == [changes._GENERATION]
    assert second.content == first.content
    assert b"Tides 2027" in second.content
    for name in ("Content-Security-Policy", "Content-Language", "X-Frame-Options", "ETag", "Vary"):
        assert second.headers[name] == first.headers[name], name
    assert second.headers["Cache-Control"] == "public, no-cache"


def test_what_it_shows_has_changed_and_the_next_reader_sees_it(client: Client, edition) -> None:
    client.get(PAGE)
    edition.title = "Tides and Currents"
    edition.save()
    assert b"Tides and Currents" in client.get(PAGE).content


def test_a_change_that_is_rolled_back_leaves_the_page(client: Client, edition) -> None:
    client.get(PAGE)
    before = changes.generation()
    with transaction.atomic():
        edition.title = "Never said"
        edition.save()
        assert changes.generation() != before
        transaction.set_rollback(True)
    assert changes.generation() == before
    assert b"Never said" not in client.get(PAGE).content


def test_many_changes_of_one_transaction_are_one_row(edition) -> None:
    number = PublicChange.objects.filter(room="catalogue").count()
    with transaction.atomic():
        for title in ("One", "Two", "Three"):
            edition.title = title
            edition.save()
    assert PublicChange.objects.filter(room="catalogue").count() == number + 1


def test_a_change_in_a_savepoint_that_failed_is_noted_again(edition) -> None:
    number = PublicChange.objects.count()
    with transaction.atomic():
        with transaction.atomic():
            edition.save()
            transaction.set_rollback(True)
        edition.save()
    assert PublicChange.objects.count() == number + 1


@pytest.mark.usefixtures("many_connections")
def test_readers_see_the_change_when_it_is_committed_and_not_before() -> None:
    programme = ProgrammeFactory(slug="tides", title="Tides")
    EditionFactory(programme=programme, slug="2027", title="Tides 2027")
    reader = Client()
    reader.get(PAGE)
    written, seen = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            programme.title = "Currents"
            programme.save()
            written.set()
            assert seen.wait(30)
        connection.close()

    def read() -> tuple[bytes, bytes]:
        assert written.wait(30)
        before = reader.get(PAGE).content
        seen.set()
        writer.join(30)
        return before, reader.get(PAGE).content

    writer = threading.Thread(target=write)
    writer.start()
    before, after = read()
    assert b"Currents" not in before
    assert b"Currents" in after


def test_whoever_is_signed_in_neither_leaves_nor_gets_a_kept_page(client: Client, edition) -> None:
    alice = PersonFactory(name="Alice of the Tides")
    own = Client()
    own.force_login(alice)
    assert b"Alice of the Tides" in own.get("/dashboard/").content
    theirs = own.get(PAGE)
    stranger = own.get(PAGE, headers={"cookie": ""})
    assert theirs.headers["Cache-Control"] == "no-store"
    assert stranger.headers["Cache-Control"] == "public, no-cache"
    assert b'name="session-ends"' in theirs.content
    assert b'name="session-ends"' in own.get(PAGE).content
    assert b'name="session-ends"' not in stranger.content
    assert client.get(PAGE).content == stranger.content


def test_a_session_cookie_of_nobody_is_answered_by_itself(client: Client, edition) -> None:
    client.cookies["sessionid"] = "x" * 32
    assert "public" not in client.get(PAGE).headers.get("Cache-Control", "")


def test_a_page_that_sets_a_cookie_is_made_for_each(client: Client) -> None:
    one, two = (Client().get(reverse("account_login")) for _ in range(2))
    assert one.cookies["csrftoken"].value != two.cookies["csrftoken"].value


def test_each_language_has_its_own(client: Client, edition) -> None:
    pages = {
        code: client.get(PAGE, headers={"accept-language": code}) for code in ("en", "fr", "de")
    }
    assert {page.headers["Content-Language"] for page in pages.values()} == {"en", "fr", "de"}
    again = client.get(PAGE, headers={"accept-language": "fr-CH, fr;q=0.9, de;q=0.8"})
    assert again.content == pages["fr"].content


def test_a_foreign_host_is_refused_and_leaves_nothing(client: Client, edition) -> None:
    client.get(PAGE)
    assert client.get(PAGE, headers={"host": "evil.example"}).status_code == 400


def test_who_has_the_page_is_told_so(client: Client, edition) -> None:
    etag = client.get(PAGE).headers["ETag"]
    answer = client.get(PAGE, headers={"if-none-match": f'"other", {etag}'})
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["ETag"] == etag
    assert "Content-Type" not in answer.headers
    edition.title = "Currents"
    edition.save()
    assert client.get(PAGE, headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("accepts", "encoding", "decode"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("", "", bytes),
    ],
)
def test_it_comes_in_the_encoding_the_reader_takes(
    client: Client, edition, accepts, encoding, decode
) -> None:
    plain = client.get(PAGE).content
    answer = client.get(PAGE, headers={"accept-encoding": accepts})
    assert answer.headers.get("Content-Encoding", "") == encoding
    assert decode(answer.content) == plain
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_call_that_closes_changes_its_page_at_that_instant(client: Client) -> None:
    closes = NOW + timedelta(seconds=20)
    with time_machine.travel(NOW, tick=False) as travel:
        edition = EditionFactory(call_opens_at=NOW - timedelta(days=9), call_closes_at=closes)
        address = edition.get_absolute_url()
        before = client.get(address).content
        travel.move_to(closes - timedelta(seconds=1))
        assert client.get(address).content == before
        travel.move_to(closes + timedelta(microseconds=1))
        assert client.get(address).content != before


def test_no_page_is_kept_longer_than_a_minute(client: Client, edition) -> None:
    with time_machine.travel(NOW, tick=False) as travel:
        client.get(PAGE)
        type(edition).objects.update(title="Changed behind the site's back")
        travel.shift(59)
        assert b"behind" not in client.get(PAGE).content
        travel.shift(2)
        assert b"behind" in client.get(PAGE).content


def test_a_change_of_the_news_leaves_the_calls_as_they_were_drawn(
    client: Client, edition, then
) -> None:
    TopicFactory(name="Water")
    item = ItemFactory(title="An old wing")
    client.get("/")
    item.title = "A new wing"
    item.save()
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/").content.decode()
    asked = " ".join(query["sql"] for query in queries)
    assert "A new wing" in page
    assert "Water" in page
    assert '"news_item"' in asked
    assert '"catalogue_programme"' not in asked
    assert '"frameworks_framework"' not in asked


def test_each_part_of_the_front_page_is_new_when_what_it_shows_has_changed(
    client: Client, then
) -> None:
    topic = TopicFactory(name="Water")
    item = ItemFactory(title="A new wing")
    edition = EditionFactory(programme__title="Tides")
    item.topics.add(topic)
    edition.programme.topics.add(topic)
    page = client.get("/").content.decode()
    assert [page.count(word) > 0 for word in ("Water", "A new wing", "Tides")] == [True] * 3
    for thing, name, word in (
        (topic, "name", "Rivers"),
        (item, "title", "An old wing"),
        (edition.programme, "title", "Currents"),
        (item.organisation, "name", "House of Lace"),
    ):
        setattr(thing, name, word)
        thing.save()
        assert word in client.get("/").content.decode(), name


def test_what_is_put_under_a_topic_from_the_other_side_is_seen(client: Client, then) -> None:
    topic = TopicFactory(name="Water", slug="water")
    item = ItemFactory(title="A new wing")
    assert b"A new wing" not in client.get("/topics/water/").content
    before = changes.of_rooms(changes.generation(), ["news"])
    topic.news.add(item)
    assert changes.of_rooms(changes.generation(), ["news"]) != before
    assert b"A new wing" in client.get("/topics/water/").content


def test_results_of_a_search_are_kept_until_what_is_found_changes(client: Client, then) -> None:
    item = ItemFactory(title="A lighthouse opens")
    address = "/search/?q=lighthouse"
    first = client.get(address)
    assert b"opens" in first.content
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).content == first.content
    assert len(queries) == 1
    item.title = "A lighthouse closes"
    item.save()
    assert b"closes" in client.get(address).content
    SearchDocument.objects.filter(title=item.title).update(title="Behind the site's back")
    assert b"closes" in client.get(address).content
    index_those_that_name(thing=item.organisation, now=NOW)
    assert b"closes" in client.get(address).content
    item.delete()
    assert b"closes" not in client.get(address).content


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/news/a-lighthouse/", 2),
        ("/news/?topic=water", 2),
        ("/events/?topic=water", 2),
        ("/news/feed.atom?topic=water", 2),
        ("/search/?q=lighthouse", 1),
    ],
)
def test_mark_on_an_address_has_nothing_made_anew_and_is_shown_to_nobody_else(
    client: Client, then, address: str, queries: int
) -> None:
    """What campaigns and other sites hang on an address is no part of what is asked for."""
    item = ItemFactory(
        event=True,
        slug="a-lighthouse",
        title="A lighthouse rises",
        starts_at=NOW + timedelta(days=3),
    )
    item.topics.add(TopicFactory(slug="water", framework__leads=True))
    sign = "&" if "?" in address else "?"
    first = client.get(f"{address}{sign}utm=mark1")
    assert b"rises" in first.content
    with CaptureQueriesContext(connection) as asked:
        second = client.get(f"{address}{sign}utm=mark2")
    assert len(asked) == queries
    assert second.content.replace(b"mark2", b"mark1") == first.content
    assert b"mark1" not in second.content
    item.title, item.version = "A lighthouse sinks", item.version + 1
    item.save()
    changed = client.get(f"{address}{sign}utm=mark3").content
    assert b"sinks" in changed
    assert b"rises" not in changed


def test_search_that_took_too_long_says_so_and_is_not_kept(
    client: Client, then, monkeypatch: pytest.MonkeyPatch
) -> None:
    ItemFactory(title="A lighthouse opens")

    def too_much(*_args: object) -> None:
        raise TooMuch

    with monkeypatch.context() as patch:
        patch.setattr(engine(), "find", too_much)
        for _try in range(2):
            answer = client.get("/search/?q=lighthouse")
            assert answer.status_code == 503
            assert b"This search takes too long" in answer.content
    answer = client.get("/search/?q=lighthouse")
    assert answer.status_code == 200
    assert b"opens" in answer.content


def test_what_appears_at_its_minute_is_found_from_then_on(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as travel:
        ItemFactory(title="A lighthouse opens", published_at=NOW + timedelta(seconds=20))
        address = "/search/?q=lighthouse"
        assert b"A lighthouse" not in client.get(address).content
        travel.shift(19)
        assert b"A lighthouse" not in client.get(address).content
        travel.shift(2)
        assert b"opens" in client.get(address).content


def test_parts_speak_the_language_of_their_page(client: Client, edition) -> None:
    pages = {
        code: client.get("/", headers={"accept-language": code}).content.decode()
        for code in ("en", "fr", "de", "en")
    }
    for code, words in (("en", "From our programmes"), ("de", "Aus unseren Programmen")):
        assert words in pages[code]
        assert sum(words in page for page in pages.values()) == 1


def test_a_page_of_older_parts_is_not_kept_longer_than_they_are(client: Client, edition) -> None:
    with time_machine.travel(NOW, tick=False) as travel:
        client.get("/")
        type(edition).objects.update(title="Changed behind the site's back")
        travel.shift(50)
        assert b"behind" not in client.get("/?n=1").content
        travel.shift(11)
        assert b"behind" in client.get("/?n=1").content


def test_whoever_is_signed_in_gets_no_part_of_a_strangers_page(client: Client, edition) -> None:
    client.get("/")
    type(edition).objects.update(title="Changed behind the site's back")
    own = Client()
    own.force_login(PersonFactory())
    assert b"behind" in own.get("/").content
    assert b"behind" not in client.get("/").content


def test_former_changes_are_forgotten_but_never_the_last_one_of_a_room(edition) -> None:
    changes.announce(TopicFactory())
    last = changes.of_rooms(changes.generation(), ["frameworks"])
    for _ in range(2 * changes.KEPT + 5):
        edition.save()
    assert changes.KEPT <= PublicChange.objects.filter(room="catalogue").count() < 2 * changes.KEPT
    assert changes.of_rooms(changes.generation(), ["frameworks"]) == last


class Maker:
    """A site of one page, which counts how often it is made and can be held in the middle of it."""

    def __init__(self) -> None:
        self.made = 0
        # Redis outlives the test and its database.
        self.path = f"/{new_id()}/"
        self.go = threading.Event()
        self._lock = threading.Lock()

        @cached_for_strangers
        def view(request: HttpRequest) -> HttpResponse:
            with self._lock:
                self.made += 1
            assert self.go.wait(30)
            return HttpResponse("made")

        self.view = view

    def reader(self, cache: PageCache, page: str = "") -> HttpResponse:
        return cache(RequestFactory().get(self.path + page))

    def cache(self, **given: object) -> PageCache:
        def answer(request: HttpRequest) -> HttpResponse:
            found = cache.process_view(request, self.view, (), {})
            return found if found is not None else self.view(request)

        cache = PageCache(answer)
        for name, value in given.items():
            setattr(cache, name, value)
        return cache


@pytest.mark.usefixtures("many_connections")
def test_of_many_readers_at_once_one_has_the_page_made() -> None:
    maker = Maker()
    cache = maker.cache()
    threading.Timer(0.2, maker.go.set).start()
    answers = at_once([lambda: maker.reader(cache)] * 30)
    assert [answer.content for answer in answers] == [b"made"] * 30
    assert maker.made == 1


@pytest.mark.usefixtures("many_connections")
def test_of_many_readers_of_many_pages_one_has_a_part_drawn() -> None:
    readers = 12
    maker = Maker()
    maker.go.set()
    come = threading.Semaphore(0)
    drawn: list[str] = []

    def draw() -> str:
        drawn.append("the part")
        # Not done before every reader has come for it.
        assert all(come.acquire(timeout=30) for _ in range(readers))
        return drawn[-1]

    @cached_for_strangers
    def view(request: HttpRequest) -> HttpResponse:
        come.release()
        return HttpResponse(kept(request, ("part", maker.path), ["catalogue"], draw))

    maker.view = view
    cache = maker.cache()
    answers = at_once([partial(maker.reader, cache, str(n)) for n in range(readers)])
    assert [answer.content for answer in answers] == [b"the part"] * readers
    assert drawn == ["the part"]


def test_a_fault_lets_the_next_reader_try() -> None:
    maker = Maker()
    maker.go.set()
    cache = maker.cache()
    broken = maker.cache()
    broken.shelf = cache.shelf
    broken.get_response = lambda request: (_ for _ in ()).throw(RuntimeError("no"))
    with pytest.raises(RuntimeError):
        maker.reader(broken)
    assert maker.reader(cache).content == b"made"


def test_the_shelf_throws_out_what_was_used_least() -> None:
    maker = Maker()
    maker.go.set()
    cache = maker.cache(shelf=Shelf(most=3 * 2 * len(b"made")), shared=Shared(""))
    for page in ("a", "b", "c", "a", "d"):
        maker.reader(cache, page)
    assert maker.made == 4
    maker.reader(cache, "a")
    assert maker.made == 4
    maker.reader(cache, "b")
    assert maker.made == 5
    assert cache.shelf.bytes <= cache.shelf.most < LOCAL_BYTES


def test_where_redis_does_not_answer_each_process_makes_its_own(settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    maker = Maker()
    maker.go.set()
    one, two = maker.cache(), maker.cache()
    assert [maker.reader(cache).content for cache in (one, two, one, two)] == [b"made"] * 4
    assert maker.made == 2


@pytest.mark.services
@pytest.mark.usefixtures("many_connections")
def test_processes_that_share_redis_make_it_once(settings) -> None:
    settings.REDIS_URL = os.environ["REDIS_URL"]
    maker = Maker()
    processes = [maker.cache() for _ in range(4)]
    threading.Timer(0.2, maker.go.set).start()
    answers = at_once([partial(maker.reader, cache) for cache in processes * 5])
    assert [answer.content for answer in answers] == [b"made"] * 20
    assert maker.made == 1
    changes.announce(EditionFactory())
    assert maker.reader(processes[0]).content == b"made"
    assert maker.made == 2
