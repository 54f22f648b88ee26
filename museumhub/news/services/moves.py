"""The moves of an item through its life: submitted, sent back, scheduled, published, withdrawn.

Each is one transaction: the row is locked, the role and the publication gate are asked, the status moves,
the act is recorded, the schedule follows and the letter is posted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, writing
from museumhub.kit.lifecycle import advance
from museumhub.kit.refusals import Refused
from museumhub.members.models import Person
from museumhub.news import lifecycle, policies, queries
from museumhub.news.models import Comment, Item
from museumhub.news.services import items, reminders, telling
from museumhub.schedule import services as schedule

APPEAR = "news.appear"
FARTHEST = timedelta(days=3 * 366)


def submit_item(*, item: Item, seen: int, actor: Person, now: datetime) -> Item:
    """Hand it to the editors. What is missing is shown to them; the gate is asked when it is to go out."""
    with transaction.atomic():
        locked = _move(item, "submit", actor, now, seen=seen, submitted_at=now)
        telling.plan_digest(now)
    return locked


def take_back(*, item: Item, actor: Person, now: datetime) -> Item:
    """From the editors' queue back to a draft."""
    with transaction.atomic():
        return _move(item, "take_back", actor, now)


def ask_for_changes(*, item: Item, text: str, actor: Person, now: datetime) -> Item:
    """Send it back with a text that says what to change; a planned publication is cancelled."""
    with transaction.atomic():
        locked = _move(item, "ask_for_changes", actor, now, published_at=None)
        schedule.cancel(about=locked, kind=APPEAR, now=now)
        comment = _comment(locked, Comment.About.CHANGES_ASKED, text, actor, now)
        telling.tell_writers(
            "news.changes_asked", locked, locked.author, actor, key=comment.oid, now=now, text=text
        )
    return locked


def schedule_item(*, item: Item, at: datetime, seen: int, actor: Person, now: datetime) -> Item:
    """Have it appear at the instant `at`; of what is scheduled already, move that. Refuses the past and what is incomplete."""
    if not now < at <= now + FARTHEST:
        raise Refused(_("Choose a time that is still to come, within three years."), field="day")
    with transaction.atomic():
        locked = items.locked_item(item.pk)
        action = "reschedule" if locked.status == lifecycle.SCHEDULED else "schedule"
        locked = _move(item, action, actor, now, seen=seen, complete=True, published_at=at)
        _plan(locked, at, now)
    return locked


def _plan(locked: Item, at: datetime, now: datetime) -> None:
    """One row of the schedule for each item; a new one after each that has run (an item can be published again)."""
    schedule.cancel(about=locked, kind=APPEAR, now=now)
    turn = 0
    while not schedule.plan(
        kind=APPEAR, about=locked, due_at=at, key=f"{APPEAR}:{locked.pk}:{turn}", now=now
    ):
        turn += 1


def unschedule_item(*, item: Item, actor: Person, now: datetime) -> Item:
    """Cancel the planned publication; it waits in the queue again."""
    with transaction.atomic():
        locked = _move(item, "unschedule", actor, now, published_at=None)
        schedule.cancel(about=locked, kind=APPEAR, now=now)
    return locked


def publish_item(*, item: Item, seen: int, actor: Person, now: datetime) -> Item:
    """Let everybody read it at once. Refuses what is incomplete (`Incomplete`) and what changed since `seen` (`Stale`)."""
    with transaction.atomic():
        locked = _move(
            item,
            "publish",
            actor,
            now,
            seen=seen,
            complete=True,
            published_at=now,
            withdrawn_at=None,
            withdrawn_reason="",
        )
        schedule.cancel(about=locked, kind=APPEAR, now=now)
        reminders.plan_item(locked, now)
        _tell_published(locked, actor, now)
    return locked


