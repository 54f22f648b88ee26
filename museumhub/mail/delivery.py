"""The delivery loop: take due letters, give them to the mail server one by one, record what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.conf import settings
from django.db.models import F

from museumhub.kit import clock, stopping
from museumhub.mail import letters, outbox
from museumhub.mail.diagnosis import Sort
from museumhub.mail.mailbox import Mailbox
from museumhub.mail.models import Letter, MailServer, Suppression
from museumhub.mail.rendering import CannotBeMade, Made, make
from museumhub.mail.smtp import SmtpLine
from museumhub.mail.transport import (
    AnswerLost,
    Deferred,
    Rejected,
    Transport,
    Unreachable,
    Withdrawn,
)

log = structlog.get_logger(__name__)

BATCH = 10  # letters claimed at a time; what is not sent within half a lease is put back
BREAKER = (30, 60, 120, 300)  # seconds without a try after so many failures to reach the server


@dataclass
class Delivered:
    """What one pass did, by outcome."""

    sent: int = 0
    failed: int = 0
    put_back: int = 0
    lost_answers: int = 0
    more: bool = False


def open_transport() -> Transport:
    """The line that EMAIL_URL names."""
    if settings.EMAIL_URL.startswith("mailbox:"):
        return Mailbox()
    return SmtpLine(settings.EMAIL_URL, timeout=settings.EMAIL_TIMEOUT, name=settings.SITE_HOST)


def drain(*, seconds: float) -> Delivered:
    """Deliver until nothing is due, the process is asked to stop, or `seconds` have passed (then `more` is set)."""
    done = Delivered()
    until = monotonic() + seconds
    line = open_transport()
    outbox.sweep(clock.now())
    try:
        while not stopping.asked() and monotonic() < until:
            now = clock.now()
            failures = _failures(line.host, now)
            if failures is None:
                return done
            limit = 1 if failures else BATCH
            batch = outbox.claim(now, limit)
            all_tried = not batch or _deliver_batch(line, batch, done)
            if failures and done.sent:
                _reopen(line.host)
            if all_tried and len(batch) < limit:
                return done
        done.more = True
        return done
    finally:
        line.close()


def _deliver_batch(line: Transport, batch: list[Letter], done: Delivered) -> bool:
    """Deliver them one by one; False where some were put back untried."""
    patience = monotonic() + outbox.lease().total_seconds() / 2
    suppressed = _suppressed(batch)
    untried = list(batch)
    try:
        while untried and not stopping.asked() and monotonic() < patience:
            _deliver(line, untried.pop(0), suppressed, done)
    except Unreachable:
        _close(line.host, clock.now())
    finally:
        if untried:
            outbox.release(untried)
    return not untried


def _deliver(line: Transport, letter: Letter, suppressed: dict[str, str], done: Delivered) -> None:
    """Deliver one letter and record it. Raises `Unreachable`, recorded, when the next letter would fare no better."""
    try:
        made = _make(letter, suppressed)
    except CannotBeMade as error:
        _fail(letter, Sort.NOT_MADE, error, done)
        return
    except Rejected as error:
        _fail(letter, Sort.SUPPRESSED, error, done)
        return
    try:
        line.send(*made.envelope, lambda: outbox.hand_over(letter, made.rendered, clock.now()))
    except (Unreachable, Deferred) as error:
        sort = Sort.UNREACHABLE if isinstance(error, Unreachable) else Sort.NOT_NOW
        outbox.put_back(letter, made.rendered, sort, str(error), clock.now())
        done.put_back += 1
        if isinstance(error, Unreachable):
            raise
    except Rejected as error:
        if error.no_such_address:
            _suppress(letter.to, str(error))
        _fail(letter, Sort.NO_ADDRESS if error.no_such_address else Sort.REFUSED, error, done)
    except AnswerLost as error:
        outbox.answer_lost(letter, str(error), clock.now())
        done.lost_answers += 1
        log.warning("letter_answer_lost", letter=letter.pk, kind=letter.kind)
    except Withdrawn:
        log.warning("letter_withdrawn", letter=letter.pk, kind=letter.kind)
    else:
        outbox.sent(letter, clock.now())
        done.sent += 1
        if letter.to.lower() in suppressed:
            _trust_again(letter.to)


def _fail(letter: Letter, sort: Sort, error: Exception, done: Delivered) -> None:
    outbox.failed(letter, sort, str(error), clock.now())
    done.failed += 1
    log.warning("letter_failed", letter=letter.pk, kind=letter.kind)


def _make(letter: Letter, suppressed: dict[str, str]) -> Made:
    """The letter ready for the wire; raises `Rejected` for a suppressed address, `CannotBeMade` for a bad letter.

    Whoever sends a letter again has decided that the address is worth another attempt.
    """
    if reason := suppressed.get(letter.to.lower()):
        by_hand = letter.times_resent > 0
        if not (by_hand or letter.sensitive or letters.kind(letter.kind).account):
            raise Rejected(f"Not sent: this address was refused before ({reason})")
    return make(letter, clock.now())


def _suppressed(batch: list[Letter]) -> dict[str, str]:
    """Those of the batch's addresses that do not exist, with the words of the server that said so."""
    addresses = {letter.to.lower() for letter in batch}
    return dict(Suppression.objects.filter(address__in=addresses).values_list("address", "reason"))


def _suppress(address: str, reason: str) -> None:
    Suppression.objects.get_or_create(
        address=address.lower(), defaults={"reason": reason, "since": clock.now()}
    )


def _trust_again(address: str) -> None:
    """A server has accepted a letter to the address: the others may follow."""
    Suppression.objects.filter(address=address.lower()).delete()


def _failures(host: str, now: datetime) -> int | None:
    """How often in a row the server could not be reached; None while nobody is to try."""
    server = MailServer.objects.filter(host=host).first()
    if server is None:
        return 0
    return (
        None if server.closed_until is not None and server.closed_until > now else server.failures
    )


def _close(host: str, now: datetime) -> None:
    """Nobody tries this server for a while, longer each time."""
    server, _ = MailServer.objects.get_or_create(host=host)
    seconds = BREAKER[min(server.failures, len(BREAKER) - 1)]
    MailServer.objects.filter(pk=server.pk).update(
        failures=F("failures") + 1, closed_until=now + timedelta(seconds=seconds)
    )
    log.warning("mail_server_unreachable", failures=server.failures + 1, seconds=seconds)


def _reopen(host: str) -> None:
    MailServer.objects.filter(host=host).update(failures=0, closed_until=None)
