"""What of a person's applications waits for them, for the page that shows everything of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programmes.applications.lifecycle import CLOSED, DRAFT, GRACE, OPEN, SUBMITTED
from programmes.applications.models import Application, OpeningAlert

AT_MOST = 20


@dataclass(frozen=True)
class OwnApplication:
    """One line: the application, what to do next in words, and whether that is urgent (a draft of an open call)."""

    application: Application
    step: str | Promise
    deadline: datetime | None
    urgent: bool


def own_desk(user: Any, now: datetime) -> list[OwnApplication]:
    """The reader's applications, those to do first, then by deadline; one query. The latest twenty."""
    found = (
        Application.objects.visible_to(user)
        .select_related("organisation", "call__edition__programme")
        .order_by("-call__edition__call_closes_at", "-pk")[:AT_MOST]
    )
    lines = [_line(application, now) for application in found]
    return sorted(lines, key=lambda line: (not line.urgent, line.deadline is None, line.deadline))


def _line(application: Application, now: datetime) -> OwnApplication:
    phase = application.call.phase(now)
    closes_at = application.call.edition.call_closes_at
    ahead = closes_at if phase == OPEN else None
    return OwnApplication(
        application, _step(application, phase), ahead, _urgent(application, phase)
    )


def _urgent(application: Application, phase: str) -> bool:
    unsent = application.status == DRAFT or application.change_id is not None
    return unsent and phase in (OPEN, GRACE) and application.status in (DRAFT, SUBMITTED)


def _step(application: Application, phase: str) -> str | Promise:
    """What the applicant can do next, in words."""
    is_open = phase in (OPEN, GRACE)
    match application.status:
        case "draft":
            if is_open:
                return _("Finish it and submit it")
            return _("Not sent; what you wrote is kept")
        case "submitted":
            if application.change_id is not None and is_open:
                return _("You have changes that are not sent")
            if is_open:
                return _("Received; you can change it until the deadline")
            return _("Received; the organisers decide")
        case "withdrawn":
            if phase == OPEN:
                return _("Withdrawn; you can take that back until the deadline")
            return _("Withdrawn")
    return _("Set aside") if phase == CLOSED else _("Set aside; you can take it up again")


def own_alerts(user: Any, now: datetime) -> list[OpeningAlert]:
    """Calls whose opening the reader wants to be told of, the next first; one query."""
    return list(
        OpeningAlert.objects.of(user)
        .filter(edition__call_opens_at__gt=now)
        .select_related("edition__programme")
        .order_by("edition__call_opens_at", "pk")[:AT_MOST]
    )
