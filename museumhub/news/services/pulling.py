"""Pulling the feeds of members: each is claimed, asked, read and written down by itself, so that none harms another.

A worker that is killed in the middle has written nothing; its claim runs out, and the feed is asked
again. What it says is written by one transaction that looks whether the claim is still its own.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from museumhub.kit import audit, clock, stopping
from museumhub.kit.fetch import PUBLIC, CannotFetch, Fetched, Network, fetch
from museumhub.kit.urls import absolute
from museumhub.members.models import Membership
from museumhub.members.services.letters import post_to_person
from museumhub.news import lifecycle, reading
from museumhub.news.models import FeedSource, PulledEntry

log = structlog.get_logger(__name__)

PULL = "news.pull_feeds"  # the task's name, for whoever wants a feed asked soon

LEASE = timedelta(minutes=5)  # several times what fetching and reading may take together
HOUR = timedelta(hours=1)
NEXT = timedelta(minutes=30)  # a feed that was just asked is not asked again before
LONGEST_PAUSE = timedelta(days=1)  # between two attempts at a feed that fails
PATIENCE = timedelta(days=14)  # then a failing feed is parked
WAITING = 300  # entries of one feed that wait for an editor; further ones stay where they are
FORGOTTEN = timedelta(
    days=90
)  # after which an entry nobody took, and the feed no longer has, is deleted

COMPARED = [field.name for field in fields(reading.Entry) if field.name != "guid"]


@dataclass(frozen=True)
class Pulled:
    """What one round did: feeds that answered, feeds that failed."""

    answered: int
    failed: int


def waits(now: datetime) -> bool:
    """Whether the time of any feed has come."""
    return FeedSource.objects.due(now).exists()


def pull_due(*, seconds: float = 300.0, network: Network = PUBLIC) -> Pulled:
    """Ask the feeds whose time has come, one after the other, for about `seconds`. Never called inside a transaction."""
    end = time.monotonic() + seconds
    outcomes: list[bool] = []
    while time.monotonic() < end and not stopping.asked():
        source = claim_next(clock.now())
        if source is None:
            break
        outcomes.append(pull(source, network=network))
    return Pulled(answered=outcomes.count(True), failed=outcomes.count(False))


def claim_next(now: datetime) -> FeedSource | None:
    """The feed that has waited longest, taken by compare-and-swap; None where none is due."""
    claim = secrets.token_hex(8)
    while True:
        key = FeedSource.objects.due(now).order_by("next_due", "pk").values_list("pk", flat=True)
        if (found := key.first()) is None:
            return None
        mine = FeedSource.objects.due(now).filter(pk=found)
        if mine.update(claim=claim, lease_until=now + LEASE):
            return FeedSource.objects.get(pk=found)


def pull(source: FeedSource, *, network: Network = PUBLIC) -> bool:
    """Ask a feed that was claimed, and write down what came of it. Returns whether it answered; nothing it does is raised."""
    try:
        answer = fetch(
            source.url,
            accept=reading.KINDS,
            limit_bytes=reading.LIMIT,
            deadline_seconds=reading.SECONDS,
            etag=source.etag,
            last_modified=source.last_modified,
            network=network,
        )
        feed = _read(source, answer)
        _keep(source, answer, feed, now=clock.now())
    except CannotFetch as refusal:
        wait = timedelta(seconds=refusal.retry_after)
        note_failure(source, refusal.trouble, refusal.detail, wait=wait, now=clock.now())
        return False
    except reading.Unreadable as refusal:
        note_failure(source, refusal.trouble, now=clock.now())
        return False
    except Exception:  # whatever it is, the next feed must not suffer from it
        log.exception("pull_failed", source=source.pk)
        note_failure(source, "site", now=clock.now())
        return False
    return True


def digest(body: bytes) -> str:
    """What tells one state of a feed from another."""
    return hashlib.sha256(body).hexdigest()


def _read(source: FeedSource, answer: Fetched) -> reading.Feed | None:
    """The feed; None where nothing is new, which servers without conditional requests do not say themselves."""
    if answer.unchanged or digest(answer.body) == source.digest:
        return None
    return reading.read_feed(
        answer.body, content_type=answer.content_type, address=answer.url, now=clock.now()
    )


@transaction.atomic
def _keep(source: FeedSource, answer: Fetched, feed: reading.Feed | None, now: datetime) -> None:
    mine = FeedSource.objects.select_for_update().filter(pk=source.pk, claim=source.claim).first()
    if mine is None:  # the claim ran out, or somebody changed the feed meanwhile
        return
    if feed is not None:
        complete = keep_entries(mine, feed.entries, now=now)
        # Where some were left out, everything is read again next time.
        mine.digest = digest(answer.body) if complete else ""
        mine.etag = answer.etag if complete else ""
        mine.last_modified = answer.last_modified if complete else ""
        mine.read_at = now
        mine.title = mine.title or feed.title
    mine.last_ok = now
    mine.failures, mine.failing_since, mine.trouble, mine.detail = 0, None, "", ""
    _let_go(mine, next_due(mine, now + NEXT))


def next_due(source: FeedSource, earliest: datetime) -> datetime:
    """The feed's place within the hour, the first one from `earliest` on."""
    place = earliest.replace(minute=0, second=0, microsecond=0) + source.offset
    return place if place >= earliest else place + HOUR


