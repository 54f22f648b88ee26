"""Parts of the map as the directory's address names them: a square of degrees, or a country whose organisations have no point."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from museumhub.kit.atlas import country_points

# Degrees along each side; every one is twice the one before, so that small squares make up large ones.
FINEST = 2  # squares to a degree
SIDES = (1, 2, 4, 8, 16, 32)  # in halves of a degree

_WRITTEN = re.compile(r"(?P<south>-?[0-9]{1,3})_(?P<west>-?[0-9]{1,3})_(?P<side>[0-9]{1,2})")


@dataclass(frozen=True)
class Square:
    """From `south` and `west`, included, `side` halves of a degree up and to the east; all in halves of a degree."""

    south: int
    west: int
    side: int

    def __str__(self) -> str:
        return f"{self.south}_{self.west}_{self.side}"

    @property
    def condition(self) -> Q:
        """Organisations whose point is in it."""
        half = Decimal(1) / FINEST
        return Q(
            latitude__gte=self.south * half,
            latitude__lt=(self.south + self.side) * half,
            longitude__gte=self.west * half,
            longitude__lt=(self.west + self.side) * half,
        )


@dataclass(frozen=True)
class Somewhere:
    """In a country, nobody said where."""

    country: str

    def __str__(self) -> str:
        return self.country

    @property
    def condition(self) -> Q:
        """Organisations of the country that have no point."""
        return Q(country=self.country, latitude__isnull=True)


Area = Square | Somewhere


def read(text: str) -> Area | None:
    """What `str(area)` wrote; None for anything else."""
    if text in country_points():
        return Somewhere(text)
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    south, west, side = (int(found[name]) for name in ("south", "west", "side"))
    fits = side in SIDES and south % side == 0 and west % side == 0
    return Square(south, west, side) if fits else None
