""" "Tell me when it opens": asked for, confirmed, stopped."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit
from museumhub.kit.refusals import Refused
from museumhub.kit.throttle import spend
from museumhub.members.models import Person
from programmes.applications.lifecycle import BEFORE, Window
from programmes.applications.models import OpeningAlert
from programmes.applications.services import letters
from programmes.catalogue.models import Edition

UNCONFIRMED_FOR = timedelta(days=7)


def ask_for_alert(*, edition: Edition, actor: Person, now: datetime) -> OpeningAlert:
    """Tell a person when the call opens; asking twice changes nothing. Refuses a call that has opened."""
    _refuse_opened(edition, now)
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
            },
        )
        if not made and alert.person_id is None:
            alert.person, alert.confirmed_at = actor, alert.confirmed_at or now
            alert.save(update_fields=["person", "confirmed_at"])
        if made:
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
    (`TooOften`). Refuses a call that has opened.
    """
    _refuse_opened(edition, now)
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
        if alert.confirmed_at is None:
            letters.alert_asked(alert, now)


def confirm_alert(*, alert: OpeningAlert, now: datetime) -> None:
    """The owner of the address agrees; a second time changes nothing."""
    if alert.confirmed_at is None:
        OpeningAlert.objects.filter(pk=alert.pk, confirmed_at=None).update(confirmed_at=now)
        alert.confirmed_at = now


def stop_alert(*, alert: OpeningAlert) -> None:
    """Forget the address."""
    OpeningAlert.objects.filter(pk=alert.pk).delete()


def _refuse_opened(edition: Edition, now: datetime) -> None:
    window = Window(
        opens_at=edition.call_opens_at,
        closes_at=edition.call_closes_at,
        grace=timedelta(0),
        called_off=edition.cancelled_at is not None,
    )
    if window.phase(now) != BEFORE:
        raise Refused(_("This call has opened already, or will not open any more."))


def forget_stale_alerts(now: datetime) -> int:
    """Delete addresses nobody confirmed within a week, and those of calls that have closed; says how many."""
    stale = OpeningAlert.objects.filter(
        confirmed_at=None, created_at__lt=now - UNCONFIRMED_FOR
    ) | OpeningAlert.objects.filter(edition__call_closes_at__lt=now)
    deleted, _rows = stale.delete()
    return deleted
