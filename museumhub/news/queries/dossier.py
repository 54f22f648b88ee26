"""One item from inside the news room: what is said about it, what was done, what it was before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from museumhub.kit.lifecycle import Move
from museumhub.news import content as contents
from museumhub.news import differences, lifecycle, policies, readable
from museumhub.news.models import Comment, Item, Revision

REVISIONS_ON_A_PAGE = 50


def open_moves(user: Any, item: Item) -> list[Move]:
    """What the person can do with the item now, in the order of the table."""
    roles = policies.roles(user, item)
    return [
        move
        for move in lifecycle.ITEM.moves
        if item.status in move.sources and roles & set(move.by)
    ]


def comments(item: Item) -> list[Comment]:
    """All remarks, the oldest first; one query."""
    return list(Comment.objects.filter(item=item).select_related("author"))


def revisions(item: Item, page: str | int = 1) -> Page[Revision]:
    """The newest first; two queries."""
    rows = Revision.objects.filter(item=item).select_related("author").defer("content")
    return Paginator(rows.order_by("-number"), REVISIONS_ON_A_PAGE).get_page(page)


@dataclass(frozen=True)
class FieldDifference:
    """One field of two contents: short values beside each other, or a long text line by line."""

    label: str
    before: str
    after: str
    lines: list[differences.Line]


def compare(kind: str, before: contents.Content, after: contents.Content) -> list[FieldDifference]:
    """Where two contents of a kind differ, in the order of the form."""
    left, right = readable.in_words(kind, before, after)
    return [
        FieldDifference(
            label=readable.label(name),
            before=left[name],
            after=right[name],
            lines=differences.compare(left[name], right[name]) if name in readable.LONG else [],
        )
        for name in contents.fields(kind)
        if name in after and before.get(name) != after[name]
    ]
