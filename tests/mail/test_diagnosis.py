"""What a mail server said, in words for a curator."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from museumhub.mail import diagnosis
from museumhub.mail.diagnosis import Sort
from tests.factories.mail import LetterFactory


@pytest.mark.parametrize(
    ("sort", "words", "expected"),
    [
        ("no_address", "550 5.1.1 no such user", "this address does not exist"),
        ("no_address", "550 no such user", "this address does not exist"),
        ("refused", "550 5.1.2 bad domain", "after the @ does not exist"),
        ("refused", "556 5.1.10 null MX", "after the @ takes no e-mail"),
        ("refused", "552 5.2.2 over quota", "mailbox is full"),
        ("not_now", "452 4.2.2 over quota", "mailbox is full"),
        ("refused", "550 5.2.1 disabled", "mailbox is switched off"),
        ("refused", "552 5.3.4 too big", "longer than the mail server takes"),
        ("refused", "554 5.7.1 spam", "takes it for advertising"),
        ("not_now", "451 4.7.1 greylisted", "come back later"),
        ("not_now", "451 try again", "come back later"),
        ("refused", "554 no", "refused the letter"),
        ("suppressed", "Not sent: this address was refused before (550)", "It was not tried"),
        ("unreachable", "ConnectionRefusedError: [Errno 111]", "could not reach its mail server"),
        ("unreachable", "535 5.7.8 wrong password", "could not reach its mail server"),
        ("answer_lost", "TimeoutError: timed out", "may have arrived or not"),
        ("not_made", "TemplateDoesNotExist: x", "could not write this letter"),
        ("of a later version", "550 5.9.9", "refused the letter"),
    ],
)
def test_diagnose_says_what_happened(sort: str, words: str, expected: str) -> None:
    assert expected in str(diagnosis.diagnose(sort, words).what)


def test_every_sort_has_words_and_advice() -> None:
    for sort in Sort:
        found = diagnosis.diagnose(sort, "")
        assert str(found.what).endswith(".")
        assert str(found.advice).endswith(".")


@pytest.mark.django_db
def test_letter_that_the_sweep_gave_up_is_diagnosed_without_an_attempt_of_its_own() -> None:
    parked = LetterFactory(failed=True, error=Sort.STOPPED)
    held = LetterFactory(uncertain=True, error=Sort.ANSWER_LOST)
    assert "interrupted" in str(diagnosis.of(parked).what)  # type: ignore[union-attr]
    assert "may have arrived" in str(diagnosis.of(held).what)  # type: ignore[union-attr]
    with override("de"):
        assert "unterbrochen" in str(diagnosis.of(parked).what)  # type: ignore[union-attr]
    assert diagnosis.of(LetterFactory()) is None
    assert diagnosis.of(LetterFactory(waiting=True)) is None
