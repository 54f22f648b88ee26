"""What editors do with an entry of a feed: take it over as a draft, dismiss it, bring it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from museumhub.kit import audit
from museumhub.kit.lifecycle import advance
from museumhub.kit.markdown import quoted
from museumhub.kit.refusals import Stale
from museumhub.kit.text import in_one_line, shortened
from museumhub.members.models import Person
from museumhub.news import kinds, lifecycle
from museumhub.news.models import Item, PulledEntry
from museumhub.news.services.items import create_item, require_editor

TEASER = 300


@transaction.atomic
def take_entry(*, entry: PulledEntry, actor: Person, now: datetime) -> Item:
    """Make a draft article of the entry: attributed to the organisation, linked to the original, published by nobody yet.

    `Stale` where somebody decided about it first.
    """
    require_editor(actor)
    source = entry.source
    item = create_item(
        kind=kinds.ARTICLE,
        organisation=source.organisation,
        content={
            "title": entry.title,
            "language": source.language,
            "teaser": shortened(in_one_line(entry.summary), TEASER),
            "body": quoted(entry.summary),
            "topics": sorted(source.topics.values_list("pk", flat=True)),
        },
        source_name=source.organisation.name,
        source_url=entry.link,
        actor=None,  # the site: nobody of the organisation has written it here
        now=now,
    )
    _move(entry, "take", actor, now, item=item)
    return item


@transaction.atomic
def dismiss_entry(*, entry: PulledEntry, actor: Person, now: datetime) -> None:
    """Nobody will be shown it again, however often its feed still has it. `Stale` where somebody decided first."""
    require_editor(actor)
    _move(entry, "dismiss", actor, now)


@transaction.atomic
def bring_back_entry(*, entry: PulledEntry, actor: Person, now: datetime) -> None:
    """A dismissed entry waits again."""
    require_editor(actor)
    _move(entry, "bring_back", actor, now)


def take_entries(*, entries: Iterable[PulledEntry], actor: Person, now: datetime) -> list[Item]:
    """Take over several; those somebody decided about meanwhile are left alone."""
    made = []
    for entry in entries:
        try:
            made.append(take_entry(entry=entry, actor=actor, now=now))
        except Stale:
            continue
    return made


def dismiss_entries(*, entries: Iterable[PulledEntry], actor: Person, now: datetime) -> int:
    """Dismiss several; how many. Those somebody decided about meanwhile are left alone."""
    done = 0
    for entry in entries:
        try:
            dismiss_entry(entry=entry, actor=actor, now=now)
        except Stale:
            continue
        done += 1
    return done


def _move(
    entry: PulledEntry, action: str, actor: Person, now: datetime, item: Item | None = None
) -> None:
    also = {"decided_at": None if action == "bring_back" else now}
    before, after = advance(
        entry, lifecycle=lifecycle.PULLED, action=action, **also, **({"item": item} if item else {})
    )
    audit.record(
        verb=f"news.entry_{action}",
        subject=entry,
        actor=actor,
        context=entry.source.organisation,
        before=before,
        after=after,
        now=now,
    )
