"""Who may do what with an item of news, and with the feeds of members.

`user` may always be somebody who is not signed in; the answer is then no.
"""

from __future__ import annotations

from typing import Any

from museumhub.members import policies as members
from museumhub.members.models import Organisation
from museumhub.news import lifecycle
from museumhub.news.models import Item, edits_news

__all__ = [
    "can_keep_feeds",
    "can_use_pictures_of",
    "edits_news",
    "enters",
    "keeps_feeds",
    "keeps_pictures",
    "reads",
    "roles",
    "writes",
    "writes_for",
]


def enters(user: Any) -> bool:
    """May enter the news room under /edit/: editors, and whoever belongs to an organisation (staff read along)."""
    return Organisation.objects.of(user).exists() or edits_news(user)


def roles(user: Any, item: Item) -> frozenset[str]:
    """What the person is to this item: `EDITOR`, `MEMBER` (writes for its publisher), both or neither."""
    found = set()
    if edits_news(user):
        found.add(lifecycle.EDITOR)
    if item.organisation is not None and members.can_act_for(user, item.organisation):
        found.add(lifecycle.MEMBER)
    return frozenset(found)


def reads(user: Any, item: Item) -> bool:
    """The same as `Item.objects.visible_to(user)` for an item inside the news room."""
    if item.organisation is not None and members.is_member(user, item.organisation):
        return True
    return edits_news(user)


def writes(user: Any, item: Item) -> bool:
    """May change what the item says: at once, or as a proposal where it is out."""
    return bool(roles(user, item))


def writes_for(user: Any, organisation: Organisation | None) -> bool:
    """May begin an item in the name of this publisher; None is the network itself, for which editors write."""
    if organisation is None:
        return edits_news(user)
    return members.can_act_for(user, organisation) or edits_news(user)


def keeps_feeds(user: Any) -> bool:
    """Sees the pages of feeds: administrators of an organisation, and editors of the news."""
    return edits_news(user) or Organisation.objects.administered_by(user).exists()


def can_keep_feeds(user: Any, organisation: Organisation) -> bool:
    """Adds and changes feeds of this organisation."""
    return edits_news(user) or members.can_administer(user, organisation)


def keeps_pictures(user: Any) -> bool:
    """Sees the picture library: who writes for an organisation, and editors of the news."""
    return edits_news(user) or Organisation.objects.acted_for_by(user).exists()


def can_use_pictures_of(user: Any, organisation: Organisation | None) -> bool:
    """Adds to the pictures of this organisation, uses and changes them; those of the network (None) only editors."""
    return edits_news(user) or (
        organisation is not None and members.can_act_for(user, organisation)
    )
