"""Reading the demo's texts, and placing their dates relative to the day they are loaded."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from museumhub.kit.zones import at_wall_clock

HERE = Path(__file__).resolve().parent


@cache
def read(name: str) -> Any:
    """The document `name`.yaml of this folder; nobody may change what comes back."""
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))


def instant(said: Any, *, zone: str, now: datetime) -> datetime:
    """`"2017-09-29T23:59"` or `{days: 16, at: "23:59"}` on the wall clock of `zone`, as an instant."""
    if isinstance(said, str):
        wall = datetime.fromisoformat(said)
        return at_wall_clock(wall.date(), wall.time(), zone)
    return at_wall_clock(day(said, zone=zone, now=now), time.fromisoformat(said["at"]), zone)


def day(said: Any, *, zone: str, now: datetime) -> date:
    """`"2017-11-20"`, `{days: 51}` or `51`: a day in `zone`, counted from today there."""
    if isinstance(said, str):
        return date.fromisoformat(said)
    days = said if isinstance(said, int) else int(said["days"])
    return now.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
