"""Secrets sealed with a key made from SECRET_KEY: opened by it and by its predecessors, and by nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from museumhub.kit import sealing

TEXT = "JBSWY3DPEHPK3PXP é"


def test_sealed_text_opens_again_and_tells_nothing() -> None:
    sealed = sealing.seal(TEXT, purpose="test")
    assert sealing.unseal(sealed, purpose="test") == TEXT
    assert "JBSWY" not in sealed
    assert sealing.is_sealed(sealed)
    assert not sealing.is_sealed(TEXT)


def test_same_text_is_never_sealed_alike() -> None:
    assert len({sealing.seal(TEXT, purpose="test") for _ in range(5)}) == 5


def test_text_sealed_for_one_purpose_opens_for_no_other() -> None:
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(sealing.seal(TEXT, purpose="test"), purpose="another")


def test_former_key_opens_and_is_seen_to_be_former(settings: Any) -> None:
    settings.SECRET_KEY = "f" * 50
    sealed = sealing.seal(TEXT, purpose="test")
    assert sealing.is_sealed_today(sealed, purpose="test")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, ["x" * 50, "f" * 50]
    assert sealing.unseal(sealed, purpose="test") == TEXT
    assert not sealing.is_sealed_today(sealed, purpose="test")
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(sealing.CannotOpen, match="key is not known"):
        sealing.unseal(sealed, purpose="test")


def test_changed_text_is_noticed() -> None:
    sealed = sealing.seal(TEXT, purpose="test")
    other = "A" if sealed[-10] != "A" else "B"
    with pytest.raises(sealing.CannotOpen, match="was changed"):
        sealing.unseal(sealed[:-10] + other + sealed[-9:], purpose="test")


@pytest.mark.parametrize("text", ["", "plain", "sealed", "sealed:", "sealed:0:1", "sealed:x:é"])
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(text, purpose="test")
