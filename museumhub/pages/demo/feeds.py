"""The demo's feeds of members, with entries that wait for an editor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from frameworks.models import Element
from museumhub.kit.lifecycle import advance
from museumhub.members.models import Organisation
from museumhub.news import lifecycle
from museumhub.news.models import FeedSource, PulledEntry
from museumhub.news.reading import Entry
from museumhub.news.services.pulling import NEXT, keep_entries, next_due
from museumhub.pages.demo.content import read


@transaction.atomic
def load_feeds(organisations: dict[str, Organisation], *, now: datetime) -> None:
    """The feeds of feeds.yaml, each as it stands after it has been asked; those that stand already are left as they are."""
    for given in read("feeds")["feeds"]:
        organisation = organisations[given["by"]]
        url = f"https://{organisation.slug}.example/feed.atom"
        if not FeedSource.objects.filter(organisation=organisation, url=url).exists():
            _load(given, organisation, url, now)


def _load(given: dict[str, Any], organisation: Organisation, url: str, now: datetime) -> None:
    failing = given.get("failing", 0)
    answered = now - timedelta(hours=given["hours"])
    source = FeedSource(
        organisation=organisation,
        url=url,
        title=given["title"],
        language=given["language"],
        added_at=now - timedelta(days=40),
        next_due=now,
        last_ok=answered,
        read_at=answered,
        failures=failing,
        failing_since=now - timedelta(days=failing) if failing else None,
        trouble=given.get("trouble", ""),
    )
    source.save()
    source.next_due = next_due(source, now + NEXT)
    source.save(update_fields=["next_due"])
    source.topics.set(Element.objects.topics().filter(slug__in=given.get("topics", [])))
    entries = [
        Entry(
            guid=f"{url}#{number}",
            link=f"https://{organisation.slug}.example/{number}",
            title=one["title"],
            summary=one["summary"],
            published_at=now - timedelta(hours=one["hours"]),
            picture_url="",
        )
        for number, one in enumerate(given["entries"], 1)
    ]
    keep_entries(source, entries, now=answered)
    for number, one in enumerate(given["entries"], 1):
        if one.get("dismissed"):
            _dismiss(source.entries.get(guid=f"{url}#{number}"), now)


def _dismiss(entry: PulledEntry, now: datetime) -> None:
    advance(entry, lifecycle=lifecycle.PULLED, action="dismiss", decided_at=now)
