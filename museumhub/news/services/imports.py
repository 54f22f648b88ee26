"""Making drafts of the rows of an import, each once however often the same is imported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from museumhub.kit.text import comparison_key
from museumhub.members.models import Organisation
from museumhub.news.importing import Row
from museumhub.news.models import Item
from museumhub.news.services.items import create_item


def already_there(organisation: Organisation, rows: Sequence[Row]) -> set[int]:
    """The numbers of rows that need no draft: the organisation has the item, or an earlier row is the same.

    The same are items that appeared first at the same address; where no address is known, those of one
    title in one language, whatever the case and accents.
    """
    items = Item.objects.filter(organisation=organisation)
    addresses = {row.source_url for row in rows if row.source_url}
    titles = {row.title for row in rows}
    found = items.filter(Q(source_url__in=addresses) | Q(title__in=titles) | Q(source_url=""))
    seen: set[tuple[str, ...]] = {
        key
        for item in found.only("title", "language", "source_url").iterator()
        for key in (
            ("address", item.source_url),
            ("title", comparison_key(item.title), item.language),
        )
    }
    known = set()
    for row in rows:
        key = _key(row)
        if key in seen:
            known.add(row.number)
        seen.add(key)
    return known


def _key(row: Row) -> tuple[str, ...]:
    if row.source_url:
        return "address", row.source_url
    return "title", comparison_key(row.title), row.content.get("language", "")


@transaction.atomic
def import_rows(*, organisation: Organisation, rows: Sequence[Row], now: datetime) -> list[Item]:
    """Make a draft of each row that is right and not there already; the others are left out."""
    # Two imports for the same organisation at once wait for each other, and the second finds what the first made.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    known = already_there(organisation, rows)
    return [
        create_item(
            kind=row.kind,
            organisation=organisation,
            content=row.content,
            actor=None,
            source_name=organisation.name if row.source_url else "",
            source_url=row.source_url,
            now=now,
        )
        for row in rows
        if not row.wrong and row.number not in known
    ]
