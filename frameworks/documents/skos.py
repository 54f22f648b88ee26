"""Frameworks as SKOS (W3C Recommendation of 18 August 2009), in Turtle or JSON-LD.

What SKOS has no word for (kinds, short names, colours, which topic serves which goal) is said in
terms of the site's own, at /frameworks/terms#…; a reader knows them by that ending, whichever site
wrote the file. Nothing is ever fetched: a JSON-LD file that names a context elsewhere is refused.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from anyascii import anyascii
from django.utils.encoding import iri_to_uri
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from rdflib import DC, DCTERMS, OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from frameworks.documents.rows import Document, ElementRow, Unreadable, tidy_language
from frameworks.models import Element, Mapping
from museumhub.kit.refusals import Sentence
from museumhub.kit.text import shortened

TERMS = "/frameworks/terms#"
DEEPEST = 50  # JSON inside JSON; what rdflib writes needs five
MOST_TRIPLES = 200_000
# For each term of the site's own: what it says. The page /frameworks/terms/ shows them.
OWN_TERMS: dict[str, Sentence] = {
    "kind": gettext_lazy(
        "What sort of element a concept is: topic, goal, principle, theme or concept."
    ),
    "shortName": gettext_lazy("A short form of the name, for tags and tables."),
    "colour": gettext_lazy("The name of the colour in which the element is shown."),
    "sign": gettext_lazy("The name of the drawn sign of the element."),
    "serves": gettext_lazy(
        "The goals a topic answers, as a list: the one it answers above all stands first."
    ),
    "former": gettext_lazy("The last part of an address the element once had."),
    "reason": gettext_lazy("Why a mapping was made; said of an rdf:Statement about the mapping."),
}

_SCHEME_KNOWN = {
    *(RDF.type, SKOS.prefLabel, RDFS.label, DCTERMS.title, DC.title, DCTERMS.identifier),
    *(DCTERMS.language, DC.language, DCTERMS.description, SKOS.definition, DC.creator),
    *(DCTERMS.source, DC.rights, OWL.versionInfo, SKOS.hasTopConcept, DCTERMS.modified),
    *(RDFS.seeAlso,),
}
_CONCEPT_KNOWN = {
    *(RDF.type, SKOS.inScheme, SKOS.topConceptOf, SKOS.prefLabel, SKOS.altLabel, SKOS.definition),
    *(SKOS.notation, SKOS.broader, SKOS.narrower, SKOS.related, OWL.deprecated),
    *(DCTERMS.identifier, DCTERMS.isReplacedBy, RDFS.seeAlso),
    *(SKOS[relation] for relation in Mapping.Relation.values),
}


# --- Writing ---------------------------------------------------------------------------------------


def graph(
    document: Document,
    *,
    site: str,
    modified: datetime | None = None,
    uris: dict[str, str] | None = None,
    heard: Iterable[tuple[str, str, str]] = (),
) -> Graph:
    """The document as a graph. `site` is the site's address without a slash at its end.

    `uris` gives the URIs of elements of other frameworks by framework/slug, where they are not this
    site's own. `heard` are mappings that others make to elements of this framework (subject,
    relation, object, as URIs): readers of the file see both ends, loading it takes only its own.
    """
    written = Graph(bind_namespaces="none")
    own = Namespace(f"{site}{TERMS}")
    for prefix, namespace in {
        "rdf": RDF,
        "skos": SKOS,
        "dcterms": DCTERMS,
        "dc": DC,
        "owl": OWL,
        "rdfs": RDFS,
        "terms": own,
    }.items():
        written.bind(prefix, namespace)
    page = f"{site}/frameworks/{document.texts['slug']}/"
    scheme = URIRef(document.texts["uri"] or page)
    _write_scheme(written, document, scheme, page, modified)
    concepts = {row.slug: URIRef(row.texts["uri"] or f"{page}{row.slug}/") for row in document.elements}  # fmt: skip
    for row in document.elements:
        _write_concept(written, row, concepts, scheme, own, document.texts["language"])
        _write_mappings(written, row, concepts, own, page, site, uris or {}, document.texts["language"])  # fmt: skip
    for subject, relation, object_ in heard:
        written.add((URIRef(subject), SKOS[relation], URIRef(object_)))
    order = URIRef(f"{page}#order")
    listed = BNode()
    written.add((order, RDF.type, SKOS.OrderedCollection))
    written.add((order, SKOS.memberList, listed))
    Collection(written, listed, [concepts[row.slug] for row in document.elements])
    return written


def _write_scheme(
    written: Graph, document: Document, scheme: URIRef, page: str, modified: datetime | None
) -> None:
    texts, language = document.texts, document.texts["language"]
    written.add((scheme, RDF.type, SKOS.ConceptScheme))
    written.add((scheme, DCTERMS.identifier, Literal(texts["slug"])))
    written.add((scheme, DCTERMS.language, Literal(language)))
    written.add((scheme, RDFS.seeAlso, URIRef(page)))
    for name, predicate in (("name", SKOS.prefLabel), ("description", DCTERMS.description)):
        _say(written, scheme, predicate, texts, document.translations, name, language)
    for name, predicate in (
        ("source", DC.creator),
        ("licence", DC.rights),
        ("version", OWL.versionInfo),
    ):
        if texts[name]:
            written.add((scheme, predicate, Literal(texts[name])))
    if texts["source_url"]:
        written.add((scheme, DCTERMS.source, URIRef(iri_to_uri(texts["source_url"]))))
    if modified is not None:
        written.add((scheme, DCTERMS.modified, Literal(modified, datatype=XSD.dateTime)))


def _write_concept(
    written: Graph,
    row: ElementRow,
    concepts: dict[str, URIRef],
    scheme: URIRef,
    own: Namespace,
    language: str,
) -> None:
    concept = concepts[row.slug]
    written.add((concept, RDF.type, SKOS.Concept))
    written.add((concept, SKOS.inScheme, scheme))
    if not row.broader:
        written.add((concept, SKOS.topConceptOf, scheme))
        written.add((scheme, SKOS.hasTopConcept, concept))
    written.add((concept, DCTERMS.identifier, Literal(row.slug)))
    written.add((concept, SKOS.notation, Literal(row.texts["code"])))
    for name, predicate in (
        ("name", SKOS.prefLabel),
        ("definition", SKOS.definition),
        ("short_name", own.shortName),
    ):
        if name == "short_name" and row.texts["short_name"] == row.texts["name"]:
            _say(written, concept, predicate, {}, row.translations, name, language)
        else:
            _say(written, concept, predicate, row.texts, row.translations, name, language)
    for tag, names in row.other_names.items():
        for other in names:
            written.add((concept, SKOS.altLabel, Literal(other, lang=tag)))
    for name in ("kind", "colour", "sign"):
        if row.texts[name]:
            written.add((concept, own[name], Literal(row.texts[name])))
    for slug in row.former:
        written.add((concept, own.former, Literal(slug)))
    for slug in row.broader:
        written.add((concept, SKOS.broader, concepts[slug]))
        written.add((concepts[slug], SKOS.narrower, concept))
    for slug in (*row.related, *row.serves):
        written.add((concept, SKOS.related, concepts[slug]))
        written.add((concepts[slug], SKOS.related, concept))
    if row.serves:
        goals = BNode()
        written.add((concept, own.serves, goals))
        Collection(written, goals, [concepts[slug] for slug in row.serves])
    if row.retired:
        written.add((concept, OWL.deprecated, Literal(True)))
    if row.replaced_by:
        written.add((concept, DCTERMS.isReplacedBy, concepts[row.replaced_by]))


def _write_mappings(
    written: Graph,
    row: ElementRow,
    concepts: dict[str, URIRef],
    own: Namespace,
    page: str,
    site: str,
    uris: dict[str, str],
    language: str,
) -> None:
    """The mapping itself, and where there is a reason a statement about it that carries the reason."""
    for number, one in enumerate(row.mappings, start=1):
        if ":" in one.to:
            object_ = URIRef(one.to)
        else:
            object_ = URIRef(uris.get(one.to) or f"{site}/frameworks/{one.to}/")
        written.add((concepts[row.slug], SKOS[one.relation], object_))
        if not one.note and not one.translations:
            continue
        statement = URIRef(f"{page}#mapping-{row.slug}-{number}")
        written.add((statement, RDF.type, RDF.Statement))
        written.add((statement, RDF.subject, concepts[row.slug]))
        written.add((statement, RDF.predicate, SKOS[one.relation]))
        written.add((statement, RDF.object, object_))
        _say(written, statement, own.reason, {"note": one.note}, one.translations, "note", language)


def _say(
    written: Graph,
    subject: URIRef,
    predicate: URIRef,
    texts: dict[str, str],
    translations: dict[str, dict[str, str]],
    name: str,
    language: str,
) -> None:
    """One literal for each language that has the text."""
    for tag, said in {language: texts, **translations}.items():
        if text := said.get(name):
            written.add((subject, predicate, Literal(text, lang=tag)))


def as_turtle(written: Graph) -> str:
    return written.serialize(format="turtle")


def as_jsonld(written: Graph) -> str:
    """With its context inside, so that nobody has to fetch one."""
    context = {prefix: str(namespace) for prefix, namespace in written.namespaces() if prefix}
    return written.serialize(format="json-ld", context=context, indent=2, ensure_ascii=False)


def terms_as_turtle(site: str) -> str:
    """What the site's own terms mean, in RDF and in English."""
    written = Graph(bind_namespaces="none")
    for prefix, namespace in {"rdf": RDF, "rdfs": RDFS}.items():
        written.bind(prefix, namespace)
    for name, meaning in OWN_TERMS.items():
        term = URIRef(f"{site}{TERMS}{name}")
        written.add((term, RDF.type, RDF.Property))
        written.add((term, RDFS.label, Literal(name, lang="en")))
        with override("en"):
            written.add((term, RDFS.comment, Literal(str(meaning), lang="en")))
    return as_turtle(written)


