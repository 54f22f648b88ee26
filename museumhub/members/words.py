"""How names and web addresses of organisations are tidied and checked, typed into a form or read from a table."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit, urlunsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from museumhub.kit.text import comparison_key

LONGEST_ADDRESS = 300

_url = forms.URLField(assume_scheme="https", max_length=LONGEST_ADDRESS, required=False)


def tidy_line(text: str) -> str:
    """One line as Unicode composes it, without doubled blanks; line breaks stay, for `one_line` to refuse."""
    return re.sub(" +", " ", unicodedata.normalize("NFC", text)).strip(" ")


def no_web_address(value: str) -> None:
    """Validator: a name that reaches other people's letters holds no address to follow."""
    if "://" in value or "www." in value.casefold():
        raise ValidationError(_("Write a name without a web address."), code="web_address")


def has_letters(value: str) -> None:
    """Validator: the name of an organisation can be compared with others."""
    if not comparison_key(value):
        raise ValidationError(_("A name needs letters or digits."))


def tidy_website(text: str) -> str:
    """An address of the web as people type it: the scheme may be left out, user names are not let in."""
    address: str = _url.clean(text)
    if not address:
        return ""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or parts.username or not parts.hostname:
        raise ValidationError(_("Enter a web address that begins with https:// or http://."))
    host = parts.hostname.lower() + (f":{parts.port}" if parts.port else "")
    return urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))


def website_key(address: str) -> str:
    """What two addresses of one page have in common: neither scheme nor `www.` nor a last slash."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}" if host else ""
