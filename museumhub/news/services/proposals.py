"""What a member changes of something that is out: kept beside it until an editor accepts or declines it.

A proposal knows the version it was begun from. Accepting it changes the fields the member changed, and
only those; where somebody changed the same field since, the editor is shown both and decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, writing
from museumhub.kit.lifecycle import advance
from museumhub.kit.refusals import Refused
from museumhub.members.models import Person
from museumhub.news import content as contents
from museumhub.news import lifecycle, policies
from museumhub.news.models import Comment, Item, Proposal, Revision
from museumhub.news.services import items, telling


def propose(
    *,
    item: Item,
    content: Mapping[str, Any],
    base: int,
    seen: int,
    actor: Person,
    now: datetime,
) -> Proposal:
    """Keep a member's change of what is out. `base` is the version of the item it was begun from, `seen` that of the proposal (0: none).

    Refuses what would leave the item incomplete (`Incomplete`), what changes nothing, and people who do not write for its
    publisher; raises `Stale` where a colleague changed the proposal since.
    """
    with transaction.atomic():
        locked = items.locked_item(item.pk)
        if lifecycle.MEMBER not in policies.roles(actor, locked):
            raise Refused(_("You do not write for this organisation."))
        if locked.status not in lifecycle.OUT:
            raise Refused(_("This is not out any more. Load the page again."))
        pending = pending_of(locked)
        whole = {**contents.of(locked), **content}
        if pending is not None:
            writing.check_version(pending, seen, content)
            whole = {**pending.content, **content}
        elif seen:
            raise Refused(
                _("The editors have decided about these changes meanwhile. Load the page again.")
            )
        items.keep_what_was_found(locked)
        began = began_from(locked, pending.base if pending is not None else base)
        if not contents.changed(began, whole):
            raise Refused(_("Nothing differs from what is out."))
        _require_complete_with(locked, whole, actor, now)
        if pending is None:
            pending = Proposal.objects.create(
                item=locked, base=base, content=whole, author=actor, created_at=now, updated_at=now
            )
        else:
            pending.content = whole
            pending.author = actor
            pending.version += 1
            pending.updated_at = now
            pending.save()
        _record("news.proposed", pending, actor, now)
        telling.plan_digest(now)
    return pending


def accept_proposal(
    *,
    proposal: Proposal,
    seen: int,
    actor: Person,
    now: datetime,
    replacing: bool = False,
) -> Item:
    """Change the fields the proposal changes. Refuses people who are no editors.

    Raises `Stale` where the proposal changed since `seen`; and `Clash`, unless `replacing`, where the
    item changed in the same fields since the proposal was begun.
    """
    with transaction.atomic():
        current = writing.lock(Proposal, proposal.pk)
        locked = items.locked_item(current.item_id)
        items.require_editor(actor)
        writing.check_version(current, seen, {})
        began = began_from(locked, current.base)
        names = contents.changed(began, current.content)
        stands = contents.of(locked)
        clash = [
            name for name in names if stands[name] not in (began.get(name), current.content[name])
        ]
        if clash and not replacing:
            raise Clash(clash)
        advance(current, lifecycle=lifecycle.PROPOSAL, action="accept", decided_at=now)
        items.write(
            locked,
            contents.without_what_is_gone({name: current.content[name] for name in names}),
            act=Revision.Act.ACCEPTED,
            author=current.author,
            actor=actor,
            now=now,
        )
        _record("news.proposal_accepted", current, actor, now)
        telling.tell_writers(
            "news.proposal_accepted", locked, current.author, actor, key=current.oid, now=now
        )
    return locked


class Clash(Refused):
    """The item was changed in the same fields as the proposal; `names` are theirs."""

    status = 409

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            _("Since these changes were proposed, somebody changed the same parts. Compare both.")
        )
        self.names = names


def decline_proposal(*, proposal: Proposal, text: str, actor: Person, now: datetime) -> None:
    """Leave the item as it is, with a word to whoever proposed. Refuses people who are no editors."""
    with transaction.atomic():
        current = writing.lock(Proposal, proposal.pk)
        locked = items.locked_item(current.item_id)
        items.require_editor(actor)
        advance(current, lifecycle=lifecycle.PROPOSAL, action="decline", decided_at=now)
        comment = Comment.objects.create(
            item=locked,
            author=actor,
            by_editor=True,
            about=Comment.About.PROPOSAL_DECLINED,
            text=text,
            at=now,
        )
        _record("news.proposal_declined", current, actor, now)
        telling.tell_writers(
            "news.proposal_declined",
            locked,
            current.author,
            actor,
            key=comment.oid,
            now=now,
            text=text,
        )


def take_proposal_back(*, proposal: Proposal, actor: Person, now: datetime) -> None:
    """The member thinks better of it. Refuses people who do not write for the publisher."""
    with transaction.atomic():
        current = writing.lock(Proposal, proposal.pk)
        locked = items.locked_item(current.item_id)
        if lifecycle.MEMBER not in policies.roles(actor, locked):
            raise Refused(_("You do not write for this organisation."))
        advance(current, lifecycle=lifecycle.PROPOSAL, action="take_back", decided_at=now)
        _record("news.proposal_taken_back", current, actor, now)


def pending_of(item: Item) -> Proposal | None:
    """The proposal that waits for the editors, of which there is at most one."""
    return Proposal.objects.filter(item=item, status=lifecycle.PENDING).first()


def began_from(item: Item, base: int) -> contents.Content:
    """What the item said when the proposal was begun; where that is not known, what it says now."""
    revision = Revision.objects.filter(item=item, number=base).first()
    return revision.content if revision is not None else contents.of(item)


def _require_complete_with(
    item: Item, content: contents.Content, actor: Person, now: datetime
) -> None:
    """Tried on the locked row, which is not saved and then read anew."""
    contents.put(item, content, now)
    items.require_complete(item, content, actor)
    item.refresh_from_db()


def _record(verb: str, proposal: Proposal, actor: Person, now: datetime) -> None:
    audit.record(
        verb=verb,
        subject=proposal,
        context=proposal.item,
        actor=actor,
        now=now,
        after={"version": proposal.version},
    )
