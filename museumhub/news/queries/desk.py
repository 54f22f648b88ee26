"""The lists of the news room: what one's organisations have written, and the editors' queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.refusals import Sentence
from museumhub.members.models import Organisation
from museumhub.news import lifecycle
from museumhub.news.models import Item, ItemQuerySet, Proposal, PulledEntry, edits_news

ON_A_PAGE = 50

# What of the queue waits for an editor.
WAITING = {"submitted", "proposed", "pulled"}
# The tabs of the queue: key, label. Entries of feeds wait on a page of their own.
STATES: dict[str, Sentence] = {
    "submitted": _("Submitted"),
    "proposed": _("Changes proposed"),
    "changes_asked": _("Changes asked for"),
    "scheduled": _("Scheduled"),
    "pulled": _("From feeds"),
    "published": _("Published"),
    "withdrawn": _("Withdrawn"),
    "draft": _("Drafts"),
}


@dataclass(frozen=True)
class Queue:
    """A page of one state of the queue, and how many items are in each state: (key, label, number)."""

    page: Page[Item]
    states: list[tuple[str, Sentence, int]]


def queue(
    *, state: str, words: str = "", kind: str = "", language: str = "", page: str | int = 1
) -> Queue:
    """What waits longest comes first, what is scheduled by its time, what is out by its age; five queries."""
    items = _in_state(Item.objects.all(), state).select_related("organisation", "author")
    if kind:
        items = items.filter(kind=kind)
    if language:
        items = items.filter(language=language)
    for word in words.split()[:10]:
        items = items.filter(Q(title__icontains=word) | Q(organisation__name__icontains=word))
    shown = Paginator(items, ON_A_PAGE).get_page(page)
    return Queue(page=shown, states=_states())


def _in_state(items: ItemQuerySet, state: str) -> ItemQuerySet:
    match state:
        case "proposed":
            return items.filter(_has_proposal()).order_by("published_at", "pk")
        case lifecycle.SUBMITTED | lifecycle.CHANGES_ASKED:
            return items.filter(status=state).order_by("submitted_at", "pk")
        case lifecycle.SCHEDULED:
            return items.filter(status=state).order_by("published_at", "pk")
        case lifecycle.PUBLISHED:
            return items.filter(status=state).newest()
    return items.filter(status=state).order_by("-updated_at", "-pk")


def _has_proposal() -> Exists:
    return Exists(Proposal.objects.filter(item=OuterRef("pk"), status=lifecycle.PENDING))


def _states() -> list[tuple[str, Sentence, int]]:
    """Three queries, whatever there is."""
    rows = Item.objects.order_by().values_list("status").annotate(number=Count("pk"))
    counted: dict[str, int] = dict(rows)
    counted["proposed"] = Proposal.objects.filter(status=lifecycle.PENDING).count()
    counted["pulled"] = PulledEntry.objects.waiting().count()
    return [(key, label, counted.get(key, 0)) for key, label in STATES.items()]


def unfinished(user: Any, *, most: int) -> list[Item]:
    """What waits for somebody's words: changes editors asked for, then drafts, of the organisations the person writes for; one query."""
    return list(
        Item.objects.filter(organisation__in=Organisation.objects.acted_for_by(user).values("pk"))
        .filter(status__in=(lifecycle.CHANGES_ASKED, lifecycle.DRAFT))
        .select_related("organisation")
        .order_by("status", "-updated_at", "-pk")[:most]
    )


def waiting_for_editors(user: Any) -> list[tuple[str, Sentence, int]]:
    """The states of the queue that wait for an editor, as `Queue.states`; for everybody else nothing."""
    if not edits_news(user):
        return []
    return [one for one in _states() if one[0] in WAITING]


def desk(user: Any, *, words: str = "", status: str = "", page: str | int = 1) -> Page[Item]:
    """The items of the organisations somebody belongs to, what was touched last first; whether changes of one wait is `waiting`."""
    items = (
        Item.objects.of_members(user)
        .select_related("organisation", "author")
        .annotate(waiting=_has_proposal())
    )
    if status:
        items = items.filter(status=status)
    for word in words.split()[:10]:
        items = items.filter(title__icontains=word)
    return Paginator(items.order_by("-updated_at", "-pk"), ON_A_PAGE).get_page(page)
