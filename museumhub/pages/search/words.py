"""Words as search compares them: without case and accents, with the plurals of three languages, and one slip apart.

What is done to the words of a document is done to the words of a query, so that both databases find the
same without an extension of theirs (`unaccent` and `pg_trgm` may not be allowed to the site's role).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from museumhub.kit.text import comparison_key

# Letters that Unicode does not take apart into a letter and an accent.
_WHOLE_LETTERS: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_ASCII_WORDS: Final = re.compile(r"[a-z0-9]+")

# Plurals that lose the ending of the singular: „Museen“, „Zentren“, „Stipendien“, „Jubiläen“.
_UM: Final = re.compile(
    r"(muse|zentr|for|stipendi|ministeri|kriteri|gremi|gymnasi|auditori|symposi|jubila|athena)en$"
)

# Words that say nothing about what is sought. PostgreSQL knows its own; SQLite has none.
_STOP_WORDS: Final = {
    "en": "a an and are as at be by for from has in is it its of on or our that the their this to was were what which who will with",
    "fr": "au aux avec ce ces cette d dans de des du elle en est et il ils l la le les leur leurs mais ne nos notre ou par pas pour qu que qui s sa se ses son sont sur un une vos votre y",
    "de": "als am auf aus bei bis das dass dem den der des die durch ein eine einem einen einer eines fur im ist mit nach nicht oder sich sie sind uber um und unter vom von vor wie wird zu zum zur",
}
STOP_WORDS: Final = frozenset(word for words in _STOP_WORDS.values() for word in words.split())

# A slip is looked for in words of so many letters: shorter ones have too many neighbours.
SHORTEST: Final = 4
LONGEST: Final = 30


def fold(text: str) -> list[str]:
    """The words of a text, lower case, without accents and signs: "L’Été à Łódź" gives l, ete, a, lodz."""
    if text.isascii():
        return _ASCII_WORDS.findall(text.lower())
    return comparison_key(text).translate(_WHOLE_LETTERS).split()


def singular(word: str, language: str) -> str:
    """A folded word as it is compared in a language, before any dictionary of the database: German plurals of words in -um."""
    return _UM.sub(r"\1um", word) if language == "de" else word


def stem(word: str, language: str) -> str:
    """A folded word without its plural and case endings, for SQLite, whose own stemmer (Porter) knows English only.

    After the minimal stemmers of Jacques Savoy for German and French ("Light stemming approaches for the French,
    Portuguese, German and Hungarian languages", SAC 2006), on folded words.
    """
    if language == "de":
        return _german(singular(word, language))
    if language == "fr":
        return _french(word)
    return word


def _german(word: str) -> str:
    if len(word) < 5:
        return word
    if len(word) > 6 and word.endswith("nen"):
        word = word[:-3]  # „Kuratorinnen“, of which „Kuratorin“ loses its last letter, too
    if len(word) > 5 and word.endswith(("en", "se", "es", "er")):
        return word[:-2]
    return word[:-1] if word[-1] in "nesr" else word


def _french(word: str) -> str:
    # Without accents « musée » is a short word that ends in two e: the plural goes first, then one e.
    if len(word) > 5 and word.endswith("aux"):
        word = word[:-1] if word.endswith("eaux") else word[:-2] + "l"
    elif len(word) > 3 and word[-1] in "sx" and word[-2] != "s":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word[-1] == "e" else word


def spellable(words: Iterable[str]) -> set[str]:
    """Those in which a slip is looked for: letters only, neither short nor endless."""
    return {word for word in words if SHORTEST <= len(word) <= LONGEST and word.isalpha()}


def forms(word: str) -> set[str]:
    """The word itself, and what is left of it without one letter: words one slip apart share a form."""
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


def slips(one: str, other: str) -> int:
    """How many slips lie between two words, up to two: letters added, left out, changed, or two exchanged (restricted Damerau–Levenshtein)."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, above, row = row, before, [i]
        for j, against in enumerate(other, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]


# A run of letters and digits with the accents written behind them (U+0300 to U+036F), as it is written in a text.
WRITTEN: Final = re.compile(r"(?:[^\W_]++[\u0300-\u036f]*+)++")


def folded_whole(word: str) -> str:
    """A word as it is written, folded and in one; empty where nothing is left of it."""
    return "".join(fold(word))


_MARKUP: Final = (
    (re.compile(r"^\s{0,3}(?:```|~~~).*$", re.MULTILINE), ""),  # fences
    (
        re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\s]{0,1000}(?:\s+\"[^\"\n]{0,300}\")?\)"),
        r"\1",
    ),  # links and pictures
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"^\s{0,3}(?:#{1,6}|>|[-*+]|\d{1,9}[.)])\s+", re.MULTILINE), ""),
    (re.compile(r"(?<!\\)(\*{1,3}|_{1,3}|`+)(?=\S)(.{1,200}?)(?<![\s\\])\1"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
    (re.compile(r"\s+"), " "),
)


def plain(markdown: str) -> str:
    """The words of a text in Markdown in one line, for snippets; signs that are none of its markup stay."""
    for pattern, instead in _MARKUP:
        markdown = pattern.sub(instead, markdown)
    return markdown.strip()
