"""Searching as a reader does it, through the page, on whichever database the run has."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from museumhub.news.models import Item
from museumhub.pages.models import SearchDocument
from museumhub.pages.search.engines import postgresql
from tests.conftest import NOW
from tests.factories.catalogue import EditionFactory, ModuleFactory, PartnerFactory
from tests.factories.frameworks import TopicFactory
from tests.factories.members import OrganisationFactory
from tests.factories.news import ItemFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def item(**fields: Any) -> Item:
    """A published article of the network in English: no organisation is found beside it."""
    words = {"teaser": "Now.", "body": "Enter."} if "title" in fields else {}
    made: Item = ItemFactory(**{"organisation": None, **words, **fields})
    return made


def page(client: Client, q: str = "", **filters: str) -> str:
    answer = client.get("/search/", {"q": q, **filters})
    assert answer.status_code == 200
    return answer.content.decode()


def titles(client: Client, q: str = "", **filters: str) -> list[str]:
    """The titles of the results in their order."""
    found = re.findall(
        r'class="result__title">.*?<a [^>]*>(.*?)</a>', page(client, q, **filters), re.DOTALL
    )
    return [unescape(re.sub(r"</?mark>", "", title)) for title in found]


def tallies(client: Client, q: str, **filters: str) -> dict[str, int]:
    found = re.findall(
        r'class="tabs__link"[^>]*>([^<]*?) <span class="tabs__count">(\d+)',
        page(client, q, **filters),
    )
    return {label.strip(): int(number) for label, number in found}


# --- What is found -------------------------------------------------------------------------------


def test_one_list_has_news_programmes_calls_topics_and_organisations(client: Client) -> None:
    item(title="Lanterns in the harbour")
    item(title="A workshop on lanterns", event=True)
    item(title="Lanterns, a handbook", publication=True)
    EditionFactory(title="Lanterns by night", call_open=True)
    EditionFactory(title="Lanterns announced")
    TopicFactory(name="Lanterns and light")
    OrganisationFactory(name="Museum of Lanterns")
    assert set(titles(client, "lanterns")) == {
        "Lanterns in the harbour",
        "A workshop on lanterns",
        "Lanterns, a handbook",
        *(
            one
            for one in titles(client, "lanterns")
            if one.endswith(("Lanterns by night", "Lanterns announced"))
        ),
        "Lanterns and light",
        "Museum of Lanterns",
    }
    assert tallies(client, "lanterns") == {
        "All": 7,
        "Topics and goals": 1,
        "Programmes": 1,
        "Calls": 1,
        "Events": 1,
        "Publications": 1,
        "News": 1,
        "Organisations": 1,
    }


def test_a_word_in_the_title_counts_more_than_one_in_the_text(client: Client) -> None:
    item(title="Something else", body="About looms, and only once.")
    item(title="Looms of the valley", body="What they wove.")
    item(title="Another thing", teaser="On looms.", body="What they wove.")
    assert titles(client, "looms") == ["Looms of the valley", "Another thing", "Something else"]


def test_of_two_that_say_the_same_the_newer_comes_first(client: Client) -> None:
    item(title="Old looms", published_at=NOW - timedelta(days=900))
    item(title="New looms", published_at=NOW - timedelta(days=2))
    assert titles(client, "looms") == ["New looms", "Old looms"]


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("en", "Galleries of the north", "gallery"),
        ("en", "A gallery of the north", "GALLERIES"),
        ("en", "Café culture", "cafe"),
        ("en", "Cafe culture", "café"),
        ("fr", "Les musées de la mer", "musee"),
        ("fr", "Le musée de la mer", "MUSÉES"),
        ("fr", "Des journaux anciens", "journal"),
        ("fr", "L’été à l’écomusée", "ecomusee"),
        ("de", "Neue Museen am Fluss", "Museum"),
        ("de", "Ein Museum am Fluss", "Museen"),
        ("de", "Alte Häuser", "haus"),
        ("de", "Bibliotheken öffnen", "Bibliothek"),
        ("de", "Die Straße der Ausstellungen", "ausstellung strasse"),
        ("en", "The voyage to Łódź", "lodz"),
        ("en", "Museums’ futures", "museum future"),
    ],
)
def test_case_accents_and_plurals_make_no_difference(
    client: Client, language: str, written: str, typed: str
) -> None:
    item(title=written, language=language)
    assert titles(client, typed) == [written]


def test_a_name_in_an_unknown_language_is_found_by_its_plural_too(client: Client) -> None:
    OrganisationFactory(name="Musée des Marées")
    assert titles(client, "musées") == ["Musée des Marées"]
    assert titles(client, "maree") == ["Musée des Marées"]


def test_words_that_say_nothing_are_not_asked_for(client: Client) -> None:
    item(title="Der Garten", language="de")
    assert titles(client, "the garten") == ["Der Garten"]
    assert titles(client, "im garten") == ["Der Garten"]


def test_quotes_keep_words_together_and_a_minus_leaves_out(client: Client) -> None:
    item(title="Open museum doors")
    item(title="The museum is open")
    assert titles(client, '"open museum"') == ["Open museum doors"]
    assert titles(client, "„open museum“") == ["Open museum doors"]
    assert set(titles(client, "museum open")) == {"Open museum doors", "The museum is open"}
    assert titles(client, "museum -doors") == ["The museum is open"]
    assert titles(client, 'museum -"open museum"') == ["The museum is open"]


def test_modules_partners_and_call_texts_lead_to_their_edition(client: Client) -> None:
    edition = EditionFactory(title="Edition", call_open=True)
    ModuleFactory(edition=edition, title="Photogrammetry", place="Mechelen")
    PartnerFactory(programme=edition.programme, organisation__name="Thomas More")
    for typed in ("photogrammetry", "mechelen", '"thomas more"'):
        assert any(title.endswith("Edition") for title in titles(client, typed, kind="call")), typed


def test_a_marked_quotation_stands_below_each_title(client: Client) -> None:
    body = "Nothing yet. " * 60 + "Then the **looms** & <shuttles> came back. " + "And so on. " * 60
    item(title="A valley", teaser="A story.", body=body)
    shown = page(client, "loom")
    quoted = re.search(r'class="result__quoted"[^>]*>(.*?)</p>', shown, re.DOTALL)
    assert quoted is not None
    assert "the <mark>looms</mark> &amp; &lt;shuttles&gt; came back" in quoted[1]
    assert quoted[1].startswith("… ")
    assert quoted[1].endswith("…")
    assert len(re.sub(r"</?mark>", "", quoted[1])) < 300


def test_results_say_what_they_are_when_and_by_whom(client: Client) -> None:
    topic = TopicFactory(name="Museums for Climate", short_name="Climate")
    museum = OrganisationFactory(name="Museum of Feathers")
    item(title="Plumage", webinar=True, organisation=museum, topics=[topic])
    EditionFactory(title="Plumage", call_closed=True)
    shown = page(client, "plumage")
    for words in (
        "Webinar",
        "Thursday 11 February 2027",
        "Brussels time",
        "Museum of Feathers",
        "Climate",
    ):
        assert words in shown
    assert "Call for applications" in shown
    assert "Closed" in shown


# --- Slips ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["musuem", "museeum", "musem", "nuseum", "biodivresity"])
def test_a_slip_of_the_fingers_is_seen_through(client: Client, typed: str) -> None:
    item(title="Museum of biodiversity")
    call_command("reindex", verbosity=0)
    assert titles(client, typed) == ["Museum of biodiversity"]
    assert f"Nothing has “{typed}”" in page(client, typed)


def test_words_of_a_new_item_are_known_as_soon_as_it_is_saved(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        item(title="Photogrammetry")
    assert titles(client, "photogrametry") == ["Photogrammetry"]


def test_only_the_word_with_the_slip_is_exchanged(client: Client) -> None:
    item(title="Harbour museum")
    call_command("reindex", verbosity=0)
    assert "<strong>harbour museum</strong>" in page(client, "harbuor museum")
    assert titles(client, '"harbuor museum"') == ["Harbour museum"]


def test_a_word_that_finds_something_is_never_exchanged(client: Client) -> None:
    item(title="Loom")
    item(title="Looms and rooms")
    call_command("reindex", verbosity=0)
    assert "Nothing has" not in page(client, "room")
    assert titles(client, "room") == ["Looms and rooms"]


# --- Narrowing -----------------------------------------------------------------------------------


def test_filters_narrow_and_stand_in_the_address(client: Client) -> None:
    climate = TopicFactory(slug="climate")
    museum = OrganisationFactory(name="Weavers’ House", slug="weavers")
    item(title="Looms one", topics=[climate], language="en")
    item(title="Looms deux", language="fr", organisation=museum)
    item(title="Looms three", publication=True, published_at=NOW - timedelta(days=400))
    assert titles(client, "looms", topic="climate") == ["Looms one"]
    assert titles(client, "looms", language="fr") == ["Looms deux"]
    assert titles(client, "looms", organisation="weavers") == ["Looms deux"]
    assert titles(client, "looms", kind="publication") == ["Looms three"]
    assert titles(client, "looms", year=str(NOW.year - 1)) == []
    assert titles(client, "looms", year=str((NOW - timedelta(days=400)).year)) == ["Looms three"]
    assert tallies(client, "looms", kind="event") == {
        "All": 3,
        "Events": 0,
        "Publications": 1,
        "News": 2,
    }


def test_filters_alone_list_the_newest_first(client: Client) -> None:
    item(title="Older", published_at=NOW - timedelta(days=5))
    item(title="Newer", published_at=NOW - timedelta(days=1))
    assert titles(client, "", kind="news") == ["Newer", "Older"]


@pytest.mark.parametrize(
    "filters",
    [
        {"kind": "x"},
        {"topic": "' OR 1=1"},
        {"language": "klingon"},
        {"year": "99999999999999999999"},
        {"organisation": "nobody"},
        {"page": "-3"},
        {"page": "9" * 400},
        {"page": "x"},
    ],
)
def test_filters_that_are_none_are_left_out(client: Client, filters: dict[str, str]) -> None:
    item(title="Looms")
    assert titles(client, "looms", **filters) == ["Looms"]


def test_no_more_than_two_hundred_can_be_turned_to_and_the_page_says_so(client: Client) -> None:
    for number in range(205):
        item(title=f"Looms {number}")
    shown = page(client, "looms", kind="news")
    assert "205 results" in shown
    assert "the best 200 are shown" in shown
    assert len(titles(client, "looms", page="10")) == 20
    assert titles(client, "looms", page="11") == titles(client, "looms", page="10")


@pytest.mark.parametrize("is_counted", [False, True], ids=["never counted", "counted"])
def test_of_very_many_only_some_are_counted_and_the_page_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch, is_counted: bool
) -> None:
    """What is looked at is bounded; on PostgreSQL the bounds are made small here, SQLite counts all.

    Where PostgreSQL has counted its rows, some of what is bounded is not tried at all.
    """
    bounds = {"_LOOKED_AT": 8, "_READ": 8, "_FEW": 5, "_MANY": 5, "_NEWEST": 4, "_TITLED": 2}
    bounds |= {"_SELDOM": 2}
    for name, bound in bounds.items():
        monkeypatch.setattr(postgresql, name, bound)
    museum = OrganisationFactory(name="Museum of looms")
    for number in range(30):
        published = NOW - timedelta(days=number + 1)
        item(title=f"Looms {number}", published_at=published, organisation=museum)
    item(title="Oldest", body="The oldest looms.", published_at=NOW - timedelta(days=2000))
    item(title="Looms and a talk", event=True, published_at=NOW - timedelta(days=1500))
    if is_counted:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE pages_searchentry")
    found = titles(client, "looms")
    assert set(titles(client, "looms", kind="organisation")) == {"Museum of looms"}
    assert {"Looms 0", "Looms 1"} <= set(found)
    assert titles(client, "looms talk") == ["Looms and a talk"]
    assert titles(client, "oldest") == ["Oldest"]
    assert titles(client, "looms", year=str((NOW - timedelta(days=2000)).year)) == ["Oldest"]
    shown = page(client, "looms")
    if connection.vendor == "postgresql":
        assert "At least " in shown
        assert '<span class="tabs__count">7+</span>' in shown
        assert titles(client, '"looms 3"') == ["Looms 3"]
    else:
        assert "33 results" in shown


@pytest.mark.parametrize("number", [6, 10])
def test_of_seldom_kinds_all_are_counted_unless_they_are_many(
    client: Client, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """One event is among the newest, the organisations have no date at all."""
    bounds = {"_LOOKED_AT": 5, "_FEW": 4, "_MANY": 4, "_NEWEST": 4, "_SELDOM": 2, "_COUNTED": 2}
    for name, bound in bounds.items():
        monkeypatch.setattr(postgresql, name, bound)
    for day in range(1, number + 1):
        days = timedelta(days=day)
        item(title=f"Looms {day}", published_at=NOW - days)
        item(title=f"Talk on looms {day}", event=True, starts_at=NOW - 3 * days)
        OrganisationFactory(name=f"Museum of looms {day}")
    shown = page(client, "looms")
    counted = dict(re.findall(r'kind=(\w+)"[^>]*>[^<]*<span class="tabs__count">([^<]+)<', shown))
    if connection.vendor != "postgresql":
        assert counted == dict.fromkeys(("news", "event", "organisation"), str(number))
        return
    assert counted.pop("news") == "4+"
    if number == 6:
        assert counted == {"event": "6", "organisation": "6"}
    else:
        # Two for each of the six kinds that are seldom, and one that shows there are more.
        assert counted.keys() == {"event", "organisation"}
        assert all(told.endswith("+") for told in counted.values())
        assert sum(int(told.removesuffix("+")) for told in counted.values()) == 13


def test_what_is_written_waits_in_no_list_that_searches_would_read() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("an index of PostgreSQL")
    item(title="Looms")
    with connection.cursor() as cursor:
        for index in ("searchentry_words", "searchentry_title", "item_by_words"):
            cursor.execute("SELECT gin_clean_pending_list(%s)", [index])
            assert cursor.fetchone() == (0,), index


# --- Nothing found -------------------------------------------------------------------------------


def test_nothing_found_leads_on_to_topics_and_open_calls(client: Client) -> None:
    TopicFactory(name="Museums for Climate", short_name="Climate")
    EditionFactory(title="Weaving", call_open=True)
    shown = page(client, "xyzzy")
    assert "Nothing found" in shown
    assert "Climate" in shown
    assert "Weaving" in shown


def test_nothing_with_filters_says_how_many_there_are_without(client: Client) -> None:
    item(title="Looms", language="en")
    shown = page(client, "looms", language="fr")
    assert "Without the filters there is 1 result." in shown
    assert 'href="?q=looms"' in shown


def test_words_that_never_stand_together_are_offered_one_by_one(client: Client) -> None:
    item(title="Looms")
    item(title="Sails")
    shown = page(client, "looms sails")
    assert "No text has all these words." in shown
    assert 'href="?q=looms"' in shown
    assert 'href="?q=sails"' in shown


def test_the_empty_page_says_what_can_be_found(client: Client) -> None:
    TopicFactory(short_name="Climate")
    item()
    shown = page(client)
    assert "What can be found" in shown
    assert "?q=&amp;kind=news" in shown
    assert "Climate" in shown


# --- Never what the reader may not see -----------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "submitted", "changes_asked", "scheduled", "withdrawn"])
def test_an_item_that_is_not_public_is_nowhere(client: Client, state: str) -> None:
    museum = OrganisationFactory(name="Museum of Feathers")
    item(title="Xylophone", body="xylophones", organisation=museum, **{state: True})
    call_command("reindex", verbosity=0)
    for typed in ("xylophone", "xylophnoe"):
        shown = page(client, typed)
        assert "Nothing found" in shown
        assert "Xylophone" not in shown
        assert tallies(client, typed) == {}
    assert "kind=news" not in page(client)
    assert not SearchDocument.objects.filter(kind="news").exists()


def test_an_item_appears_at_its_instant_and_not_before(client: Client) -> None:
    item(title="Xylophone", published_at=NOW + timedelta(hours=1))
    call_command("reindex", verbosity=0)
    for typed in ("xylophone", "xylophnoe"):
        assert "Nothing found" in page(client, typed)
    assert titles(client, "", kind="news") == []
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert titles(client, "xylophone") == ["Xylophone"]
        assert titles(client, "xylophnoe") == ["Xylophone"]


def test_editions_not_published_and_programmes_without_any_are_nowhere(client: Client) -> None:
    edition = EditionFactory(title="Xylophone", draft=True, programme__title="Xylophones")
    ModuleFactory(edition=edition, title="Xylophone tuning")
    assert "Nothing found" in page(client, "xylophone")


def test_what_is_taken_from_the_public_is_taken_from_the_results(client: Client) -> None:
    published = item(title="Xylophone")
    topic = TopicFactory(name="Xylophones")
    assert len(titles(client, "xylophone")) == 2
    published.delete()
    topic.retired = True
    topic.save()
    assert "Nothing found" in page(client, "xylophone")


# --- Safe against what is typed ------------------------------------------------------------------

HOSTILE = [
    *("*", '"', "'", "\\", "(", ")", ":", "^", "-", "--", '""', '"" ""', "{title}:", "title:looms"),
    *("looms*", "loo*", "AND", "OR", "NOT", "looms AND", "NEAR(looms sails)", "looms NOT sails"),
    *(
        "looms & sails",
        "looms | !sails",
        "looms <-> sails",
        "looms:*",
        "':*",
        "!",
        "!!looms",
        "<->",
    ),
    *(
        "' OR '1'='1",
        "'; DROP TABLE pages_searchdocument; --",
        "%",
        "_",
        "%s",
        "%(query)s",
        "{}",
        "$1",
    ),
    *(
        "🙂",
        "🙂 looms",
        "مرحبا بالعالم",
        "\u202elooms\u202c",
        "מוזיאון",
        "博物館",
        "ⅷ ﬁ ㎏",
        "a\u0301" * 200,
    ),
    *(
        "-looms",
        "-" * 5000,
        '"' * 4999,
        "looms " * 2000,
        "x" * 10_000,
        "é" * 10_000,
        "a b c d " * 2500,
    ),
    *(
        "0",
        "1e999",
        "-1",
        "looms -",
        "- looms",
        '-"',
        '"looms',
        "looms\t\r\n\x0bsails",
        "\u2028",
        "\ufeff",
    ),
    *("<script>alert(1)</script>", "<mark>", "&lt;", "looms<", "javascript:alert(1)"),
    *("kind:news", "kind0news", "topic:climate", "the", "le la les", "der die das", "ß", "İ", "ı"),
]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_is_words_and_nothing_else(client: Client, typed: str) -> None:
    item(title="Looms and sails")
    call_command("reindex", verbosity=0)
    for filters in ({}, {"kind": "news", "language": "en"}):
        answer = client.get("/search/", {"q": typed, **filters})
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content
    assert set(titles(client, typed)) <= {"Looms and sails"}


def test_facets_cannot_be_typed(client: Client) -> None:
    item(title="Looms")
    for typed in ("kind:news", "kind0news", "'kind:news'", "language0en"):
        assert titles(client, typed) == []


def test_nul_is_refused_like_everywhere(client: Client) -> None:
    assert client.get("/search/?q=%00").status_code == 400
    assert client.get("/search/?q=%ff").status_code == 400


# --- The page ------------------------------------------------------------------------------------


def test_result_pages_are_not_for_search_engines(client: Client) -> None:
    assert '<meta name="robots" content="noindex, follow">' in page(client, "looms")
    assert '<meta name="robots" content="noindex, follow">' in page(client)


def test_every_page_has_the_field_of_the_search(client: Client) -> None:
    shown = client.get("/").content.decode()
    assert re.search(
        r'<form class="site-search" method="get" role="search" action="/search/"', shown
    )
    assert '<a class="site-search-link" href="/search/"' in shown
    assert "autofocus" not in shown


def test_a_page_of_results_asks_the_database_the_same_however_many_there_are(
    client: Client,
) -> None:
    topic = TopicFactory()
    asked: list[int] = []
    for rows in (1, 2):
        for _ in range(rows):
            item(title="Looms", topics=[topic], organisation=OrganisationFactory())
        with CaptureQueriesContext(connection) as captured:
            assert len(titles(client, "looms")) == len(asked) * 2 + 1
        asked.append(len(captured))
    assert asked[0] == asked[1] <= 20
