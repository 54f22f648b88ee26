"""What the page of an item leads on to: the same text in other languages, the calls it answers, what may be read next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from museumhub.news import kinds
from museumhub.news.models import Item, ItemQuerySet
from museumhub.news.queries.cards import Card, cards, with_card_parts
from museumhub.news.queries.reading import Reading

RELATED = 3
# Rows of each sort from which the related ones are chosen.
CANDIDATES = 12
# What may come of a call for feedback.
RESULTS = frozenset(kinds.KINDS) - {kinds.EVENT, kinds.WEBINAR, kinds.FEEDBACK}


@dataclass(frozen=True)
class Around:
    """`translations`: the same text in other languages; `answers`: the calls this is the result of."""

    translations: list[Item]
    answers: list[Item]
    related: list[Card]


def around(content: Reading, now: datetime) -> Around:
    """What surrounds an item: seven queries at most."""
    item = content.item
    translations = _translations(item, now)
    answers = Item.objects.published(now).filter(result=item).newest()
    return Around(
        translations=translations,
        answers=list(answers[:5]) if item.kind in RESULTS else [],
        related=_related(content, translations, now),
    )


def _translations(item: Item, now: datetime) -> list[Item]:
    """The public texts that say the same in another language, by language."""
    original = item.translation_of_id or item.pk
    public = Item.objects.published(now)
    family = public.filter(translation_of=original) | public.filter(pk=original)
    rows = family.exclude(pk=item.pk).only("slug", "kind", "language", "title")
    return list(rows.order_by("language", "pk"))


def _related(content: Reading, translations: list[Item], now: datetime) -> list[Card]:
    """Those that share most: a keyword counts most, then a topic, then the publisher; its own language and the latest first."""
    item = content.item
    public = Item.objects.published(now).originals(now).newest()
    weights: dict[int, int] = {}
    for found, weight in (
        (public.tagged(*content.tags) if content.tags else None, 4),
        (public.filter(topics__in=content.topics) if content.topics else None, 2),
        (public.filter(organisation=item.organisation) if item.organisation else None, 1),
    ):
        for key in _keys(found):
            weights[key] = weights.get(key, 0) + weight
    itself = {item.pk, item.translation_of_id, *(one.pk for one in translations)}
    chosen = [key for key in weights if key not in itself]
    rows = list(with_card_parts(Item.objects.filter(pk__in=chosen).newest())) if chosen else []
    rows.sort(key=lambda row: (weights[row.pk], row.language == item.language), reverse=True)
    return cards(rows[:RELATED], now)


def _keys(items: ItemQuerySet | None) -> list[int]:
    if items is None:
        return []
    return list(dict.fromkeys(items.values_list("pk", flat=True)[: 2 * CANDIDATES]))
