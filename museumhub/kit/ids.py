"""Identifiers that may stand in an address: 128 random bits that nobody can guess or count through.

ASVS 5.0, 11.5.1 asks for a secure random source; UUIDs do not promise one.
"""

from __future__ import annotations

import base64
import re
import secrets
from typing import Any

from django.db import models
from django.urls import register_converter

LENGTH = 26
PATTERN = "[a-z2-7]{26}"


def new_id() -> str:
    """26 lower-case base32 characters (a-z, 2-7) from 128 random bits."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def is_id(text: str) -> bool:
    """Whether `text` has the form of an identifier: what has not is not worth a query."""
    return re.fullmatch(PATTERN, text) is not None


class OpaqueIdField(models.CharField[str, str]):
    """The public identifier of a row; made with the row, never changed."""

    def __init__(self, **options: Any) -> None:
        options.update(max_length=LENGTH, unique=True, editable=False, default=new_id)
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for given in ("max_length", "unique", "editable", "default"):
            options.pop(given, None)
        return name, path, args, options


class OpaqueIdConverter:
    """`<oid:…>` in a path; anything of another form is a 404 before a query is made."""

    regex = PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(OpaqueIdConverter, "oid")
