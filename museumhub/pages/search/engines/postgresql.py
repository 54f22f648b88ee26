"""Full text on PostgreSQL: weighted lexemes in the language of each document, found through GIN indexes.

Nothing here needs an extension, and nothing a reader typed reaches the parser of queries: words become
lexemes through `phraseto_tsquery`, and queries are put together from what that printed.
"""

# ruff: noqa: S608 - statements are put together from constants of this module; values are parameters

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from django.db import OperationalError, connection, transaction
from psycopg import errors

from museumhub.pages.models.search import Kind
from museumhub.pages.search.engines import (
    MOST,
    MOST_SECONDS,
    UNDATED,
    Found,
    TooMuch,
    Words,
    facet,
    languages,
)
from museumhub.pages.search.query import Query, Term
from museumhub.pages.search.words import singular

_DICTIONARIES: Final = {"en": "english", "fr": "french", "de": "german"}
# For texts in other languages: word by word.
_NONE: Final = "simple"

# Of so many of the newest documents it is seen which have the words: enough, where the words are common.
_LOOKED_AT: Final = 2000
# Of so many it is seen which of several words are common.
_WEIGHED_AT: Final = 1000
# Of so many it is read where their words stand, for a phrase.
_READ: Final = 1200
# Where they are not common: so many at most are found through the indexes of words, ordered and counted; more
# where the way down the days to the newest ones would be longer still.
_FEW: Final = 2000
_MANY: Final = 10_000
# To read one of those takes so many steps of that way.
_STEPS: Final = 1.2
# The rank is computed for so many of the newest, and of the newest with the words in their title: to read all
# words of every document with a common one would cost seconds. What has no date comes beside them.
_NEWEST: Final = 250
_UNDATED: Final = 200
# So many with the words in their title are enough: older ones come after them, as a rule.
_TITLED: Final = 20
# Kinds of which fewer are seen among the newest are counted, up to so many of each.
_SELDOM: Final = 20
_COUNTED: Final = 1000

_WRITE: Final = """
UPDATE pages_searchentry SET
    title = {title},
    words = setweight({title}, 'A') || setweight({teaser}, 'B') || setweight({text}, 'C')
         || setweight({keywords}, 'D') || array_to_tsvector(string_to_array(given.facets, ' '))
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
  AS given(document_id, title_language, language, title, teaser, text, keywords, facets)
WHERE pages_searchentry.document_id = given.document_id
"""

# What is read is bounded, however common the words are. The planner cannot be left to see to that: it takes
# words and filters for independent of each other, and reads everything where an English word is narrowed to
# French. So each statement is told which indexes it has: those of words, or that of days.
_INDEXES: Final = (
    "SELECT set_config('enable_seqscan', 'off', true), "
    "set_config('enable_bitmapscan', %s, true), set_config('enable_indexscan', %s, true)"
)
_BY_WORDS: Final = ("on", "off")
_BY_DAYS: Final = ("off", "on")

_COUNTS: Final = """
(SELECT json_object_agg(kind, number) FROM (
    SELECT kind, count(*) AS number FROM matched GROUP BY kind) AS counted)
"""

# An entry without a date counts as a year old.
_RANK: Final = """
ts_rank('{0.1, 0.2, 0.5, 1.0}', words, %(rank)s::tsquery) * boost
* (0.4 + 0.6 / (1 + greatest(0, %(today)s - coalesce(day, %(today)s - 365)) / 365))
"""


