"""Identifiers that stand in addresses."""

import re

import pytest
from django.urls import converters

from museumhub.kit import ids


def test_new_id_is_26_characters_that_need_no_escaping() -> None:
    assert re.fullmatch(r"[a-z2-7]{26}", ids.new_id())


def test_new_id_carries_128_bits_from_the_secure_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_bytes", lambda count: b"\xff" * count)
    assert ids.new_id() == "7" * 25 + "4"  # 25 characters of 5 bits, and the last 3


def test_new_id_a_thousand_times_is_a_thousand_ids() -> None:
    assert len({ids.new_id() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "text",
    ["", "a" * 25, "a" * 27, "A" * 26, "1" * 26, "a" * 25 + "0", "é" + "a" * 25, "a" * 25 + "\n"],
)
def test_oid_in_a_path_of_another_form_matches_nothing(text: str) -> None:
    converter = converters.get_converters()["oid"]
    assert re.fullmatch(converter.regex, text) is None


def test_opaque_id_field_in_a_migration_names_no_options() -> None:
    _, path, args, options = ids.OpaqueIdField().deconstruct()
    assert (path, args, options) == ("museumhub.kit.ids.OpaqueIdField", [], {})
