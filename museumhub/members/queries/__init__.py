"""Reads that shape people and organisations for a page."""

from museumhub.members.queries.directory import (
    People,
    countries_in_use,
    directory,
    invitations_to,
    left_without_administrator,
    memberships_of,
    people_of,
    requests_of,
)
from museumhub.members.queries.organisations import Likeness, near_duplicates

__all__ = [
    "Likeness",
    "People",
    "countries_in_use",
    "directory",
    "invitations_to",
    "left_without_administrator",
    "memberships_of",
    "near_duplicates",
    "people_of",
    "requests_of",
]
