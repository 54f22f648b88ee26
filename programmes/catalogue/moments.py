"""When the public pages of programmes change by themselves: the instants of the timetables."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min, Q

from museumhub.kit import changes
from programmes.catalogue.models import (
    Edition,
    Module,
    Partner,
    Programme,
)

INSTANTS = (
    "consultation_opens_at",
    "consultation_closes_at",
    "call_opens_at",
    "call_closes_at",
    "decisions_end_at",
    "runs_start_at",
    "runs_end_at",
    "report_start_at",
)


@changes.moments
def next_in_a_timetable(now: datetime) -> datetime | None:
    """The first instant, from `now` on, in the timetable of an edition that is published; one query."""
    found = Edition.objects.published().aggregate(
        **{name: Min(name, filter=Q(**{f"{name}__gte": now})) for name in INSTANTS}
    )
    return min((at for at in found.values() if at is not None), default=None)


changes.watch(Programme, Edition, Module, Partner)
