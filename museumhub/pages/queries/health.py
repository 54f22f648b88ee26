"""Whether the site can do its work: its database, its migrations, its ticker and its outbox."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from museumhub.mail.queries import oldest_due
from museumhub.schedule.queries import last_tick

TICK_AGE = timedelta(minutes=3)  # three turns of the beat
LETTER_AGE = timedelta(minutes=10)


@dataclass(frozen=True)
class Health:
    """Ages are in whole seconds; None where there is nothing to measure."""

    database: bool
    migrations: bool = False
    tick_age: int | None = None
    oldest_due_letter_age: int | None = None

    @property
    def ready(self) -> bool:
        ticking = self.tick_age is not None and self.tick_age <= TICK_AGE.total_seconds()
        flowing = (self.oldest_due_letter_age or 0) <= LETTER_AGE.total_seconds()
        return self.database and self.migrations and ticking and flowing

    def as_json(self) -> dict[str, Any]:
        """For monitors; docs/operations.md names the fields."""
        return {"ready": self.ready, **asdict(self)}


def health(now: datetime) -> Health:
    """How things stand at `now`; never raises for a database that is away."""
    try:
        if not _migrated():
            _migrated.cache_clear()
            return Health(database=True)
        tick, letter = last_tick(), oldest_due(now)
    except DatabaseError:
        return Health(database=False)
    return Health(
        database=True,
        migrations=True,
        tick_age=_age(tick, now),
        oldest_due_letter_age=_age(letter, now),
    )


def _age(instant: datetime | None, now: datetime) -> int | None:
    return int((now - instant).total_seconds()) if instant is not None else None


@cache
def _migrated() -> bool:
    """Asked of the database until it is so; the code of a running process asks for no further ones."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
