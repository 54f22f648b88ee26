"""Numbers are read with either sign before their decimals, and what can be read in two ways is asked about."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from museumhub.kit.numbers import NumberField, read, said, written


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.5", "0.5"),
        ("0,5", "0.5"),
        ("1.25", "1.25"),
        ("1,2500", "1.25"),
        ("0,125", "0.125"),
        ("1 234,5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1’234’567", "1234567"),
    ],
)
def test_number_is_read_the_same_in_every_language(language: str, text: str, number: str) -> None:
    with override(language):
        assert read(text) == Decimal(number)


@pytest.mark.parametrize(
    ("language", "text", "sentence"),
    [
        (
            "en",
            "1.000",
            "“1.000” can be read in two ways. Write 1000 without a sign between the digits, or 1.",
        ),
        (
            "en",
            "-1,234",
            "“-1,234” can be read in two ways. Write -1234 without a sign between the digits, or -1.2340.",
        ),
        (
            "de",
            "1.250",
            "„1.250“ lässt sich auf zwei Arten lesen. Schreiben Sie 1250 ohne Zeichen zwischen den Ziffern oder 1,25.",
        ),
        (
            "fr",
            "1.234",
            "«\u00a01.234\u00a0» peut se lire de deux façons. Écrivez 1234 sans signe entre les chiffres, ou 1,2340.",
        ),
    ],
)
def test_number_that_two_countries_read_in_two_ways_is_refused_with_both(
    language: str, text: str, sentence: str
) -> None:
    with override(language), pytest.raises(ValidationError) as refused:
        read(text)
    assert refused.value.messages == [sentence]


def test_three_digits_are_decimals_where_numbers_are_in_thousandths() -> None:
    assert read("1,234", in_thousandths=True) == Decimal("1.234")


@given(st.decimals(-(10**12), 10**12, places=6), st.sampled_from(["en", "de", "fr"]))
def test_number_in_a_field_is_read_back_as_it_is(number: Decimal, language: str) -> None:
    with override(language):
        assert read(written(number)) == number


@pytest.mark.parametrize(
    ("language", "small", "large"),
    [("en", "0.5", "12,500"), ("de", "0,5", "12.500"), ("fr", "0,5", "12\u00a0500")],
)
def test_number_is_said_as_the_language_writes_it(language: str, small: str, large: str) -> None:
    with override(language):
        assert (said(Decimal("0.50")), said(Decimal(12_500))) == (small, large)


class FeeForm(forms.Form):
    fee = NumberField(max_digits=10, decimal_places=2, min_value=0)


@pytest.mark.parametrize("text", ["1250,5", "1250.5", "1 250,50"])
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_field_takes_both_signs_and_shows_the_readers(language: str, text: str) -> None:
    with override(language):
        form = FeeForm({"fee": text})
        assert form.is_valid()
        assert form.cleaned_data["fee"] == Decimal("1250.5")
        shown = str(FeeForm(initial={"fee": Decimal("1250.50")})["fee"])
    assert f'value="{"1250.5" if language == "en" else "1250,5"}"' in shown


def test_field_says_what_a_number_looks_like_and_keeps_what_was_typed() -> None:
    with override("de"):
        form = FeeForm({"fee": "viel"})
        assert form.errors["fee"] == [
            "Schreiben Sie eine Zahl in Ziffern, zum Beispiel 12 oder 12,5."
        ]
        assert 'value="viel"' in str(form["fee"])
