"""The full text of the two databases behind one set of calls: what is matched and in which order, nothing of what is shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, Final, Protocol, cast

from django.conf import settings
from django.db import connection

from museumhub.pages.search.query import Query, Term

# How many results can be turned to; nobody reads further, everybody narrows.
MOST: Final = 200
# A search that has not ended by then is given up.
MOST_SECONDS: Final = 1.5


class TooMuch(Exception):
    """The search was given up because it took too long."""


@dataclass(frozen=True)
class Words:
    """What is indexed of one document: folded words of each part, and what it is narrowed by.

    A title that is a name has a language of its own; a text in no known one is read in all of them.
    """

    document_id: int
    language: str
    title_language: str
    title: Sequence[str]
    teaser: Sequence[str]
    text: Sequence[str]
    keywords: Sequence[str]
    facets: Sequence[str]


@dataclass(frozen=True)
class Found:
    """The best documents in their order, at most `MOST`, and how many there are of each kind, whatever the kind asked for.

    Of the kinds in `at_least` there are more than were counted, or may be.
    """

    ids: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    at_least: frozenset[str] = frozenset()


class Engine(Protocol):
    """What a database does for search; a module for each."""

    def hold(self, subjects: Collection[str]) -> None:
        """Until the transaction ends nobody else writes the documents of these subjects."""

    def write(self, rows: Sequence[Words]) -> None:
        """Index these documents, which have their entries, instead of what was indexed of them."""

    def forget(self, document_ids: Collection[int]) -> None:
        """Take documents out of the index, before they are deleted."""

    def settle(self) -> None:
        """After many documents were written: let the database look at what there is now, by which it chooses its ways."""

    def find(self, query: Query, facets: Mapping[str, str], now: datetime) -> Found:
        """What readers may see at `now`; every document where nothing is wanted. Raises `TooMuch`."""

    def weigh(self, terms: Sequence[Term], now: datetime, most: int = 100) -> list[int | None]:
        """How many documents have each, counted up to `most`; None for a word that says nothing. Raises `TooMuch`."""


def engine() -> Engine:
    """That of the database in use."""
    return cast(Engine, import_module(f"{__name__}.{connection.vendor}"))


def languages() -> list[str]:
    """Those of the site whose words have rules here (`words.stem`, dictionaries of PostgreSQL)."""
    return [code for code, _name in settings.LANGUAGES if code in ("en", "fr", "de")]


def facet(name: str, value: Any) -> str:
    """One thing to narrow by, as both engines write it."""
    return f"{name}:{value}"


# What has no date has this facet, every other thing that of its year.
UNDATED: Final = facet("dated", "no")
