"""Tables as text (CSV, RFC 4180): read line by line with what is wrong in words, and written so that no spreadsheet runs a cell.

Reading takes UTF-8 with or without a byte order mark, and commas, semicolons or tabs between cells.
No more than one line is held in memory, and no line may be longer than `LONGEST_LINE`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from museumhub.kit.refusals import Refused

LONGEST_LINE = 200_000  # bytes
LONGEST_CELL = 100_000  # characters; a quotation mark that is never closed ends here
MOST_COLUMNS = 200

# What a spreadsheet would take for a formula (OWASP, CSV injection; ASVS 1.2.10).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_MARKS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "XLSX",
    b"\xd0\xcf\x11\xe0": "XLS",
}


@dataclass(frozen=True)
class Line:
    """One line: where it begins in the file (the head is line 1), and its cells by column. `wrong` says what is wrong with the line as a whole."""

    number: int
    cells: dict[str, str]
    wrong: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose head has been read; `lines` can be walked once."""

    columns: list[str]
    lines: Iterator[Line]


def open_table(file: IO[bytes]) -> Table:
    """The table in `file`. `Refused` where it is none, also while its lines are walked (a broken encoding or quotation ends it)."""
    start = file.read(4)
    file.seek(-len(start), 1)
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            raise Refused(
                _(
                    "This is a file in %(format)s. Save it as CSV in UTF-8: spreadsheets offer "
                    "“CSV UTF-8”."
                )
                % {"format": name}
            )
    text = _Text(file)
    head = next(text, "")
    if not head.strip():
        raise Refused(_("The file has no head: its first line names the columns."))
    reader = _reader(text.again(head), _separator(head))
    columns = [" ".join(name.split()).casefold() for name in next(_cells(reader), [])]
    while columns and not columns[-1]:
        columns.pop()
    _check_head(columns)
    return Table(columns, _lines(reader, columns))


def _check_head(columns: list[str]) -> None:
    if len(columns) > MOST_COLUMNS:
        raise Refused(_("The file has more than %(number)s columns.") % {"number": MOST_COLUMNS})
    if "" in columns:
        raise Refused(_("A column in the middle of the first line has no name."))
    for at, name in enumerate(columns):
        if name in columns[:at]:
            raise Refused(_("The column “%(name)s” is there twice.") % {"name": name[:60]})


class _Text:
    """The lines of a file in UTF-8, each of bounded length; knows which one was read last."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.number = 0
        self.pushed: list[str] = []

    def again(self, line: str) -> _Text:
        self.pushed.append(line)
        self.number -= 1
        return self

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.number += 1
        if self.pushed:
            return self.pushed.pop()
        line = self.file.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        where = {"line": self.number}
        if len(line) > LONGEST_LINE:
            raise Refused(_("Line %(line)s is too long to be a line of a table.") % where)
        try:
            text = line.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise Refused(
                _("Line %(line)s is not in UTF-8. Save the file as CSV in UTF-8.") % where
            ) from error
        return text


def _separator(head: str) -> str:
    """Whichever stands most often between the names of the columns."""
    return max((",", ";", "\t"), key=lambda mark: (head.count(mark), mark == ","))


class _Reader:
    """A csv reader with the limits of this module, beside the text it reads."""

    def __init__(self, text: _Text, separator: str) -> None:
        self.text = text
        self.rows = csv.reader(text, delimiter=separator, strict=True)


def _reader(text: _Text, separator: str) -> _Reader:
    csv.field_size_limit(LONGEST_CELL)
    return _Reader(text, separator)


def _cells(reader: _Reader) -> Iterator[list[str]]:
    while True:
        begins = reader.text.number + 1
        try:
            yield next(reader.rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(
                _(
                    "Line %(line)s cannot be read: a quotation mark is opened and not closed, or "
                    "stands in the middle of a cell."
                )
                % {"line": begins}
            ) from error


def _lines(reader: _Reader, columns: Sequence[str]) -> Iterator[Line]:
    """Each line that says anything."""
    rows = _cells(reader)
    while True:
        begins = reader.text.number + 1
        row = next(rows, None)
        if row is None:
            return
        if not any(cell.strip() for cell in row):
            continue
        spare = [cell for cell in row[len(columns) :] if cell.strip()]
        missing = len(columns) - len(row)
        wrong = ""
        if spare:
            wrong = _(
                "This line has more cells than the head has columns (%(number)s). Is there a separator in a cell without quotation marks?"
            ) % {"number": len(columns)}
        cells = dict(zip(columns, row + [""] * max(0, missing), strict=False))
        yield Line(begins, cells, wrong)


def cell(value: object) -> str:
    """A value for a spreadsheet: text that would be read as a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def without_guard(text: str) -> str:
    """What `cell` was given: the apostrophe that only keeps a spreadsheet from running a cell is no part of it."""
    guarded = text.startswith("'") and text.lstrip("'").startswith(_FORMULA)
    return text[1:] if guarded else text


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def written(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Rows as CSV, one piece of text for each, with a byte order mark so that spreadsheets read it as UTF-8."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    mark = "\ufeff"
    for row in rows:
        yield mark + str(writer.writerow([cell(value) for value in row]))
        mark = ""
