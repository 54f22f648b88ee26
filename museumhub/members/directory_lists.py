"""The lists that the directory can be narrowed by out of what organisations say of themselves: kind, country, size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from museumhub.members.models import Organisation
from museumhub.members.narrowing import Counts, Narrowing, register


def _counted(column: str) -> Counts:
    """How many organisations have each value of a column."""

    def counts(organisations: QuerySet[Organisation]) -> Mapping[str, int]:
        return dict(organisations.order_by().values_list(column).annotate(Count("pk")))

    return counts


def _countries() -> list[tuple[str, Any]]:
    return [(code, name) for code, name in countries]


register(
    Narrowing(
        key="kind",
        order=10,
        label=_("Kind"),
        everything=_("All kinds"),
        choices=lambda: list(Organisation.Kind.choices),
        narrow=lambda value: Q(kind=value),
        counts=_counted("kind"),
    )
)
register(
    Narrowing(
        key="country",
        order=20,
        label=_("Country"),
        everything=_("All countries"),
        choices=_countries,
        narrow=lambda value: Q(country=value),
        counts=_counted("country"),
    )
)
register(
    Narrowing(
        key="size",
        order=30,
        label=_("Size"),
        everything=_("All sizes"),
        choices=lambda: list(Organisation.SizeBand.choices),
        narrow=lambda value: Q(size_band=value),
        counts=_counted("size_band"),
    )
)
