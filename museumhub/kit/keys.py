"""Keys of words: what is written in a row, folded, so that a list can be narrowed by the beginnings of its words.

A key is kept in a column of its own beside the texts and follows them (see `key`). It is asked with
`WordBegins`, which knows no case, accents or punctuation. On PostgreSQL the index of `index_of` finds the rows; in
the embedded default the keys are read one after the other.
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models import BooleanField, F, Func

from museumhub.kit.text import comparison_key

# Characters of a word that count; PostgreSQL indexes none of more than two kilobytes.
_LONGEST: Final = 60
# Languages that write several words as one, and the letters such a word begins and ends with at least.
_COMPOUNDING: Final = frozenset({"da", "de", "fi", "nl", "sv"})
_SHORTEST_HEAD: Final = 3
_SHORTEST_END: Final = 4


def words(text: str) -> list[str]:
    """The words of a text as a key has them, in their order."""
    return [word[:_LONGEST] for word in comparison_key(text).split()]


def key(text: str, *, language: str = "", **apart: str) -> str:
    """The key of a text. Words of the texts in `apart` are found only where their name is asked for.

    `language` (a code, empty where it is not known) tells whether long words are made of several: then
    "Küstenmuseum" is found by "museum" as well.
    """
    own = words(text)
    if language in _COMPOUNDING:
        own += dict.fromkeys(part for word in own for part in _parts(word))
    marked = [f"{name}@{word}" for name, more in apart.items() for word in words(more)]
    return " ".join([*own, *marked])


def _parts(word: str) -> list[str]:
    """Every end of a word that may be a word itself."""
    return [word[start:] for start in range(_SHORTEST_HEAD, len(word) - _SHORTEST_END + 1)]


class WordBegins(Func):
    """A condition: some word of the key in a column begins with this one, which comes from `words`.

    `among` names one of the texts that are kept apart.
    """

    output_field = BooleanField()

    def __init__(self, column: str, word: str, *, among: str = "") -> None:
        self.beginning = f"{among}@{word}" if among else word
        super().__init__(F(column))

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.source_expressions[0])
        return f"{_vector(column)} @@ %s::tsquery", (*params, f"'{self.beginning}':*")

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.source_expressions[0])
        return f"instr(' ' || {column}, %s) > 0", (*params, f" {self.beginning}")


def index_of(name: str, table: str, column: str) -> tuple[str, str]:
    """For a migration on PostgreSQL: the statements that make and drop the index, without keeping writers waiting."""
    # What is written goes into it at once: kept in a list for later, each search would read that list.
    make = f"create index concurrently {name} on {table} using gin ({_vector(column)}) with (fastupdate = off)"
    return make, f"drop index concurrently if exists {name}"


def _vector(column: str) -> str:
    return f"array_to_tsvector(string_to_array({column}, ' '))"
