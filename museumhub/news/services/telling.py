"""Whom the letters of the news go to: the writers of an item, and its editors, who hear of what came in once a quarter of an hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from museumhub.kit import urls
from museumhub.members.models import Membership, Person
from museumhub.members.models.membership import Role
from museumhub.members.policies import role_acts, role_in
from museumhub.members.services import post_to_person
from museumhub.news import gate, lifecycle
from museumhub.news.models import Comment, Item, NewsRole, Proposal
from museumhub.schedule import services as schedule

TELL_EDITORS = "news.tell_editors"
EVERY = timedelta(minutes=15)
LISTED = 20


def editors() -> QuerySet[Person]:
    """The people who edit the news."""
    return Person.objects.filter(is_active=True, news_roles__role=NewsRole.Role.EDITOR)


def plan_digest(now: datetime) -> None:
    """The editors hear of what came in at the end of this quarter of an hour, in one letter."""
    due = now.replace(second=0, microsecond=0) - timedelta(minutes=now.minute % 15) + EVERY
    schedule.plan(
        kind=TELL_EDITORS,
        about=None,
        due_at=due,
        key=f"{TELL_EDITORS}:{due.isoformat()}",
        now=now,
    )


def tell_editors(until: datetime, now: datetime) -> int:
    """One letter to each editor about what was submitted or proposed in the quarter of an hour before `until` and still waits."""
    since = until - EVERY
    came = [
        *Item.objects.filter(
            status=lifecycle.SUBMITTED, submitted_at__gte=since, submitted_at__lt=until
        )
        .select_related("organisation")
        .order_by("submitted_at", "pk")[: LISTED + 1],
        *(
            proposal.item
            for proposal in Proposal.objects.filter(
                status=lifecycle.PENDING, updated_at__gte=since, updated_at__lt=until
            )
            .select_related("item__organisation")
            .order_by("updated_at", "pk")[: LISTED + 1]
        ),
    ]
    if not came:
        return 0
    people = list(editors())
    for person in people:
        post_to_person(
            person,
            kind="news.submitted",
            key=f"news.submitted:{until.isoformat()}:{person.pk}",
            context={
                "items": [_line(item) for item in came[:LISTED]],
                "more": len(came) > LISTED,
                "queue_url": urls.absolute(reverse("news:queue")),
            },
            now=now,
        )
    return len(people)


def _line(item: Item) -> dict[str, Any]:
    return {
        "title": item.title,
        "organisation": item.organisation.name if item.organisation is not None else "",
        "item_url": _inside(item),
    }


def tell_writers(
    kind: str,
    item: Item,
    writer: Person | None,
    actor: Person | None,
    *,
    key: str,
    now: datetime,
    text: str = "",
) -> None:
    """A letter to whoever wrote it; where they write for its publisher no more, to all who do. Never to `actor`."""
    for person in writers(item, writer):
        if person == actor:
            continue
        post_to_person(
            person,
            kind=kind,
            key=f"{kind}:{item.pk}:{key}:{person.pk}",
            context={
                "title": item.title,
                "text": text,
                "item_url": _inside(item),
                "public_url": urls.absolute(item.get_absolute_url()),
            },
            about=item,
            now=now,
        )


def writers(item: Item, writer: Person | None) -> list[Person]:
    """Who is told about an item: its writer, or the administrators and editors of its publisher."""
    if item.organisation is None:
        return [writer] if writer is not None and writer.is_active else []
    if writer is not None and role_acts(role_in(writer, item.organisation)):
        return [writer]
    return [
        one.person
        for one in Membership.objects.filter(
            organisation=item.organisation,
            role__in=[Role.ADMINISTRATOR, Role.EDITOR],
            person__is_active=True,
        ).select_related("person")
    ]


def tell_editors_of(item: Item, comment: Comment, now: datetime) -> None:
    """A writer's remark goes to the editors who have said something about the item."""
    spoke = Comment.objects.filter(item=item, by_editor=True).values("author")
    for person in editors().filter(pk__in=spoke):
        post_to_person(
            person,
            kind="news.answered",
            key=f"news.answered:{comment.oid}:{person.pk}",
            context={"title": item.title, "text": comment.text, "item_url": _inside(item)},
            about=item,
            now=now,
        )


def tell_held_back(item: Item, reasons: list[gate.Reason], now: datetime) -> None:
    """The editors hear what was missing at the minute at which an item was to appear."""
    for person in editors():
        with translation.override(person.language):
            sentences = list(_sentences(reasons))
        post_to_person(
            person,
            kind="news.held_back",
            key=f"news.held_back:{item.pk}:{now.isoformat()}:{person.pk}",
            context={"title": item.title, "reasons": sentences, "item_url": _inside(item)},
            about=item,
            now=now,
        )


def _sentences(reasons: Iterable[gate.Reason]) -> Iterator[str]:
    for reason in reasons:
        yield str(reason.sentence)


def _inside(item: Item) -> str:
    return urls.absolute(reverse("news:edit_item", args=[item.oid]))
