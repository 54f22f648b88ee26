"""Reads of the frameworks for pages, exports and filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from frameworks import documents
from frameworks.documents import Document, ElementRow, MappingRow
from frameworks.models import Element, ElementQuerySet, FormerSlug, Framework, Mapping
from museumhub.kit.models import AuditEvent
from museumhub.kit.prepared import Prepared
from museumhub.kit.references import reference
from museumhub.kit.refusals import Sentence

SHOWN_LOADS = 20


def topics() -> ElementQuerySet:
    """The site's topics in their order with their framework and goals: two queries."""
    return (
        Element.objects.topics()
        .select_related("framework")
        .order_by("order", "pk")
        .prefetch_related(
            Prefetch(
                "serves",
                queryset=Element.objects.current()
                .select_related("framework")
                .order_by("topics_serving__order", "pk"),
            )
        )
    )


_NAMES_OF_TOPICS: Final = Prepared(lambda _blank: topics().prefetch_related(None))


def names_of_topics() -> list[Element]:
    """The site's topics in their order with their framework, but without the goals they serve: one query."""
    return _NAMES_OF_TOPICS.all()


def topics_mapped_to(element: Element) -> ElementQuerySet:
    """The site's topics that correspond to an element of any framework, in their order.

    A topic corresponds to itself; to the goals it serves; and to what is mapped to it or it is
    mapped to, in whichever sense. For filters such as "everything that touches this goal of the UN".
    """
    return (
        Element.objects.topics()
        .filter(
            Q(pk=element.pk)
            | Q(pk__in=Element.objects.filter(goals_served__goal=element).values("pk"))
            | Q(pk__in=Mapping.objects.filter(target=element).values("source"))
            | Q(pk__in=Mapping.objects.filter(source=element).values("target"))
        )
        .select_related("framework")
        .order_by("order", "pk")
    )


def frameworks() -> QuerySet[Framework]:
    """All frameworks, the leading one first, each with the `number` of its current elements."""
    return Framework.objects.annotate(
        number=Count("elements", filter=Q(elements__retired=False))
    ).order_by("-leads", "name")


PLURALS: dict[str, Sentence] = {
    Element.Kind.TOPIC.value: _("Topics"),
    Element.Kind.GOAL.value: _("Goals"),
    Element.Kind.PRINCIPLE.value: _("Principles"),
    Element.Kind.THEME.value: _("Themes"),
    Element.Kind.CONCEPT.value: _("Concepts"),
}
# Read from the other end.
HEARD: dict[str, Sentence] = {
    Mapping.Relation.EXACT.value: Mapping.Relation.EXACT.label,
    Mapping.Relation.CLOSE.value: Mapping.Relation.CLOSE.label,
    Mapping.Relation.BROAD.value: Mapping.Relation.NARROW.label,
    Mapping.Relation.NARROW.value: Mapping.Relation.BROAD.label,
    Mapping.Relation.RELATED.value: Mapping.Relation.RELATED.label,
}


@dataclass(frozen=True)
class Correspondence:
    """A mapping as it reads from one of its ends. `other` is None where this site does not hold the element."""

    words: str
    relation: str
    other: Element | None
    reference: str
    note: str
    note_language: str

    @property
    def is_web_address(self) -> bool:
        """Whether what this site does not hold can be looked up elsewhere."""
        return self.reference.startswith(("http://", "https://"))


@dataclass(frozen=True)
class Shown:
    """An element with what it corresponds to in other frameworks."""

    element: Element
    correspondences: list[Correspondence]


@dataclass(frozen=True)
class Group:
    """The elements of one kind."""

    kind: str
    label: str
    elements: list[Shown]


# What `correspondences` needs of an element, for prefetch_related.
CORRESPONDENCES = (
    Prefetch(
        "mappings",
        queryset=Mapping.objects.select_related("source__framework", "target__framework"),
    ),
    Prefetch(
        "mapped_from",
        queryset=Mapping.objects.filter(source__retired=False)
        .select_related("source__framework")
        .order_by("source__framework__name", "source__order", "pk"),
    ),
)


def with_correspondences(elements: ElementQuerySet) -> ElementQuerySet:
    """Elements together with their mappings from both ends: two queries more."""
    return elements.prefetch_related(*CORRESPONDENCES)


def correspondences(element: Element) -> list[Correspondence]:
    """What an element corresponds to, said by its own framework and by others. Needs `with_correspondences`."""
    own = [
        Correspondence(
            words=str(Mapping.Relation(one.relation).label),
            relation=one.relation,
            other=one.target,
            reference=one.reference,
            **_reason(one, element.framework.language),
        )
        for one in element.mappings.all()
        if one.target is None or not one.target.retired
    ]
    heard = [
        Correspondence(
            words=str(HEARD[one.relation]),
            relation=Mapping.INVERSE.get(one.relation, one.relation),
            other=one.source,
            reference=one.source.reference,
            **_reason(one, one.source.framework.language),
        )
        for one in element.mapped_from.all()
    ]
    return own + heard


def _reason(mapping: Mapping, language: str) -> dict[str, str]:
    told = mapping.said(language)
    return {"note": told.text, "note_language": told.text_language}


