"""Reads that shape people and organisations for a page."""

from museumhub.members.queries.belonging import (
    People,
    acted_for,
    invitations_to,
    left_without_administrator,
    memberships_of,
    people_of,
    requests_of,
)
from museumhub.members.queries.imports import finding_kind, findings
from museumhub.members.queries.listing import (
    Directory,
    Facet,
    Wanted,
    directory,
    found_by_words,
    wanted,
)
from museumhub.members.queries.map import Dot, MapOfOrganisations, map_of
from museumhub.members.queries.organisations import Likeness, near_duplicates

__all__ = [
    "Directory",
    "Dot",
    "Facet",
    "Likeness",
    "MapOfOrganisations",
    "People",
    "Wanted",
    "acted_for",
    "directory",
    "finding_kind",
    "findings",
    "found_by_words",
    "invitations_to",
    "left_without_administrator",
    "map_of",
    "memberships_of",
    "near_duplicates",
    "people_of",
    "requests_of",
    "wanted",
]