def hold(subjects: Collection[str]) -> None:
    """An advisory lock for each, always in the same order, let go at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('pages.search ' || subject, 0)) "
            "FROM (SELECT unnest(%s::text[]) AS subject ORDER BY 1) AS sorted",
            [list(subjects)],
        )


def write(rows: Sequence[Words]) -> None:
    statement = _WRITE.format(
        title=_vector("title", "title_language"),
        **{part: _vector(part, "language") for part in ("teaser", "text", "keywords")},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [
                [row.document_id for row in rows],
                [_dictionary(row.title_language) for row in rows],
                [_dictionary(row.language) for row in rows],
                [_folded(row.title, row.title_language) for row in rows],
                [_folded(row.teaser, row.language) for row in rows],
                [_folded(row.text, row.language) for row in rows],
                [_folded(row.keywords, row.language) for row in rows],
                [" ".join(row.facets) for row in rows],
            ],
        )


def _vector(part: str, language: str) -> str:
    """SQL for the lexemes of a part: in its language, or, where that is empty, in every language of the site."""
    every = " || ".join(
        f"to_tsvector('{dictionary}', given.{part})"
        for dictionary in (*map(_DICTIONARIES.__getitem__, languages()), _NONE)
    )
    return f"CASE given.{language} WHEN '' THEN {every} ELSE to_tsvector(given.{language}::regconfig, given.{part}) END"


def _dictionary(language: str) -> str:
    """The text search configuration of a language; empty for none."""
    return _DICTIONARIES.get(language, _NONE) if language else ""


def _folded(words: Sequence[str], language: str) -> str:
    return " ".join(singular(word, language or "de") for word in words)


def forget(document_ids: Collection[int]) -> None:
    """Nothing is left to do: the words are in the rows of the entries."""


def settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("analyze pages_searchentry, pages_searchdocument, pages_searchspelling")


def find(query: Query, facets: Mapping[str, str], now: datetime) -> Found:
    with _bounded() as cursor:
        wanted, unwanted = _told(query, _lexemes(cursor, query.terms))
        if query and not wanted:
            return Found()
        search = _Search(
            cursor,
            filters=[
                _quoted(facet(name, value)) for name, value in facets.items() if name != "kind"
            ],
            wanted=wanted,
            unwanted=[f"!{lexemes}" for lexemes in unwanted],
            kind=facets.get("kind", ""),
            year=facets.get("year", ""),
            now=now,
        )
        if any(term.phrase for term in query.wanted):
            words = Query("", tuple(Term((word,)) for term in query.wanted for word in term.words))
            separate, _none = _told(words, _lexemes(cursor, words.terms))
            return search.phrase(separate)
        return search.words()


class _Search:
    """One search: its statements, all on one cursor in one transaction. Parts of a query are in the text form of PostgreSQL."""

    def __init__(
        self,
        cursor: Any,
        *,
        filters: list[str],
        wanted: list[str],
        unwanted: list[str],
        kind: str,
        year: str,
        now: datetime,
    ) -> None:
        self.cursor = cursor
        # Those of the statement before: one way to the database less where they are the same.
        self._indexes = ("", "")
        self.filters = filters
        self.unwanted = unwanted
        self.everywhere = [*filters, *wanted, *unwanted]
        self.kind = kind
        self.of_kind = [_quoted(facet("kind", kind))] if kind else []
        self.has_words = bool(wanted)
        self.year = year
        # As the database last counted them.
        self.documents = 0.0
        self.parameters = {
            "now": now,
            "today": now.timestamp() / 86400,
            "rank": " & ".join(wanted),
            "kind": kind,
            "looked_at": _LOOKED_AT,
            "read": _READ,
            "few": _FEW + 1,
            "newest": _NEWEST,
            "undated": _UNDATED,
            "most": MOST,
            **_year(year),
        }

    def words(self) -> Found:
        """What has all the words."""
        newest, titled, seen = self.look(self.everywhere)
        known = seen
        if len(newest) < _NEWEST:
            number = sum(seen.values())
            if self.may_be_few(number):
                best, counts, are_all = self.few(self.everywhere, self.bound(number))
                if are_all:
                    return Found(best, counts)
                known = {
                    kind: max(counts.get(kind, 0), seen.get(kind, 0)) for kind in seen | counts
                }
            number = seen.get(self.kind, 0)
            if self.of_kind and self.may_be_few(number):
                lexemes = [*self.everywhere, *self.of_kind]
                best, _counts, are_all = self.few(lexemes, self.bound(number))
                if are_all:
                    return Found(best, *self.counts(known))
            newest, titled = self.newest()
        return Found(self.best_of_many(newest, titled), *self.counts(known))

    def look(self, lexemes: list[str]) -> tuple[list[int], list[int], dict[str, int]]:
        """Among the newest documents: the first of the kind asked for, those of them with the words in their title, and how many there are of each kind."""
        newest, titled, counts, self.documents = self.run(
            f"""
            WITH latest AS (
                SELECT document_id, kind, day, title, words FROM pages_searchentry
                WHERE visible_from <= %(now)s AND day IS NOT NULL {self.in_year}
                ORDER BY day DESC, document_id DESC LIMIT %(looked_at)s
            ), matched AS MATERIALIZED (
                SELECT document_id, kind, day, {self.titled} AS titled FROM latest
                WHERE {self.having(lexemes)}
            ), here AS (
                SELECT * FROM matched WHERE %(kind)s = '' OR kind = %(kind)s
            )
            SELECT (SELECT json_agg(document_id) FROM (
                       SELECT document_id FROM here
                       ORDER BY day DESC, document_id DESC LIMIT %(newest)s) AS first),
                   (SELECT json_agg(document_id) FROM (
                       SELECT document_id FROM here WHERE titled
                       ORDER BY day DESC, document_id DESC LIMIT %(newest)s) AS first),
                   {_COUNTS},
                   (SELECT reltuples FROM pg_class WHERE oid = 'pages_searchentry'::regclass)
            """,
            _BY_DAYS,
        )
        return newest or [], titled or [], counts or {}

    def bound(self, seen: int, sought: int = _NEWEST) -> int:
        """How many with something seen so often among the newest may be read, rather than to go on to the newest `sought` of them."""
        way = sought * _LOOKED_AT / max(seen, 1)
        return max(_FEW, min(_MANY, int(way / _STEPS)))

    def may_be_few(self, seen: int, sought: int = _NEWEST) -> bool:
        """Whether what was seen so often among the newest may be found no more often than `bound` in all.

        Told from what the database last counted; whoever looks for few in vain has read many.
        """
        return bool(self.year) or seen * self.documents <= self.bound(seen, sought) * _LOOKED_AT

    def few(self, lexemes: list[str], bound: int) -> tuple[list[int], dict[str, int], bool]:
        """The best and the counts, and whether these are all there are: otherwise there are too many to look at, and more than were counted."""
        number, best, counts = self.run(
            f"""
            WITH matched AS MATERIALIZED (
                SELECT document_id, kind, day, {self.titled} AS titled FROM pages_searchentry
                WHERE visible_from <= %(now)s AND {self.having(lexemes)} LIMIT %(few)s
            ), here AS (
                SELECT * FROM matched WHERE %(kind)s = '' OR kind = %(kind)s
            ), candidate AS (
                (SELECT document_id FROM here WHERE day IS NOT NULL
                 ORDER BY day DESC, document_id DESC LIMIT %(newest)s)
                UNION
                (SELECT document_id FROM here WHERE day IS NOT NULL AND titled
                 ORDER BY day DESC, document_id DESC LIMIT %(newest)s)
                UNION
                (SELECT document_id FROM here WHERE day IS NULL
                 ORDER BY document_id LIMIT %(undated)s)
                UNION
                (SELECT document_id FROM here WHERE day IS NULL AND titled
                 ORDER BY document_id LIMIT %(undated)s)
            ), number AS (SELECT count(*) AS number FROM matched)
            SELECT number,
                   CASE WHEN number < %(few)s THEN ({self.ranked}) END,
                   {_COUNTS}
            FROM number
            """,
            _BY_WORDS,
            few=bound + 1,
        )
        return best or [], counts or {}, number <= bound

    def best_of_many(self, newest: list[int], titled: list[int]) -> list[int]:
        """The best of the newest, of those with the words in their title, and of what has no date."""
        if not self.has_words:
            return newest[:MOST]
        undated = self.having([*self.everywhere, *self.of_kind, _quoted(UNDATED)])
        (best,) = self.run(
            f"""
            WITH undated AS MATERIALIZED (
                SELECT document_id, {self.titled} AS titled FROM pages_searchentry
                WHERE visible_from <= %(now)s AND {undated} LIMIT %(few)s
            ), candidate AS (
                SELECT unnest(%(candidates)s::bigint[]) AS document_id
                UNION (SELECT document_id FROM undated ORDER BY document_id LIMIT %(undated)s)
                UNION (SELECT document_id FROM undated WHERE titled ORDER BY document_id LIMIT %(undated)s)
            ) {self.ranked}
            """,
            _BY_WORDS,
            candidates=[*newest, *self.newest_titled(titled)],
        )
        return best or []

    def newest_titled(self, seen: list[int]) -> list[int]:
        """The newest with the words in their title: those that were seen among the newest of all, where they are enough."""
        if len(seen) >= _TITLED:
            return seen
        narrowed = [*self.filters, *self.of_kind]
        # The words themselves need not be asked for again, unless no index would know what is left.
        only_without = bool(self.unwanted) and not narrowed
        has = self.having(self.everywhere if only_without else [*narrowed, *self.unwanted])
        if len(seen) >= _TITLED // 2:
            return self.down_the_days(f"{self.titled} AND {has}", _TITLED)[0]
        bound = self.bound(len(seen), _TITLED)
        number, newest = self.run(
            f"""
            WITH matched AS MATERIALIZED (
                SELECT document_id, day FROM pages_searchentry
                WHERE visible_from <= %(now)s AND {self.titled} AND {has} AND day IS NOT NULL
                LIMIT %(few)s
            ), number AS (SELECT count(*) AS number FROM matched)
            SELECT number, CASE WHEN number < %(few)s THEN (
                SELECT json_agg(document_id) FROM (
                    SELECT document_id FROM matched
                    ORDER BY day DESC, document_id DESC LIMIT %(newest)s) AS first) END
            FROM number
            """,
            _BY_WORDS,
            few=bound + 1,
        )
        if number <= bound:
            return newest or []
        return self.down_the_days(f"{self.titled} AND {has}", _TITLED)[0]

    def newest(self) -> tuple[list[int], list[int]]:
        """The newest of what is not rare, and those of them with the words in their title."""
        return self.down_the_days(self.having([*self.everywhere, *self.of_kind]), _NEWEST)

    def down_the_days(self, condition: str, number: int) -> tuple[list[int], list[int]]:
        found, titled = self.run(
            f"""
            WITH first AS MATERIALIZED (
                SELECT document_id, {self.titled} AS titled FROM pages_searchentry
                WHERE visible_from <= %(now)s AND day IS NOT NULL {self.in_year} AND {condition}
                ORDER BY day DESC, document_id DESC LIMIT %(number)s)
            SELECT json_agg(document_id), json_agg(document_id) FILTER (WHERE titled) FROM first
            """,
            _BY_DAYS,
            number=number,
        )
        return found or [], titled or []

    def counts(self, known: Mapping[str, int]) -> tuple[dict[str, int], frozenset[str]]:
        """How many there are of each kind where there are many: at least those that are known already, the seldom ones exactly, unless there are many of these, too."""
        often = {kind: number for kind, number in known.items() if number >= _SELDOM}
        seldom = [kind.value for kind in Kind if kind.value not in often]
        if not seldom:
            return often, frozenset(often)
        # All of them at once: to find out where the words stand takes longer than to read some of these.
        most = _COUNTED * len(seldom)
        (found,) = self.run(
            f"""
            WITH matched AS (
                SELECT kind FROM pages_searchentry
                WHERE visible_from <= %(now)s
                  AND {self.having([*self.everywhere, _one_of("kind", seldom)])}
                LIMIT %(most)s)
            SELECT {_COUNTS}
            """,
            _BY_WORDS,
            most=most + 1,
        )
        counted: dict[str, int] = found or {}
        are_all = sum(counted.values()) <= most
        return {**often, **counted}, frozenset(often if are_all else {*often, *counted})

    def phrase(self, separate: list[str]) -> Found:
        """Of the newest documents that have all the words. GIN knows which these are, but not where the words stand: those must be read."""
        lexemes = [*self.filters, *separate]
        _newest, _titled, seen = self.look(lexemes)
        bound, near = self.bound(sum(seen.values()), _READ), None
        number = bound + 1
        if self.may_be_few(sum(seen.values()), _READ):
            number, near = self.run(
                f"""
                WITH matched AS MATERIALIZED (
                    SELECT document_id, day FROM pages_searchentry
                    WHERE visible_from <= %(now)s AND {self.having(lexemes)} LIMIT %(few)s
                ), number AS (SELECT count(*) AS number FROM matched)
                SELECT number, CASE WHEN number < %(few)s THEN (
                    SELECT json_agg(document_id) FROM (
                        SELECT document_id FROM matched
                        ORDER BY day DESC NULLS FIRST, document_id DESC LIMIT %(read)s) AS first) END
                FROM number
                """,
                _BY_WORDS,
                few=bound + 1,
            )
        if number > bound:
            (undated,) = self.run(
                f"""
                SELECT json_agg(document_id) FROM (
                    SELECT document_id FROM pages_searchentry
                    WHERE visible_from <= %(now)s AND {self.having([*lexemes, _quoted(UNDATED)])}
                    LIMIT %(read)s) AS some_of_them
                """,
                _BY_WORDS,
            )
            near = [*self.down_the_days(self.having(lexemes), _READ)[0], *(undated or [])]
        best, counts = self.run(
            f"""
            WITH matched AS MATERIALIZED (
                SELECT document_id, kind FROM pages_searchentry
                WHERE document_id = ANY(%(near)s::bigint[]) AND {self.having(self.everywhere)}
            ), candidate AS (
                SELECT document_id FROM matched WHERE %(kind)s = '' OR kind = %(kind)s
            )
            SELECT ({self.ranked}), {_COUNTS}
            """,
            _BY_DAYS,
            near=near or [],
        )
        counts = counts or {}
        return Found(best or [], counts, frozenset(counts if number > _READ else ()))

    def weigh(self, lexemes: list[str], most: int) -> dict[str, int]:
        """How many documents have each, up to `most`. For a common word GIN reads the whole list of those that have it, so it is seen first which ones are common."""
        if not lexemes:
            return {}
        seen = self.run(
            f"""
            SELECT {", ".join(f"count(*) FILTER (WHERE {self.having([one])})" for one in lexemes)}
            FROM (SELECT words FROM pages_searchentry
                  WHERE visible_from <= %(now)s AND day IS NOT NULL
                  ORDER BY day DESC, document_id DESC LIMIT %(weighed_at)s) AS latest
            """,
            _BY_DAYS,
            weighed_at=_WEIGHED_AT,
        )
        numbers = {one: most for one, number in zip(lexemes, seen, strict=True) if number >= most}
        if seldom := [one for one in lexemes if one not in numbers]:
            counts = ", ".join(
                f"""
                (SELECT count(*) FROM (
                    SELECT 1 FROM pages_searchentry
                    WHERE visible_from <= %(now)s AND {self.having([one])} LIMIT %(most)s) AS some_of_them)
                """
                for one in seldom
            )
            numbers |= zip(seldom, self.run(f"SELECT {counts}", _BY_WORDS, most=most), strict=True)
        return numbers

    @property
    def in_year(self) -> str:
        return "AND day >= %(since)s AND day < %(before)s" if self.year else ""

    @property
    def titled(self) -> str:
        """Whether the words stand in the title."""
        return "title @@ %(rank)s::tsquery" if self.has_words else "false"

    @property
    def ranked(self) -> str:
        """The documents of `candidate` in their order, as JSON. Without words the newest come first."""
        return f"""
        SELECT json_agg(document_id) FROM (
            SELECT document_id FROM candidate JOIN pages_searchentry USING (document_id)
            ORDER BY {_RANK if self.has_words else "0::float"} DESC, day DESC NULLS LAST, document_id DESC
            LIMIT %(most)s) AS best
        """

    def having(self, lexemes: list[str]) -> str:
        """The condition that an entry has all of these; true where there are none."""
        if not lexemes:
            return "true"
        name = f"words_{len(self.parameters)}"
        self.parameters[name] = " & ".join(lexemes)
        return f"words @@ %({name})s::tsquery"

    def run(self, statement: str, indexes: tuple[str, str], **parameters: Any) -> list[Any]:
        """The one row a statement gives, with the indexes it may use."""
        if indexes != self._indexes:
            self.cursor.execute(_INDEXES, indexes)
            self._indexes = indexes
        self.cursor.execute(statement, {**self.parameters, **parameters})
        return [_loaded(value) for value in self.cursor.fetchone()]


def _one_of(name: str, values: Sequence[str]) -> str:
    """The lexemes of a facet of which one is there."""
    return f"({' | '.join(_quoted(facet(name, value)) for value in values)})"


def _year(year: str) -> dict[str, float]:
    """From when to when a year lasts, in days since 1970."""
    if not year:
        return {}
    begin, end = (datetime(int(year) + more, 1, 1, tzinfo=UTC) for more in (0, 1))
    return {"since": begin.timestamp() / 86400, "before": end.timestamp() / 86400}


def _loaded(value: Any) -> Any:
    """JSON as psycopg hands it on to Django: as text."""
    return json.loads(value) if isinstance(value, str) else value


def weigh(terms: Sequence[Term], now: datetime, most: int = 100) -> list[int | None]:
    if not terms:
        return []
    with _bounded() as cursor:
        lexemes = _lexemes(cursor, terms)
        search = _Search(cursor, filters=[], wanted=[], unwanted=[], kind="", year="", now=now)
        telling = [either for either, says_nothing in lexemes if either and not says_nothing]
        numbers = search.weigh(list(dict.fromkeys(telling)), most)
    return [None if says_nothing else numbers.get(either, 0) for either, says_nothing in lexemes]


@contextmanager
def _bounded() -> Iterator[Any]:
    """A cursor whose statements are given up after a while; `TooMuch` then."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # To compile such a statement would take longer than to run it.
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true), set_config('jit', 'off', true)",
                [str(int(MOST_SECONDS * 1000))],
            )
            yield cursor
    except OperationalError as error:
        if isinstance(error.__cause__, errors.QueryCanceled):
            raise TooMuch from error
        raise


