"""Statements that are put together once and sent many times.

The ORM writes the SQL of a query anew each time it is asked, which for a row and its neighbours takes longer
than the database takes to answer. A `Prepared` query is an ordinary queryset, written once with blanks for
what changes; its SQL and how rows become objects are kept from the first time on. `insert` does the
same for a new row. Use them where somebody waits: on the way of an application, and on what each page asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.constants import OnConflict
from django.db.models.query import get_related_populators
from django.db.models.signals import post_save, pre_save
from django.db.models.sql import InsertQuery
from django.db.transaction import TransactionManagementError

from museumhub.kit.lookups import as_parameter

# No row has this key; the blanks of a query are counted from here.
_FIRST: Final = 8_000_000_000_000_000_000

Value = int | str
Values = Value | Sequence[int]
M = TypeVar("M", bound=models.Model)


class Blanks:
    """Stand-ins for the values of a query that are known only when it is sent."""

    def __init__(self) -> None:
        self.names: dict[Value, str] = {}

    def number(self, name: str) -> int:
        """A key or another whole number."""
        return cast(int, self._blank(_FIRST + len(self.names), name))

    def text(self, name: str) -> str:
        return cast(str, self._blank(f"blank {len(self.names)}", name))

    def keys(self, name: str) -> str:
        """Any number of keys, for `kit.lookups.Among`."""
        return self.text(name)

    def _blank(self, value: Value, name: str) -> Value:
        self.names[value] = name
        return value


@dataclass(frozen=True)
class _Statement:
    """The SQL of a query for one kind of database, and how its rows become objects."""

    sql: str
    params: tuple[Any, ...]
    blanks: tuple[tuple[int, str], ...]  # which of the params are filled in, by what name
    converters: tuple[tuple[int, tuple[Any, Any]], ...]
    model: Any
    start: int
    end: int
    names: Sequence[str]
    neighbours: Sequence[Any]
    annotations: Sequence[tuple[str, int]]
    locks: bool

    def filled(self, values: dict[str, Values]) -> tuple[Any, ...]:
        params = list(self.params)
        for place, name in self.blanks:
            value = values[name]
            if not isinstance(value, int | str):
                value = as_parameter(value, connection.vendor)
            params[place] = value
        return tuple(params)

    def objects(self, rows: list[Any]) -> Iterator[Any]:
        """As Django's ModelIterable makes them."""
        for found in rows:
            row = found
            if self.converters:
                row = list(found)
                for place, (converters, expression) in self.converters:
                    for convert in converters:
                        row[place] = convert(row[place], expression, connection)
            thing = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.start : self.end])
            for neighbour in self.neighbours:
                neighbour.populate(row, thing)
            for name, place in self.annotations:
                setattr(thing, name, row[place])
            yield thing


class Prepared(Generic[M]):
    """A query for rows of one kind, with `select_related`, annotations and locks as the queryset has them.

    `build` is given `Blanks` and returns the queryset; each blank is used where the value itself would be,
    as it is (not in a pattern). Nothing is asked before the first `all` or `one`. What is fetched by queries of its
    own (`prefetch_related`) is not.
    """

    def __init__(self, build: Callable[[Blanks], models.QuerySet[M]]) -> None:
        self._build = build
        self._statements: dict[str, _Statement] = {}

    def all(self, **values: Values) -> list[M]:
        """The rows for these values, one for each blank by its name; one query."""
        statement = self._statements.get(connection.vendor) or self._put_together()
        if (
            statement.locks
            and connection.features.has_select_for_update
            and connection.get_autocommit()
        ):
            raise TransactionManagementError("A query that locks needs a transaction.")
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, statement.filled(values))
            rows = cursor.fetchall()
        return list(statement.objects(rows))

    def one(self, **values: Values) -> M | None:
        """The first of them; None where there is none. One query."""
        found = self.all(**values)
        return found[0] if found else None

    def _put_together(self) -> _Statement:
        blanks = Blanks()
        queryset = self._build(blanks)
        if queryset._prefetch_related_lookups or queryset._fields is not None:  # type: ignore[attr-defined]
            raise TypeError("Only a query for whole rows, without prefetch_related, is prepared.")
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        places = tuple(
            (place, blanks.names[value])
            for place, value in enumerate(params)
            if isinstance(value, int | str) and value in blanks.names
        )
        lost = set(blanks.names.values()) - {name for _place, name in places}
        if lost:
            raise TypeError(f"The query does not use these blanks as they are: {sorted(lost)}")
        select, about = compiler.select, compiler.klass_info
        start, end = about["select_fields"][0], about["select_fields"][-1] + 1
        columns = [column[0] for column in select[: compiler.col_count]]
        statement = _Statement(
            sql=sql,
            params=tuple(params),
            blanks=places,
            converters=tuple(compiler.get_converters(columns).items()),
            model=about["model"],
            start=start,
            end=end,
            names=[column[0].target.attname for column in select[start:end]],
            neighbours=get_related_populators(about, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # asked of a later Django
            annotations=list((compiler.annotation_col_map or {}).items()),
            locks=queryset.query.select_for_update,
        )
        self._statements[connection.vendor] = statement
        return statement


@dataclass(frozen=True)
class _Insertion:
    sql: str
    fields: Sequence[models.Field[Any, Any]]


_insertions: dict[tuple[type[models.Model], bool, str], _Insertion] = {}


def insert(row: models.Model, *, ignore_conflicts: bool = False) -> bool:
    """Put in a new row, whose key it then has; one statement.

    With `ignore_conflicts` False where one with the same unique value stands there already; the caller's
    transaction goes on. Only for models whose saves nobody listens to: no signal is sent.
    """
    kind = type(row)
    known = (kind, ignore_conflicts, connection.vendor)
    insertion = _insertions.get(known)
    if insertion is None:
        insertion = _insertions[known] = _insertion(row, ignore_conflicts)
    params = [
        field.get_db_prep_save(field.pre_save(row, True), connection) for field in insertion.fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(insertion.sql, params)
        returned = cursor.fetchone()
    if returned is None:
        return False
    row.pk = returned[0]
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return True


def _insertion(row: models.Model, ignore_conflicts: bool) -> _Insertion:
    kind = type(row)
    if pre_save.has_listeners(kind) or post_save.has_listeners(kind):
        raise TypeError(f"Somebody listens to saves of {kind._meta.label}: save it.")
    meta = kind._meta
    fields = [field for field in meta.local_concrete_fields if field is not meta.pk]
    if any(field.has_db_default() or field.generated for field in fields):
        raise TypeError(f"{meta.label} has a column that the database fills: save it.")
    query = InsertQuery(kind, on_conflict=OnConflict.IGNORE if ignore_conflicts else None)
    query.insert_values(fields, [row])
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.returning_fields = [meta.pk]
    [(sql, _params)] = compiler.as_sql()
    return _Insertion(sql, fields)
