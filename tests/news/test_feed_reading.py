"""What a feed may say, and what the site makes of it: text and links of the web, within bounds of time and memory."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from museumhub.news import parsing, reading
from museumhub.news.reading import Entry, Feed, Unreadable, read_feed
from tests.architecture import house
from tests.conftest import NOW
from tests.kit.hostile import MARKUP

FROM = "https://museum.example/news/feed"
LANGUAGES = ("fr", "de")


def read(body: str | bytes, kind: str = "application/xml") -> Feed:
    data = body.encode() if isinstance(body, str) else body
    return read_feed(data, content_type=kind, address=FROM, now=NOW)


def trouble(body: str | bytes, kind: str = "application/xml") -> str:
    with pytest.raises(Unreadable) as refusal:
        read(body, kind)
    return refusal.value.trouble


def rss(item: str, before: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{before}<rss version="2.0"><channel><title>t</title>'
        f"<item><link>https://museum.example/1</link>{item}</item></channel></rss>"
    )


def one(item: str) -> Entry:
    [entry] = read(rss(item)).entries
    return entry


ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de-AT"><title>Haus der Dinge</title>
<entry><id>tag:museum.example,2027:7</id><title type="html">Nacht &amp;amp; Tag</title>
<link rel="alternate" href="/nacht"/><updated>2027-01-30T18:00:00+01:00</updated>
<content type="html">&lt;p&gt;Eins&lt;/p&gt;&lt;p&gt;Zwei&lt;br&gt;Drei&lt;/p&gt;</content>
</entry></feed>"""


def test_atom_is_read_with_its_language_and_links_seen_from_its_address() -> None:
    assert read(ATOM, "application/atom+xml") == Feed(
        title="Haus der Dinge",
        language="de",
        entries=[
            Entry(
                guid="tag:museum.example,2027:7",
                link="https://museum.example/nacht",
                title="Nacht & Tag",
                summary="Eins\nZwei\nDrei",
                published_at=datetime(2027, 1, 30, 17, tzinfo=UTC),
                picture_url="",
            )
        ],
    )


def test_rss_of_1997_and_of_rdf_are_read() -> None:
    netscape = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    )
    assert len(read(rss("<title>a</title>", netscape)).entries) == 1
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>t</title></channel>'
        '<item rdf:about="https://museum.example/1"><title>a</title>'
        "<link>https://museum.example/1</link></item></rdf:RDF>"
    )
    assert read(rdf).entries[0].title == "a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_letters_survive_every_encoding(encoding: str) -> None:
    body = rss("<title>Été à Gent</title>").replace("?>", f' encoding="{encoding}"?>')
    assert read(body.encode(encoding)).entries[0].title == "Été à Gent"


def test_feed_that_is_not_well_formed_is_read_all_the_same() -> None:
    assert one("<title>Fish & chips&nbsp;today</title>").title == "Fish & chips today"


def test_picture_is_named_and_lies_elsewhere_are_not() -> None:
    thumbnail = '<media:thumbnail xmlns:media="http://search.yahoo.com/mrss/" url="{}"/>'
    assert one("<title>a</title>" + thumbnail.format("/p.jpg")).picture_url == (
        "https://museum.example/p.jpg"
    )
    assert one("<title>a</title>" + thumbnail.format("javascript:alert(1)")).picture_url == ""


# --- What strangers write stays text


@pytest.mark.parametrize("part", ["title", "description"])
@pytest.mark.parametrize("carried", ["escaped", "cdata"])
def test_no_markup_comes_through(part: str, carried: str) -> None:
    """As RSS carries HTML: escaped once, or in CDATA."""
    for start in range(0, len(MARKUP), 50):
        items = []
        for number, harm in enumerate(MARKUP[start : start + 50]):
            text = escape(harm) if carried == "escaped" else f"<![CDATA[{harm}]]>"
            title = f"<title>Words {text if part == 'title' else ''}</title>"
            more = f"<description>{text}</description>" if part == "description" else ""
            items.append(f"<item>{title}{more}<link>https://m.example/{number}</link></item>")
        feed = read(f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>")
        assert len(feed.entries) == len(items)
        for entry in feed.entries:
            said = f"{entry.title} {entry.summary}"
            assert entry.title.startswith("Words")
            assert not re.search(r"<[a-z/!?]", said, re.IGNORECASE), said
            assert not re.search(r"(?i)\bon\w+\s*=|srcdoc|xlink", said), said


def test_script_in_a_title_is_gone_with_its_content() -> None:
    assert one("<title>&lt;script&gt;alert(1)&lt;/script&gt;Open at night</title>").title == (
        "Open at night"
    )


def test_text_about_markup_stays_what_it_is() -> None:
    """Escaped twice: the museum writes about HTML."""
    assert one("<title>&amp;lt;b&amp;gt; and why</title>").title == "<b> and why"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://",
        "http://user:secret@museum.example/",
        "https://museum.example/" + "a" * 600,
        "http://[::1",
        "https://museum.example/a b\u202e",
    ],
)
def test_entry_whose_link_leads_nowhere_is_left_out(link: str) -> None:
    body = rss("<title>a</title>").replace("https://museum.example/1", escape(link))
    assert read(body).entries == []


