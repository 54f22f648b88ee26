"""What this room hands down when the site starts: to the catalogue's pages and timetable, to the builder of questions, and to the daily round."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Q, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from museumhub.kit.references import reference
from museumhub.members.services import housekeeping
from museumhub.questionnaires import ownership
from museumhub.questionnaires.ownership import Owner
from programmes.applications import queries
from programmes.applications.lifecycle import BEFORE, SUBMITTED
from programmes.applications.models import Application, Call
from programmes.applications.services import reminders
from programmes.applications.services.alerts import forget_stale_alerts
from programmes.catalogue import call_actions, organise_tabs, timetable
from programmes.catalogue.call_actions import CallAction
from programmes.catalogue.models import Edition


def editable(user: Any) -> Q:
    """The questionnaires of the editions the person organises."""
    owned = (
        Edition.objects.organised_by(user)
        .annotate(own_reference=Concat(Value("catalogue.edition:"), Cast("pk", CharField())))
        .values("own_reference")
    )
    return Q(owner__in=owned)


def owners(user: Any) -> Iterable[Owner]:
    """The editions the person may build questions for."""
    for edition in Edition.objects.organised_by(user).select_related("programme"):
        yield Owner(
            reference(edition),
            edition.full_title,
            reverse("applications:organise_call", args=[edition.programme.slug, edition.slug]),
        )


def counts(editions: Iterable[Edition], now: datetime) -> dict[int, int]:
    """Applications that stand, by edition; one query."""
    rows = (
        Application.objects.filter(call__edition__in=list(editions), status=SUBMITTED)
        .values_list("call__edition")
        .annotate(number=Count("pk"))
    )
    return dict(rows.order_by())


def call_action(user: Any, edition: Edition, now: datetime) -> CallAction | None:
    """What the reader can do about the call, for the edition's page; nothing once it has closed and they have not applied."""
    call = Call.objects.filter(edition=edition).first()
    if call is not None:
        call.edition = edition
    phase = call.phase(now) if call is not None else BEFORE
    upcoming = edition.call_opens_at is not None and edition.call_opens_at > now
    if call is None and not upcoming:
        return None
    own = queries.own_applications(user, edition) if call is not None else []
    alert = queries.alert_of(user, edition) if phase == BEFORE else None
    return CallAction(
        "applications/call_action.html", {"phase": phase, "own": own, "alert": alert, "call": call}
    )


ownership.register("catalogue.edition", editable, owners)
call_actions.provide(call_action)
timetable.on_change(reminders.timetable_changed)
timetable.foretell(reminders.foretell)
housekeeping.also("opening_alerts", forget_stale_alerts)
organise_tabs.register(
    organise_tabs.Tab(
        key="applications",
        label=_("Applications"),
        address=lambda edition: reverse(
            "applications:organise_list", args=[edition.programme.slug, edition.slug]
        ),
        order=20,
    )
)
organise_tabs.register(
    organise_tabs.Tab(
        key="call",
        label=_("Call"),
        address=lambda edition: reverse(
            "applications:organise_call", args=[edition.programme.slug, edition.slug]
        ),
        order=25,
    )
)
organise_tabs.register_column(
    organise_tabs.Column(key="applications", label=_("Applications"), count=counts)
)
