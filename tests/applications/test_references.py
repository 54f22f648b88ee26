"""References that people quote: composed once, and slips are told by the check letter."""

import pytest

from programmes.applications.references import LETTERS, check_letter, compose, prefix_from


def test_reference_of_the_forty_second_application_has_four_digits_and_a_check_letter():
    assert compose("TRACES-2027", 42) == f"TRACES-2027-0042-{check_letter('TRACES-2027', 42)}"


def test_reference_after_the_ten_thousandth_keeps_counting():
    assert compose("X", 12345).startswith("X-12345-")


@pytest.mark.parametrize("number", [1, 42, 907, 1234])
def test_check_letter_with_any_one_digit_wrong_differs(number):
    digits = f"{number:04d}"
    for place, digit in enumerate(digits):
        for other in set("0123456789") - {digit}:
            slip = int(digits[:place] + other + digits[place + 1 :])
            assert check_letter("TRACES-2027", slip) != check_letter("TRACES-2027", number)


def test_check_letter_with_two_digits_exchanged_differs():
    assert check_letter("TRACES-2027", 24) != check_letter("TRACES-2027", 42)


def test_check_letter_is_never_one_that_is_misread():
    assert not set(LETTERS) & set("IOU")


@pytest.mark.parametrize(
    ("words", "prefix"),
    [
        (("traces", "2027"), "TRACES-2027"),
        (("traces", "traces-2027"), "TRACES-2027"),
        (("lets-get-real", "lets-get-real-6"), "LETS-GET-REAL-6"),
        (("---",), "CALL"),
        (("a" * 40, "2027"), "A" * 24),
    ],
)
def test_prefix_from_slugs_is_short_and_says_nothing_twice(words, prefix):
    assert prefix_from(*words) == prefix
