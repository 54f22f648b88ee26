"""Two texts beside each other: line by line, and word by word within a line that changed. Pure; the template escapes what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Part = Literal["same", "gone", "new"]

# Lines around a change that are shown with it; what lies between is only counted.
AROUND = 2
# A pair of lines of more words than this is shown whole: matching words takes time that grows with their square.
WORDS = 1500


@dataclass(frozen=True)
class Piece:
    """Some words of a line, and whether they stayed, went or came."""

    part: Part
    text: str


@dataclass(frozen=True)
class Line:
    """A line of the comparison: its pieces, and what became of it as a whole. `skipped` lines were left out before it."""

    part: Part
    pieces: tuple[Piece, ...]
    skipped: int = 0


def compare(before: str, after: str) -> list[Line]:
    """The lines of both texts in order; those that did not change only where something near them did."""
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line("same", (Piece("same", line),)) for line in old[a:b]]
        else:
            lines += _changed(old[a:b], new[c:d])
    return list(_near_changes(lines))


def _changed(old: list[str], new: list[str]) -> Iterator[Line]:
    """A block that was replaced: pairs of lines first, word by word, then what is left over."""
    for before, after in zip(old, new, strict=False):
        gone, came = _words(before, after)
        yield Line("gone", gone)
        yield Line("new", came)
    for line in old[len(new) :]:
        yield Line("gone", (Piece("gone", line),))
    for line in new[len(old) :]:
        yield Line("new", (Piece("new", line),))


def _words(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    old, new = re.findall(r"\s+|\w+|[^\w\s]", before), re.findall(r"\s+|\w+|[^\w\s]", after)
    if max(len(old), len(new)) > WORDS:
        return (Piece("gone", before),), (Piece("new", after),)
    gone: list[Piece] = []
    came: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            gone.append(Piece("same", "".join(old[a:b])))
            came.append(Piece("same", "".join(new[c:d])))
            continue
        if b > a:
            gone.append(Piece("gone", "".join(old[a:b])))
        if d > c:
            came.append(Piece("new", "".join(new[c:d])))
    return tuple(gone), tuple(came)


def _near_changes(lines: list[Line]) -> Iterator[Line]:
    near = [
        any(other.part != "same" for other in lines[max(0, n - AROUND) : n + AROUND + 1])
        for n in range(len(lines))
    ]
    skipped = 0
    for line, shown in zip(lines, near, strict=True):
        if shown:
            yield Line(line.part, line.pieces, skipped)
            skipped = 0
        else:
            skipped += 1