def appear(item: Item, now: datetime) -> str:
    """Its minute has come. What has become incomplete since it was scheduled goes back to the queue, and the editors are told why.

    Returns what came of it, for the record of the schedule.
    """
    with transaction.atomic():
        locked = items.locked_item(item.pk)
        if locked.status != lifecycle.SCHEDULED or locked.published_at is None:
            return str(_("it is not scheduled any more"))
        if locked.published_at > now:
            return str(_("it was moved to a later time"))
        if reasons := queries.reasons(locked):
            advance(locked, lifecycle=lifecycle.ITEM, action="unschedule", published_at=None)
            _record(locked, "news.held_back", None, now, lifecycle.SCHEDULED)
            telling.tell_held_back(locked, reasons, now)
            return str(_("held back: something is missing"))
        advance(
            locked,
            lifecycle=lifecycle.ITEM,
            action="appear",
            updated_at=max(locked.updated_at, locked.published_at),
            withdrawn_at=None,
            withdrawn_reason="",
        )
        _record(locked, "news.appeared", None, now, lifecycle.SCHEDULED)
        reminders.plan_item(locked, now)
        _tell_published(locked, None, now)
    return str(_("published"))


def withdraw_item(*, item: Item, reason: str, actor: Person, now: datetime) -> Item:
    """Take it off the site; its address says why from then on."""
    with transaction.atomic():
        locked = _move(item, "withdraw", actor, now, withdrawn_at=now, withdrawn_reason=reason)
        reminders.plan_item(locked, now)
        telling.tell_writers(
            "news.withdrawn",
            locked,
            locked.author,
            actor,
            key=now.isoformat(),
            now=now,
            text=reason,
        )
    return locked


def decline_item(*, item: Item, text: str, actor: Person, now: datetime) -> Item:
    """It will not be published; the text says why, to its writers alone."""
    with transaction.atomic():
        locked = _move(item, "decline", actor, now)
        comment = _comment(locked, Comment.About.DECLINED, text, actor, now)
        telling.tell_writers(
            "news.declined", locked, locked.author, actor, key=comment.oid, now=now, text=text
        )
    return locked


def reopen_item(*, item: Item, actor: Person, now: datetime) -> Item:
    """From withdrawn or declined back to a draft; its address goes on saying that it was withdrawn until it is published again."""
    with transaction.atomic():
        return _move(item, "reopen", actor, now, published_at=None)


def add_comment(*, item: Item, text: str, actor: Person, now: datetime) -> Comment:
    """A remark on an item; an editor's goes to its writers, a writer's to the editors who took part."""
    with transaction.atomic():
        locked = items.locked_item(item.pk)
        roles = policies.roles(actor, locked)
        if not roles:
            raise Refused(_("You do not write for this organisation."))
        by_editor = lifecycle.MEMBER not in roles
        comment = _comment(locked, Comment.About.REMARK, text, actor, now, by_editor=by_editor)
        if by_editor:
            telling.tell_writers(
                "news.commented", locked, locked.author, actor, key=comment.oid, now=now, text=text
            )
        else:
            telling.tell_editors_of(locked, comment, now)
    return comment


def _comment(
    item: Item,
    about: Comment.About,
    text: str,
    actor: Person,
    now: datetime,
    *,
    by_editor: bool = True,
) -> Comment:
    return Comment.objects.create(
        item=item, author=actor, by_editor=by_editor, about=about, text=text, at=now
    )


def _move(
    item: Item,
    action: str,
    actor: Person,
    now: datetime,
    *,
    seen: int | None = None,
    complete: bool = False,
    **also: Any,
) -> Item:
    """The locked item after the move. `seen` is the version the actor looked at, where what it says matters."""
    locked = items.locked_item(item.pk)
    roles = policies.roles(actor, locked)
    if not roles & set(lifecycle.ITEM.move(action).by):
        raise Refused(_("This is not yours to do."))
    if seen is not None:
        writing.check_version(locked, seen, {})
    if complete:
        items.require_complete(locked, {}, None)
    before, after = advance(locked, lifecycle=lifecycle.ITEM, action=action, **also)
    _record(locked, f"news.{action}", actor, now, before, after)
    return locked


def _record(
    item: Item, verb: str, actor: Person | None, now: datetime, before: str, after: str = ""
) -> None:
    audit.record(
        verb=verb,
        subject=item,
        context=item,
        actor=actor,
        now=now,
        before={"status": before},
        after={
            "status": after or item.status,
            "version": item.version,
            "published_at": item.published_at.isoformat() if item.published_at else None,
        },
    )


def _tell_published(item: Item, actor: Person | None, now: datetime) -> None:
    instant = item.published_at or now
    telling.tell_writers(
        "news.published", item, item.author, actor, key=instant.isoformat(), now=now
    )
