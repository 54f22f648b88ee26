"""Reads of the frameworks for pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from frameworks.models import Element, ElementQuerySet, Framework
from museumhub.kit.refusals import Sentence


def topics() -> ElementQuerySet:
    """The site's topics in their order with their framework and goals: two queries."""
    return (
        Element.objects.topics()
        .select_related("framework")
        .order_by("order", "pk")
        .prefetch_related(
            Prefetch(
                "serves", queryset=Element.objects.current().order_by("topics_serving__order", "pk")
            )
        )
    )


def frameworks() -> QuerySet[Framework]:
    """All frameworks, the leading one first."""
    return Framework.objects.order_by("-leads", "name")


PLURALS: dict[str, Sentence] = {
    Element.Kind.TOPIC.value: _("Topics"),
    Element.Kind.GOAL.value: _("Goals"),
    Element.Kind.PRINCIPLE.value: _("Principles"),
    Element.Kind.THEME.value: _("Themes"),
}


@dataclass(frozen=True)
class Group:
    """The elements of one kind."""

    kind: str
    label: str
    elements: list[Element]


def groups(framework: Framework) -> list[Group]:
    """The framework's current elements by kind, in the order of the kinds and of the elements: two queries."""
    elements = list(
        framework.elements.current()
        .select_related("framework")
        .order_by("order", "pk")
        .prefetch_related("serves", "serves__framework")
    )
    return [
        Group(kind, str(label), rows)
        for kind, label in PLURALS.items()
        if (rows := [element for element in elements if element.kind == kind])
    ]
