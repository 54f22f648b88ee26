"""Every letter of the site in every language: what it says, what it links to, and what it never lets through."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.urls import resolve

from museumhub.mail import letters
from museumhub.mail.models import Letter
from museumhub.mail.rendering import WORD_JOINER, CannotBeMade, Rendered, fence, make, render
from tests.architecture.posting import post_one_of_each
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _name in settings.LANGUAGES]
KINDS = [kind.name for kind in letters.kinds() if not kind.name.startswith("tests.")]
LONGEST_SUBJECT = 100  # characters; what mail programs show of one in a list
# So many words in a row that read the same in two languages are not chance but a text nobody translated.
SAME_WORDS = 3

Posted = dict[str, list[Letter]]


@pytest.fixture(scope="module")
def posted(django_db_setup: None, django_db_blocker: Any) -> Posted:
    """The letters by kind; nothing of them stays in the database."""
    found: Posted = {name: [] for name in KINDS}
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        override_settings(OPERATORS=["operator@museum.example"]),
        transaction.atomic(),
    ):
        for letter in post_one_of_each(NOW):
            found[letter.kind].append(letter)
        transaction.set_rollback(True)
    return found


def in_language(letter: Letter, language: str) -> Letter:
    """The same letter to somebody who reads `language`."""
    other = copy.copy(letter)
    other.language = language
    return other


_rendered: dict[tuple[int, str], Rendered] = {}


def rendered(letter: Letter, language: str) -> Rendered:
    key = (letter.pk, language)
    if key not in _rendered:
        _rendered[key] = render(in_language(letter, language))
    return _rendered[key]


@pytest.fixture(params=KINDS)
def readings(request: pytest.FixtureRequest, posted: Posted) -> list[tuple[Letter, str, Rendered]]:
    """Every letter of one kind in every language."""
    return [
        (letter, language, rendered(letter, language))
        for letter in posted[request.param]
        for language in LANGUAGES
    ]


@dataclass
class Html:
    """What the tests ask of a letter's HTML."""

    lang: str = ""
    title: str = ""
    links: set[str] = field(default_factory=set)
    remote: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Html()
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = tag
        if tag == "html":
            self.found.lang = given.get("lang", "")
        if tag == "a":
            self.found.links.add(given.get("href", ""))
        if tag in {"img", "script", "link", "iframe", "object", "video", "audio", "source"}:
            self.found.remote.append(tag)
        if re.search(r"url\s*\(|@import|expression\s*\(", given.get("style", "")):
            self.found.remote.append(given["style"])
        if "background" in given:
            self.found.remote.append("background")

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.found.title += data.strip()
        elif self._inside == "style":
            self.found.remote += re.findall(r"url\s*\([^)]*\)|@import[^;]*", data)
        else:
            self.found.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def read(html: str) -> Html:
    reader = Reader()
    reader.feed(html)
    return reader.found


def links_of(text: str) -> set[str]:
    return set(re.findall(r"https?://\S+", text))


def test_every_registered_kind_is_posted_by_something(posted: Posted) -> None:
    assert [name for name in KINDS if not posted[name]] == [], (
        "let tests/architecture/posting.py cause it"
    )


def test_subject_is_one_short_line_with_nothing_left_open(readings: Any) -> None:
    for _letter, language, made in readings:
        assert "\n" not in made.subject
        assert made.subject == made.subject.strip() != ""
        assert len(made.subject) <= LONGEST_SUBJECT, (language, made.subject)


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_letter_has_no_placeholder_and_no_gap(readings: Any, part: str) -> None:
    for _letter, language, made in readings:
        words = getattr(made, part) if part != "html" else " ".join(read(made.html).text)
        assert re.findall(r"\{\{|\}\}|\{%|%\(\w+\)s|\bNone\b|\[\]|\{\}", words) == [], language
        gaps = re.findall(r"\(\s*\)|\s[,.](?!\w)|«\s*»|“”", words) if part != "html" else []
        assert gaps == [], (language, words)


def test_text_and_html_lead_to_the_same_addresses(readings: Any) -> None:
    for _letter, language, made in readings:
        shown = {link.removesuffix("/") for link in read(made.html).links}
        assert shown == {link.removesuffix("/") for link in links_of(made.text)}, language


