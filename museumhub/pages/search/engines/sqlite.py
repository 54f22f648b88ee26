"""Full text on SQLite: one FTS5 table for all documents, its English stemmer, and endings of German and French taken off before.

Every word reaches FTS5 in quotes and made of letters and digits alone, so that none of its operators can
be typed.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from django.db import OperationalError, connection

from museumhub.pages.search.engines import (
    MOST,
    MOST_SECONDS,
    Found,
    TooMuch,
    Words,
    facet,
    languages,
)
from museumhub.pages.search.query import Query, Term
from museumhub.pages.search.words import STOP_WORDS, fold, stem

# The virtual machine's instructions between two looks at the clock.
_INSTRUCTIONS: Final = 20_000

_MATCHED: Final = """
FROM pages_searchtext JOIN pages_searchentry AS entry ON entry.document_id = pages_searchtext.rowid
WHERE pages_searchtext MATCH %(query)s AND entry.visible_from <= %(now)s
"""
_ALL: Final = "FROM pages_searchentry AS entry WHERE entry.visible_from <= %(now)s"

# The weights of title, teaser, text, keywords and facets. An entry without a date counts as a year old.
_RANK: Final = """
-bm25(pages_searchtext, 10.0, 4.0, 1.0, 1.5, 0.0) * entry.boost
* (0.4 + 0.6 / (1 + max(0, %(today)s - coalesce(entry.day, %(today)s - 365)) / 365))
"""
_EVERYWHERE: Final = "{title teaser text keywords}"
_NEWEST: Final = "coalesce(entry.day, %(today)s - 365)"


def hold(subjects: Collection[str]) -> None:
    """Nothing to do: whoever writes, writes alone (see settings.DATABASES)."""


def write(rows: Sequence[Words]) -> None:
    forget([row.document_id for row in rows])
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO pages_searchtext (rowid, title, teaser, text, keywords, facets) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (
                    row.document_id,
                    _stems(row.title, row.title_language),
                    *(_stems(part, row.language) for part in (row.teaser, row.text, row.keywords)),
                    " ".join(map(_token, row.facets)),
                )
                for row in rows
            ],
        )


def _stems(words: Sequence[str], language: str) -> str:
    """The words of a text in its language, or, where that is not known, one after the other in every language of the site."""
    ways = dict.fromkeys(
        " ".join(stem(word, way) for word in words)
        for way in ([language] if language else ["", *languages()])
    )
    return " ".join(ways)


def forget(document_ids: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM pages_searchtext WHERE rowid = %s", [(one,) for one in document_ids]
        )


def settle() -> None:
    """Nothing to do: its ways are the same for few and for many."""


def find(query: Query, facets: Mapping[str, str], now: datetime) -> Found:
    words = _expression(query)
    if query and not words:
        return Found()
    narrowing = {name: f'facets : "{_token(facet(name, value))}"' for name, value in facets.items()}
    kind = narrowing.pop("kind", None)
    every_kind = [*([words] if words else []), *narrowing.values()]
    this_kind = [*every_kind, *([kind] if kind else [])]
    with _bounded() as cursor:
        counts = _select(
            cursor, "SELECT entry.kind, count(*)", every_kind, now, "GROUP BY entry.kind"
        )
        order = _RANK if words else _NEWEST
        ids = _select(
            cursor,
            "SELECT entry.document_id",
            this_kind,
            now,
            f"ORDER BY {order} DESC, {_NEWEST} DESC, entry.document_id DESC LIMIT {MOST}",
        )
    return Found([found for (found,) in ids], dict(counts))


def weigh(terms: Sequence[Term], now: datetime, most: int = 100) -> list[int | None]:
    numbers: list[int | None] = []
    with _bounded() as cursor:
        for term in terms:
            if _says_nothing(term):
                numbers.append(None)
                continue
            found = _select(
                cursor, "SELECT 1", [f"{_EVERYWHERE} : {_either(term)}"], now, f"LIMIT {most}"
            )
            numbers.append(len(found))
    return numbers


def _select(cursor: Any, what: str, expressions: list[str], now: datetime, end: str) -> list[Any]:
    parameters = {
        "query": " AND ".join(expressions),
        "now": connection.ops.adapt_datetimefield_value(now),
        "today": now.timestamp() / 86400,
    }
    cursor.execute(f"{what} {_MATCHED if expressions else _ALL} {end}", parameters)
    found: list[Any] = cursor.fetchall()
    return found


@contextmanager
def _bounded() -> Iterator[Any]:
    """A cursor whose statements are interrupted after a while; `TooMuch` then."""
    end = time.monotonic() + MOST_SECONDS
    connection.ensure_connection()
    driver = connection.connection
    driver.set_progress_handler(lambda: time.monotonic() > end, _INSTRUCTIONS)
    try:
        with connection.cursor() as cursor:
            yield cursor
    except OperationalError as error:
        if "interrupted" in str(error):
            raise TooMuch from error
        raise
    finally:
        driver.set_progress_handler(None, 0)


def _expression(query: Query) -> str:
    """The terms as FTS5 reads them. Words that say nothing are not asked for, unless nothing else is."""
    wanted = [term for term in query.wanted if not _says_nothing(term)] or query.wanted
    expression = f"{_EVERYWHERE} : ({' AND '.join(map(_either, wanted))})" if wanted else ""
    for term in query.unwanted:
        if expression and not _says_nothing(term):
            expression = f"({expression} NOT {_EVERYWHERE} : {_either(term)})"
    return expression


def _says_nothing(term: Term) -> bool:
    return not term.phrase and term.words[0] in STOP_WORDS


def _either(term: Term) -> str:
    """The ways to write one term in the languages of the site."""
    ways = dict.fromkeys(
        " ".join(stem(word, language) for word in term.words) for language in ("", *languages())
    )
    return "(" + " OR ".join(f'"{way}"' for way in ways) + ")"


def _token(text: str) -> str:
    """A facet as one word that no text has and the tokenizer leaves in one piece."""
    return "0".join(fold(text))
