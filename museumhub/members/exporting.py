"""The directory as a table that can be imported again (docs/importing.md)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from museumhub.kit.tables import written
from museumhub.kit.urls import absolute
from museumhub.members.importing import COLUMNS, SAME_AS
from museumhub.members.models import Organisation

CHUNK = 500


def as_table(organisations: QuerySet[Organisation]) -> Iterator[str]:
    """One piece of text for each organisation, by name; never more than a chunk of them in memory."""
    head = [*COLUMNS, SAME_AS, "page"]
    rows = organisations.order_by("name_key", "pk").iterator(chunk_size=CHUNK)
    return written(_rows(head, rows))


def _rows(head: list[str], organisations: Iterator[Organisation]) -> Iterator[list[object]]:
    yield list(head)
    for one in organisations:
        values = [getattr(one, column.field) for column in COLUMNS.values()]
        yield [*values, one.slug, absolute(one.get_absolute_url())]