def _lexemes(cursor: Any, terms: Sequence[Term]) -> list[tuple[str, bool]]:
    """Each term as part of a query in the text form of PostgreSQL, and whether it is a stop word in one of the languages."""
    ways = [
        [
            (_DICTIONARIES.get(language, _NONE), _said(term, language))
            for language in (*languages(), "")
        ]
        for term in terms
    ]
    known = _read_words(cursor, {way for of_term in ways for way in of_term})
    said = [dict.fromkeys(known[way] for way in of_term) for of_term in ways]
    return [(_either(found), "" in found) for found in said]


# What the dictionaries made of words, the last ones that were asked for: it changes with the database's software only.
_known: dict[tuple[str, str], str] = {}
_MOST_KNOWN: Final = 4096


def _read_words(cursor: Any, asked: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Dictionaries and words, and what these are as part of a query."""
    found = {way: lexemes for way in asked if (lexemes := _known.get(way)) is not None}
    if missing := sorted(set(asked) - found.keys()):
        cursor.execute(
            "SELECT phraseto_tsquery(dictionary::regconfig, words)::text "
            "FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS given(dictionary, words, place) ORDER BY place",
            [
                [dictionary for dictionary, _words in missing],
                [words for _dictionary, words in missing],
            ],
        )
        read = dict(zip(missing, (lexemes for (lexemes,) in cursor.fetchall()), strict=True))
        found |= read
        if len(_known) + len(read) > _MOST_KNOWN:
            _known.clear()
        _known.update(read)
    return found


def _told(query: Query, lexemes: Sequence[tuple[str, bool]]) -> tuple[list[str], list[str]]:
    """What must and what must not be there. A stop word is not asked for, as documents in its language do not have it, unless nothing else is."""
    wanted, unwanted = [], []
    for term, (either, says_nothing) in zip(query.terms, lexemes, strict=True):
        if term.without:
            if either and not says_nothing:
                unwanted.append(either)
        elif either:
            wanted.append((either, says_nothing))
    telling = [either for either, says_nothing in wanted if not says_nothing]
    return telling or [either for either, _says_nothing in wanted], unwanted


def _said(term: Term, language: str) -> str:
    return " ".join(singular(word, language) for word in term.words)


def _either(ways: Mapping[str, None]) -> str:
    """The ways to say one term in several languages, without those that say nothing."""
    said = [f"({way})" for way in ways if way]
    return f"({' | '.join(said)})" if said else ""


def _quoted(lexeme: str) -> str:
    """A lexeme as it is, for the text form of a query."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
