"""Topics and goals with what happens under them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from frameworks.models import Element
from frameworks.queries import topics
from programmes.catalogue import phases
from programmes.catalogue.models import Edition
from programmes.catalogue.queries import Card, calls, cards, with_topics
from programmes.catalogue.queries.cards import by_interest

EDITIONS_ON_A_PAGE = 20


@dataclass(frozen=True)
class Cell:
    """Where a topic meets a goal. `serves` is empty where the topic does not answer the goal."""

    goal: Element
    serves: bool


@dataclass(frozen=True)
class Row:
    """A topic with its cells, in the order of the goals, and what can be seen under it."""

    topic: Element
    cells: list[Cell]
    programmes: int
    open_calls: int


@dataclass(frozen=True)
class Matrix:
    """Topics by goals."""

    goals: list[Element]
    rows: list[Row]


def matrix(now: datetime) -> Matrix:
    """All topics and goals of the leading framework with their numbers: three queries."""
    goals = list(Element.objects.goals().order_by("order", "pk").select_related("framework"))
    published = Q(programmes__editions__published_at__isnull=False)
    open_now = phases.as_q(phases.CALL_OPEN, now, "programmes__editions__")
    counted = topics().annotate(
        programme_count=Count("programmes", filter=published, distinct=True),
        call_count=Count("programmes__editions", filter=open_now, distinct=True),
    )
    return Matrix(goals, [_row(topic, goals) for topic in counted])


def _row(topic: Element, goals: list[Element]) -> Row:
    served = {goal.pk for goal in topic.serves.all()}
    return Row(
        topic=topic,
        cells=[Cell(goal, goal.pk in served) for goal in goals],
        programmes=topic.programme_count,  # type: ignore[attr-defined]
        open_calls=topic.call_count,  # type: ignore[attr-defined]
    )


@dataclass(frozen=True)
class TopicPage:
    """One topic, the goals it serves, its neighbours, and what happens under it."""

    topic: Element
    goals: list[Element]
    others: list[Element]
    calls: list[Card]
    upcoming: list[Card]
    page: Page[Edition]
    editions: list[Card]


def topic_page(slug: str, now: datetime, page: str | int = 1) -> TopicPage | None:
    """The topic of the leading framework, also when it is retired; None where there is none."""
    topic = (
        Element.objects.filter(framework__leads=True, kind=Element.Kind.TOPIC, slug=slug)
        .select_related("framework")
        .first()
    )
    if topic is None:
        return None
    of_topic = calls(now, topic=slug)
    ongoing = Edition.objects.published().filter(programme__topics=topic)
    shown = Paginator(with_topics(by_interest(ongoing, now)), EDITIONS_ON_A_PAGE).get_page(page)
    return TopicPage(
        topic=topic,
        goals=list(
            Element.objects.current()
            .filter(topics_serving__topic=topic)
            .select_related("framework")
            .order_by("topics_serving__order")
        ),
        others=[other for other in topics() if other.pk != topic.pk],
        calls=of_topic.open,
        upcoming=of_topic.upcoming,
        page=shown,
        editions=cards(shown.object_list, now),
    )
