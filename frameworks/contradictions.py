"""Whether what elements say of each other, within and across frameworks, can all be true (SKOS S27 and S46)."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from frameworks.models import Element, Mapping, Serving


def found() -> str:
    """The first contradiction among all elements of the site in a sentence; nothing where there is none."""
    same, broader, related = _edges()
    group = _groups(same)
    for one, other in sorted({*related, *((a, b) for a, above in broader.items() for b in above)}):
        if one in group and group.get(one) == group.get(other):
            return _(
                "“%(one)s” and “%(other)s” are said to be the same and, elsewhere, to be different (SKOS S46)."
            ) % _names(one, other)
    above: dict[int, set[int]] = {}
    for one, other in sorted(related):
        for low, high in ((one, other), (other, one)):
            if low not in above:
                above[low] = _above(low, broader)
            if high in above[low]:
                return _(
                    "“%(one)s” is part of “%(other)s” and cannot be related to it as well (SKOS S27)."
                ) % _names(low, high)
    return ""


def _edges() -> tuple[set[tuple[int, int]], dict[int, set[int]], set[tuple[int, int]]]:
    """Pairs that are the same, what stands above each element, and pairs that are related."""
    same: set[tuple[int, int]] = set()
    broader: dict[int, set[int]] = defaultdict(set)
    related: set[tuple[int, int]] = set()
    Relation = Mapping.Relation
    for one, relation, other in Mapping.objects.exclude(target=None).values_list(
        "source_id", "relation", "target_id"
    ):
        assert other is not None  # noqa: S101 - excluded above
        if relation == Relation.EXACT:
            same.add((one, other))
        elif relation == Relation.BROAD:
            broader[one].add(other)
        elif relation == Relation.NARROW:
            broader[other].add(one)
        elif relation == Relation.RELATED:
            related.add((one, other))
    for one, other in Element.broader.through.objects.values_list(
        "from_element_id", "to_element_id"
    ):
        broader[one].add(other)
    related.update(Element.related.through.objects.values_list("from_element_id", "to_element_id"))
    related.update(Serving.objects.values_list("topic_id", "goal_id"))
    return same, broader, related


def _groups(same: set[tuple[int, int]]) -> dict[int, int]:
    """For each element that is the same as another, one of them that stands for all (S45: exactMatch is transitive)."""
    leader: dict[int, int] = {}

    def of(one: int) -> int:
        while leader.setdefault(one, one) != one:
            one = leader[one]
        return one

    for one, other in same:
        leader[of(one)] = of(other)
    return {one: of(one) for one in list(leader)}


def _above(one: int, broader: dict[int, set[int]]) -> set[int]:
    reached: set[int] = set()
    waiting = list(broader.get(one, ()))
    while waiting:
        high = waiting.pop()
        if high not in reached:
            reached.add(high)
            waiting.extend(broader.get(high, ()))
    return reached


def _names(one: int, other: int) -> dict[str, str]:
    names = {
        element.pk: element.reference
        for element in Element.objects.filter(pk__in=[one, other]).select_related("framework")
    }
    return {"one": names[one], "other": names[other]}
