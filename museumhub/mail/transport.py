"""How a message leaves the site: the small interface the delivery loop speaks to, and what can go wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

# Called when the other side has asked for the text and before any of it is sent. It records the hand-over
# and returns False where the letter is no longer ours to send.
HandOver = Callable[[], bool]


class Trouble(Exception):
    """A letter did not get through; the text is the server's own words, or ours where it had none."""


class Unreachable(Trouble):
    """The server cannot be talked to, or not with our name or password: no letter's fault. Try again later."""


class Deferred(Trouble):
    """The server said not now (4xx)."""


class Rejected(Trouble):
    """The server said no for good (5xx). `no_such_address` where it said so of the recipient."""

    def __init__(self, words: str, *, no_such_address: bool = False) -> None:
        super().__init__(words)
        self.no_such_address = no_such_address


class AnswerLost(Trouble):
    """The server has the text, but its answer never came (RFC 1047): it may have the letter or not."""


class Withdrawn(Trouble):
    """The hand-over was refused by our own side: somebody else has this letter now."""


class Transport(Protocol):
    """One line to one server, kept over many letters."""

    host: str

    def send(self, sender: str, to: str, data: bytes, hand_over: HandOver) -> str:
        """Give one message over and return the server's words of acceptance, or raise a `Trouble`."""

    def close(self) -> None:
        """Hang up; never raises."""


def host_of(address: str) -> str:
    """The name under which the breaker of a mail server is kept; empty for the mailbox on the site."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""
