"""Looking after links that lead out of the site: which there are, and whether they still lead anywhere.

At a low rate: an address is looked at once a week, at most one of each server in a round, and only while
a public item leads there.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from museumhub.kit import audit, clock, stopping
from museumhub.kit.fetch import PUBLIC, Checked, Network, check_link
from museumhub.kit.markdown import outline
from museumhub.kit.wake import wake
from museumhub.members.models import Person
from museumhub.news.models import Item
from museumhub.news.models.link import LONGEST, LinkSurvey, OutsideLink, shown_links, unsurveyed
from museumhub.news.services.items import require_editor

CHECK = "news.check_links"

LEASE = timedelta(minutes=5)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
A_ROUND = 20  # addresses
SURVEYED = 5_000  # items of one daily round
TWICE = 2  # times an address must have led nowhere before anybody is told

_ADDRESSES = ("link", "online_url", "registration_url", "recording_url", "source_url")
_TEXTS = ("body", "resources")


def links_of(item: Item) -> set[str]:
    """The addresses outside the site to which an item leads."""
    found = {getattr(item, name) for name in _ADDRESSES}
    for name in _TEXTS:
        found |= {link.target for link in outline(getattr(item, name)).links}
    return {address.partition("#")[0] for address in found if _is_outside(address)}


def _is_outside(address: str) -> bool:
    if not address.startswith(("http://", "https://")) or len(address) > LONGEST:
        return False
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return False
    return bool(host) and host != settings.SITE_HOST


def survey_links(now: datetime) -> int:
    """Write down the links of what has been published or changed since; forget those nothing leads to. How many items."""
    waiting = unsurveyed(now).order_by("pk")[:SURVEYED]
    number = 0
    for item in waiting.iterator(chunk_size=200):
        _survey(item, now)
        number += 1
    OutsideLink.objects.filter(items__isnull=True).delete()
    return number


@transaction.atomic
def _survey(item: Item, now: datetime) -> None:
    urls = links_of(item)
    OutsideLink.objects.bulk_create(
        [OutsideLink(url=url, next_due=now) for url in sorted(urls)], ignore_conflicts=True
    )
    item.outside_links.set(OutsideLink.objects.filter(url__in=urls))
    LinkSurvey.objects.update_or_create(item=item, defaults={"version": item.version})


def waits(now: datetime) -> bool:
    """Whether an address is to be looked at."""
    return OutsideLink.objects.due(now).filter(shown_links()).exists()


def check_due(*, seconds: float = 120.0, network: Network = PUBLIC) -> int:
    """Look at some of the addresses whose time has come, each of another server; how many. Never called inside a transaction."""
    end = time.monotonic() + seconds
    done = 0
    for link in _one_of_each_server(clock.now()):
        if time.monotonic() > end or stopping.asked():
            break
        claim = secrets.token_hex(8)
        now = clock.now()
        mine = OutsideLink.objects.due(now).filter(pk=link.pk)
        if not mine.update(claim=claim, lease_until=now + LEASE):
            continue
        found = check_link(link.url, network=network)
        _note(link, claim, found, clock.now())
        done += 1
    return done


def _one_of_each_server(now: datetime) -> Iterable[OutsideLink]:
    """The longest waiting, some of which may be of one server: they wait for a later round."""
    due = OutsideLink.objects.due(now).filter(shown_links()).order_by("next_due", "pk").distinct()
    servers: dict[str, OutsideLink] = {}
    for link in due[: A_ROUND * 10]:
        servers.setdefault(urlsplit(link.url).hostname or "", link)
    return list(servers.values())[:A_ROUND]


def _note(link: OutsideLink, claim: str, found: Checked, now: datetime) -> None:
    """Write down what was found, where the claim still holds. A first failure is looked into the next day."""
    state = found.state
    failures = min(link.failures + 1, 1000) if state == "dead" else 0
    if state == "dead" and failures < TWICE:
        state = OutsideLink.State.UNSURE
    pause = DAY if 0 < failures < TWICE else WEEK + _apart(link)
    OutsideLink.objects.filter(pk=link.pk, claim=claim).update(
        state=state,
        trouble=found.trouble,
        detail=found.detail,
        failures=failures,
        checked_at=now,
        next_due=now + pause,
        claim="",
        lease_until=None,
    )


def _apart(link: OutsideLink) -> timedelta:
    """Up to a day, another for each address: what was written down at once is not looked at at once for ever."""
    digest = hashlib.sha256(link.url.encode()).digest()
    return timedelta(seconds=DAY.total_seconds() * int.from_bytes(digest[:4]) / 2**32)


@transaction.atomic
def check_again(*, link: OutsideLink, actor: Person, now: datetime) -> None:
    """Have an address looked at in the next round. Refuses people who are not editors."""
    require_editor(actor)
    OutsideLink.objects.filter(pk=link.pk).update(next_due=now)
    audit.record(verb="news.link_check_asked", subject=link, actor=actor, now=now)
    wake(CHECK)