def test_html_says_its_language_and_title_and_fetches_nothing(readings: Any) -> None:
    for letter, language, made in readings:
        page = read(made.html)
        assert page.lang == language
        assert page.title == made.subject
        assert page.remote == []
        assert made.html.lower().startswith("<!doctype html>"), letter.kind


GREETINGS = {"en": "Hello", "de": "Guten Tag", "fr": "Bonjour"}
# What German writes with a capital after "Guten Tag Zoë," as well: the polite form, and nouns.
CAPITALS = {"Sie", "Ihr", "Ihre", "Ihrem", "Ihren", "Ihnen", "Nachrichten"}


def test_letter_greets_like_every_other_and_goes_on_as_its_language_does(readings: Any) -> None:
    for letter, language, made in readings:
        greeting, sentence = made.text.split("\n\n")[:2]
        name = f" {fence(letter.name)}" if letter.name else ""
        assert greeting == f"{GREETINGS[language]}{name},"
        first = sentence.split()[0].rstrip(",")
        named = any(sentence.startswith(content) for content in contents(letter))
        if language != "de":
            assert first[0].isupper() or named, sentence
        else:
            assert first[0].islower() or first in CAPITALS or named, sentence


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_letter_in_another_language_holds_no_english(readings: Any, language: str) -> None:
    by_letter = {(letter.pk, said): (letter, made) for letter, said, made in readings}
    for (number, said), (letter, made) in by_letter.items():
        if said != language:
            continue
        english = by_letter[number, "en"][1]
        for part in ("subject", "text"):
            kept = untranslated(getattr(english, part), getattr(made, part), letter)
            assert kept == [], f"{letter.kind} {part}: {getattr(made, part)}"
        before, after = ("\n".join(read(one.html).text) for one in (english, made))
        assert untranslated(before, after, letter) == [], f"{letter.kind} html"


def untranslated(english: str, other: str, letter: Letter) -> list[str]:
    """Runs of words that are the same in both readings and do not come from the letter's context."""
    own = contents(letter)
    runs = set(_runs(_without(english, own)))
    return [run for run in _runs(_without(other, own)) if run in runs]


def contents(letter: Letter) -> list[str]:
    """What people and programmes call things: the texts of the context, as a letter may show them, the longest first."""
    found = {settings.SITE_NAME, letter.name, *_texts(letter.context)}
    pieces = {line for text in found for line in (text, *text.splitlines())}
    shown = {form for one in pieces for form in (one, fence(one), one.upper())}
    return sorted(shown - {""}, key=len, reverse=True)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _without(text: str, contents: list[str]) -> str:
    text = re.sub(r"https?://\S+", " | ", text)
    for content in contents:
        text = re.sub(rf"(?<!\w){re.escape(content)}(?!\w)", " | ", text)
    return text.replace(WORD_JOINER, "")


def _runs(text: str) -> Iterator[str]:
    """Every SAME_WORDS words that stand together in a line."""
    for part in re.split(r"[|\n]", text):
        words = re.findall(r"[^\W\d_]+", part)
        for start in range(len(words) - SAME_WORDS + 1):
            yield " ".join(words[start : start + SAME_WORDS])


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        ("Anna Berg vous invite à Night Café.", []),
        ("Anna Berg invites you to join Night Café.", ["invites you to", "you to join"]),
        ("Bonjour, Anna Berg invites you to Night Café.", ["invites you to"]),
        ("Anna Berg: OK for you", []),
    ],
)
def test_untranslated_finds_words_nobody_translated_and_no_names(
    other: str, kept: list[str]
) -> None:
    letter = Letter(context={"inviter": "Anna Berg", "title": "Night Café"})
    assert untranslated("Anna Berg invites you to join Night Café.", other, letter) == kept


def test_what_people_wrote_is_escaped_once_in_html_and_not_at_all_in_text(readings: Any) -> None:
    for letter, language, made in readings:
        assert re.findall(r"&amp;(?:amp|lt|gt|quot|nbsp|#\w+);", made.html) == [], language
        assert re.findall(r"&(?:amp|lt|gt|quot|#x?\w+);", made.subject + made.text) == [], language
        for harm in ("<i>", "<b>", "<Night>", "<here>", "<A>"):
            assert harm not in made.html, letter.kind


