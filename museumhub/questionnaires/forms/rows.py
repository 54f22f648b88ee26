"""Repeated lines in a form (options, conditions, levels), edited without a script.

Every command is a submit button: it sends the whole form, nothing is saved, and the page comes back
with a line more, a line less or two lines changed over. Inputs are called `prefix-index-column`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

Row = dict[str, list[str]]
ROWS = 120


@dataclass
class Rows:
    """The lines as they were sent, after the command; `focus` is the line the command was about."""

    prefix: str
    rows: list[Row]
    is_command: bool = False
    focus: int | None = None


def read_rows(data: QueryDict, prefix: str, columns: Sequence[str]) -> Rows:
    """The lines in `data` with its command, if there is one, carried out."""
    rows = [
        {column: data.getlist(f"{prefix}-{at}-{column}") for column in columns}
        for at in range(_number(data, f"{prefix}-total", limit=ROWS))
    ]
    read = Rows(prefix, rows)
    if f"{prefix}-add" in data:
        if len(rows) < ROWS:
            rows.append({column: [] for column in columns})
        read.focus = len(rows) - 1
    elif f"{prefix}-remove" in data:
        at = _number(data, f"{prefix}-remove", limit=ROWS)
        if at < len(rows):
            del rows[at]
        read.focus = min(at, len(rows) - 1) if rows else None
    elif f"{prefix}-up" in data:
        read.focus = _swap(rows, _number(data, f"{prefix}-up", limit=ROWS), -1)
    elif f"{prefix}-down" in data:
        read.focus = _swap(rows, _number(data, f"{prefix}-down", limit=ROWS), 1)
    else:
        return read
    read.is_command = True
    return read


def write_rows(data: QueryDict, rows: Rows) -> None:
    """Put the lines into a mutable `data`, numbered anew."""
    for name in [name for name in data if name.startswith(f"{rows.prefix}-")]:
        del data[name]
    data[f"{rows.prefix}-total"] = str(len(rows.rows))
    for at, row in enumerate(rows.rows):
        for column, values in row.items():
            if values:
                data.setlist(f"{rows.prefix}-{at}-{column}", values)


def _swap(rows: list[Row], at: int, step: int) -> int:
    if at < len(rows) and 0 <= at + step < len(rows):
        rows[at], rows[at + step] = rows[at + step], rows[at]
        return at + step
    return min(at, len(rows) - 1)


def _number(data: QueryDict, name: str, *, limit: int) -> int:
    text = data.get(name) or ""
    return min(int(text), limit) if text.isascii() and text.isdigit() and len(text) < 6 else 0
