"""How each kind of question reads what was typed, what it refuses in words, and how an answer reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from museumhub.kit import numbers
from museumhub.questionnaires import kinds
from museumhub.questionnaires.models import Kind
from museumhub.questionnaires.structure import OptionSpec, QuestionSpec


def question(kind: str, **settings) -> QuestionSpec:
    return QuestionSpec(1, "q", kind, "Question?", **settings)


SHORT = question(Kind.SHORT_TEXT)
LONG = question(Kind.LONG_TEXT)
NUMBER = question(Kind.NUMBER)
WHOLE = question(Kind.NUMBER, step=Decimal(1), minimum=Decimal(0), maximum=Decimal(1000))
DATE = question(Kind.DATE, earliest=date(2027, 1, 1), latest=date(2027, 12, 31))
OPTIONS = (OptionSpec("a", "Apples"), OptionSpec("b", "Pears"), OptionSpec("c", "Plums"))
ONE = question(Kind.ONE_CHOICE, options=OPTIONS, other=True)
MANY = question(Kind.MANY_CHOICES, options=OPTIONS, least=2, most=2)
SCALE = question(Kind.SCALE, options=(OptionSpec("1", "Not at all"), OptionSpec("2", ""), OptionSpec("3", "Fully")))  # fmt: skip


def refusal(spec: QuestionSpec, raw, other: str = "") -> str:
    with pytest.raises(ValidationError) as caught:
        kinds.read(spec, raw, other)
    return str(caught.value.messages[0])


@pytest.mark.parametrize(
    ("spec", "raw", "value"),
    [
        (SHORT, "  A museum  ", "A museum"),
        (SHORT, "two\r\nlines", "two lines"),
        (SHORT, "\x00\x07 \ud800", None),
        (SHORT, "متحف 🏛️ \u200fx", "متحف 🏛️ \u200fx"),
        (LONG, "one\r\n\r\ntwo", "one\n\ntwo"),
        (NUMBER, "12", "12"), (NUMBER, "12.50", "12.5"), (NUMBER, "12,5", "12.5"), (NUMBER, "-3", "-3"),
        (NUMBER, "\N{MINUS SIGN}3", "-3"), (NUMBER, "1 234 567,5", "1234567.5"), (NUMBER, "1'234'567", "1234567"),
        (NUMBER, "1,234,567.25", "1234567.25"), (NUMBER, "1.234.567,25", "1234567.25"), (NUMBER, "1.234.567", "1234567"),
        (NUMBER, "0,125", "0.125"), (NUMBER, "٣٤", "34"), (NUMBER, "0", "0"), (NUMBER, "-0", "0"), (NUMBER, "000", "0"),
        (question(Kind.NUMBER, step=Decimal("0.001")), "1.234", "1.234"),
        (WHOLE, "1000", "1000"),
        (DATE, "2027-02-01", "2027-02-01"), (DATE, "1.2.2027", "2027-02-01"), (DATE, "2027-2-1", "2027-02-01"),
        (question(Kind.EMAIL), " ana@museum.example ", "ana@museum.example"),
        (question(Kind.URL), "museum.example/a", "https://museum.example/a"),
        (question(Kind.URL), "http://museum.example:8080", "http://museum.example:8080"),
        (question(Kind.COUNTRY), "BE", "BE"),
        (question(Kind.CONSENT), "on", True), (question(Kind.CONSENT), [], None),
        (ONE, "b", {"chosen": ["b"], "other": ""}), (ONE, ["a", ""], {"chosen": ["a"], "other": ""}), (ONE, [], None),
        (MANY, ["c", "a", "a"], {"chosen": ["a", "c"], "other": ""}), (MANY, ["a"], {"chosen": ["a"], "other": ""}),
        (SCALE, "3", "3"), (SCALE, "", None), (NUMBER, " ", None), (DATE, "", None),
    ],
)  # fmt: skip
def test_what_was_typed_is_read(spec, raw, value):
    assert kinds.read(spec, raw) == value


@pytest.mark.parametrize(
    ("spec", "raw", "sentence"),
    [
        (SHORT, "x" * 501, "This is too long: 501 characters, where 500 fit. Shorten it; what you wrote is still here."),
        (LONG, "x" * 100_000, "This is too long: 100,000 characters, where 20,000 fit. Shorten it; what you wrote is still here."),
        (question(Kind.LONG_TEXT, most=2), "one two three", "Use at most 2 words; you have 3."),
        (NUMBER, "many", "Write a number in digits, for example 12 or 12.5; “many” is none."),
        (NUMBER, "1e999", "Write a number in digits, for example 12 or 12.5; “1e999” is none."),
        (NUMBER, "9" * 400, f"Write a number in digits, for example 12 or 12.5; “{'9' * 40}…” is none."),
        (NUMBER, "9" * 20, "This number is too large. Give one with at most 13 digits."),
        (NUMBER, "1,000", "“1,000” can be read in two ways. Write 1000 without a sign between the digits, or 1."),
        (NUMBER, "1.250", "“1.250” can be read in two ways. Write 1250 without a sign between the digits, or 1.25."),
        (NUMBER, "0.1234567", "Give at most 6 digits after the point."),
        (WHOLE, "1001", "Give a number of at most 1000."), (WHOLE, "-1", "Give a number of at least 0."),
        (WHOLE, "2.5", "Give a whole number, without decimals."),
        (question(Kind.NUMBER, step=Decimal("0.5"), minimum=Decimal("0.25")), "0.5", "Give a number in steps of 0.5, counted from 0.25."),
        (DATE, "2027-02-30", "Give a date that exists, such as 1 September 2027 or 2027-09-01; “2027-02-30” is none."),
        (DATE, "99999-01-01", "Give a date that exists, such as 1 September 2027 or 2027-09-01; “99999-01-01” is none."),
        (DATE, "2026-12-31", "Give a date from 1 January 2027 on."), (DATE, "2028-01-01", "Give a date no later than 31 December 2027."),
        (question(Kind.DATE), "0000-01-01", "Give a date that exists, such as 1 September 2027 or 2027-09-01; “0000-01-01” is none."),
        (question(Kind.EMAIL), "ana@", "Write an e-mail address such as name@museum.example."),
        (question(Kind.EMAIL), "a@b.example\nBcc: c@d.example", "Write an e-mail address such as name@museum.example."),
        (question(Kind.URL), "javascript:alert(1)", "Write a web address that begins with https:// or http://."),
        (question(Kind.URL), "ftp://museum.example", "Write a web address that begins with https:// or http://."),
        (question(Kind.URL), "https://museum.example@evil.example", "Write a web address that begins with https:// or http://."),
        (question(Kind.URL), "http://[", "Write a web address that begins with https:// or http://."),
        (question(Kind.COUNTRY), "Atlantis", "Choose a country from the list."),
        (ONE, "gone", "Choose from the list; an answer you chose is no longer in it."),
        (ONE, ["a", "b"], "Choose one answer only."), (MANY, ["a", "b", "c"], "Choose at most 2; you chose 3."),
        (SCALE, "4", "Choose one point of the scale."), (SCALE, ["1", "2"], "Choose one point of the scale."),
    ],
)  # fmt: skip
def test_what_cannot_be_an_answer_is_refused_in_words(spec, raw, sentence):
    assert refusal(spec, raw) == sentence


@pytest.mark.parametrize(
    "text",
    ["NaN", "inf", "-Infinity", "sNaN", "0x10", "1__0e1", "½", "1-2", "--1", "+", ".", ",", "1..2"],
)
def test_number_that_is_none_is_refused(text):
    assert "Write a number in digits" in refusal(NUMBER, text)


@given(st.decimals(-(10**12), 10**12, places=6))
def test_every_number_is_read_back_as_it_is_kept(number):
    text = numbers.plain(number)
    assert Decimal(text) == number
    for language in ("en", "de", "fr"):
        with translation.override(language):
            assert kinds.read(NUMBER, kinds.typed(NUMBER, text)) == text


@given(st.text(max_size=200))
def test_no_text_at_all_breaks_any_kind(text):
    for kind in Kind:
        if kind in {Kind.FILE, Kind.STATEMENT}:
            continue
        spec = question(kind, options=OPTIONS, other=True)
        try:
            value = kinds.read(spec, text, text)
        except ValidationError:
            continue
        assert isinstance(kinds.shown(spec, value), str)
        assert isinstance(kinds.typed(spec, value), str)
        kinds.shown(spec, value).encode()


def test_other_is_kept_only_where_it_is_chosen():
    assert kinds.read(ONE, "other", "  A\ngarden ") == {"chosen": ["other"], "other": "A garden"}
    assert kinds.read(ONE, "a", "A garden") == {"chosen": ["a"], "other": ""}
    assert "500 characters" in refusal(ONE, "other", "x" * 501)
    assert (
        refusal(replace(ONE, other=False), "other")
        == "Choose from the list; an answer you chose is no longer in it."
    )


@pytest.mark.parametrize(
    ("spec", "value", "sentence"),
    [
        (SHORT, None, ""), (replace(SHORT, required=True), None, "Answer this question."),
        (question(Kind.LONG_TEXT, least=3), "one two", "Use at least 3 words; you have 2."),
        (question(Kind.LONG_TEXT, least=3), None, ""),
        (MANY, {"chosen": ["a"], "other": ""}, "Choose at least 2."), (MANY, {"chosen": ["a", "b"], "other": ""}, ""),
        (ONE, {"chosen": ["other"], "other": ""}, "Say what “other” is."),
        (question(Kind.CONSENT, required=True), None, "Tick the box to go on."),
        (question(Kind.FILE, required=True), None, "Choose a file."),
        (question(Kind.COUNTRY, required=True), None, "Choose a country."),
        (question(Kind.DATE, required=True), None, "Give a date."),
        (replace(NUMBER, required=True), None, "Give a number."), (replace(NUMBER, required=True), "0", ""),
        (replace(SCALE, required=True), None, "Choose one of the answers."),
    ],
)  # fmt: skip
def test_what_keeps_an_answer_from_being_finished(spec, value, sentence):
    assert kinds.lacking(spec, value) == sentence


@pytest.mark.parametrize(
    ("spec", "value", "text"),
    [
        (ONE, {"chosen": ["a"], "other": ""}, "Apples"), (ONE, {"chosen": ["other"], "other": "Figs"}, "Other: Figs"),
        (MANY, {"chosen": ["a", "b"], "other": ""}, "Apples\nPears"),
        (SCALE, "1", "1 of 3 (Not at all)"), (SCALE, "2", "2 of 3"),
        (replace(NUMBER, unit="EUR"), "1234567.5", "1,234,567.5 EUR"), (NUMBER, "1000", "1000"),
        (DATE, "2027-02-01", "1 February 2027"), (question(Kind.COUNTRY), "BE", "Belgium"),
        (question(Kind.CONSENT), True, "Yes"), (question(Kind.FILE), {"file": "x", "name": "a.pdf", "size": 1}, "a.pdf"),
        (LONG, "one\ntwo", "one\ntwo"), (SHORT, None, ""),
    ],
)  # fmt: skip
def test_answer_reads_like_text(spec, value, text):
    assert kinds.shown(spec, value) == text


def test_answer_reads_in_the_active_language():
    with translation.override("fr"):
        assert kinds.shown(question(Kind.COUNTRY), "BE") == "Belgique"
        assert kinds.shown(NUMBER, "12.5") == "12,5"
        assert kinds.shown(DATE, "2027-02-01") == "1er février 2027"


@pytest.mark.parametrize(
    ("language", "refused"),
    [
        ("de", "Geben Sie eine Zahl in Schritten von 0,5 an, gezählt ab 0,25."),
        ("fr", "Indiquez un nombre par pas de 0,5, à partir de 0,25."),
    ],
)
def test_number_in_a_sentence_is_written_as_the_reader_does(language, refused):
    spec = question(Kind.NUMBER, step=Decimal("0.5"), minimum=Decimal("0.25"))
    with translation.override(language):
        assert refusal(spec, "0.5") == refusal(spec, "0,5") == refused
