"""The room's scheduled actions. Each finds the edition it is about, and does nothing where that is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from museumhub.kit.references import dereference
from museumhub.schedule.models import ScheduledAction
from museumhub.schedule.registry import action
from programmes.applications.services import reminders
from programmes.applications.services.reminders import DIGEST, OPENING, STAGES, Stage
from programmes.catalogue.models import Edition


def _edition(scheduled: ScheduledAction) -> Edition | None:
    found = dereference(scheduled.about)
    return found if isinstance(found, Edition) else None


def _register(stage: Stage) -> None:
    @action(stage.kind, tolerance=stage.tolerance, when_late="skip")
    def run(scheduled: ScheduledAction, now: datetime) -> str:
        edition = _edition(scheduled)
        return reminders.remind(edition, stage, now) if edition else _("the edition is gone")


for _stage in STAGES:
    _register(_stage)


@action(OPENING, tolerance=timedelta(hours=1), when_late="do")
def tell_that_call_opened(scheduled: ScheduledAction, now: datetime) -> str:
    """Late is better than never while the call is open; the service looks whether it is."""
    edition = _edition(scheduled)
    return reminders.tell_that_call_opened(edition, now) if edition else _("the edition is gone")


@action(DIGEST, tolerance=timedelta(hours=16), when_late="skip")
def send_digest(scheduled: ScheduledAction, now: datetime) -> str:
    """Up to midnight late; after that the next morning's digest tells it all."""
    edition = _edition(scheduled)
    if edition is None:
        return _("the edition is gone")
    return reminders.digest(edition, scheduled.payload["day"], now)
