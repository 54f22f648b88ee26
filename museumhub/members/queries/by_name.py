"""The directory's pages by name: each begins where another one ended, and costs the same wherever it is.

(`kit.keyset` turns lists of instants, the latest first; names ask for the row itself.)
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from museumhub.members.models import Organisation


@dataclass(frozen=True)
class Slice:
    """Some organisations, by name, and whether there are others before and after them."""

    rows: list[Organisation]
    before: bool
    after: bool

    @property
    def first(self) -> Organisation | None:
        return self.rows[0] if self.rows else None

    @property
    def last(self) -> Organisation | None:
        return self.rows[-1] if self.rows else None


def slice_of(
    rows: QuerySet[Organisation],
    *,
    size: int,
    after: Organisation | None = None,
    before: Organisation | None = None,
) -> Slice:
    """At most `size` rows that follow `after`, or precede `before`, or begin the list: one query.

    The organisation given need not be in the list: it marks a place in the order of names.
    """
    if after is None and before is not None:
        # The first condition alone is one an index can start from.
        earlier = Q(name_key__lt=before.name_key) | Q(pk__lt=before.pk)
        rows = rows.filter(earlier, name_key__lte=before.name_key)
        found = list(rows.order_by("-name_key", "-pk")[: size + 1])
        return Slice(found[:size][::-1], before=len(found) > size, after=True)
    if after is not None:
        later = Q(name_key__gt=after.name_key) | Q(pk__gt=after.pk)
        rows = rows.filter(later, name_key__gte=after.name_key)
    found = list(rows.order_by("name_key", "pk")[: size + 1])
    return Slice(found[:size], before=after is not None, after=len(found) > size)
