"""Identifiers of organisations: what is accepted, and what a pasted address becomes."""

import pytest
from django.core.exceptions import ValidationError

from museumhub.members import identifiers


@pytest.mark.parametrize("value", ["013meh722", "05gq02987", "03vek6s52"])
def test_ror_with_right_check_digits_is_accepted(value):
    identifiers.check_ror(value)


@pytest.mark.parametrize(
    "value", ["013meh723", "113meh722", "013meh72", "013mehi22", "", "0٣3meh722"]
)
def test_ror_with_wrong_form_or_check_digits_is_refused(value):
    with pytest.raises(ValidationError):
        identifiers.check_ror(value)


@pytest.mark.parametrize("value", ["FR-751131010", "DE-12", "GB-UkOxU", "OCLC-DLC", "O-1:/-x"])
def test_isil_of_iso_15511_form_is_accepted(value):
    identifiers.check_isil(value)


@pytest.mark.parametrize(
    "value", ["FR751131010", "FRANC-1", "FR-", "FR-1234567890AB", "FR-é", "F R-1"]
)
def test_isil_of_another_form_is_refused(value):
    with pytest.raises(ValidationError):
        identifiers.check_isil(value)


@pytest.mark.parametrize("value", ["19675", "Q0", "Q019675", "P31", "Q", "Q1a"])
def test_wikidata_of_another_form_is_refused(value):
    with pytest.raises(ValidationError):
        identifiers.check_wikidata(value)


def test_pasted_addresses_become_identifiers():
    assert identifiers.tidy_ror(" https://ror.org/013MEH722/ ") == "013meh722"
    assert identifiers.tidy_wikidata("https://www.wikidata.org/wiki/Q19675") == "Q19675"
    assert identifiers.tidy_wikidata("wd:q19675") == "Q19675"
    assert identifiers.tidy_isil("fr - 751131010") == "FR-751131010"