def test_entry_whose_identifier_is_its_address_has_a_link() -> None:
    body = rss("<title>a</title><guid>https://museum.example/7</guid>").replace(
        "<link>https://museum.example/1</link>", ""
    )
    assert read(body).entries[0].link == "https://museum.example/7"


def test_texts_are_cut_and_carry_nothing_that_cannot_be_shown_or_stored() -> None:
    entry = one(
        f"<title>{'word ' * 100}\u202e&#x202E;</title><description>{'x ' * 9000}</description>"
        f"<guid>{'g' * 5000}</guid>"
    )
    assert len(entry.title) <= 160
    assert entry.title.endswith("…")
    assert len(entry.summary) <= 2000
    assert entry.guid.startswith("sha256:")
    assert len(entry.guid) <= 200
    odd = one("<title>a\nb\tc&#x2028;d\u200f</title>").title
    assert odd.startswith("a b c d")


def test_two_long_identifiers_stay_two() -> None:
    body = rss(f"<title>a</title><guid>{'g' * 3000}1</guid>")
    other = read(body.replace("ggg1<", "ggg2<")).entries[0].guid
    # Cut where the parser cuts, they would be one.
    assert len(read(body.replace("g" * 3000, "g" * 300)).entries[0].guid) == 71
    assert other.startswith("sha256:")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Mon, 01 Feb 2027 09:00:00 GMT", NOW - timedelta(hours=1)),
        ("Fri, 31 Dec 2199 09:00:00 GMT", NOW),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("the day before yesterday", None),
        ("Mon, 99 Xyz 99999 99:99:99 GMT", None),
        ("0000-00-00", None),
        ("1" * 5000, None),
    ],
)
def test_dates_are_sane(said: str, kept: datetime | None) -> None:
    assert one(f"<title>a</title><pubDate>{said}</pubDate>").published_at == kept


def test_a_hundred_entries_are_enough_and_each_counts_once() -> None:
    items = "".join(
        f"<item><title>{n}</title><link>https://museum.example/{n}</link></item>"
        for n in range(150)
    )
    body = f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>"
    assert [entry.title for entry in read(body).entries] == [str(n) for n in range(100)]
    twice = (
        rss("<title>a</title><guid>1</guid>")
        .replace("</item>", "</item><item>")
        .replace(
            "<item></channel>",
            "<item><title>b</title><guid>1</guid><link>https://museum.example/2</link></item></channel>",
        )
    )
    assert [entry.title for entry in read(twice).entries] == ["a"]


# --- What is no feed, and what wants to hurt

NESTED = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
BOMBS = {
    "laughs": f'<!DOCTYPE r [<!ENTITY a "lol">{NESTED}]>',
    "laughs in lines": f'\n<!DOCTYPE r [\n<!ENTITY a "lol">{NESTED}\n]>\n',
    "one long one": f'<!DOCTYPE r [<!ENTITY j "{"a" * 100_000}">]>',
    "a file": '<!DOCTYPE r [<!ENTITY j SYSTEM "file:///etc/passwd">]>',
    "an address": '<!DOCTYPE r [<!ENTITY j SYSTEM "http://127.0.0.1/">]>',
    "a parameter": '<!DOCTYPE r [<!ENTITY % j SYSTEM "http://127.0.0.1/"> %j;]>',
    "an attribute": '<!DOCTYPE r [<!ATTLIST rss version CDATA "&j;">]>',
    "behind a comment": f'<!-- <rss --><!DOCTYPE r [<!ENTITY a "lol">{NESTED}]>',
}
TEXT = "<title>" + "&j;" * 10_000 + "</title>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-7", "cp037", "utf-32"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_declarations_are_refused_before_anything_grows(bomb: str, encoding: str) -> None:
    named = encoding.removesuffix("-be")
    body = rss(TEXT, BOMBS[bomb]).replace("?>", f' encoding="{named}"?>', 1)
    # A media type without a charset leaves the encoding to the document, as most servers do.
    assert trouble(body.encode(encoding), "application/xml") in {"declarations", "not_a_feed"}
    if encoding in {"utf-8", "utf-16-be"}:
        assert trouble(body.encode(encoding)) == "declarations"


