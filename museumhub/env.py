"""The environment, read once and typed: a wrong value stops the start and names its variable.

Every variable, its default and its meaning stand in docs/settings.md.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from email.utils import formataddr, getaddresses
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

T = TypeVar("T")

_HOST = re.compile(r"\.?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\]")

ROOT = Path(__file__).resolve().parent.parent

env = Env()
# A test run speaks only of the variables it is given, never of a developer's own .env file.
if "pytest" not in sys.modules:
    env.read_env(str(ROOT / ".env"), recurse=False)


def read(
    name: str,
    parse: Callable[..., T],
    expected: str,
    *,
    validate: Callable[[T], bool] = lambda value: True,
    **options: Any,
) -> T:
    """The value of variable `name`; on a wrong one, `ImproperlyConfigured` says what was expected."""
    try:
        value = parse(name, **options)
        if not validate(value):
            raise ValueError(name)
        return value
    except (EnvError, ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            f"{name}: {expected}. The environment has {_shown(name)}."
        ) from error


def _shown(name: str) -> str:
    """What to print of a wrong value: secrets and URLs with passwords are never repeated."""
    value = os.environ.get(name)
    if value is None:
        return "no such variable"
    if "SECRET" in name or "DSN" in name or "@" in value:
        return "a value that is not shown here"
    return repr(value[:80])


def url(name: str, *, default: str, schemes: tuple[str, ...], expected: str) -> str:
    """An address whose scheme is one of `schemes`; empty only where the default is empty."""

    def parse(variable: str) -> str:
        value = env.str(variable, default=default)
        if not value and not default:
            return ""
        parts = urlsplit(value)
        if parts.scheme not in schemes:
            raise ValueError(variable)
        _ = parts.port  # a port that is no number raises ValueError here
        return value

    return read(name, parse, expected)


def site(name: str, default: str) -> str:
    """The site's own address: scheme and host, perhaps a port, and nothing behind them."""
    expected = "expected the site's address such as https://museums.example, without a path"
    address = url(name, default=default, schemes=("http", "https"), expected=expected)

    def parse(variable: str) -> str:
        parts = urlsplit(address)
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(variable)
        return address.rstrip("/")

    return read(name, parse, expected)


def email_addresses(name: str, *, default: str, expected: str, one: bool = False) -> list[str]:
    """Addresses separated by commas, each perhaps with a name: `MuseumHub <site@museums.example>`."""

    def parse(variable: str) -> list[str]:
        value = env.str(variable, default=default)
        if any(ord(character) < 32 for character in value):
            raise ValueError(variable)
        found = [given for given in getaddresses([value]) if any(given)]
        if one and len(found) != 1:
            raise ValueError(variable)
        for _, address in found:
            local, _, host = address.rpartition("@")
            if not (local and host) or " " in address:
                raise ValueError(variable)
        return [formataddr(given) for given in found]

    return read(name, parse, expected)


def host_names(name: str, default: list[str]) -> list[str]:
    """Names or addresses of hosts separated by commas; a leading dot stands for all hosts below it."""

    def parse(variable: str) -> list[str]:
        hosts: list[str] = env.list(variable, default=default)
        if not hosts or not all(_HOST.fullmatch(host) for host in hosts):
            raise ValueError(variable)
        return hosts

    return read(name, parse, "expected host names separated by commas, such as museums.example")


def time_zone(name: str, default: str) -> str:
    """An IANA zone name such as Europe/Brussels."""

    def parse(variable: str) -> str:
        value = env.str(variable, default=default)
        ZoneInfo(value)
        return value

    return read(name, parse, "expected an IANA time zone such as Europe/Brussels")