def test_letter_that_proves_something_is_sensitive(posted: Posted) -> None:
    """A code, or a link to a page that lets in whoever holds it: see tests/architecture/public.txt."""
    unmarked = {
        kind.name
        for kind in letters.kinds()
        for letter in posted.get(kind.name, [])
        if not kind.sensitive
        and ("code" in letter.context or any(map(lets_in, open_links(letter))))
    }
    assert unmarked == set()


def test_digest_names_countries_in_its_readers_language(posted: Posted) -> None:
    [letter] = posted["applications.organisers_digest"]
    for language, country in (("en", "Germany"), ("fr", "Allemagne"), ("de", "Deutschland")):
        made = rendered(letter, language)
        assert country in made.text
        assert country in made.html


def open_links(letter: Letter) -> set[str]:
    """The links, but those that nobody except the recipient is shown (`LetterKind.own`)."""
    own = {letter.context.get(name) for name in letters.kind(letter.kind).own}
    return links_of(rendered(letter, "en").text) - own


def lets_in(link: str) -> bool:
    """A public address whose parameters are a secret, not the name of something public."""
    found = resolve(link.removeprefix(settings.SITE_URL).split("?")[0] or "/")
    access = getattr(found.func, "access", None)
    secret = {"token", "oid", "secret", "key", "uidb36"} & set(found.kwargs)
    return bool(secret) and (access is None or access.kind == "public")


@pytest.mark.parametrize(
    "harm",
    ["\r\nBcc: victim@evil.example", "\nBcc: victim@evil.example", "\x0bBcc: a@evil.example"],
)
def test_line_break_in_a_name_never_becomes_a_header(
    posted: Posted, harm: str, request: Any
) -> None:
    """The letter is refused as a whole, or its headers are as they were."""
    for letter in (found[0] for found in posted.values()):
        for key in ("", *(name for name, value in letter.context.items() if is_words(name, value))):
            broken = copy.copy(letter)
            if key:
                broken.context = {**letter.context, key: f"{letter.context[key]}{harm}"}
            else:
                broken.name = f"Zoë{harm}"
            assert headers_of(broken) in (None, headers_of(letter)), (letter.kind, key)


PHISHING = [
    "[pay](https://evil.example/a)",
    '<a href="https://evil.example/b">pay</a>',
    "https://evil.example/c",
    "www.evil.example",
    "evil.example/d",
    "mailto:a@evil.example",
    "<https://evil.example/e>",
    "<img src=https://evil.example/f>",
    "![x](https://evil.example/g)",
]


@pytest.mark.parametrize("name", PHISHING)
def test_name_that_wants_to_be_a_link_is_none_in_any_letter(posted: Posted, name: str) -> None:
    """Neither a link of the letter nor one that a mail program makes of the words by itself."""
    for letter in (found[0] for found in posted.values()):
        bait = copy.copy(letter)
        bait.name = name
        bait.context = baited(letter.context, name)
        made = render(bait)
        page = read(made.html)
        assert "evil" in made.text.replace(WORD_JOINER, ""), letter.kind
        assert [link for link in page.links if "evil" in link] == [], letter.kind
        assert page.remote == [], letter.kind
        for part in (made.subject, made.text, " ".join(page.text)):
            assert not re.search(r"evil\.example|https?://[^\s]*evil|www\.evil", part), letter.kind


def baited(value: Any, name: str, key: str = "") -> Any:
    """The same context where everything that somebody may have written is `name`."""
    if isinstance(value, dict):
        return {inner: baited(item, name, inner) for inner, item in value.items()}
    if isinstance(value, list):
        return [baited(item, name, key) for item in value]
    machine = (
        "email",
        "language",
        "country",
        "code",
        "kind",
        "role",
        "status",
        "level",
        "stage",
        "at",
    )
    return name if is_words(key, value) and not key.endswith(machine) else value


def is_words(name: str, value: Any) -> bool:
    """Something a person may have written; instants, zones and addresses are the site's own."""
    own = ("_at", "deadline", "before", "due", "_zone", "_url", "url")
    return isinstance(value, str) and not name.endswith(own)


def headers_of(letter: Letter) -> list[str] | None:
    """The names of the message's headers in order; None where the letter cannot be made."""
    try:
        _sender, _to, message = make(letter, NOW).envelope
    except CannotBeMade:
        return None
    return [name.casefold() for name in message_from_bytes(message, policy=default)]
