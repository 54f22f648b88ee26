"""How often something may be asked: token buckets in the database, so that no restart and no emptied Redis forgets them.

A bucket holds `limit` tokens and fills again evenly over `per`. Call `spend` before the act's own
transaction where a refused attempt must count, inside it where only a successful one does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from museumhub.kit.clock import now as present
from museumhub.kit.models import TokenBucket
from museumhub.kit.prepared import insert
from museumhub.kit.refusals import TooOften


def spend(
    bucket: str, key: object, limit: int, per: timedelta, *, now: datetime | None = None
) -> None:
    """Take one token of `key` (an id, an address, an IP) in `bucket`; `TooOften` where none is left.

    `now` is the present instant where it is not given. Two at the same moment never share a token.
    """
    instant = present() if now is None else now
    digest = salted_hmac(f"throttle:{bucket}", str(key), algorithm="sha256").hexdigest()
    rate = limit / per.total_seconds()
    with transaction.atomic(savepoint=False):
        fresh = TokenBucket(key=digest, tokens=limit - 1, updated_at=instant)
        if limit >= 1 and insert(fresh, ignore_conflicts=True):
            return
        row = TokenBucket.objects.select_for_update().get(key=digest)
        passed = max(0.0, (instant - row.updated_at).total_seconds())
        tokens = min(float(limit), row.tokens + passed * rate)
        if tokens >= 1:
            TokenBucket.objects.filter(pk=row.pk).update(tokens=tokens - 1, updated_at=instant)
            return
        wait = ceil((1 - tokens) / rate)
    raise TooOften(_too_often(wait), retry_after=wait)


def forget_full(now: datetime, *, idle: timedelta = timedelta(days=2)) -> int:
    """Delete buckets nobody has touched for `idle`; returns how many. `idle` exceeds every `per` in use."""
    deleted, _rows = TokenBucket.objects.filter(updated_at__lt=now - idle).delete()
    return deleted


def _too_often(seconds: int) -> str:
    if seconds < 120:
        return _("That was asked too often. Try again in a minute or two.")
    if seconds < 2 * 3600:
        return _("That was asked too often. Try again in %(minutes)d minutes.") % {
            "minutes": ceil(seconds / 60)
        }
    return _("That was asked too often. Try again in %(hours)d hours.") % {
        "hours": ceil(seconds / 3600)
    }
