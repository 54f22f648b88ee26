"""What the page of an organisation says of its part in programmes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from museumhub.members.models import Organisation
from museumhub.members.profile import Section, register
from programmes.catalogue.queries import Part, parts_of

AT_MOST = 12


@dataclass(frozen=True)
class TakenPart:
    """The latest parts; `more` says that there are others."""

    parts: list[Part]
    more: bool


def taken_part(organisation: Organisation, user: Any, now: datetime) -> TakenPart | None:
    """What is published, the same for every reader; None where there is nothing."""
    found = parts_of(organisation, now, at_most=AT_MOST + 1)
    return TakenPart(found[:AT_MOST], len(found) > AT_MOST) if found else None


register(
    Section(
        key="programmes",
        order=20,
        template="catalogue/_of_organisation.html",
        content=taken_part,
    )
)