def test_declarations_in_a_broken_document_are_refused_as_well() -> None:
    """expat stops before them; the forgiving parser would have read them."""
    body = f'\n<?xml version="1.0"?>\n<!DOCTYPE r [\n<!ENTITY j "{"a" * 100_000}">\n]>\n'
    assert trouble(body + rss(TEXT).removeprefix('<?xml version="1.0"?>')) == "declarations"


MUCH = 1_000_000 // 10
PATHOLOGICAL = {
    "deep": "<a>" * (MUCH * 3),
    "attributes": "<item " + " ".join(f'a{n}="x"' for n in range(MUCH)) + ">",
    "tags never closed": "<title>" + "<a " * (MUCH * 3),
    "brackets": "<title>" + "<" * (MUCH * 10),
    "ampersands": "<title>" + "&" * (MUCH * 10),
    "comments": "<title>" + "<!--" * (MUCH * 2),
    "html in html": "<title>x</title><description>" + "&lt;div&gt;" * MUCH + "</description>",
}


@pytest.mark.parametrize("shape", PATHOLOGICAL)
def test_document_made_to_hurt_the_parser_ends_within_bounds(shape: str) -> None:
    """Bounded by the kernel: seconds of the processor and memory of the parser's own process, nothing of the site's."""
    started = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with suppress(Unreadable):
        assert len(read(rss(PATHOLOGICAL[shape])).entries) <= 1
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert used.ru_utime - before.ru_utime <= parsing.PROCESSOR + 1
    # The most that any child of this process has held: what an earlier test's held is not this one's.
    assert used.ru_maxrss <= max(before.ru_maxrss, parsing.MEMORY // 1024)
    assert time.monotonic() - started <= reading.PARSING + 5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html><head><title>x</title></head><body>no</body></html>",
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        bytes(range(256)) * 100,
        b"\xff\xfe",
        b"<?xml version='1.0'?>",
        b"<opml><body/></opml>",
    ],
    ids=["nothing", "a page", "json", "noise", "a mark", "a declaration", "a list"],
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    assert trouble(body) == "not_a_feed"


def test_parser_that_dies_or_talks_nonsense_is_a_feed_that_cannot_be_read(
    tmp_path: Path, monkeypatch: Any
) -> None:
    """Killed by the kernel, cut off, or saying something else than facts."""
    for program in (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "print('{')",
        "print('[]')",
        "raise SystemExit(3)",
        f"print(' ' * {reading.OUTPUT + 1})",
    ):
        other = tmp_path / "other.py"
        other.write_text(program)
        monkeypatch.setattr(reading, "_PROGRAM", other)
        assert trouble(ATOM) == "unreadable"


def test_parser_sees_nothing_of_the_site(tmp_path: Path, monkeypatch: Any) -> None:
    """Neither its environment, where secrets are, nor its modules."""
    monkeypatch.setenv("SECRET_KEY", "canary")
    other = tmp_path / "other.py"
    other.write_text(
        "import json, os, sys\n"
        "seen = json.dumps([dict(os.environ), sys.path])\n"
        "print(json.dumps({'title': seen, 'language': '', 'entries': []}))\n"
    )
    monkeypatch.setattr(reading, "_PROGRAM", other)
    seen = read(ATOM).title
    assert "canary" not in seen
    assert str(house.ROOT / "museumhub") not in seen.split("[", 1)[-1].replace(".venv", "")


def test_program_limits_itself_before_it_reads() -> None:
    """Each of the two limits, seen from inside a process that asked for them."""
    asks = (
        "import resource, runpy\n"
        f"one = runpy.run_path({str(reading._PROGRAM)!r})\n"
        "one['limit_myself']()\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[1], resource.getrlimit(resource.RLIMIT_AS)[1])"
    )
    said = subprocess.run([sys.executable, "-I", "-c", asks], capture_output=True, check=True)
    assert [int(one) for one in said.stdout.split()] == [parsing.PROCESSOR, parsing.MEMORY]


def test_every_trouble_fits_its_column_and_is_told_in_every_language() -> None:
    for key in reading.TROUBLES:
        assert len(key) <= 20
        with translation.override("en"):
            english = reading.in_words(key, "404")
        for language in LANGUAGES:
            with translation.override(language):
                assert reading.in_words(key, "404") != english, key
    assert reading.in_words("") == ""
