"""The picture library as those who work with it see it: one page of it, what it is narrowed by, and where a picture is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.http import urlencode

from museumhub.kit.keyset import Place, Turned, turn
from museumhub.kit.text import comparison_key
from museumhub.members.models import Organisation
from museumhub.news import pictures
from museumhub.news.models import Picture, PictureQuerySet

ON_A_PAGE = 24
OFFERED = 12
MOST_WORDS = 8
# For editors of the news the library may hold pictures of thousands of organisations.
MOST_ORGANISATIONS = 200


@dataclass(frozen=True)
class Filters:
    """What the library is narrowed by, as it stands in the address; each may be empty.

    `organisation` is a slug, or "-" for the network; `lacking` a field of `Picture.lacks`; `state` is
    `unused`, `waiting` or `trouble`.
    """

    q: str = ""
    organisation: str = ""
    rights: str = ""
    lacking: str = ""
    state: str = ""

    @property
    def any(self) -> bool:
        return self != Filters()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in vars(self).items() if value]

    @property
    def query(self) -> str:
        """With the question mark; empty for none."""
        return f"?{urlencode(self.pairs)}" if self.pairs else ""


def narrowed(found: PictureQuerySet, filters: Filters) -> PictureQuerySet:
    """Those of `found` that fit."""
    found = _with_words(found, filters.q)
    if filters.organisation == "-":
        found = found.filter(organisation=None)
    elif filters.organisation:
        found = found.filter(organisation__slug=filters.organisation)
    if filters.rights:
        found = found.filter(rights=filters.rights)
    if filters.lacking in {"alt", "credit", "rights"}:
        found = found.filter(**{filters.lacking: ""})
    if filters.state == "unused":
        found = found.exclude(pk__in=Picture.objects.used().values("pk"))
    elif filters.state == "waiting":
        found = found.filter(due_at__isnull=False)
    elif filters.state == "trouble":
        found = found.exclude(trouble="")
    return found


def _with_words(found: PictureQuerySet, words: str) -> PictureQuerySet:
    for word in comparison_key(words).split()[:MOST_WORDS]:
        found = found.filter(search_key__contains=word)
    return found


def library(
    user: Any, filters: Filters, *, before: Place | None = None, after: Place | None = None
) -> Turned[Picture]:
    """One page of the pictures a person works with, the newest first: five queries at most."""
    found = narrowed(Picture.objects.usable_by(user), filters)
    found = found.select_related("organisation").with_renditions()
    return turn(found, size=ON_A_PAGE, before=before, after=after, by="created_at")


def owners(user: Any) -> list[Organisation]:
    """The organisations that have pictures the person works with, by name."""
    those = Picture.objects.usable_by(user).order_by().values("organisation")
    return list(Organisation.objects.filter(pk__in=those)[:MOST_ORGANISATIONS])


def offered(user: Any, *, words: str = "", chosen: str = "", kept: str = "") -> list[Picture]:
    """The newest pictures a person may put into a text, those of a form field: the chosen one first, `kept` left out."""
    usable = Picture.objects.usable_by(user).select_related("organisation").with_renditions()
    newest = _with_words(usable, words).exclude(oid__in=[chosen, kept])
    first = list(usable.filter(oid=chosen)) if chosen not in {"", kept} else []
    return [*first, *newest.order_by("-created_at", "-pk")[:OFFERED]]


def places(picture: Picture, user: Any, now: datetime) -> list[pictures.Place]:
    """What shows a picture, as this person may know it."""
    return [place for use in pictures.uses() for place in use.places(picture, user, now)]
