"""When the site last looked for what is due."""

from __future__ import annotations

from datetime import datetime

from museumhub.schedule.models import TickRecord


def last_tick() -> datetime | None:
    """The instant of the last tick; None where there never was one."""
    return TickRecord.objects.filter(pk=1).values_list("at", flat=True).first()
