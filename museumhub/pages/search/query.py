"""What a reader typed, read as words: quotes make a phrase, a minus says without, and every other sign means nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from museumhub.pages.search.words import fold

# What is read of a query. Nobody types more; somebody's script may.
LONGEST: Final = 200
MOST_TERMS: Final = 12
MOST_WORDS_OF_A_PHRASE: Final = 12
LONGEST_WORD: Final = 60

# A quotation in the marks of several languages, or what stands between blanks; a minus may stand before either.
_PART: Final = re.compile(
    r"""(?P<minus>(?<!\S)[-\u2212])?(?:["“”„«»](?P<phrase>[^"“”„«»]*)["“”„«»]|(?P<word>[^\s"“”„«»]+))"""
)


@dataclass(frozen=True)
class Term:
    """Folded words that stand in this order, one after the other; usually one."""

    words: tuple[str, ...]
    without: bool = False
    phrase: bool = False


@dataclass(frozen=True)
class Query:
    """All of `wanted` must be there and none of `unwanted`. `cut` says that more was typed than is read."""

    typed: str
    terms: tuple[Term, ...] = ()
    cut: bool = False
    wanted: tuple[Term, ...] = field(init=False)
    unwanted: tuple[Term, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "wanted", tuple(term for term in self.terms if not term.without))
        object.__setattr__(self, "unwanted", tuple(term for term in self.terms if term.without))

    def __bool__(self) -> bool:
        """Whether there is anything to look for: what is only unwanted finds nothing."""
        return bool(self.wanted)

    def having(self, corrections: dict[str, str]) -> Query:
        """The same with words exchanged, as if the reader had typed it so."""
        parts = []
        for term in self.terms:
            words = " ".join(corrections.get(word, word) for word in term.words)
            parts.append(("-" if term.without else "") + (f'"{words}"' if term.phrase else words))
        return read(" ".join(parts))


def read(typed: str) -> Query:
    """A query in the words of `fold`. Never refuses: what is no word is left out."""
    text = " ".join(typed.split())
    terms: list[Term] = []
    cut = len(text) > LONGEST
    for part in _PART.finditer(text[:LONGEST]):
        written = part["phrase"] if part["phrase"] is not None else part["word"]
        words = tuple(word[:LONGEST_WORD] for word in fold(written))
        if not words:
            continue
        without, quoted = part["minus"] is not None, part["phrase"] is not None
        if len(words) > 1 and (quoted or without):
            cut = cut or len(words) > MOST_WORDS_OF_A_PHRASE
            terms.append(Term(words[:MOST_WORDS_OF_A_PHRASE], without, phrase=True))
        else:
            # “e-mail” and « l’art » are two words, wherever they stand.
            terms.extend(Term((word,), without) for word in words)
    if len(terms) > MOST_TERMS:
        terms, cut = terms[:MOST_TERMS], True
    return Query(typed=text[:LONGEST], terms=tuple(terms), cut=cut)