def groups(framework: Framework, *, retired: bool = False) -> list[Group]:
    """The framework's current (or retired) elements by kind, in their order: five queries."""
    elements = list(
        with_correspondences(
            framework.elements.filter(retired=retired)
            .select_related("framework", "replaced_by__framework")
            .order_by("order", "pk")
        ).prefetch_related(
            Prefetch("serves", queryset=Element.objects.select_related("framework").order_by("topics_serving__order", "pk")),
            Prefetch("broader", queryset=Element.objects.select_related("framework").order_by("order", "pk")),
        )
    )  # fmt: skip
    return [
        Group(kind, str(label), [Shown(row, correspondences(row)) for row in rows])
        for kind, label in PLURALS.items()
        if (rows := [element for element in elements if element.kind == kind])
    ]


@dataclass(frozen=True)
class ElementPage:
    """One element with everything that is said of it."""

    element: Element
    correspondences: list[Correspondence]
    serves: list[Element]
    served_by: list[Element]
    broader: list[Element]
    narrower: list[Element]
    related: list[Element]
    topics: list[Element]


def element_page(framework: Framework, slug: str) -> ElementPage | None:
    """The element, also a retired one; None where the framework has none of this slug."""
    element = with_correspondences(
        framework.elements.filter(slug=slug).select_related("framework", "replaced_by__framework")
    ).first()
    if element is None:
        return None
    current = Element.objects.current().select_related("framework")
    return ElementPage(
        element=element,
        correspondences=correspondences(element),
        serves=list(current.filter(topics_serving__topic=element).order_by("topics_serving__order")),
        served_by=list(current.filter(goals_served__goal=element).order_by("order", "pk")),
        broader=list(current.filter(narrower=element).order_by("order", "pk")),
        narrower=list(current.filter(broader=element).order_by("order", "pk")),
        related=list(current.filter(related=element).order_by("order", "pk")),
        topics=list(topics_mapped_to(element).exclude(pk=element.pk)),
    )  # fmt: skip


def successor(framework: Framework, slug: str) -> Element | None:
    """The element that once had this slug under the framework, and has another now."""
    found = (
        FormerSlug.objects.filter(framework=framework, slug=slug)
        .select_related("element__framework")
        .first()
    )
    return found.element if found is not None else None


@dataclass(frozen=True)
class Load:
    """One load that changed something."""

    at: datetime
    version: str
    first: bool
    added: int
    changed: int
    renamed: int
    retired: int


def history(framework: Framework) -> list[Load]:
    """When the framework was loaded and what changed, the latest first: one query over the audit trail."""
    events = AuditEvent.objects.filter(
        subject=reference(framework), verb="frameworks.loaded"
    ).order_by("-at", "-id")[:SHOWN_LOADS]
    return [
        Load(
            at=event.at,
            version=event.after.get("version", ""),
            first=event.after.get("created", False),
            **{
                name: len(event.after.get(name, []))
                for name in ("added", "changed", "renamed", "retired")
            },
        )
        for event in events
    ]


def last_change() -> datetime | None:
    """When any framework last changed: what one says may name elements of another."""
    last: datetime | None = Framework.objects.aggregate(last=Max("updated_at"))["last"]
    return last


def document(framework: Framework) -> Document:
    """The framework as a file would say it, retired elements and former addresses included: six queries."""
    elements = (
        framework.elements.order_by("order", "pk")
        .select_related("replaced_by")
        .prefetch_related(
            Prefetch("serves", queryset=Element.objects.order_by("topics_serving__order", "pk")),
            "broader",
            "related",
            "former",
            Prefetch("mappings", queryset=Mapping.objects.select_related("target__framework")),
        )
    )
    texts = ("slug", "uri", "name", "language", "description", "source", "source_url", "licence", "version")  # fmt: skip
    return Document(
        texts={name: getattr(framework, name) for name in texts},
        elements=tuple(map(_row, elements)),
        translations=framework.translations,
    )


def _row(element: Element) -> ElementRow:
    texts = ("kind", "slug", "uri", "code", "name", "short_name", "definition", "colour", "sign")
    mappings = [
        MappingRow(
            relation=one.relation,
            to=one.target.reference if one.target is not None else one.reference,
            note=one.note,
            translations=one.translations,
        )
        for one in element.mappings.all()
    ]
    return ElementRow(
        texts={name: getattr(element, name) for name in texts},
        serves=tuple(one.slug for one in element.serves.all()),
        broader=tuple(sorted(one.slug for one in element.broader.all())),
        related=tuple(sorted(one.slug for one in element.related.all())),
        former=tuple(sorted(one.slug for one in element.former.all())),
        retired=element.retired,
        replaced_by=element.replaced_by.slug if element.replaced_by is not None else "",
        translations=element.translations,
        other_names=element.other_names,
        mappings=tuple(sorted(mappings, key=lambda one: (one.to, one.relation))),
    )


def exported(framework: Framework, form: str) -> str:
    """The framework as a file: `form` is yaml, ttl or jsonld. SKOS says what others map to it as well."""
    if form == "yaml":
        return documents.as_yaml(document(framework))
    heard = Mapping.objects.filter(target__framework=framework).select_related(
        "source__framework", "target__framework"
    )
    written = documents.graph(
        document(framework),
        site=settings.SITE_URL,
        modified=framework.updated_at,
        heard=[(one.source.identifier, one.relation, one.target.identifier) for one in heard if one.target],
    )  # fmt: skip
    return documents.as_turtle(written) if form == "ttl" else documents.as_jsonld(written)


def terms() -> list[tuple[str, Sentence]]:
    """The site's own terms in its linked data, and what each says."""
    return list(documents.OWN_TERMS.items())
