"""What each thing of the site is found as: a registry from models to documents, and from a changed row to the things to read anew.

A thing without a document (unpublished, withdrawn, retired) is found by nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, QuerySet
from django.utils import translation

from frameworks.models import Element, Framework, Serving
from museumhub.kit.references import reference
from museumhub.members.models import Organisation
from museumhub.news import kinds, lifecycle
from museumhub.news.models import Item
from museumhub.pages.models.search import Kind
from museumhub.pages.search.words import plain
from programmes.applications.models import Call
from programmes.catalogue.models import Edition, Module, Partner, Programme

# Goes into every digest: a change of how things are indexed writes all of them anew at the next `reindex`.
HOW: Final = 2
# Characters of a text that are found and quoted.
LONGEST: Final = 40_000
ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Document:
    """One thing as it is found; the fields of SearchDocument, and what it is ranked by.

    `about` is the instant that makes it new or old; None where it has no date. `visible_from` is when
    the public may first see it. `named`: the title is a name, in whatever language.
    """

    subject: str
    kind: Kind
    title: str
    path: str
    variety: str = ""
    language: str = ""
    teaser: str = ""
    text: str = ""
    keywords: str = ""
    topics: tuple[str, ...] = ()
    organisation_id: int | None = None
    published_at: datetime | None = None
    starts_at: datetime | None = None
    closes_at: datetime | None = None
    time_zone: str = ""
    about: datetime | None = None
    boost: float = 1.0
    visible_from: datetime = ALWAYS
    named: bool = False

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr((HOW, astuple(self))).encode()).hexdigest()

    @property
    def day(self) -> float | None:
        """Days since 1970 of what it is about."""
        return self.about.timestamp() / 86400 if self.about is not None else None

    @property
    def facets(self) -> dict[str, str]:
        """What a reader can narrow the results by, apart from topics, of which there may be several."""
        found = {"kind": self.kind.value, "language": self.language}
        if self.organisation_id is not None:
            found["organisation"] = str(self.organisation_id)
        if self.about is not None:
            found["year"] = str(self.about.astimezone(UTC).year)
        else:
            found["dated"] = "no"
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class Source:
    """How the rows of a model are read (with all a document needs, in a constant number of queries) and what each becomes."""

    rows: Callable[[], QuerySet[Any]]
    document: Callable[[Any], Document | None]


def _joined(*texts: object) -> str:
    return "\n\n".join(str(text) for text in texts if text)


def _words(*texts: object) -> str:
    return " ".join(str(text) for text in texts if text)


def _text(*markdown: object) -> str:
    return plain(_joined(*markdown))[:LONGEST]


def _language(tag: str) -> str:
    """The language of a tag such as pt-BR."""
    return tag.split("-")[0].lower()[:10]


def _topics(elements: Iterable[Element]) -> list[Element]:
    return [element for element in elements if element.kind == Element.Kind.TOPIC]


def _names(elements: Iterable[Element]) -> str:
    return _words(*(element.name for element in elements))


def _tags(thing: Any) -> str:
    return _words(*(tag.name for tag in thing.tags.all()))


def _leading() -> Prefetch[Any]:
    """The current topics of the leading framework among the `topics` of a thing."""
    return Prefetch("topics", queryset=Element.objects.topics().order_by("order", "pk"))


# --- News ----------------------------------------------------------------------------------------

_OF_NEWS: Final = {
    kinds.EVENT: Kind.EVENT,
    kinds.WEBINAR: Kind.EVENT,
    kinds.PUBLICATION: Kind.PUBLICATION,
    kinds.TOOLKIT: Kind.PUBLICATION,
    kinds.RECOMMENDATION: Kind.PUBLICATION,
}


def _items() -> QuerySet[Item]:
    rows = Item.objects.select_related("organisation")
    return rows.prefetch_related(_leading(), "tags", "partners")  # type: ignore[misc]  # taggit has no types


def _item(item: Item) -> Document | None:
    if item.status != lifecycle.PUBLISHED or item.published_at is None:
        return None
    topics = _topics(item.topics.all())
    publisher = item.organisation.name if item.organisation else ""
    partners = (partner.name for partner in item.partners.all())
    return Document(
        subject=reference(item),
        kind=_OF_NEWS.get(item.kind, Kind.NEWS),
        variety=item.kind,
        language=_language(item.language),
        title=item.title,
        teaser=item.teaser,
        text=_text(item.body, item.resources),
        keywords=_words(
            publisher,
            *partners,
            item.place,
            item.authors,
            item.identifier,
            _tags(item),
            _names(topics),
        ),
        topics=tuple(topic.slug for topic in topics),
        organisation_id=item.organisation_id,
        path=item.get_absolute_url(),
        published_at=item.published_at,
        starts_at=item.starts_at,
        closes_at=item.closes_at,
        time_zone=item.time_zone,
        about=item.starts_at or item.published_at,
        visible_from=item.published_at,
    )


# --- Programmes ----------------------------------------------------------------------------------


def _programmes() -> QuerySet[Programme]:
    whole = Partner.objects.filter(edition=None).select_related("organisation")
    return Programme.objects.prefetch_related(  # type: ignore[misc]  # taggit has no types
        _leading(),
        "tags",
        Prefetch("editions", queryset=Edition.objects.published()),
        Prefetch("partners", queryset=whole),
    )


def _programme(programme: Programme) -> Document | None:
    first = min(
        (edition.published_at for edition in programme.editions.all() if edition.published_at),
        default=None,
    )
    if first is None:
        return None
    topics = _topics(programme.topics.all())
    return Document(
        subject=reference(programme),
        kind=Kind.PROGRAMME,
        language=_language(programme.language),
        title=programme.title,
        teaser=programme.summary,
        text=_text(programme.description),
        keywords=_words(*_partners(programme.partners.all()), _tags(programme), _names(topics)),
        topics=tuple(topic.slug for topic in topics),
        path=programme.get_absolute_url(),
        published_at=first,
        about=max(map(_last_instant, programme.editions.all())),
        boost=1.4,
        visible_from=first,
    )


def _partners(partners: Iterable[Partner]) -> Iterator[str]:
    for partner in partners:
        yield partner.organisation.name
        yield partner.part


def _last_instant(edition: Edition) -> datetime:
    """The last thing that happens in an edition, or its announcement."""
    found = (
        edition.call_closes_at,
        edition.runs_end_at,
        edition.runs_start_at,
        edition.published_at,
    )
    return max(instant for instant in found if instant is not None)


def _editions() -> QuerySet[Edition]:
    partners = Partner.objects.select_related("organisation")
    return Edition.objects.select_related("programme", "call").prefetch_related(  # type: ignore[misc]  # the same
        Prefetch("programme__topics", queryset=Element.objects.topics().order_by("order", "pk")),
        "programme__tags",
        "modules",
        Prefetch("programme__partners", queryset=partners),
    )


def _edition(edition: Edition) -> Document | None:
    """An edition with a call is found as that call: its page is where one applies."""
    if edition.published_at is None:
        return None
    programme = edition.programme
    topics = _topics(programme.topics.all())
    modules = list(edition.modules.all())
    call: Call | None = getattr(edition, "call", None)
    partners = (one for one in programme.partners.all() if one.edition_id in (None, edition.pk))
    return Document(
        subject=reference(edition),
        kind=Kind.PROGRAMME if edition.call_closes_at is None else Kind.CALL,
        variety="edition",
        language=_language(programme.language),
        title=edition.full_title,
        teaser=edition.summary or programme.summary,
        text=_text(
            edition.description,
            edition.who_can_apply,
            call.introduction if call else "",
            edition.selection_criteria,
            edition.questions,
            edition.method,
            edition.outcomes,
            *(_joined(module.title, module.description) for module in modules),
        ),
        keywords=_words(
            *_partners(partners),
            *(module.place for module in modules),
            _tags(programme),
            _names(topics),
        ),
        topics=tuple(topic.slug for topic in topics),
        path=edition.get_absolute_url(),
        published_at=edition.published_at,
        closes_at=edition.call_closes_at,
        time_zone=edition.time_zone,
        about=_last_instant(edition),
        boost=0.8 if edition.cancelled_at else 1.4,
        visible_from=edition.published_at,
    )


# --- Frameworks ----------------------------------------------------------------------------------


def _elements() -> QuerySet[Element]:
    return Element.objects.select_related("framework").prefetch_related("serves")


def _element(element: Element) -> Document | None:
    if element.retired:
        return None
    leads = element.framework.leads
    is_topic = leads and element.kind == Element.Kind.TOPIC
    return Document(
        subject=reference(element),
        kind=Kind.TOPIC,
        variety=element.kind,
        language=_language(element.framework.language),
        title=element.name,
        teaser="" if leads else element.framework.name,
        text=_text(element.definition),
        keywords=_words(element.code, element.short_name, _names(element.serves.all())),
        topics=(element.slug,) if is_topic else (),
        path=element.get_absolute_url(),
        boost=1.8 if is_topic else 1.2,
    )


def _frameworks() -> QuerySet[Framework]:
    return Framework.objects.all()


def _framework(framework: Framework) -> Document:
    return Document(
        subject=reference(framework),
        kind=Kind.TOPIC,
        variety="framework",
        language=_language(framework.language),
        title=framework.name,
        text=_text(framework.description),
        path=framework.get_absolute_url(),
        boost=1.2,
    )


# --- Organisations -------------------------------------------------------------------------------


def _organisations() -> QuerySet[Organisation]:
    return Organisation.objects.all()


def _organisation(organisation: Organisation) -> Document:
    """Its names of the country stand in every language of the site."""
    countries = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            countries.append(str(organisation.country.name))
    return Document(
        subject=reference(organisation),
        kind=Kind.ORGANISATION,
        variety=organisation.kind,
        language=_language(organisation.description_language),
        title=organisation.name,
        teaser=organisation.place,
        text=_text(organisation.description),
        keywords=_words(
            *dict.fromkeys(countries),
            organisation.isil,
            organisation.ror,
            organisation.wikidata,
            organisation.website_host,
        ),
        organisation_id=organisation.pk,
        path=organisation.get_absolute_url(),
        boost=1.1,
        visible_from=organisation.created_at,
        named=True,
    )


# --- The registry --------------------------------------------------------------------------------

SOURCES: Final[dict[type[models.Model], Source]] = {
    Framework: Source(_frameworks, _framework),
    Element: Source(_elements, _element),
    Programme: Source(_programmes, _programme),
    Edition: Source(_editions, _edition),
    Organisation: Source(_organisations, _organisation),
    Item: Source(_items, _item),
}

Things = dict[type[models.Model], set[Any]]


def touched(thing: models.Model) -> Things:
    """The things whose documents may say something else now that `thing` has changed, by model; their keys.

    What only names it (the items of an organisation, the things under a topic) is left to a scheduled
    action, as it may be thousands.
    """
    match thing:
        case Programme():
            editions = Edition.objects.filter(programme=thing.pk).values_list("pk", flat=True)
            return {Programme: {thing.pk}, Edition: set(editions)}
        case Edition():
            return {Edition: {thing.pk}, Programme: {thing.programme_id}}
        case Serving():
            return {Element: {thing.topic_id}}
        case Module() | Call():
            return {Edition: {thing.edition_id}}
        case Partner(edition_id=None):
            editions = Edition.objects.filter(programme=thing.programme_id).values_list(
                "pk", flat=True
            )
            return {Programme: {thing.programme_id}, Edition: set(editions)}
        case Partner():
            return {Edition: {thing.edition_id}}
        case Framework():
            elements = Element.objects.filter(framework=thing.pk).values_list("pk", flat=True)
            return {Framework: {thing.pk}, Element: set(elements)}
        case _ if type(thing) in SOURCES:
            return {type(thing): {thing.pk}}
    return {}


def documents(model: type[models.Model], keys: Iterable[Any]) -> list[Document]:
    """The documents of these rows; those without one are left out."""
    source = SOURCES[model]
    rows = source.rows().filter(pk__in=list(keys))
    return [found for row in rows if (found := source.document(row)) is not None]
