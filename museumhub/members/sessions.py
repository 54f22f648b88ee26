"""Sessions in the database, each read by one statement, which also proves that the connection is sound."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.sessions.backends import db
from django.db import InterfaceError, OperationalError, connection

from museumhub.kit import clock

_READ: Final = "select session_data from django_session where session_key = %s and expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's store, but for how a session is read.

    Every page of somebody signed in begins with it, so it is not put together anew each time, and the
    question "are you there?" that Django sends before the first query of a request is left out: where
    the connection is gone, this statement finds that out and is sent once more on a new one.
    """

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and no key, where there is none or it has ended."""
        data = self._read()
        if data is None:
            self._session_key: Any = None
            return {}
        held: dict[str, Any] = self.decode(data)
        return held

    def _read(self) -> str | None:
        connection.health_check_done = True  # type: ignore[attr-defined]
        try:
            return self._ask()
        except (InterfaceError, OperationalError):
            if connection.in_atomic_block:
                raise
            connection.close()
            return self._ask()

    def _ask(self) -> str | None:
        now = connection.ops.adapt_datetimefield_value(clock.now())
        with connection.cursor() as cursor:
            cursor.execute(_READ, [self.session_key, now])
            row = cursor.fetchone()
        return row[0] if row is not None else None
