"""Words as search compares them, queries as readers type them, and what results quote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from museumhub.pages.search.highlight import QUOTED, Marker
from museumhub.pages.search.query import LONGEST, MOST_TERMS, read
from museumhub.pages.search.words import (
    WRITTEN,
    fold,
    folded_whole,
    forms,
    plain,
    slips,
    spellable,
    stem,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’Été à Łódź", ["l", "ete", "a", "lodz"]),
        ("Straße, GRÜN", ["strasse", "grun"]),
        ("e-mail_address 3D", ["e", "mail", "address", "3d"]),
        ("Cafe\u0301 ﬁne ²", ["cafe", "fine", "2"]),
        ("🙂 – ‘…’", []),
        ("Μουσείο", ["μουσειο"]),
        ("", []),
    ],
)
def test_fold(text: str, words: list[str]) -> None:
    assert fold(text) == words


@given(st.text(max_size=60))
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    folded = fold(text)
    assert fold(" ".join(folded)) == folded


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "museum museen"),
        ("de", "zentrum zentren"),
        ("de", "stipendium stipendien"),
        ("de", "haus hauser"),
        ("de", "ausstellung ausstellungen"),
        ("de", "bibliothek bibliotheken"),
        ("de", "kuratorin kuratorinnen"),
        ("fr", "musee musees"),
        ("fr", "journal journaux"),
        ("fr", "chateau chateaux"),
        ("fr", "cafe cafes"),
        ("fr", "national nationale nationaux nationales"),
    ],
)
def test_singular_and_plural_have_one_stem(language: str, words: str) -> None:
    assert len({stem(word, language) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ("museum", "museum", 0),
        ("musuem", "museum", 1),
        ("museeum", "museum", 1),
        ("musem", "museum", 1),
        ("nuseum", "museum", 1),
        ("climate", "clmiat", 2),
        ("museum", "climate", 7),
        ("a", "abcdef", 3),
    ],
)
def test_slips(one: str, other: str, number: int) -> None:
    assert min(slips(one, other), 7) == min(number, 7) or slips(one, other) > 2 < number


@given(st.from_regex(r"\A[a-z]{4,12}\Z"), st.data())
def test_two_words_one_slip_apart_share_a_form(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("abcxyz"))
    for slipped in (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ):
        assert forms(slipped) & forms(word)
        assert slips(slipped, word) <= 1


def test_short_long_and_numbered_words_are_not_spelt_out() -> None:
    assert spellable(["the", "museum", "3d4e", "2027", "x" * 31]) == {"museum"}


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("# Head\n\nSome **bold** and *thin* `code`.", "Head Some bold and thin code."),
        ('- [a link](https://x.example/y) ![picture](/a.png "t")', "a link picture"),
        ("1. one\n2. two\n> three", "one two three"),
        ("3 * 4 * 5 and snake_case", "3 * 4 * 5 and snake_case"),
        (r"\*as it is\*", "*as it is*"),
        ("```\ncode\n```", "code"),
    ],
)
def test_plain_words_of_markdown(markdown: str, words: str) -> None:
    assert plain(markdown) == words


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("museum climate", [("museum",), ("climate",)]),
        ('"open museums" -museum', [("open", "museums"), ("-", "museum")]),
        ("«musée libre»", [("musee", "libre")]),
        ("l'art d'été", [("l",), ("art",), ("d",), ("ete",)]),
        ("e-mail", [("e",), ("mail",)]),
        ("-e-mail", [("-", "e", "mail")]),
        ("− news", [("news",)]),
        ('"unclosed phrase', [("unclosed",), ("phrase",)]),
        ("title:foo AND *", [("title",), ("foo",), ("and",)]),
        ('🙂 -- ""', []),
    ],
)
def test_a_query_is_words_phrases_and_words_without(
    typed: str, terms: list[tuple[str, ...]]
) -> None:
    found = [(*(("-",) if term.without else ()), *term.words) for term in read(typed).terms]
    assert found == terms


@given(st.text(max_size=400))
def test_every_text_is_a_query(text: str) -> None:
    query = read(text)
    assert len(query.terms) <= MOST_TERMS
    assert len(query.typed) <= LONGEST
    assert all(word.isalnum() or not word.isascii() for term in query.terms for word in term.words)


def test_a_long_query_is_cut_and_says_so() -> None:
    assert read("museum " * 100).cut
    assert read("a b c d e f g h i j k l m").cut
    assert not read("a b c").cut


def test_a_correction_keeps_phrases_and_what_is_left_out() -> None:
    query = read('"opne museum" -loom climate')
    assert query.having({"opne": "open"}).typed == '"open museum" -loom climate'


# --- What is quoted ------------------------------------------------------------------------------


def marked(text: str, typed: str) -> list[str]:
    return [piece.text for piece in Marker(read(typed)).marked(text) if piece.marked]


@pytest.mark.parametrize(
    ("text", "typed", "words"),
    [
        ("The Museum’s galleries", "museums gallery", ["Museum", "galleries"]),
        ("Les Musées d’été", "musee ete", ["Musées", "été"]),
        ("Alte Häuser, ein Haus", "haus", ["Häuser", "Haus"]),
        ("digital, digitally, Museumhood", "digital museum", ["digital", "digitally"]),
        ("the and of", "the looms", []),
        ("one two", '"one two" -three', ["one", "two"]),
        ("no three here", "one -three", []),
        ("", "one", []),
    ],
)
def test_words_are_marked_in_whatever_form_they_stand(
    text: str, typed: str, words: list[str]
) -> None:
    assert marked(text, typed) == words


@given(st.text(max_size=200), st.text(max_size=40))
def test_marking_changes_no_text(text: str, typed: str) -> None:
    assert "".join(piece.text for piece in Marker(read(typed)).marked(text)) == text


@given(st.text(max_size=2000), st.text(max_size=40))
def test_a_quotation_is_a_part_of_the_text_and_short(text: str, typed: str) -> None:
    quoted = "".join(piece.text for piece in Marker(read(typed)).quoted("", text))
    assert quoted.removeprefix("… ").removesuffix("…") in text
    assert len(quoted) <= QUOTED + 3


def test_the_part_with_most_of_the_words_is_quoted() -> None:
    text = (
        "Looms stand here. " + "Nothing. " * 80 + "Looms and sails and bells. " + "Nothing. " * 80
    )
    quoted = "".join(
        piece.text for piece in Marker(read("looms sails bells")).quoted("Looms.", text)
    )
    assert "Looms and sails and bells." in quoted


def test_the_teaser_is_quoted_where_it_has_as_many_of_the_words() -> None:
    quoted = Marker(read("looms")).quoted("Looms for all.", "Looms, looms, looms.")
    assert "".join(piece.text for piece in quoted) == "Looms for all."


def test_words_of_a_text_with_their_accents() -> None:
    text = "L’Été, Cafe\u0301!"
    assert [(match[0], folded_whole(match[0])) for match in WRITTEN.finditer(text)] == [
        ("L", "l"),
        ("Été", "ete"),
        ("Cafe\u0301", "cafe"),
    ]