# --- Reading ---------------------------------------------------------------------------------------


@dataclass
class Plain:
    """A SKOS file as the parts that `rows.check` takes, where each element stands, and what is not kept."""

    parts: dict[str, Any]
    places: list[str]
    left_out: list[str]


def plain(text: str, *, format: str, site: str, slug: str = "", language: str = "") -> Plain:
    """The parts of a SKOS file; `Unreadable` where it is not SKOS."""
    parsed = _parsed(text, format, base=f"{site or 'https://museums.example'}/frameworks/")
    return _Reading(parsed, site, slug, language).plain()


def _parsed(text: str, format: str, base: str) -> Graph:
    parsed = Graph(bind_namespaces="none")
    if "\x00" in text:
        raise Unreadable([_("The file holds characters that no text has.")])
    if format == "json-ld":
        text = _without_fetching(text)
    try:
        parsed.parse(data=text, format=format, publicID=base)
    except BadSyntax as error:
        raise Unreadable(
            [_("The file is not Turtle; see line %(line)d.") % {"line": error.lines + 1}]
        ) from error
    except RecursionError as error:
        raise Unreadable([_("The file is nested too deeply.")]) from error
    except Exception as error:
        # At a file that is not what it says rdflib raises whatever comes, NameError included, in words for programmers.
        raise Unreadable([_not_rdf(format)]) from error
    if len(parsed) > MOST_TRIPLES:
        raise Unreadable([_("The file says more than a framework can.")])
    return parsed


