"""Subscribing to the newsletter, confirming the address, changing what comes when, and leaving."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from frameworks.models import Element
from museumhub.kit import audit
from museumhub.kit.references import reference
from museumhub.kit.throttle import spend
from museumhub.kit.urls import absolute
from museumhub.mail.models import Letter, Suppression
from museumhub.mail.retention import blank
from museumhub.mail.services import post_letter
from museumhub.members.models import Person
from museumhub.news.models import Subscription

UNCONFIRMED_FOR: Final = timedelta(days=7)
# So long an address may be one that does not exist: mail servers err, and people come back.
GIVEN_UP_AFTER: Final = timedelta(days=30)
# So long whoever presses "leave" again is told that they have left.
ENDED_FOR: Final = timedelta(days=365)


@dataclass(frozen=True)
class Choices:
    """What a subscriber chooses; no topics or kinds mean all."""

    topics: Collection[Element]
    kinds: Collection[str]
    frequency: str
    day: int
    hour: int
    time_zone: str
    language: str


def subscribe(
    *,
    email: str,
    choices: Choices,
    address_of_sender: str,
    actor: Person | None,
    now: datetime,
) -> Subscription | None:
    """Somebody wants the newsletter. With the address of the account they are signed in to it holds at once
    and is returned; any other address gets a letter with a link, and the caller cannot tell whether it was known.

    An address gets at most three such letters a day, a sender asks for at most ten an hour (`TooOften`).
    """
    email = email.strip().lower()
    own = actor is not None and actor.email.lower() == email
    if not own:
        spend("news.newsletter.sender", address_of_sender, 10, timedelta(hours=1), now=now)
        spend("news.newsletter.address", email, 3, timedelta(days=1), now=now)
    with transaction.atomic():
        subscription = _row(email, choices, now)
        if own and actor is not None:
            subscription.person = actor
            _write(subscription, choices, now)
            _confirm(subscription, actor, now)
            return subscription
        subscription.asked_at = now
        subscription.times_asked += 1
        if subscription.holds:
            # Whoever typed the address need not be its owner: what they chose changes nothing.
            subscription.save(update_fields=["asked_at", "times_asked"])
        else:
            _write(subscription, choices, now)
        _ask_to_confirm(subscription, now)
    return None


@transaction.atomic
def confirm_subscription(*, subscription: Subscription, now: datetime) -> Subscription:
    """The owner of the address agrees; a second time changes nothing, nor does it once they have left."""
    locked = _locked(subscription)
    if locked.ended_at is None:
        _confirm(locked, None, now)
    return locked


@transaction.atomic
def change_choices(*, subscription: Subscription, choices: Choices, now: datetime) -> Subscription:
    """From now on it comes as chosen; what has been published since the last letter is in the next one."""
    locked = _locked(subscription)
    if locked.holds:
        _write(locked, choices, now)
        audit.record(verb="news.newsletter_changed", subject=locked, actor=None, now=now)
    return locked


@transaction.atomic
def unsubscribe(*, subscription: Subscription, now: datetime) -> Subscription:
    """The address is forgotten, also by letters that wait; a second time changes nothing."""
    locked = _locked(subscription)
    if locked.ended_at is None:
        end(locked, now)
        audit.record(verb="news.newsletter_ended", subject=locked, actor=None, now=now)
    return locked


def follow_address(*, person: Person, now: datetime) -> None:
    """The account has another address, which its owner has confirmed: the newsletter goes there from now on.

    Where that address gets one already, that one stays as it is.
    """
    try:
        _follow(person, now)
    except (IntegrityError, Subscription.DoesNotExist):  # somebody asked for it, or left, meanwhile
        _follow(person, now)


@transaction.atomic
def _follow(person: Person, now: datetime) -> None:
    for row in Subscription.objects.filter(person=person, ended_at=None).order_by("pk"):
        locked = _locked(row)
        if locked.ended_at is not None or locked.email == person.email.lower():
            continue
        there = Subscription.objects.filter(email=person.email.lower()).first()
        if there is not None and _locked(there).holds:
            end(locked, now)
            continue
        if there is not None:
            there.delete()
        locked.email = person.email.lower()
        locked.save(update_fields=["email"])
        audit.record(verb="news.newsletter_changed", subject=locked, actor=person, now=now)


def end(subscription: Subscription, now: datetime) -> None:
    """Of a locked row: keep the secret of its links, so that they can say it has ended, and nothing else."""
    blank(Letter.objects.filter(about=reference(subscription)))
    subscription.topics.clear()
    subscription.email, subscription.person, subscription.kinds = "", None, []
    subscription.next_due_at, subscription.ended_at = None, now
    subscription.save()


def forget_subscriptions(now: datetime) -> int:
    """Delete addresses nobody confirmed within a week, and what ended a year ago; says how many.

    What goes to an address of which a mail server has said for a month that it does not exist, ends.
    """
    dead = Suppression.objects.filter(address=OuterRef("email"), since__lt=now - GIVEN_UP_AFTER)
    for row in Subscription.objects.confirmed().filter(Exists(dead)).order_by("pk").iterator():
        unsubscribe(subscription=row, now=now)
    stale = Subscription.objects.unconfirmed().filter(asked_at__lt=now - UNCONFIRMED_FOR)
    ended = Subscription.objects.filter(ended_at__lt=now - ENDED_FOR)
    return sum(rows.delete()[1].get("news.Subscription", 0) for rows in (stale, ended))


def _row(email: str, choices: Choices, now: datetime) -> Subscription:
    try:
        with transaction.atomic():
            row, _made = Subscription.objects.get_or_create(
                email=email,
                defaults={
                    "frequency": choices.frequency,
                    "day": choices.day,
                    "hour": choices.hour,
                    "time_zone": choices.time_zone,
                    "language": choices.language,
                    "asked_at": now,
                },
            )
    except IntegrityError:  # somebody pressed twice
        row = Subscription.objects.get(email=email)
    return _locked(row)


def _locked(subscription: Subscription) -> Subscription:
    return (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("person")
        .get(pk=subscription.pk)
    )


def _write(subscription: Subscription, choices: Choices, now: datetime) -> None:
    subscription.kinds = sorted(choices.kinds)
    subscription.frequency, subscription.day = choices.frequency, choices.day
    subscription.hour, subscription.time_zone = choices.hour, choices.time_zone
    subscription.language = choices.language
    if subscription.holds:
        subscription.next_due_at = subscription.rhythm.after(now)
    subscription.save()
    subscription.topics.set(choices.topics)


def _confirm(subscription: Subscription, actor: Person | None, now: datetime) -> None:
    """The first letter tells what a reader of the same rhythm would be told by it."""
    if subscription.confirmed_at is not None:
        return
    rhythm = subscription.rhythm
    subscription.confirmed_at = now
    subscription.covered_until = rhythm.before(now)
    subscription.next_due_at = rhythm.after(now)
    subscription.save()
    audit.record(verb="news.newsletter_confirmed", subject=subscription, actor=actor, now=now)


def _ask_to_confirm(subscription: Subscription, now: datetime) -> None:
    """To an address that somebody typed: where to confirm it, or where it can be changed if it gets the letter already."""
    person = subscription.person
    post_letter(
        kind="news.newsletter_asked",
        key=f"news.newsletter_asked:{subscription.pk}:{subscription.times_asked}",
        to=subscription.email,
        name=person.name if person is not None else "",
        language=subscription.language,
        time_zone=subscription.time_zone,
        context={
            "known": subscription.holds,
            "confirm_url": _address("newsletter_confirm", subscription),
            "choices_url": _address("newsletter_choices", subscription),
        },
        about=subscription,
        person_id=person.pk if person is not None else None,
        now=now,
    )


def links_of(subscription: Subscription) -> dict[str, str]:
    """The addresses that act for whoever gets the letter."""
    return {
        "choices_url": _address("newsletter_choices", subscription),
        "unsubscribe_url": _address("newsletter_unsubscribe", subscription),
    }


def _address(name: str, subscription: Subscription) -> str:
    return absolute(reverse(f"news:{name}", args=[subscription.oid]))
