"""A conversation with a mail server (RFC 5321) over one connection kept for many letters.

smtplib speaks the protocol; what it cannot do is stop between the server's 354 and the text of the
letter, which is where the outbox records that the letter was handed over.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from time import monotonic
from urllib.parse import unquote, urlsplit

from museumhub.mail.transport import (
    AnswerLost,
    Deferred,
    HandOver,
    Rejected,
    Unreachable,
    Withdrawn,
    host_of,
)

IDLE = 10.0  # seconds after which the line is tried with NOOP before it is used again
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}

# Enhanced status codes (RFC 3463) and, without one, reply codes that say the address does not exist.
_NO_SUCH_ADDRESS = re.compile(r"^5\.1\.[0-36]\b")
_ENHANCED = re.compile(r"^[245]\.\d{1,3}\.\d{1,3}\b")


class SmtpLine:
    """One kept connection. Not for use by two threads at once."""

    def __init__(self, address: str, *, timeout: float, name: str) -> None:
        """`address` is an EMAIL_URL; `timeout` seconds for each answer; `name` is how we say EHLO."""
        parts = urlsplit(address)
        self.host = host_of(address)
        self._server = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._scheme = parts.scheme
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._timeout = timeout
        self._name = name
        self._line: smtplib.SMTP | None = None
        self._used = 0.0

    def send(self, sender: str, to: str, data: bytes, hand_over: HandOver) -> str:
        """See `Transport.send`."""
        fresh = self._line is None
        line = self._connected()
        try:
            reply = self._mail(line, sender)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._drop()
            if fresh:
                raise Unreachable(_words(error)) from error
            line = self._connected()  # the kept line was dead: once more over a new one
            try:
                reply = self._mail(line, sender)
            except (smtplib.SMTPServerDisconnected, OSError) as again:
                self._drop()
                raise Unreachable(_words(again)) from again
        self._judge_sender(reply)
        self._recipient(line, to)
        self._data(line)
        self._hand_over(hand_over)
        return self._text(line, data)

    def close(self) -> None:
        """See `Transport.close`."""
        if self._line is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._line.quit()
            self._drop()

    def _connected(self) -> smtplib.SMTP:
        if self._line is not None and monotonic() - self._used > IDLE:
            try:
                if self._line.noop()[0] != 250:
                    self._drop()
            except (smtplib.SMTPException, OSError):
                self._drop()
        if self._line is None:
            self._line = self._connect()
        self._used = monotonic()
        return self._line

    def _connect(self) -> smtplib.SMTP:
        try:
            context = ssl.create_default_context()
            line: smtplib.SMTP
            if self._scheme == "smtps":
                line = smtplib.SMTP_SSL(
                    self._server, self._port, self._name, timeout=self._timeout, context=context
                )
            else:
                line = smtplib.SMTP(self._server, self._port, self._name, timeout=self._timeout)
            line.ehlo_or_helo_if_needed()
            if self._scheme == "smtp+tls":
                line.starttls(context=context)
                line.ehlo()
            if self._user:
                line.login(self._user, self._password)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise Unreachable(_words(error)) from error
        return line

    def _mail(self, line: smtplib.SMTP, sender: str) -> tuple[int, bytes]:
        reply = line.mail(sender)
        if reply[0] == 421:
            raise smtplib.SMTPServerDisconnected(_said(*reply))
        return reply

    def _judge_sender(self, reply: tuple[int, bytes]) -> None:
        """A 5xx for our own address is the site's fault, not the letter's: everything waits."""
        code, words = reply
        if code == 250:
            return
        self._reset()
        if code < 500:
            raise Deferred(_said(code, words))
        raise Unreachable(_said(code, words))

    def _recipient(self, line: smtplib.SMTP, to: str) -> None:
        code, words = self._ask(lambda: line.rcpt(to))
        if code in {250, 251}:
            return
        self._reset()
        if code < 500:
            raise Deferred(_said(code, words))
        raise Rejected(_said(code, words), no_such_address=_names_no_mailbox(code, words))

    def _data(self, line: smtplib.SMTP) -> None:
        code, words = self._ask(lambda: line.docmd("DATA"))
        if code == 354:
            return
        self._reset()
        raise (Deferred if code < 500 else Rejected)(_said(code, words))

    def _hand_over(self, hand_over: HandOver) -> None:
        """After the 354 there is no way back but to hang up."""
        try:
            ours = hand_over()
        except BaseException:
            self._drop()
            raise
        if not ours:
            self._drop()
            raise Withdrawn("Another worker has this letter now.")

    def _text(self, line: smtplib.SMTP, data: bytes) -> str:
        stuffed = re.sub(rb"(?m)^\.", b"..", data)
        ending = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            line.send(stuffed + ending)
            code, words = line.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise AnswerLost(_words(error)) from error
        self._used = monotonic()
        if code == 250:
            return _said(code, words)
        if code == 421:
            self._drop()
        raise (Deferred if code < 500 else Rejected)(_said(code, words))

    def _ask(self, question: object) -> tuple[int, bytes]:
        try:
            reply: tuple[int, bytes] = question()  # type: ignore[operator]
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Unreachable(_words(error)) from error
        if reply[0] == 421:
            self._drop()
            raise Unreachable(_said(*reply))
        return reply

    def _reset(self) -> None:
        if self._line is not None:
            try:
                self._line.rset()
            except (smtplib.SMTPException, OSError):
                self._drop()

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _names_no_mailbox(code: int, words: bytes) -> bool:
    said = words.decode("utf-8", "replace")
    if _ENHANCED.match(said):
        return bool(_NO_SUCH_ADDRESS.match(said))
    return code in {550, 551, 553}


def _said(code: int, words: bytes) -> str:
    """`550 5.1.1 No such user`, at most 500 characters."""
    return f"{code} {words.decode('utf-8', 'replace')}"[:500]


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _said(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    return f"{type(error).__name__}: {error}"[:500]