def _not_rdf(format: str) -> str:
    return _("The file is not Turtle.") if format == "turtle" else _("The file is not JSON-LD.")


def _without_fetching(text: str) -> str:
    """The JSON, if it names no context elsewhere and is not nested beyond reason."""
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(
            [_("The file is not JSON; see line %(line)d.") % {"line": error.lineno}]
        ) from error
    except (RecursionError, ValueError) as error:
        raise Unreadable([_("The file is nested too deeply.")]) from error
    if not isinstance(given, dict | list):
        raise Unreadable([_not_rdf("json-ld")])
    waiting: list[tuple[Any, int, bool]] = [(given, 1, False)]
    while waiting:
        value, depth, in_context = waiting.pop()
        if depth > DEEPEST:
            raise Unreadable([_("The file is nested too deeply.")])
        if isinstance(value, list):
            if in_context:
                for one in value:
                    _is_no_address(one)
            waiting.extend((one, depth + 1, in_context) for one in value)
        elif isinstance(value, dict):
            for name, inner in value.items():
                if name in {"@context", "@import"}:
                    _is_no_address(inner)
                waiting.append((inner, depth + 1, name == "@context"))
    return text


def _is_no_address(value: Any) -> None:
    if isinstance(value, str):
        raise Unreadable(
            [
                _(
                    "The file takes its context from “%(address)s”. This site fetches nothing: write the context into the file."
                )
                % {"address": shortened(value, 100)}
            ]
        )