def _let_go(source: FeedSource, due: datetime) -> None:
    source.claim, source.lease_until, source.next_due = "", None, due
    source.save()


def keep_entries(source: FeedSource, entries: Sequence[reading.Entry], *, now: datetime) -> bool:
    """Write down what a feed has: new entries wait, waiting ones say what it says now, decided ones stay as they are.

    Inside the caller's transaction, which holds the source's row. Returns whether there was room for all.
    """
    known = {
        row.guid: row for row in source.entries.filter(guid__in=[entry.guid for entry in entries])
    }
    room = max(0, WAITING - source.entries.waiting().count())
    fresh = [entry for entry in entries if entry.guid not in known]
    PulledEntry.objects.bulk_create(
        PulledEntry(
            source=source,
            guid=entry.guid,
            first_seen_at=now,
            seen_at=now,
            **{name: getattr(entry, name) for name in COMPARED},
        )
        for entry in fresh[:room]
    )
    for entry in entries:
        row = known.get(entry.guid)
        if row is None or row.status != lifecycle.NEW:
            continue
        says = {name: getattr(entry, name) for name in COMPARED}
        if any(getattr(row, name) != value for name, value in says.items()):
            # An editor may decide at this very moment; what is decided stays.
            PulledEntry.objects.filter(pk=row.pk, status=lifecycle.NEW).update(**says)
    source.entries.filter(pk__in=[row.pk for row in known.values()]).update(seen_at=now)
    return len(fresh) <= room


@transaction.atomic
def note_failure(
    source: FeedSource,
    trouble: str,
    detail: str = "",
    *,
    wait: timedelta = timedelta(),
    now: datetime,
) -> None:
    """Try again after a pause that doubles, up to a day; park what has failed for long or is gone for good."""
    mine = FeedSource.objects.select_for_update().filter(pk=source.pk, claim=source.claim).first()
    if mine is None:
        return
    mine.failures = min(mine.failures + 1, 1000)
    mine.failing_since = mine.failing_since or now
    mine.trouble, mine.detail = trouble, detail
    if trouble == "gone" or now - mine.failing_since >= PATIENCE:
        _park(mine, now)
    doubled = HOUR * 2 ** min(mine.failures - 1, 5)
    pause = min(max(doubled, wait), LONGEST_PAUSE)
    _let_go(mine, next_due(mine, now + pause - HOUR / 2))


def _park(source: FeedSource, now: datetime) -> None:
    """No more attempts by itself; those who can do something about it are told once."""
    source.parked_at = now
    audit.record(
        verb="news.feed_parked",
        subject=source,
        actor=None,
        context=source.organisation,
        after=source.trouble,
        now=now,
    )
    keepers = Membership.objects.filter(organisation=source.organisation).administrators()
    for membership in keepers.select_related("person"):
        with translation.override(membership.person.language):
            reason = reading.in_words(source.trouble, source.detail)
        post_to_person(
            membership.person,
            kind="news.feed_parked",
            key=f"news.feed_parked:{source.pk}:{now.isoformat()}:{membership.person_id}",
            context={
                "organisation": source.organisation.name,
                "feed": source.title or source.url,
                "reason": reason,
                "page_url": absolute(reverse("news:feed", args=[source.oid])),
            },
            about=source,
            now=now,
        )


def forget_entries(now: datetime) -> int:
    """Delete entries nobody took that their feed has not had for long; one that it still has would come back as new."""
    gone = PulledEntry.objects.exclude(status=lifecycle.TAKEN).filter(
        seen_at__lt=now - FORGOTTEN, source__read_at__gt=now - FORGOTTEN
    )
    return gone.delete()[1].get("news.PulledEntry", 0)
