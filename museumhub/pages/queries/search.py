"""What the page of results shows: results with their words marked, what they can be narrowed by, and what helps on where there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import F
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from frameworks.models import Element
from museumhub.kit.lookups import Among
from museumhub.kit.prepared import Prepared
from museumhub.kit.refusals import Sentence
from museumhub.members.models import Organisation
from museumhub.news import kinds as news_kinds
from museumhub.pages.models import SearchDocument, SearchSpelling
from museumhub.pages.models.search import Kind
from museumhub.pages.search.engines import MOST, Found, TooMuch, engine
from museumhub.pages.search.highlight import Marker, Piece
from museumhub.pages.search.query import Query, Term
from museumhub.pages.search.words import forms, slips, spellable
from programmes.catalogue.models import Edition
from programmes.catalogue.queries import Card, cards, with_topics

ON_A_PAGE: Final = 20
# Organisations offered to narrow by: those with most of the results that can be turned to.
ORGANISATIONS: Final = 12
# Of one word: spellings looked at, those weighed, and words looked up in one query.
_SPELLINGS: Final = 200
_WEIGHED: Final = 6
_LOOKED_UP: Final = 6
OPEN_CALLS: Final = 3

ALL: Final = _("All")
FRAMEWORK: Final = _("Framework")
SINGULARS: Final[dict[Kind, Sentence]] = {
    Kind.TOPIC: _("Topic"),
    Kind.PROGRAMME: _("Programme"),
    Kind.CALL: _("Call for applications"),
    Kind.EVENT: _("Event"),
    Kind.PUBLICATION: _("Publication"),
    Kind.NEWS: _("News"),
    Kind.ORGANISATION: _("Organisation"),
}


@dataclass(frozen=True)
class Filters:
    """What the results are narrowed by; empty where they are not. `organisation` is its slug."""

    kind: str = ""
    topic: str = ""
    language: str = ""
    organisation: str = ""
    year: str = ""

    @property
    def pairs(self) -> dict[str, str]:
        """Those in force, as they stand in the address."""
        found = {
            name: getattr(self, name)
            for name in ("kind", "topic", "language", "organisation", "year")
        }
        return {name: value for name, value in found.items() if value}

    def address(self, typed: str) -> str:
        """The query string of a page with these filters."""
        return "?" + urlencode({"q": typed, **self.pairs})


@dataclass(frozen=True)
class Result:
    """One line of the list."""

    document: SearchDocument
    label: Sentence
    title: Sequence[Piece]
    quoted: Sequence[Piece]
    topics: Sequence[Element]
    is_closed: bool = False
    is_over: bool = False


@dataclass(frozen=True)
class Tally:
    """How many results there are of a kind (`count`, such as "300+" where not all were counted), and the address of those alone; an empty kind stands for all."""

    kind: str
    label: Sentence
    count: str
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class Lone:
    """A word of a query that finds something by itself, where all together find nothing."""

    word: str
    number: int
    address: str


@dataclass(frozen=True)
class Search:
    """What a search came to. `corrected` was looked for instead of what was typed, which finds nothing.

    Where `is_more`, there are more than `total`. `unnarrowed` is the number of results without the filters, where there are none with them.
    `gave_up`: it took too long. `openings`: calls that are open, where there are no results.
    """

    query: Query
    filters: Filters
    total: int = 0
    is_more: bool = False
    page: Page[int] | None = None
    results: Sequence[Result] = ()
    tallies: Sequence[Tally] = ()
    organisations: Sequence[Organisation] = ()
    corrected: Query | None = None
    unnarrowed: int = 0
    lone: Sequence[Lone] = ()
    openings: Sequence[Card] = ()
    gave_up: bool = False
    kinds: Sequence[Tally] = field(default=())

    @property
    def is_begun(self) -> bool:
        """Something is asked for: words, or filters."""
        return bool(self.query) or bool(self.filters.pairs)

    @property
    def is_narrowed(self) -> bool:
        """By more than the kind, which is chosen outside the filters."""
        return bool(self.filters.pairs.keys() - {"kind"})

    @property
    def pairs(self) -> dict[str, str]:
        """All that was asked for, as it stands in the address."""
        return {"q": self.query.typed, **self.filters.pairs}

    @property
    def everywhere(self) -> str:
        """The query string of the same without filters."""
        return Filters().address(self.shown_query.typed)

    @property
    def most(self) -> int:
        return MOST

    @property
    def is_cut_off(self) -> bool:
        """There are more results than can be turned to."""
        return self.total > MOST

    @property
    def shown_query(self) -> Query:
        return self.corrected or self.query


def search(
    *,
    query: Query,
    filters: Filters,
    organisation: Organisation | None,
    topics: Sequence[Element],
    page: str | int,
    now: datetime,
) -> Search:
    """The page of results. A constant number of database queries, some more where nothing is found."""
    asked = Search(query=query, filters=filters)
    facets = filters.pairs
    if organisation is not None:
        facets["organisation"] = str(organisation.pk)
    try:
        if not asked.is_begun:
            return replace(asked, kinds=_tallies(engine().find(query, {}, now), asked))
        found = engine().find(query, facets, now)
        if not _number(found, filters):
            asked, found = _elsewhere(asked, found, facets, now)
    except TooMuch:
        return replace(asked, gave_up=True)
    return _filled(asked, found, topics, page, now)


def _number(found: Found, filters: Filters) -> int:
    return found.counts.get(filters.kind, 0) if filters.kind else sum(found.counts.values())


def _is_more(found: Found, filters: Filters) -> bool:
    """Whether these are not all."""
    return filters.kind in found.at_least if filters.kind else bool(found.at_least)


def _roughly(number: int) -> int:
    """A number that is at least so high: rounded down to hundreds, where it has them."""
    return number // 100 * 100 if number >= 100 else number


def _filled(
    asked: Search, found: Found, topics: Sequence[Element], page: str | int, now: datetime
) -> Search:
    total, is_more = _number(found, asked.filters), _is_more(found, asked.filters)
    turned = Paginator(found.ids, ON_A_PAGE).get_page(page)
    return replace(
        asked,
        total=_roughly(total) if is_more else total,
        is_more=is_more,
        page=turned,
        results=_results(turned.object_list, asked.shown_query, topics, now),
        tallies=_tallies(found, asked),
        organisations=_organisations(found.ids),
        openings=() if total else _open_calls(now),
    )


# --- Results -------------------------------------------------------------------------------------

_DOCUMENTS: Final = Prepared(
    lambda blank: (
        SearchDocument.objects.filter(Among(F("pk"), blank.keys("ids")))
        .select_related("organisation")
        .only(
            *("kind", "variety", "language", "title", "teaser", "text", "topics", "path"),
            *("published_at", "starts_at", "closes_at", "time_zone", "organisation__name"),
        )
    )
)


def _results(
    ids: Iterable[int], query: Query, topics: Sequence[Element], now: datetime
) -> list[Result]:
    order = list(ids)
    found = {document.pk: document for document in _DOCUMENTS.all(ids=order)}
    by_slug = {topic.slug: topic for topic in topics}
    marker = Marker(query)
    return [
        Result(
            document=document,
            label=_label(document),
            title=marker.marked(document.title),
            quoted=marker.quoted(document.teaser, document.text),
            topics=[by_slug[slug] for slug in document.topics.split() if slug in by_slug],
            is_closed=document.closes_at is not None and document.closes_at < now,
            is_over=document.starts_at is not None and document.starts_at < now,
        )
        for document in (found[one] for one in order if one in found)
    ]


def _label(document: SearchDocument) -> Sentence:
    """The finer kind of a document in words."""
    variety = document.variety
    match document.kind:
        case Kind.ORGANISATION if variety in Organisation.Kind:
            return Organisation.Kind(variety).label
        case Kind.TOPIC if variety in Element.Kind:
            return Element.Kind(variety).label
        case Kind.TOPIC:
            return FRAMEWORK
    if variety in news_kinds.KINDS:
        return news_kinds.KINDS[variety].label
    return SINGULARS[Kind(document.kind)]


# --- Narrowing -----------------------------------------------------------------------------------

_ORGANISATIONS: Final = Prepared(
    lambda blank: Organisation.objects.filter(Among(F("pk"), blank.keys("keys"))).only(
        "slug", "name", "name_key"
    )
)


def _tallies(found: Found, asked: Search) -> list[Tally]:
    """All of them together, and each kind there is."""
    typed = asked.shown_query.typed

    def tally(kind: str, label: Sentence, number: int, is_more: bool) -> Tally:
        count = f"{_roughly(number)}+" if is_more else str(number)
        there = replace(asked.filters, kind=kind)
        return Tally(kind, label, count, there.address(typed), asked.filters.kind == kind)

    return [
        tally("", ALL, sum(found.counts.values()), bool(found.at_least)),
        *(
            tally(kind.value, kind.label, number, kind.value in found.at_least)
            for kind in Kind
            if (number := found.counts.get(kind.value, 0)) or kind.value == asked.filters.kind
        ),
    ]


def _organisations(ids: Sequence[int]) -> list[Organisation]:
    """Those most results come from."""
    of_results = SearchDocument.objects.filter(Among(F("pk"), ids), organisation__isnull=False)
    numbers = Counter(of_results.values_list("organisation", flat=True))
    keys = sorted(numbers, key=lambda key: (-numbers[key], key))[:ORGANISATIONS]
    if not keys:
        return []
    return sorted(_ORGANISATIONS.all(keys=keys), key=lambda one: one.name_key)


def years() -> list[int]:
    """The years in which something was published or takes place, the last one first: one query."""
    with connection.cursor() as cursor:
        cursor.execute("select min(day), max(day) from pages_searchentry")
        ends = cursor.fetchone()
    if ends[0] is None:
        return []
    first, last = (datetime.fromtimestamp(end * 86400, UTC).year for end in ends)
    return list(range(last, first - 1, -1))


# --- Nothing found -------------------------------------------------------------------------------


def _elsewhere(
    asked: Search, found: Found, facets: Mapping[str, str], now: datetime
) -> tuple[Search, Found]:
    """What else there is: the same without filters, with words spelt otherwise, or each word by itself."""
    query = asked.query
    numbers = _numbers(_words(query), now)
    # Where a word stands nowhere, all together stand nowhere either.
    if facets and 0 not in numbers.values():
        everywhere = engine().find(query, {}, now)
        if number := sum(everywhere.counts.values()):
            return replace(asked, unnarrowed=number), found
    if not query:
        return asked, found
    corrections = _corrections([word for word, number in numbers.items() if number == 0], now)
    if corrections:
        corrected = query.having(corrections)
        instead = engine().find(corrected, dict(facets), now)
        if not _number(instead, asked.filters) and facets:
            number = sum(engine().find(corrected, {}, now).counts.values())
            return replace(asked, corrected=corrected, unnarrowed=number), instead
        if _number(instead, asked.filters):
            return replace(asked, corrected=corrected), instead
        numbers |= _numbers(list(corrections.values()), now)
    if len(numbers) > 1:
        lone = [
            Lone(word, number, Filters().address(word))
            for word, number in numbers.items()
            if number
        ]
        asked = replace(asked, lone=lone)
    return asked, found


def _words(query: Query) -> list[str]:
    words = (word for term in query.wanted for word in term.words)
    return list(dict.fromkeys(words))[:_LOOKED_UP]


def _numbers(words: Sequence[str], now: datetime) -> dict[str, int | None]:
    """How many documents have each word, up to a hundred; None for one that says nothing."""
    numbers = engine().weigh([Term((word,)) for word in words], now)
    return dict(zip(words, numbers, strict=True))


def _corrections(missing: Iterable[str], now: datetime) -> dict[str, str]:
    """For words that stand nowhere the nearest that does; of those as near the one most documents have.

    A word is offered only where somebody who looks for it finds something now, so that nothing is told
    of what is not public, or is no more.
    """
    near = {word: found for word in sorted(spellable(missing)) if (found := _near(word))}
    if not near:
        return {}
    candidates = list(dict.fromkeys(other for others in near.values() for other in others))
    numbers = _numbers(candidates, now)
    corrections = {}
    for word, others in near.items():
        there = [
            (slips(word, other), -number, other) for other in others if (number := numbers[other])
        ]
        if there:
            corrections[word] = min(there)[-1]
    return corrections


def _near(word: str) -> list[str]:
    """Words of the documents that are a slip away; two in a long word."""
    found = (
        SearchSpelling.objects.filter(form__in=forms(word))
        .values_list("word", flat=True)
        .distinct()[:_SPELLINGS]
    )
    most = 2 if len(word) > 6 else 1
    ranked = sorted((slips(word, other), other[:1] != word[:1], other) for other in found)
    return [other for number, _first, other in ranked if 0 < number <= most][:_WEIGHED]


def _open_calls(now: datetime) -> list[Card]:
    editions = with_topics(Edition.objects.all()).calls_open_at(now)[:OPEN_CALLS]
    return cards(editions, now)
