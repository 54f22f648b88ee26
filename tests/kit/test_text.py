"""Text from people: single lines, word counts, and keys under which the same name is the same."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from museumhub.kit import text


@pytest.mark.parametrize(
    "value",
    [
        "Ana\nBcc: all@example.org",
        "Ana\rBcc: all@example.org",
        "nul\x00",
        "next\x85line",
        "line\u2028separator",
        "paragraph\u2029separator",
        "turned \u202eround",
        "isolated \u2066text",
        "\x7f",
    ],
)
def test_one_line_with_a_control_character_is_refused(value: str) -> None:
    with pytest.raises(ValidationError, match="Use one line") as caught:
        text.one_line(value)
    assert caught.value.code == "one_line"


@pytest.mark.parametrize(
    "value", ["", "Zoë O'Brien-Łukasz", "متحف الفن", "מוזיאון", "博物馆", "Museum 🏛️", "\u200fרחל"]
)
def test_one_line_with_any_script_is_accepted(value: str) -> None:
    text.one_line(value)


def test_without_controls_keeps_tabs_and_makes_unix_lines() -> None:
    assert text.without_controls("a\r\nb\rc\nd\te\x00\x0b\x1b\x7f\x9bf") == "a\nb\nc\nd\tef"


@given(st.text())
def test_without_controls_twice_is_as_once(value: str) -> None:
    once = text.without_controls(value)
    assert text.without_controls(once) == once


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", 0),
        ("   \n\t ", 0),
        ("one", 1),
        ("one two  three\nfour", 4),
        ("well-being isn't two", 3),
        ("a – b — c", 3),
        ("... !!! ???", 0),
        ("2027 was good", 3),
        ("музей და მუზეუმი", 3),
    ],
)
def test_word_count_counts_what_a_reader_calls_words(value: str, words: int) -> None:
    assert text.word_count(value) == words


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("Musée  d'Orsay", "musee d orsay"),
        (" MUSEE D’ORSAY ", "musee d orsay"),
        ("Straße", "strasse"),
        ("Łódź", "łodz"),
        ("İstanbul", "istanbul"),
        ("ﬁne arts", "fine arts"),
        ("open\u200bmuseums", "openmuseums"),
        ("soft\u00adhyphen", "softhyphen"),
        ("XR / VR", "xr vr"),
        ("!!!", ""),
    ],
)
def test_comparison_key_leaves_out_case_accents_and_punctuation(value: str, key: str) -> None:
    assert text.comparison_key(value) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [("กิน", "กัน"), ("が", "か"), ("हिन्दी", "हन्दी"), ("박물관", "미술관"), ("museum", "museums")],
)
def test_comparison_key_of_different_words_differs(one: str, other: str) -> None:
    assert text.comparison_key(one) != text.comparison_key(other)


@given(st.text())
def test_comparison_key_of_a_key_is_the_key(value: str) -> None:
    key = text.comparison_key(value)
    assert text.comparison_key(key) == key
    assert key == key.strip()


@given(st.text())
def test_comparison_key_does_not_see_case(value: str) -> None:
    assert text.comparison_key(value.casefold()) == text.comparison_key(value)


@pytest.mark.parametrize(
    ("value", "most", "expected"),
    [
        ("TRACES: Workshops", 17, "TRACES: Workshops"),
        ("TRACES: Workshops across borders", 24, "TRACES: Workshops…"),
        ("TRACES: Workshops across borders", 18, "TRACES: Workshops…"),
        ("TRACES: Workshops across borders", 12, "TRACES…"),
        ("Donaudampfschifffahrtsgesellschaft", 12, "Donaudampfs…"),
        ("A Donaudampfschifffahrtsgesellschaft", 12, "A Donaudamp…"),
    ],
)
def test_shortened_cuts_between_words_where_that_leaves_half(
    value: str, most: int, expected: str
) -> None:
    assert text.shortened(value, most) == expected


@given(st.text(), st.integers(2, 60))
def test_shortened_is_never_longer_than_asked(value: str, most: int) -> None:
    assert len(text.shortened(value, most)) <= most
