"""The link under which somebody without an account reads what is not public yet, for a week."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing

from museumhub.kit import clock
from museumhub.news import lifecycle, queries
from museumhub.news.models import Item

LASTS = timedelta(days=7)
_SIGNER = signing.TimestampSigner(salt="news.preview")


def preview_token(item: Item) -> str:
    """What stands in the link, made now. It is signed and not stored: a copy of the database opens nothing."""
    return _SIGNER.sign(item.oid)


def expires_at(now: datetime | None = None) -> datetime:
    """When a link that is made now stops working."""
    return (clock.now() if now is None else now) + LASTS


def item_of_preview(token: str) -> Item | None:
    """The item a link shows, from `queries.with_parts`; None for one that was never ours, has run out, or shows something that was withdrawn or deleted."""
    try:
        oid = _SIGNER.unsign(token, max_age=LASTS)
    except signing.BadSignature:
        return None
    shown = Item.objects.filter(oid=oid).exclude(status=lifecycle.WITHDRAWN)
    return queries.with_parts(shown).first()
