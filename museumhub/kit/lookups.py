"""Looking for rows by many keys in one parameter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup


def as_parameter(keys: Sequence[int], vendor: str) -> Any:
    """Keys as the one parameter of `Among` on a kind of database."""
    return list(keys) if vendor == "postgresql" else json.dumps(list(keys))


class Among(Lookup[Any]):
    """`filter(Among(F("pk"), keys))` finds what `filter(pk__in=keys)` finds. The statement is the same for any number of keys, so it is known already the next time."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        field, params = self.process_lhs(compiler, connection)
        keys_given = "select value from json_each(%s)"
        if connection.vendor == "postgresql":
            keys_given = "select unnest(%s::bigint[])"
        # A blank of a prepared query stands for keys that come later.
        keys = self.rhs if isinstance(self.rhs, str) else as_parameter(self.rhs, connection.vendor)
        return f"{field} in ({keys_given})", (*params, keys)
