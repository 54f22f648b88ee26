"""What a result quotes of its text, with the words that were looked for marked: pieces of text, escaped by the template that shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from museumhub.pages.search.query import Query
from museumhub.pages.search.words import STOP_WORDS, WRITTEN, folded_whole, singular, stem

# Characters of a quotation, of its text that are looked through, and before its first marked word.
QUOTED: Final = 240
LOOKED_THROUGH: Final = 12_000
_BEFORE: Final = 60
# A word also stands for a longer one that begins with it, by so many letters at most, once it is this long.
_BEGINNING: Final = 5
_LONGER_BY: Final = 3


@dataclass(frozen=True)
class Piece:
    """A part of a text; `marked` where it is one of the words that were looked for."""

    text: str
    marked: bool = False


class Marker:
    """Finds the words of a query, in whatever form they stand in a text. The databases' own stemmers know more forms: a result may show none marked."""

    def __init__(self, query: Query) -> None:
        words = [word for term in query.wanted for word in term.words]
        self.words = [word for word in words if word not in STOP_WORDS] or words
        self.roots = [_roots(word) for word in self.words]
        # Of each word met so far, as it was written. Texts of one list have most words in common.
        self._known: dict[str, int | None] = {}

    def number(self, word: str) -> int | None:
        """Which word of the query this folded word is a form of; None for none."""
        roots = _roots(word)
        for number, (sought, sought_roots) in enumerate(zip(self.words, self.roots, strict=True)):
            if roots & sought_roots or _begins(word, sought) or _begins(sought, word):
                return number
        return None

    def hits(self, text: str) -> list[tuple[int, int, int]]:
        """Where the words stand: begin, end, and which of them it is."""
        if not self.words:
            return []
        known, found = self._known, []
        for match in WRITTEN.finditer(text):
            word = match[0]
            if word not in known:
                folded = folded_whole(word)
                known[word] = self.number(folded) if folded else None
            if (number := known[word]) is not None:
                found.append((match.start(), match.end(), number))
        return found

    def marked(self, text: str) -> list[Piece]:
        """The whole text, its words marked."""
        return list(_pieces(text, self.hits(text), 0, len(text)))

    def quoted(self, teaser: str, text: str) -> list[Piece]:
        """The teaser where every word that can be marked stands in it, else where the text has most of them close together."""
        in_teaser = self.hits(teaser)
        best_of_teaser = len({number for _b, _e, number in in_teaser})
        if teaser and best_of_teaser == len(self.words):
            return list(_pieces(teaser, in_teaser, 0, len(teaser)))
        looked = text[:LOOKED_THROUGH]
        in_text = self.hits(looked)
        begin, best_of_text = _closest(in_text)
        if teaser and best_of_teaser >= best_of_text:
            return list(_pieces(teaser, in_teaser, 0, len(teaser)))
        return _cut(looked, in_text, begin)


def _closest(hits: list[tuple[int, int, int]]) -> tuple[int, int]:
    """Where the quotation with most different words begins, the first of several; and how many those are."""
    best, at, last = 0, 0, 0
    for first, (begin, _end, _number) in enumerate(hits):
        last = max(last, first)
        while last < len(hits) and hits[last][1] <= begin + QUOTED - _BEFORE:
            last += 1
        different = len({number for _b, _e, number in hits[first:last]})
        if different > best:
            best, at = different, begin
    return at, best


def _cut(text: str, hits: list[tuple[int, int, int]], around: int) -> list[Piece]:
    """A part of the text between blanks; "…" says where it goes on."""
    begin = 0
    if around > _BEFORE:
        blank = text.find(" ", around - _BEFORE, around)
        begin = blank + 1 if blank >= 0 else around
    end = begin + QUOTED
    if end < len(text):
        blank = text.rfind(" ", begin + QUOTED // 2, end)
        end = blank if blank >= 0 else end
    pieces = list(_pieces(text, hits, begin, min(end, len(text))))
    if begin:
        pieces.insert(0, Piece("… "))
    if end < len(text):
        pieces.append(Piece("…"))
    return pieces


def _pieces(
    text: str, hits: Iterable[tuple[int, int, int]], begin: int, end: int
) -> Iterator[Piece]:
    at = begin
    for start, stop, _number in hits:
        if start < begin or stop > end:
            continue
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start:stop], marked=True)
        at = stop
    if at < end:
        yield Piece(text[at:end])


@lru_cache(maxsize=65_536)
def _roots(word: str) -> frozenset[str]:
    """The forms under which the languages of the site compare a word."""
    return frozenset({word, stem(word, "de"), stem(word, "fr"), _english(singular(word, "de"))})


def _english(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _begins(one: str, other: str) -> bool:
    return _BEGINNING <= len(one) <= len(other) <= len(one) + _LONGER_BY and other.startswith(one)
