"""Small secrets in the database that a copy of the database does not tell: sealed with a key made from SECRET_KEY.

Fernet (AES-128-CBC with HMAC-SHA256) under a key of its own for each purpose, derived by HKDF (RFC 5869).
A sealed text is `sealed:<key>:<token>`, where `<key>` are eight hexadecimal digits that say which key it was;
so texts of a former key (SECRET_KEY_FALLBACKS) are read, and found when they are to be sealed anew.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_MARK = "sealed"


class CannotOpen(Exception):
    """Sealed with a key this site does not have, or changed since."""


def seal(text: str, *, purpose: str) -> str:
    """`text` sealed with today's key for `purpose`; never the same twice."""
    name, fernet = _key(settings.SECRET_KEY, purpose)
    return f"{_MARK}:{name}:{fernet.encrypt(text.encode()).decode()}"


def is_sealed(text: str) -> bool:
    """Looks like the work of `seal`, with whichever key."""
    return text.startswith(f"{_MARK}:")


def is_sealed_today(text: str, *, purpose: str) -> bool:
    """Sealed with today's key, so that no former one is needed to open it."""
    return text.startswith(f"{_MARK}:{_key(settings.SECRET_KEY, purpose)[0]}:")


def unseal(sealed: str, *, purpose: str) -> str:
    """The text that was sealed for `purpose`, today or with a former key. Raises `CannotOpen`."""
    mark, _colon, rest = sealed.partition(":")
    wanted, _colon, token = rest.partition(":")
    if mark != _MARK:
        raise CannotOpen("not a sealed text")
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        name, fernet = _key(secret, purpose)
        if name == wanted:
            try:
                return fernet.decrypt(token).decode()
            except InvalidToken as error:
                raise CannotOpen("the text was changed") from error
    raise CannotOpen("the key is not known")


@lru_cache(maxsize=16)
def _key(secret: str, purpose: str) -> tuple[str, Fernet]:
    """The key's name and the key, made from one of the site's secrets for one purpose."""
    derived = HKDF(
        algorithm=hashes.SHA256(), length=32, salt=None, info=f"museumhub.{purpose}".encode()
    ).derive(secret.encode())
    name = hashlib.sha256(b"name of " + derived).hexdigest()[:8]
    return name, Fernet(base64.urlsafe_b64encode(derived))
