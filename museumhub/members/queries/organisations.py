"""Which organisations of the site may be the one somebody is about to add."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Q

from museumhub.kit.text import comparison_key
from museumhub.members.models import Organisation
from museumhub.members.models.organisation import host_of

ALIKE = 0.8
AT_MOST = 5
_LOOKED_AT = 400


@dataclass(frozen=True)
class Likeness:
    """An organisation that may be the same, and why: `name`, `website` or both; 1.0 is an equal name."""

    organisation: Organisation
    same_name: bool
    same_website: bool
    score: float


def near_duplicates(
    name: str, website: str = "", *, excluding: Organisation | None = None
) -> list[Likeness]:
    """At most five organisations whose name reads much the same or whose website has the same host, likest first."""
    key, host = comparison_key(name), host_of(website)
    if not key and not host:
        return []
    alike = Q()
    if key:
        alike |= Q(name_key=key)
        for word in sorted(set(key.split()), key=len, reverse=True)[:3]:
            if len(word) >= 3:
                alike |= Q(name_key__contains=word)
    if host:
        alike |= Q(website_host=host)
    candidates = Organisation.objects.filter(alike)
    if excluding is not None:
        candidates = candidates.exclude(pk=excluding.pk)
    found = [_compare(one, key, host) for one in candidates.order_by("pk")[:_LOOKED_AT]]
    kept = [one for one in found if one.same_name or one.same_website]
    return sorted(kept, key=lambda one: (-one.score - one.same_website, one.organisation.pk))[
        :AT_MOST
    ]


def _compare(organisation: Organisation, key: str, host: str) -> Likeness:
    words, theirs = sorted(key.split()), sorted(organisation.name_key.split())
    score = max(
        SequenceMatcher(None, key, organisation.name_key).ratio(),
        SequenceMatcher(None, " ".join(words), " ".join(theirs)).ratio(),
    )
    return Likeness(
        organisation=organisation,
        same_name=bool(key) and score >= ALIKE,
        same_website=bool(host) and organisation.website_host == host,
        score=round(score, 3),
    )
