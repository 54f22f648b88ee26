"""A mail server for tests that takes every letter, and misbehaves as it is told.

As a thread (`with Sink() as sink`) or as a process of its own (`python -m tests.mail.sink …`), which writes
a line of JSON for each letter it accepted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

# Called with the recipient; returns an answer other than 250, or nothing.
Answer = Callable[[str], str | None]


@dataclass
class Received:
    """One letter as it was accepted."""

    to: str
    sender: str
    data: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.data, policy=default)


@dataclass
class Handler:
    """What the server says; each may be replaced by a test."""

    rcpt: Answer = lambda to: None
    data: Answer = lambda to: None
    # After accepting: hang up instead of answering.
    drop: Callable[[str], bool] = lambda to: False
    # Seconds between accepting a letter and answering.
    slow: Callable[[str], float] = lambda to: 0.0
    received: list[Received] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    connections: int = 0
    accepted: Callable[[Received], None] = lambda letter: None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]
    ) -> str:
        self.asked.append(to)
        if answer := self.rcpt(to):
            return answer
        envelope.rcpt_tos.append(to)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        to = envelope.rcpt_tos[0]
        if answer := self.data(to):
            return answer
        letter = Received(
            to, str(envelope.mail_from), bytes(cast(bytes, envelope.original_content))
        )
        self.received.append(letter)
        self.accepted(letter)
        if seconds := self.slow(to):
            await asyncio.sleep(seconds)
        if self.drop(to):
            cast(Any, server).transport.abort()
        return "250 2.0.0 taken"


class Sink:
    """The server in a thread, on a free port of 127.0.0.1."""

    def __init__(
        self,
        *,
        options: dict[str, Any] | None = None,
        tls: ssl.SSLContext | None = None,
        **behaviour: Any,
    ) -> None:
        """`options` are aiosmtpd's own; with `tls` the whole line is encrypted."""
        self.handler = Handler(**behaviour)
        self.port = 0
        self._options = options or {}
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()

    def __enter__(self) -> Sink:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            listen(self.handler, 0, self._loop, tls=self._tls, **self._options)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._loop.call_soon(self._ready.set)
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))


async def listen(
    handler: Handler,
    port: int,
    loop: asyncio.AbstractEventLoop,
    *,
    tls: ssl.SSLContext | None = None,
    **options: Any,
) -> asyncio.base_events.Server:
    """Answer on `port`; 0 means a free one."""

    def conversation() -> SMTP:
        handler.connections += 1
        return SMTP(handler, loop=loop, hostname="sink.example", enable_SMTPUTF8=False, **options)

    return await loop.create_server(conversation, "127.0.0.1", port, ssl=tls)


def main() -> None:
    """A server of its own that misbehaves at random, the same way for the same seed."""
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--log", required=True)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--later", type=float, default=0.0, help="share of 451 answers")
    options.add_argument("--bad", default="", help="recipients that hold this do not exist")
    options.add_argument("--drop", type=float, default=0.0, help="share hung up on after accepting")
    options.add_argument("--slow", type=float, default=0.0, help="seconds before each answer")
    options.add_argument("--late", type=float, default=0.0, help="share answered after --late-by")
    options.add_argument("--late-by", type=float, default=0.0)
    given = options.parse_args()
    chance = random.Random(given.seed)
    log = os.open(given.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(letter: Received) -> None:
        line = {"to": letter.to, "id": str(letter.message["Message-ID"])}
        os.write(log, (json.dumps(line) + "\n").encode())

    def rcpt(to: str) -> str | None:
        if given.bad and given.bad in to:
            return "550 5.1.1 no such user here"
        return "451 4.7.1 come back later" if chance.random() < given.later else None

    handler = Handler(
        rcpt=rcpt,
        drop=lambda to: chance.random() < given.drop,
        slow=lambda to: given.late_by if chance.random() < given.late else given.slow,
        accepted=note,
    )
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(listen(handler, given.port, loop))
    loop.run_forever()


if __name__ == "__main__":
    main()
