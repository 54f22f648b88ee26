"""How much of what there is under each topic, and where a topic meets a goal: counted by the database, one query for each source.

A *source* gives rows (sort, thing, bit): a thing of some sort stands under the topic that has this
bit. The database adds the bits of each thing to a mask and counts things by sort and mask, so that a
handful of rows says everything: a thing counts where a topic meets a goal if it stands under the
topic and any of its topics serves the goal. A room that has something to count adds a source and a sort.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Value, When
from django.utils.formats import number_format
from django.utils.translation import ngettext

from frameworks.models import Element
from museumhub.news import kinds
from museumhub.news.models import Item
from programmes.catalogue.models import Edition, Partner, Programme

# A signed number of 64 bits has room for so many topics; those beyond are not counted.
MOST_TOPICS = 62


@dataclass(frozen=True)
class Sort:
    """One sort of thing that is counted; `say(number)` is the number with its noun."""

    key: str
    say: Callable[[int], str]


def _said(number: int, words: str) -> str:
    return words % {"number": number_format(number, force_grouping=True)}


# In the order in which they are shown.
SORTS: tuple[Sort, ...] = (
    Sort(
        "calls",
        lambda n: _said(n, ngettext("%(number)s open call", "%(number)s open calls", n)),
    ),
    Sort(
        "programmes",
        lambda n: _said(n, ngettext("%(number)s programme", "%(number)s programmes", n)),
    ),
    Sort("news", lambda n: _said(n, ngettext("%(number)s news item", "%(number)s news items", n))),
    Sort("events", lambda n: _said(n, ngettext("%(number)s event", "%(number)s events", n))),
    Sort(
        "resources", lambda n: _said(n, ngettext("%(number)s resource", "%(number)s resources", n))
    ),
    Sort(
        "organisations",
        lambda n: _said(n, ngettext("%(number)s organisation", "%(number)s organisations", n)),
    ),
)

EVENTS = tuple(key for key, kind in kinds.KINDS.items() if kind.is_timed)
RESOURCES = (kinds.PUBLICATION, kinds.TOOLKIT, kinds.RECOMMENDATION)


@dataclass(frozen=True)
class Bits:
    """The topics that are counted, each with a bit of its own."""

    topics: tuple[int, ...]

    def of(self, path: str) -> Case:
        """The bit of the topic at `path`."""
        return Case(
            *(
                When(**{path: pk, "then": Value(1 << place)})
                for place, pk in enumerate(self.topics)
            ),
            output_field=BigIntegerField(),
        )

    def mask(self, topics: Iterable[int]) -> int:
        wanted = set(topics)
        return sum(1 << place for place, pk in enumerate(self.topics) if pk in wanted)


Rows = QuerySet[Any, Any]
Source = Callable[[Bits, datetime], Sequence[Rows]]


def _news(bits: Bits, now: datetime) -> Sequence[Rows]:
    """Each text once, in the language it was written in first."""
    items = Item.objects.published(now).filter(translation_of=None, topics__in=bits.topics)
    sort = Case(
        When(kind__in=EVENTS, then=Value("events")),
        When(kind__in=RESOURCES, then=Value("resources")),
        default=Value("news"),
    )
    return [_rows(items, sort, F("pk"), bits.of("topics"))]


def _programmes(bits: Bits, now: datetime) -> Sequence[Rows]:
    programmes = Programme.objects.published().filter(topics__in=bits.topics)
    return [_rows(programmes, Value("programmes"), F("pk"), bits.of("topics"))]


def _calls(bits: Bits, now: datetime) -> Sequence[Rows]:
    editions = Edition.objects.calls_open_at(now).filter(programme__topics__in=bits.topics)
    return [_rows(editions, Value("calls"), F("pk"), bits.of("programme__topics"))]


def public_partners() -> QuerySet[Partner]:
    """Partners of published programmes; those of one edition where it is published itself."""
    return Partner.objects.filter(
        Q(edition=None) | Q(edition__published_at__isnull=False),
        programme__in=Programme.objects.published().values("pk"),
    )


def _organisations(bits: Bits, now: datetime) -> Sequence[Rows]:
    """Those that publish under a topic, and the partners of its programmes."""
    items = Item.objects.published(now).filter(
        organisation__isnull=False, translation_of=None, topics__in=bits.topics
    )
    partners = public_partners().filter(programme__topics__in=bits.topics)
    sort = Value("organisations")
    return [
        _rows(items, sort, F("organisation_id"), bits.of("topics")),
        _rows(partners, sort, F("organisation_id"), bits.of("programme__topics")),
    ]


SOURCES: tuple[Source, ...] = (_calls, _programmes, _news, _organisations)


def _rows(things: Rows, sort: Any, thing: Any, bit: Any) -> Rows:
    rows: Rows = (
        things.order_by()
        .annotate(sort=sort, thing=thing, bit=bit)
        .values_list("sort", "thing", "bit")
    )
    return rows


@dataclass(frozen=True)
class Tallies:
    """What was counted. `by_mask` has the number of things of a sort that stand under exactly these topics."""

    bits: Bits
    by_mask: dict[tuple[str, int], int]

    def under(self, topic: Element, reaching: Iterable[Element] | None = None) -> dict[str, int]:
        """By sort, in their order, how many things stand under the topic, and under any topic of `reaching` where that is given."""
        own = self.bits.mask([topic.pk])
        others = self.bits.mask(one.pk for one in reaching) if reaching is not None else own
        counted: Counter[str] = Counter()
        for (sort, mask), number in self.by_mask.items():
            if mask & own and mask & others:
                counted[sort] += number
        return {sort.key: counted[sort.key] for sort in SORTS if counted[sort.key]}


def tallies(topics: Sequence[Element], now: datetime) -> Tallies:
    """What there is under these topics at `now`: one query for each source."""
    bits = Bits(tuple(topic.pk for topic in topics[:MOST_TOPICS]))
    by_mask: dict[tuple[str, int], int] = {}
    if bits.topics:
        for source in SOURCES:
            by_mask.update(_counted(source(bits, now)))
    return Tallies(bits, by_mask)


# Django cannot group the groups of a query. `rows` is SQL that Django has made itself.
_GROUPED = """select sort, mask, count(*) from (
    select sort, thing, sum(bit) as mask from ({rows}) as pairs group by sort, thing
) as things group by sort, mask"""


def _counted(parts: Sequence[Rows]) -> dict[tuple[str, int], int]:
    """The number of things by sort and mask. Rows of several parts that are the same count once."""
    first, *others = parts
    rows = first.union(*others) if others else first
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_GROUPED.format(rows=sql), params)
        return {(sort, int(mask)): number for sort, mask, number in cursor.fetchall()}


def said(counted: dict[str, int]) -> list[str]:
    """Numbers with their nouns, in the order of the sorts."""
    return [sort.say(counted[sort.key]) for sort in SORTS if counted.get(sort.key)]
