"""`manage.py import_news`: shows first, writes drafts, and the same again writes nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from museumhub.members.models import Organisation
from museumhub.news.models import Item
from tests.factories.frameworks import TopicFactory
from tests.factories.members import OrganisationFactory
from tests.factories.news import ItemFactory
from tests.news.test_feed_reading import ATOM, BOMBS, rss

pytestmark = pytest.mark.django_db

LIST = """
- title: Night of museums
  language: en
  teaser: All houses are open until midnight.
  body: |
    Come **late**.
  topics: [climate]
  tags: [Night, night]
  source_url: https://feathers.example/night
- title: Conférence sur la dentelle
  kind: event
  teaser: Une journée.
  starts_at: 2027-03-01T18:00
  ends_at: 2027-03-01T20:00
  time_zone: Europe/Paris
  place: Calais
- kind: publication
  title: Feathers, a report
  authors: Ana Duarte
  year: 2026
  link: https://library.example/report.pdf
"""


@pytest.fixture
def museum() -> Organisation:
    TopicFactory(slug="climate")
    organisation: Organisation = OrganisationFactory(slug="feathers", name="Museum of Feathers")
    return organisation


def run(source: Path | str, *more: str) -> str:
    said = StringIO()
    call_command("import_news", str(source), "--organisation", "feathers", *more, stdout=said)
    return said.getvalue()


def file(tmp_path: Path, content: str | bytes, name: str = "news.yaml") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_list_is_shown_first_and_written_when_asked_once(
    museum: Organisation, tmp_path: Path, now: datetime
) -> None:
    path = file(tmp_path, LIST)
    shown = run(path, "--language", "fr")
    assert "new    1: Night of museums" in shown
    assert "3 drafts to be made, 0 there already, 0 wrong. Nothing was written" in shown
    assert Item.objects.count() == 0
    assert "3 drafts made, 0 there already" in run(path, "--language", "fr", "--apply")
    night, lace, report = Item.objects.order_by("pk")
    assert (night.status, night.organisation, night.author) == ("draft", museum, None)
    assert (night.source_name, night.source_url) == (museum.name, "https://feathers.example/night")
    assert [topic.slug for topic in night.topics.all()] == ["climate"]
    assert len(night.tags.all()) == 1
    assert night.body == "Come **late**."
    assert (lace.kind, lace.language, lace.place) == ("event", "fr", "Calais")
    assert lace.starts_at == datetime(2027, 3, 1, 17, tzinfo=UTC)
    assert (report.year, report.authors, report.source_name) == (2026, "Ana Duarte", "")
    again = run(path, "--language", "fr", "--apply")
    assert "0 drafts made, 3 there already" in again
    assert Item.objects.count() == 3


def test_json_is_read_like_yaml_and_a_wrapped_list_as_well(
    museum: Organisation, tmp_path: Path
) -> None:
    items = {"items": [{"title": "Open", "language": "en"}]}
    run(file(tmp_path, json.dumps(items), "news.json"), "--apply")
    assert Item.objects.get().title == "Open"


def test_feed_in_a_file_becomes_drafts_with_its_own_language(
    museum: Organisation, tmp_path: Path
) -> None:
    path = file(
        tmp_path,
        rss(
            "<title>Offen &lt;b&gt;nachts&lt;/b&gt;</title><description>*Kein* Stern</description>"
        ),
    )
    assert "1 wrong" in refused(path), "an RSS feed that does not say its language"
    run(path, "--language", "de", "--apply")
    item = Item.objects.get()
    assert (item.title, item.language, item.body) == ("Offen nachts", "de", r"\*Kein\* Stern")
    assert item.source_url == "https://museum.example/1"
    atom = file(tmp_path, ATOM.replace('"/nacht"', '"https://museum.example/nacht"'), "a.xml")
    assert "1 drafts made" in run(atom, "--apply")
    assert Item.objects.last().language == "de"  # type: ignore[union-attr]


def refused(path: Path | str, *more: str) -> str:
    said = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import_news", str(path), "--organisation", "feathers", *more, stdout=said)
    return f"{said.getvalue()}\n{error.value}"


def test_what_the_museum_has_already_is_known_by_its_address_or_its_title(
    museum: Organisation, tmp_path: Path
) -> None:
    ItemFactory(organisation=museum, source_url="https://feathers.example/night", title="Other")
    ItemFactory(organisation=museum, title="FEATHERS, a Report", language="fr", withdrawn=True)
    ItemFactory(title="Conférence sur la dentelle", language="fr")
    said = run(file(tmp_path, LIST), "--language", "fr")
    assert "known  1" in said
    assert "new    2" in said, "another museum's item of the same title is another"
    assert "known  3" in said


def test_same_row_twice_is_one_draft(museum: Organisation, tmp_path: Path) -> None:
    run(file(tmp_path, LIST + LIST.lstrip()), "--language", "fr", "--apply")
    assert Item.objects.count() == 3


def test_each_wrong_row_is_named_with_its_reasons_and_the_right_ones_are_made(
    museum: Organisation, tmp_path: Path
) -> None:
    wrong = """
- title: Right
  language: en
- language: en
- title: No such kind
  kind: rumour
- title: Of another kind
  language: en
  starts_at: 2027-03-01T18:00
- title: No zone
  kind: event
  language: en
  starts_at: 2027-03-01T18:00
- title: No such topic
  language: en
  topics: [weather]
- title: In Latin
  language: la
- title: Bad link
  language: en
  source_url: javascript:alert(1)
- just words
- title: A date that is none
  kind: statement
  language: en
  dated: 2027-02-30
"""
    said = refused(file(tmp_path, wrong), "--apply")
    assert "1 drafts made, 0 there already, 9 wrong." in said
    for part in (
        "wrong  2:",
        "There is no kind “rumour”.",
        "“starts_at” is no field of this kind.",
        "“starts_at” cannot be read: 2027-03-01T18:00",
        "There is no topic “weather”.",
        "The language “la” is none of this site.",
        "source_url:",
        "wrong  9:",
        "“dated” cannot be read: 2027-02-30",
    ):
        assert part in said, part
    assert [item.title for item in Item.objects.all()] == ["Right"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "list of at most"),
        (b"title: x", "list of at most"),
        (b"\x00\x01\x02", "neither a feed nor YAML"),
        (b"\xff\x00a", "UTF-8"),
        (b"- [", "neither a feed nor YAML"),
        (b"<html></html>", "neither an RSS nor an Atom feed"),
        (rss("<title>&j;</title>", BOMBS["laughs"]).encode(), "entities"),
        (b"x" * 2_000_001, "more than 2000000 bytes"),
        (b"!!python/object/apply:os.system ['true']", "neither a feed nor YAML"),
    ],
)
def test_file_that_is_something_else_is_refused_in_words(
    museum: Organisation, tmp_path: Path, content: bytes, words: str
) -> None:
    assert words in refused(file(tmp_path, content), "--apply")
    assert Item.objects.count() == 0


def test_address_inside_is_refused_as_anywhere(museum: Organisation) -> None:
    assert "private network" in refused("http://127.0.0.1/feed")


def test_file_or_organisation_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no organisation nobody"):
        call_command("import_news", "x", "--organisation", "nobody")
    OrganisationFactory(slug="feathers")
    assert "cannot be read" in refused(tmp_path / "nothing.yaml")