@dataclass
class _Reading:
    parsed: Graph
    site: str
    slug: str
    language: str
    wrong: list[str] = field(default_factory=list)

    def plain(self) -> Plain:
        scheme = self._scheme()
        concepts = self._concepts(scheme)
        language = self.language or self._language(scheme, concepts)
        if self.wrong:
            raise Unreadable(self.wrong)
        self.language = language
        framework = self._framework(scheme)
        slugs = {concept: self._slug(concept) for concept in concepts}
        elements = [self._element(concept, slugs) for concept in concepts]
        if self.wrong:
            raise Unreadable(self.wrong)
        return Plain(
            parts={"framework": framework, "elements": elements},
            places=[f"<{shortened(str(concept), 120)}>" for concept in concepts],
            left_out=self._left_out(scheme, concepts),
        )

    def say(self, where: Node, sentence: str) -> None:
        self.wrong.append(f"<{shortened(str(where), 120)}>: {sentence}")

    # The scheme

    def _scheme(self) -> URIRef:
        schemes = sorted(set(self.parsed.subjects(RDF.type, SKOS.ConceptScheme)), key=str)
        if not schemes:
            raise Unreadable([_("The file has no skos:ConceptScheme.")])
        if len(schemes) > 1:
            raise Unreadable(
                [
                    _("The file has several concept schemes; load one file for each: %(schemes)s.")
                    % {"schemes": ", ".join(shortened(str(one), 120) for one in schemes[:10])}
                ]
            )
        scheme = schemes[0]
        if not isinstance(scheme, URIRef):
            raise Unreadable([_("The concept scheme has no URI.")])
        return scheme

    def _concepts(self, scheme: URIRef) -> list[URIRef]:
        """The concepts of the scheme in the order of the file's ordered collection, the others behind by URI."""
        found: set[URIRef] = set()
        collections = {
            *self.parsed.subjects(RDF.type, SKOS.Collection),
            *self.parsed.subjects(RDF.type, SKOS.OrderedCollection),
        }
        for concept in self.parsed.subjects(RDF.type, SKOS.Concept, unique=True):
            schemes = {
                *self.parsed.objects(concept, SKOS.inScheme),
                *self.parsed.objects(concept, SKOS.topConceptOf),
                *self.parsed.subjects(SKOS.hasTopConcept, concept),
            }
            if schemes and scheme not in schemes:
                continue
            if not isinstance(concept, URIRef):
                self.say(concept, _("a concept without a URI."))
            elif concept == scheme:
                self.say(concept, _("is a concept and a concept scheme (SKOS S9)."))
            elif concept in collections:
                self.say(concept, _("is a concept and a collection (SKOS S37)."))
            else:
                found.add(concept)
        if not found and not self.wrong:
            raise Unreadable([_("The file has no skos:Concept in its scheme.")])
        order: dict[URIRef, int] = {}
        for ordered in self.parsed.subjects(RDF.type, SKOS.OrderedCollection):
            lists = list(self.parsed.objects(ordered, SKOS.memberList))
            if len(lists) > 1:
                self.say(ordered, _("has more than one member list (SKOS S36)."))
            for member in self._listed(lists[0]) if lists else []:
                if isinstance(member, URIRef):
                    order.setdefault(member, len(order))
        return sorted(found, key=lambda one: (order.get(one, len(order)), _by_number(str(one))))

    def _listed(self, head: Node) -> list[Node]:
        """The members of an RDF list, which may be broken or run in a circle."""
        members: list[Node] = []
        seen: set[Node] = set()
        while head != RDF.nil and head not in seen:
            seen.add(head)
            first = self.parsed.value(head, RDF.first, any=True)
            rest = self.parsed.value(head, RDF.rest, any=True)
            if first is None or rest is None:
                break
            members.append(first)
            head = rest
        return members

    def _language(self, scheme: URIRef, concepts: Sequence[URIRef]) -> str:
        """The one the file names, else the only one of the scheme's names, else the only one of all names."""
        for predicate in (DCTERMS.language, DC.language):
            for value in self.parsed.objects(scheme, predicate):
                return str(value).rstrip("/").rpartition("/")[2]
        for things, predicates in (
            ([scheme], (SKOS.prefLabel, DCTERMS.title, RDFS.label)),
            (concepts, (SKOS.prefLabel,)),
        ):
            tags = {
                label.language
                for thing in things
                for predicate in predicates
                for label in self.parsed.objects(thing, predicate)
                if isinstance(label, Literal) and label.language
            }
            if len(tags) == 1:
                return str(tags.pop())
        self.say(scheme, _("does not say in which language it was written (dcterms:language); name it when loading."))  # fmt: skip
        return ""

    def _framework(self, scheme: URIRef) -> dict[str, Any]:
        names = self._said(scheme, SKOS.prefLabel)
        for predicate in (DCTERMS.title, DC.title, RDFS.label):
            names = names or self._said(scheme, predicate)
        descriptions = self._said(scheme, DCTERMS.description) or self._said(
            scheme, SKOS.definition
        )
        identifier = self._one(scheme, DCTERMS.identifier)
        return {
            "slug": self.slug
            or slugify(anyascii(identifier))
            or slugify(anyascii(_last_part(str(scheme)))),
            "uri": str(scheme),
            "language": self.language,
            "name": names.pop(self.language, ""),
            "description": descriptions.pop(self.language, ""),
            "source": self._one(scheme, DC.creator),
            "source_url": self._one(scheme, DCTERMS.source),
            "licence": self._one(scheme, DC.rights),
            "version": self._one(scheme, OWL.versionInfo),
            "translations": _joined({"name": names, "description": descriptions}),
        }

    # The concepts

    def _slug(self, concept: URIRef) -> str:
        identifier = self._one(concept, DCTERMS.identifier)
        if identifier and slugify(identifier) == identifier:
            return identifier
        return slugify(anyascii(_last_part(str(concept))))[:80].strip("-")

    def _element(self, concept: URIRef, slugs: dict[URIRef, str]) -> dict[str, Any]:
        names = self._said(concept, SKOS.prefLabel)
        short = self._said(concept, self._term("shortName"))
        definitions = self._said(concept, SKOS.definition)
        name = names.pop(self.language, "")
        if not name:
            self.say(
                concept,
                _("has no name (skos:prefLabel) in “%(language)s”.") % {"language": self.language},
            )
        others: dict[str, list[str]] = {}
        for label in self._literals(concept, SKOS.altLabel):
            others.setdefault(self._tag(label), []).append(str(label))
        slug = slugs[concept]
        return {
            "kind": self._one(concept, self._term("kind")) or Element.Kind.CONCEPT.value,
            "slug": slug,
            "uri": str(concept),
            "code": self._code(concept) or slug[:20],
            "name": name,
            "short_name": short.pop(self.language, ""),
            "definition": definitions.pop(self.language, ""),
            "colour": self._one(concept, self._term("colour")),
            "sign": self._one(concept, self._term("sign")),
            "retired": "true" if self._is_retired(concept) else "false",
            "replaced_by": next(iter(self._inside(concept, DCTERMS.isReplacedBy, slugs)), ""),
            "former": [str(one) for one in self._literals(concept, self._term("former"))],
            "translations": _joined({"name": names, "short_name": short, "definition": definitions}),
            "other_names": others,
            **self._relations(concept, slugs),
            "mappings": self._mappings(concept, slugs),
        }  # fmt: skip

    def _relations(self, concept: URIRef, slugs: dict[URIRef, str]) -> dict[str, list[str]]:
        serves: list[str] = []
        for head in self.parsed.objects(concept, self._term("serves")):
            serves += [slugs[one] for one in self._listed(head) if one in slugs]  # type: ignore[index]
        served_by = {
            slugs[subject]
            for head in self.parsed.subjects(RDF.first, concept)
            for subject in self._serving(head)
            if subject in slugs
        }
        related = {
            *self._inside(concept, SKOS.related, slugs),
            *(slugs[one] for one in self._pointing(concept, SKOS.related, slugs)),
        }
        broader = {
            *self._inside(concept, SKOS.broader, slugs),
            *(slugs[one] for one in self._pointing(concept, SKOS.narrower, slugs)),
        }
        return {
            "serves": serves,
            "broader": sorted(broader),
            "related": sorted(related - set(serves) - served_by),
        }

    def _serving(self, cell: Node) -> Iterator[URIRef]:
        """The topics in whose list of goals this cell of an RDF list stands."""
        seen: set[Node] = set()
        while cell not in seen:
            seen.add(cell)
            for subject in self.parsed.subjects(self._term("serves"), cell):
                if isinstance(subject, URIRef):
                    yield subject
            cell = self.parsed.value(predicate=RDF.rest, object=cell, any=True) or cell

    def _mappings(self, concept: URIRef, slugs: dict[URIRef, str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for relation in Mapping.Relation.values:
            for object_ in sorted(set(self.parsed.objects(concept, SKOS[relation])), key=str):
                if not isinstance(object_, URIRef):
                    self.say(concept, _("is mapped to something without a URI."))
                    continue
                reasons = self._reasons(concept, relation, object_)
                note = reasons.pop(self.language, "")
                found.append(
                    {
                        "relation": relation,
                        "to": str(object_),
                        "note": note,
                        "translations": _joined({"note": reasons}),
                    }
                )
        return found

    def _reasons(self, concept: URIRef, relation: str, object_: URIRef) -> dict[str, str]:
        for statement in self.parsed.subjects(RDF.subject, concept):
            if (statement, RDF.object, object_) in self.parsed:
                if (statement, RDF.predicate, SKOS[relation]) in self.parsed:
                    return self._said(statement, self._term("reason"))
        return {}

    def _is_retired(self, concept: URIRef) -> bool:
        return any(
            str(value).lower() in {"true", "1"}
            for value in self.parsed.objects(concept, OWL.deprecated)
        )

    def _code(self, concept: URIRef) -> str:
        """Its notation; of several, the one without a datatype, then the shortest."""
        notations = sorted(
            self._literals(concept, SKOS.notation),
            key=lambda one: (
                one.datatype not in {None, XSD.string},
                len(str(one)),
                str(one),
            ),
        )
        return str(notations[0]) if notations else ""

    # Pieces

    def _term(self, name: str) -> URIRef:
        """A term of the site's own, under whichever site's address the file has it."""
        return self._own_terms.get(name, URIRef(f"{TERMS}{name}"))

    @property
    def _own_terms(self) -> dict[str, URIRef]:
        if not hasattr(self, "_terms"):
            self._terms: dict[str, URIRef] = {}
            for predicate in sorted(set(self.parsed.predicates(unique=True)), key=str):
                _before, found, name = str(predicate).rpartition(TERMS)
                if found and name in OWN_TERMS and isinstance(predicate, URIRef):
                    self._terms.setdefault(name, predicate)
        return self._terms

    def _literals(self, subject: Node, predicate: URIRef) -> list[Literal]:
        found: list[Literal] = []
        for value in sorted(set(self.parsed.objects(subject, predicate)), key=str):
            if isinstance(value, Literal):
                found.append(value)
            else:
                self.say(
                    subject,
                    _("“%(name)s” must be text.") % {"name": _last_part(str(predicate))},
                )
        return found

    def _tag(self, literal: Literal) -> str:
        return tidy_language(literal.language) if literal.language else tidy_language(self.language)

    def _said(self, subject: Node, predicate: URIRef) -> dict[str, str]:
        """The texts of a property by language; one without a tag is in the framework's language."""
        found: dict[str, str] = {}
        self.language = tidy_language(self.language)
        for literal in self._literals(subject, predicate):
            tag = self._tag(literal)
            if tag in found:
                self.say(
                    subject,
                    _("has two texts “%(name)s” in “%(language)s” (SKOS S14).")
                    % {"name": _last_part(str(predicate)), "language": tag},
                )
            found[tag] = str(literal)
        return found

    def _one(self, subject: Node, predicate: URIRef) -> str:
        values = sorted(str(value) for value in self.parsed.objects(subject, predicate))
        return values[0] if values else ""

    def _inside(
        self, concept: URIRef, predicate: URIRef, slugs: dict[URIRef, str]
    ) -> Iterator[str]:
        for value in sorted(set(self.parsed.objects(concept, predicate)), key=str):
            if value in slugs:
                yield slugs[value]  # type: ignore[index]

    def _pointing(
        self, concept: URIRef, predicate: URIRef, slugs: dict[URIRef, str]
    ) -> Iterator[URIRef]:
        for subject in self.parsed.subjects(predicate, concept):
            if isinstance(subject, URIRef) and subject in slugs:
                yield subject

    def _left_out(self, scheme: URIRef, concepts: Sequence[URIRef]) -> list[str]:
        """Properties the file has and this site does not keep, with how often they occur."""
        known = set(self._own_terms.values())
        counted: Counter[str] = Counter()
        for thing, kept in [(scheme, _SCHEME_KNOWN), *((one, _CONCEPT_KNOWN) for one in concepts)]:
            for predicate in self.parsed.predicates(thing):
                if predicate not in kept and predicate not in known:
                    counted[str(predicate)] += 1
        return [f"{name} ({number})" for name, number in sorted(counted.items())]


def _last_part(uri: str) -> str:
    return re.split(r"[/#]", uri.rstrip("/#"))[-1]


def _by_number(uri: str) -> tuple[str, int, str]:
    """10 stands after 9."""
    found = re.search(r"^(.*?)(\d{1,9})$", uri)
    return (found[1], int(found[2]), "") if found else (uri, 0, "")


def _joined(fields: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """{"name": {"fr": …}} turned round to {"fr": {"name": …}}."""
    joined: dict[str, dict[str, str]] = {}
    for name, texts in fields.items():
        for tag, text in texts.items():
            joined.setdefault(tag, {})[name] = text
    return joined
