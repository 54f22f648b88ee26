""" "Tell me when it opens", and once it is open "remind me before it closes": asked for, confirmed, stopped."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit
from museumhub.kit.refusals import Refused
from museumhub.kit.throttle import spend
from museumhub.members.models import Person
from programmes.applications.lifecycle import BEFORE, OPEN, Window
from programmes.applications.models import OpeningAlert
from programmes.applications.services import letters
from programmes.applications.services.reminders import LAST_TO_READERS
from programmes.catalogue.models import Edition

UNCONFIRMED_FOR = timedelta(days=7)


def ask_for_alert(*, edition: Edition, actor: Person, now: datetime) -> OpeningAlert:
    """Tell a person when the call opens, or remind them before it closes; asking twice changes nothing.

    Refuses a call that has closed, or closes too soon to be reminded of it.
    """
    is_open = _is_open(edition, now)
    with transaction.atomic():
        alert, made = OpeningAlert.objects.get_or_create(
            edition=edition,
            email=actor.email,
            defaults={
                "person": actor,
                "language": actor.language,
                "time_zone": actor.time_zone,
                "created_at": now,
                "confirmed_at": now,
                "before_it_closes": is_open,
            },
        )
        asked_more = is_open and not alert.before_it_closes
        if not made and (alert.person_id is None or asked_more):
            alert.person, alert.confirmed_at = actor, alert.confirmed_at or now
            alert.before_it_closes = alert.before_it_closes or is_open
            alert.save(update_fields=["person", "confirmed_at", "before_it_closes"])
        if made or asked_more:
            audit.record(
                verb="applications.alert_asked",
                subject=alert,
                context=edition,
                actor=actor,
                now=now,
            )
    return alert


def ask_for_alert_by_address(
    *, edition: Edition, email: str, language: str, address_of_sender: str, now: datetime
) -> None:
    """Send the address a letter with a link to confirm it; the caller cannot tell whether it was known.

    An address gets at most three such letters a day and a sender asks for at most ten an hour
    (`TooOften`). Refuses what `ask_for_alert` refuses.
    """
    is_open = _is_open(edition, now)
    spend("applications.alert.sender", address_of_sender, 10, timedelta(hours=1), now=now)
    spend("applications.alert.address", email.lower(), 3, timedelta(days=1), now=now)
    with transaction.atomic():
        alert, _made = OpeningAlert.objects.get_or_create(
            edition=edition,
            email=email.lower(),
            defaults={
                "language": language,
                "time_zone": edition.time_zone,
                "created_at": now,
            },
        )
        if alert.confirmed_at is None or (is_open and not alert.before_it_closes):
            letters.alert_asked(alert, is_open, now)


def confirm_alert(*, alert: OpeningAlert, now: datetime) -> None:
    """The owner of the address agrees; a second time changes nothing. While the call is open they agree to reminders."""
    is_open = window(alert.edition).phase(now) == OPEN
    if alert.confirmed_at is None or (is_open and not alert.before_it_closes):
        alert.confirmed_at = alert.confirmed_at or now
        alert.before_it_closes = alert.before_it_closes or is_open
        OpeningAlert.objects.filter(pk=alert.pk).update(
            confirmed_at=alert.confirmed_at, before_it_closes=alert.before_it_closes
        )


def stop_alert(*, alert: OpeningAlert) -> None:
    """Forget the address."""
    OpeningAlert.objects.filter(pk=alert.pk).delete()


def window(edition: Edition) -> Window:
    """When the call of an edition takes applications, without the minutes of grace."""
    return Window(
        opens_at=edition.call_opens_at,
        closes_at=edition.call_closes_at,
        grace=timedelta(0),
        called_off=edition.cancelled_at is not None,
    )


def can_be_reminded(edition: Edition, now: datetime) -> bool:
    """The call is open, and the last reminder is still ahead."""
    closes_at = edition.call_closes_at
    return (
        window(edition).phase(now) == OPEN
        and closes_at is not None
        and LAST_TO_READERS.due(closes_at, edition.time_zone) > now
    )


def _is_open(edition: Edition, now: datetime) -> bool:
    """Whether it is about the deadline; refuses where nothing is ahead to write about."""
    if can_be_reminded(edition, now):
        return True
    if window(edition).phase(now) != BEFORE:
        raise Refused(_("This call closes too soon for a reminder, or will not open any more."))
    return False


def forget_stale_alerts(now: datetime) -> int:
    """Delete addresses nobody confirmed within a week, and those of calls that have closed; says how many."""
    stale = OpeningAlert.objects.filter(
        confirmed_at=None, created_at__lt=now - UNCONFIRMED_FOR
    ) | OpeningAlert.objects.filter(edition__call_closes_at__lt=now)
    deleted, _rows = stale.delete()
    return deleted
