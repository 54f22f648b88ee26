"""Feeds of an organisation: adding, changing, switching off, trying again, removing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frameworks.models import Element
from museumhub.kit import audit, throttle
from museumhub.kit.refusals import Refused
from museumhub.kit.wake import wake
from museumhub.members.models import Organisation, Person
from museumhub.news import reading
from museumhub.news.models import FeedSource
from museumhub.news.policies import can_keep_feeds
from museumhub.news.services.pulling import PULL

MOST = 10  # feeds of one organisation
ADDED_A_DAY = 20  # by one person
ASKED_AN_HOUR = 6  # by hand, of one feed


def add_feed(
    *,
    organisation: Organisation,
    actor: Person,
    url: str,
    language: str,
    title: str = "",
    topics: Iterable[Element] = (),
    now: datetime,
) -> FeedSource:
    """Have a feed of the organisation asked from now on, for the first time at once.

    Refuses people who may not, an address that is not of the web or of this site, one the organisation
    has already, and more than `MOST`.
    """
    _refuse_address(url)
    with transaction.atomic():
        # The row stands for the organisation's list of feeds: two at once do not exceed the limit.
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        _refuse_stranger(actor, organisation)
        if FeedSource.objects.filter(organisation=organisation).count() >= MOST:
            raise Refused(
                ngettext(
                    "An organisation can have %(most)d feed here. Remove it first.",
                    "An organisation can have %(most)d feeds here. Remove one first.",
                    MOST,
                )
                % {"most": MOST}
            )
        throttle.spend("news.feeds", actor.pk, ADDED_A_DAY, timedelta(days=1), now=now)
        source = FeedSource(
            organisation=organisation,
            url=url,
            title=title,
            language=language,
            added_by=actor,
            added_at=now,
            next_due=now,
        )
        _save_once(source)
        source.topics.set(topics)
        _record("news.feed_added", source, actor, now)
        wake(PULL)
    return source


def change_feed(
    *,
    source: FeedSource,
    actor: Person,
    url: str,
    language: str,
    title: str,
    topics: Iterable[Element],
    now: datetime,
) -> FeedSource:
    """Write what a form says. A new address begins anew, at once; entries that came of the old one stay."""
    _refuse_address(url)
    with transaction.atomic():
        mine = _held(source, actor)
        moved = mine.url != url
        mine.url, mine.language, mine.title = url, language, title
        if moved:
            _begin_anew(mine, now)
        _save_once(mine)
        mine.topics.set(topics)
        _record("news.feed_changed", mine, actor, now, after={"moved": moved})
        if moved:
            wake(PULL)
    return mine


@transaction.atomic
def switch_feed(*, source: FeedSource, actor: Person, on: bool, now: datetime) -> FeedSource:
    """Stop asking for a feed, or ask again. Entries that came of it stay where they are."""
    mine = _held(source, actor)
    if mine.active != on:
        mine.active = on
        if on:
            _try_again(mine, now)
        else:
            _forget_claim(mine)
        mine.save()
        _record("news.feed_switched", mine, actor, now, after={"on": on})
        wake(PULL)
    return mine


@transaction.atomic
def ask_feed(*, source: FeedSource, actor: Person, now: datetime) -> FeedSource:
    """Ask at once, also a feed that was given up. Refused for one that is switched off."""
    mine = _held(source, actor)
    if not mine.active:
        raise Refused(_("This feed is switched off. Switch it on first."))
    throttle.spend("news.ask", mine.pk, ASKED_AN_HOUR, timedelta(hours=1), now=now)
    _try_again(mine, now)
    mine.save()
    _record("news.feed_asked", mine, actor, now)
    wake(PULL)
    return mine


@transaction.atomic
def remove_feed(*, source: FeedSource, actor: Person, now: datetime) -> None:
    """Remove a feed with the entries that came of it. Drafts and news made from them stay."""
    mine = _held(source, actor)
    _record("news.feed_removed", mine, actor, now)
    mine.delete()


def _held(source: FeedSource, actor: Person) -> FeedSource:
    """The row as it stands now, locked for the caller's transaction."""
    mine = FeedSource.objects.select_for_update().filter(pk=source.pk).first()
    if mine is None:
        raise Refused(_("This feed has been removed in the meantime."))
    _refuse_stranger(actor, mine.organisation)
    return mine


def _refuse_stranger(actor: Person, organisation: Organisation) -> None:
    if not can_keep_feeds(actor, organisation):
        raise Refused(_("Only administrators of the organisation can do this."))


def _refuse_address(url: str) -> None:
    if reading.web_address(url) != url:
        raise Refused(_("Enter a web address that begins with https:// or http://."), field="url")
    if urlsplit(url).hostname == settings.SITE_HOST:
        raise Refused(_("This is an address of this site itself."), field="url")


def _save_once(source: FeedSource) -> None:
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        raise Refused(_("The organisation has this feed already."), field="url") from error


def _try_again(source: FeedSource, now: datetime) -> None:
    """Due at once, and given a second chance where it was given up; what went wrong stays to be read until it goes well."""
    if source.parked_at is not None:
        source.parked_at, source.failures, source.failing_since = None, 0, None
    source.next_due = now


def _begin_anew(source: FeedSource, now: datetime) -> None:
    source.etag = source.last_modified = source.digest = ""
    source.failures, source.failing_since, source.trouble, source.detail = 0, None, "", ""
    source.parked_at, source.next_due = None, now
    _forget_claim(source)


def _forget_claim(source: FeedSource) -> None:
    """Whoever is asking now writes nothing down any more."""
    source.claim, source.lease_until = "", None


def _record(verb: str, source: FeedSource, actor: Person, now: datetime, after: Any = None) -> None:
    audit.record(
        verb=verb, subject=source, actor=actor, context=source.organisation, after=after, now=now
    )
