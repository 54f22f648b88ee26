"""Reads that shape applications for a page, a letter or a download."""

from programmes.applications.queries.begin import (
    alert_of,
    call_at,
    only_organisation,
    only_section,
    own_applications,
    what_is_needed,
)
from programmes.applications.queries.changes import Change, compare
from programmes.applications.queries.desk import OwnApplication, own_alerts, own_desk
from programmes.applications.queries.journey import (
    OfferedModule,
    Task,
    colleagues,
    file_in,
    offered_modules,
    recommended,
    tasks,
)
from programmes.applications.queries.organise import (
    as_csv,
    countries_of,
    history,
    levels_of,
    listed,
    modules_of,
    numbers,
    rows,
)
from programmes.applications.queries.sheet import Maturity, Sheet, level_name, maturity_of, read

__all__ = [
    "Change",
    "Maturity",
    "OfferedModule",
    "OwnApplication",
    "Sheet",
    "Task",
    "alert_of",
    "as_csv",
    "call_at",
    "colleagues",
    "compare",
    "countries_of",
    "file_in",
    "history",
    "level_name",
    "levels_of",
    "listed",
    "maturity_of",
    "modules_of",
    "numbers",
    "offered_modules",
    "only_organisation",
    "only_section",
    "own_alerts",
    "own_applications",
    "own_desk",
    "read",
    "recommended",
    "rows",
    "tasks",
    "what_is_needed",
]
