"""Who comes into the news room under /edit/, and how its pages find what they are about."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from museumhub.kit.access import allowed, second_factor_required
from museumhub.news.models import Item
from museumhub.news.policies import edits_news, enters, keeps_feeds

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponseBase]


def for_writers(view: View[P]) -> View[P]:
    """Editors and the people of organisations. Editors prove themselves twice; a member writes for their own museum only."""
    return allowed(enters)(_editors_twice(view))


def for_keepers(view: View[P]) -> View[P]:
    """Editors, and administrators of organisations, who look after the feeds of these only. Editors prove themselves twice."""
    return allowed(keeps_feeds)(_editors_twice(view))


def _editors_twice(view: View[P]) -> View[P]:
    proved = second_factor_required(view)

    def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        chosen = proved if edits_news(request.user) else view
        return chosen(request, *args, **kwargs)

    return update_wrapper(guarded, view)


def for_editors(view: View[P]) -> View[P]:
    """Editors of the news, who prove themselves twice."""
    return allowed(edits_news)(second_factor_required(view))


def readable(user: Any, oid: str) -> Item:
    """An item the person sees from inside; anything else is a 404."""
    return get_object_or_404(
        Item.objects.read_along_by(user).select_related("organisation", "author"), oid=oid
    )


def writable(user: Any, oid: str) -> Item:
    """An item the person writes; staff who only read along get a 404."""
    return get_object_or_404(
        Item.objects.writable_by(user).select_related("organisation", "author"), oid=oid
    )
