"""Frameworks as SKOS: what is exported is consistent, what is read is bounded, and nothing is lost on the way."""

import json
import socket
from collections import defaultdict
from typing import Any

import hypothesis
import pytest
import yaml
from hypothesis import strategies as st
from rdflib import OWL, RDF, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from frameworks import documents
from frameworks.models import Element, Framework
from frameworks.queries import document, exported
from frameworks.services import load_framework
from tests.factories.catalogue import NOW
from tests.frameworks.test_documents import SEVEN, framework

SITE = "https://museums.example"
SHIPPED = sorted(SEVEN.parent.glob("*.yaml"))
FORMS = {"ttl": "turtle", "jsonld": "json-ld", "yaml": "yaml"}
UN = {f"http://metadata.un.org/sdg/{number}" for number in range(1, 18)}


def read(text, form="turtle"):
    return documents.read(text.encode(), format=form, site=SITE)


def wrong(text, form="turtle"):
    with pytest.raises(documents.Unreadable) as refused:
        read(text, form)
    return refused.value.sentences


@pytest.fixture
def shipped(db, settings):
    """All frameworks that come with the site, loaded in the order of their names."""
    settings.SITE_URL = SITE
    for path in SHIPPED:
        load_framework(document=documents.read(path.read_bytes()), now=NOW)
    return list(Framework.objects.all())


def graph_of(one, form):
    return Graph().parse(data=exported(one, form), format=FORMS[form])


# The integrity conditions of the SKOS Reference, each over a graph with what it entails.


def closure(pairs):
    """The transitive closure of a relation."""
    further = defaultdict(set)
    for one, other in pairs:
        further[one].add(other)
    closed: set[tuple[Any, Any]] = set()
    for start in list(further):
        waiting, reached = list(further[start]), set()
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting.extend(further.get(one, ()))
        closed.update((start, one) for one in reached)
    return closed


def both(pairs):
    return pairs | {(other, one) for one, other in pairs}


def pairs(graph, *predicates):
    return {pair for predicate in predicates for pair in graph.subject_objects(predicate)}


def violations(graph):
    """The numbers of the conditions a graph breaks."""
    broken: set[str] = set()
    schemes = set(graph.subjects(RDF.type, SKOS.ConceptScheme)) | set(graph.objects(None, SKOS.inScheme))  # fmt: skip
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    collections = {
        *graph.subjects(RDF.type, SKOS.Collection),
        *graph.subjects(RDF.type, SKOS.OrderedCollection),
    }
    # S19 and its like: what stands in a semantic relation is a concept.
    for relation in ("broader", "narrower", "related", "exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"):  # fmt: skip
        for one, other in graph.subject_objects(SKOS[relation]):
            concepts |= {one, other}
    if concepts & schemes:
        broken.add("S9")
    labels = {
        kind: set(graph.subject_objects(SKOS[kind]))
        for kind in ("prefLabel", "altLabel", "hiddenLabel")
    }
    kinds = list(labels)
    for place, kind in enumerate(kinds):
        if any(labels[kind] & labels[later] for later in kinds[place + 1 :]):
            broken.add("S13")
    seen = set()
    for subject, label in labels["prefLabel"]:
        assert isinstance(label, Literal)
        if (subject, label.language) in seen:
            broken.add("S14")
        seen.add((subject, label.language))
    exact = pairs(graph, SKOS.exactMatch)
    exact = closure(both(exact))  # S44, S45
    broad = pairs(graph, SKOS.broadMatch) | {(b, a) for a, b in pairs(graph, SKOS.narrowMatch)}
    related_match = both(pairs(graph, SKOS.relatedMatch))
    broader = pairs(graph, SKOS.broader) | {(b, a) for a, b in pairs(graph, SKOS.narrower)} | broad
    related = both(pairs(graph, SKOS.related)) | related_match  # S23, S41
    if related & closure(broader):
        broken.add("S27")
    if any(len(set(graph.objects(one, SKOS.memberList))) > 1 for one in collections):
        broken.add("S36")
    if collections & (concepts | schemes):
        broken.add("S37")
    if exact & (both(broad) | related_match):
        broken.add("S46")
    return broken


PREFIX = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix : <https://v.example/> .\n"


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        (":a a skos:Concept, skos:ConceptScheme .", "S9"),
        (':a skos:prefLabel "x"@en ; skos:altLabel "x"@en .', "S13"),
        (':a skos:prefLabel "x"@en, "y"@en .', "S14"),
        (":a skos:broader :b . :b skos:broader :c . :c skos:related :a .", "S27"),
        (":a skos:broadMatch :b . :a skos:relatedMatch :b .", "S27"),
        (":a a skos:OrderedCollection ; skos:memberList (:b), (:c) .", "S36"),
        (":a a skos:Concept, skos:Collection .", "S37"),
        (":a skos:exactMatch :b . :b skos:exactMatch :c . :c skos:narrowMatch :a .", "S46"),
    ],
)
def test_violations_sees_each_condition_broken(text, broken):
    assert broken in violations(Graph().parse(data=PREFIX + text, format="turtle"))


@pytest.mark.parametrize("form", ["ttl", "jsonld"])
def test_every_shipped_framework_and_all_together_pass_the_integrity_conditions(shipped, form):
    whole = Graph()
    for one in shipped:
        graph = graph_of(one, form)
        assert violations(graph) == set()
        assert len(set(graph.subjects(RDF.type, SKOS.Concept))) == one.elements.count()
        whole += graph
    assert violations(whole) == set()


def test_both_forms_say_the_same(shipped):
    for one in shipped:
        assert isomorphic(graph_of(one, "ttl"), graph_of(one, "jsonld"))


def test_mappings_to_the_goals_of_the_un_resolve_to_their_uris(shipped):
    topics = graph_of(Framework.objects.get(slug="seven-topics"), "ttl")
    mapped = {
        (subject, object_)
        for relation in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
        for subject, object_ in topics.subject_objects(SKOS[relation])
        if "un.org" in object_
    }
    goals = graph_of(Framework.objects.get(slug="sdg"), "ttl")

    assert {str(one) for one in goals.subjects(RDF.type, SKOS.Concept)} == UN
    assert (URIRef("http://metadata.un.org/sdg"), RDF.type, SKOS.ConceptScheme) in goals
    assert {str(object_) for _, object_ in mapped} <= UN
    for topic in Element.objects.topics():
        assert any(str(subject) == f"{SITE}/frameworks/seven-topics/{topic.slug}/" for subject, _ in mapped)  # fmt: skip
    # The other end says so as well.
    said = {
        (subject, object_)
        for relation in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
        for subject, object_ in goals.subject_objects(SKOS[relation])
    }
    assert said == mapped


def test_every_mapping_that_is_shipped_has_its_other_end_here_and_a_reason(shipped):
    mappings = [mapping for one in shipped for row in document(one).elements for mapping in row.mappings]  # fmt: skip

    assert len(mappings) > 30
    assert all(one.note for one in mappings)
    assert not Element.objects.filter(mappings__target=None, mappings__isnull=False).exists()


@pytest.mark.parametrize("form", FORMS)
def test_what_is_exported_and_loaded_again_changes_nothing(shipped, form):
    for one in shipped:
        again = read(exported(one, form), FORMS[form])

        assert again == document(one)
        assert again.left_out == ()
        assert load_framework(document=again, now=NOW).nothing_changed


@pytest.mark.parametrize("form", FORMS)
def test_an_export_loads_on_another_site_and_keeps_its_uris(shipped, form):
    text = exported(Framework.objects.get(slug="seven-topics"), form)
    Framework.objects.all().delete()

    elsewhere = documents.read(text.encode(), format=FORMS[form], site="https://elsewhere.example")
    load_framework(document=elsewhere, now=NOW)

    climate = Element.objects.get(slug="climate")
    assert climate.goals_served.get().goal.slug == "environmental-change"
    uri = "" if form == "yaml" else f"{SITE}/frameworks/seven-topics/climate/"
    assert climate.uri == uri


# Hostile and odd texts go through every form unchanged.

LINES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    min_size=1,
    max_size=40,
).filter(lambda text: text == text.strip())  # fmt: skip
PARAGRAPHS = st.lists(LINES, min_size=1, max_size=3).map("\n".join)
TAGS = st.sampled_from(["fr", "de", "pt-BR", "zh-Hant", "ar", "el"])
SLUGS = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
URIS = SLUGS.map(lambda slug: f"https://vocabulary.example/{slug}?a=1&b=(2)#ü")
MAPPINGS = st.lists(
    st.fixed_dictionaries(
        {
            "relation": st.sampled_from(["exactMatch", "closeMatch", "relatedMatch"]),
            "to": URIS | SLUGS.map(lambda slug: f"elsewhere/{slug}"),
        },
        optional={
            "note": PARAGRAPHS,
            "translations": st.dictionaries(TAGS, st.fixed_dictionaries({"note": PARAGRAPHS})),
        },
    ),
    max_size=3,
    unique_by=lambda one: (one["to"], one["relation"]),
)


@st.composite
def elements(draw):
    slugs = draw(st.lists(SLUGS, min_size=2, max_size=5, unique=True))
    rows = []
    for number, slug in enumerate(slugs):
        row = {
            "kind": "goal" if number == 0 else draw(st.sampled_from(["topic", "concept"])),
            "slug": slug,
            "code": f"{number}",
            "name": draw(LINES),
            "definition": draw(PARAGRAPHS),
            "translations": draw(
                st.dictionaries(
                    TAGS,
                    st.fixed_dictionaries(
                        {}, optional={"name": LINES, "short_name": LINES, "definition": PARAGRAPHS}
                    ),
                )
            ),
            "mappings": draw(MAPPINGS),
            "former": [f"former-{slug}"] if draw(st.booleans()) else [],
            "retired": draw(st.booleans()),
        }
        if draw(st.booleans()):
            row["uri"] = f"https://vocabulary.example/own/{slug}"
        if draw(st.booleans()):
            row["short_name"] = draw(LINES)
        if row["kind"] == "topic":
            row["serves"] = [slugs[0]]
        elif number and draw(st.booleans()):
            row["broader"] = [draw(st.sampled_from(slugs[:number]))]
        others = draw(st.lists(LINES, max_size=2))
        taken = {said.get("name") for said in row["translations"].values()}
        if others and not taken.intersection(others):
            row["other_names"] = {"fr": others}
        rows.append(row)
    return rows


@hypothesis.given(rows=elements(), name=LINES, description=PARAGRAPHS)
@hypothesis.settings(deadline=None, max_examples=60)
def test_any_document_comes_back_as_it_was_from_every_form(rows, name, description):
    whole = {
        "framework": {
            "slug": "own",
            "name": name,
            "language": "en",
            "description": description,
            "translations": {"fr": {"name": name}},
        },
        "elements": rows,
    }
    first = documents.read(yaml.safe_dump(whole, allow_unicode=True).encode(), site=SITE)
    written = documents.graph(first, site=SITE)

    assert documents.read(documents.as_yaml(first).encode(), site=SITE) == first
    assert read(documents.as_turtle(written)) == first
    assert read(documents.as_jsonld(written), "json-ld") == first
    # What mappings contradict (S46) shows only beside other frameworks: loading refuses it, reading cannot.
    assert violations(written) <= {"S46"}


@pytest.mark.parametrize(
    "text",
    [
        '"""', "\\", "a\\u0041", '"@en .', "<script>alert(1)</script>", "- a: [b", "#", "&a *a", "!!python/object",
        "{{ x }}", "%s", "null", "~", "true", "1.0", "2020-01-01", "<<", "'", '"', "a: b", "🏺", "مرحبا", "\ufeffx", "]]>",
    ],
)  # fmt: skip
def test_hostile_texts_come_back_as_they_were(text):
    whole = framework()
    whole["elements"][0] |= {"name": text, "definition": f"{text}\n\n{text}"}
    first = documents.read(yaml.safe_dump(whole).encode())
    written = documents.graph(first, site=SITE)

    assert first.elements[0].texts["name"] == text
    assert documents.read(documents.as_yaml(first).encode()) == first
    assert read(documents.as_turtle(written)) == first
    assert read(documents.as_jsonld(written), "json-ld") == first


# Files of others

OTHERS = (
    PREFIX
    + """@prefix dcterms: <http://purl.org/dc/terms/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://v.example/Crafts> a skos:ConceptScheme ; dcterms:title "Crafts"@en ; skos:hasTopConcept :10 .
:10 a skos:Concept ; skos:prefLabel "Weaving"@en, "Tissage"@fr ; skos:altLabel "Loom work"@en, "Web"@de ;
    skos:notation "W"^^xsd:token, "10" ; skos:narrower :9 .
:9 a skos:Concept ; skos:prefLabel "Tapestry"@en ; skos:inScheme <https://v.example/Crafts> ;
    skos:exactMatch <http://vocab.getty.edu/aat/300205002> .
<https://v.example/Elsewhere/1> a skos:Concept ; skos:inScheme <https://v.example/Elsewhere> ; skos:prefLabel "Not ours"@en .
"""
)


def test_turtle_of_somebody_else_is_read():
    found = read(OTHERS)

    assert found.texts["slug"] == "crafts"
    assert found.texts["uri"] == "https://v.example/Crafts"
    assert found.texts["language"] == "en"
    tapestry, weaving = found.elements
    assert (weaving.slug, weaving.texts["code"], weaving.texts["kind"]) == ("10", "10", "concept")
    assert weaving.translations == {"fr": {"name": "Tissage"}}
    assert weaving.other_names == {"de": ["Web"], "en": ["Loom work"]}
    assert tapestry.broader == ("10",)
    assert tapestry.mappings == (
        documents.MappingRow("exactMatch", "http://vocab.getty.edu/aat/300205002"),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<a> <b> .", "The file is not Turtle; see line 1."),
        (PREFIX + "\n\n  :a unbound:b :c .", "The file is not Turtle; see line 4."),
        (PREFIX + ":a skos:prefLabel 'x@en .", "The file is not Turtle."),
        (":a :b :c .", "The file is not Turtle; see line 1."),
        (PREFIX, "The file has no skos:ConceptScheme."),
        (PREFIX + ":a a skos:ConceptScheme . :b a skos:ConceptScheme .", "The file has several concept schemes; load one file for each: https://v.example/a, https://v.example/b."),
        (PREFIX + ":a a skos:ConceptScheme .", "The file has no skos:Concept in its scheme."),
        (PREFIX + "[] a skos:ConceptScheme .", "The concept scheme has no URI."),
        (PREFIX + ":a a skos:ConceptScheme, skos:Concept .", "<https://v.example/a>: is a concept and a concept scheme (SKOS S9)."),
        (OTHERS + ":9 a skos:Collection .", "<https://v.example/9>: is a concept and a collection (SKOS S37)."),
        (OTHERS + ':9 skos:prefLabel "Arras"@en .', "<https://v.example/9>: has two texts “prefLabel” in “en” (SKOS S14)."),
        (OTHERS + ':9 skos:altLabel "Tapestry"@en .', "<https://v.example/9>: “Tapestry” is its name and another name in one language (SKOS S13)."),
        (OTHERS + ":9 skos:related :10 .", "<https://v.example/9>: is related to “10”, of which it is a part (SKOS S27)."),
        (OTHERS + ":10 skos:broader :9 .", "<https://v.example/9>: is part of itself by way of “broader”."),
        (OTHERS + ":8 a skos:Concept .", "<https://v.example/8>: has no name (skos:prefLabel) in “en”."),
        (OTHERS + ":9 skos:altLabel :10 .", "<https://v.example/9>: “altLabel” must be text."),
        (OTHERS + ":9 skos:closeMatch [] .", "<https://v.example/9>: is mapped to something without a URI."),
        (OTHERS.replace('"Crafts"@en', '"Crafts"'), "<https://v.example/Crafts>: does not say in which language it was written (dcterms:language); name it when loading."),
        ("[" * 50_000, "The file is nested too deeply."),
        ("(" * 50_000, "The file is nested too deeply."),
        (":a :b \x00 .", "The file holds characters that no text has."),
    ],
)  # fmt: skip
def test_turtle_that_is_no_framework_is_refused_in_words(text, sentence):
    assert sentence in wrong(text)


@pytest.fixture
def no_network(monkeypatch):
    """Any attempt to look up or reach another host fails the test."""
    tried = []

    def refuse(*args, **kwargs):
        tried.append(args)
        raise OSError("no network in this test")

    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    yield
    assert tried == []


@pytest.mark.parametrize(
    "context",
    [
        "https://evil.example/context.jsonld",
        "file:///etc/passwd",
        "context.jsonld",
        ["https://evil.example/context.jsonld", {}],
        [[{}, "https://evil.example/context.jsonld"]],
        {"@import": "https://evil.example/context.jsonld"},
        {"a": {"@id": "https://v.example/a", "@context": "https://evil.example/context.jsonld"}},
    ],
)
def test_json_ld_that_would_fetch_its_context_is_refused(no_network, context):
    name = "context.jsonld" if context == "context.jsonld" else None
    sentences = wrong(json.dumps({"@context": context, "@id": "https://v.example/s"}), "json-ld")
    inner = wrong(json.dumps([{"https://v.example/p": {"@context": context}}]), "json-ld")

    assert len(sentences) == 1
    assert sentences == inner
    assert sentences[0].startswith("The file takes its context from “")
    assert sentences[0].endswith("This site fetches nothing: write the context into the file.")
    assert name is None or name in sentences[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{\n{", "The file is not JSON; see line 2."),
        ("[" * 100_000, "The file is nested too deeply."),
        ("[" * 60 + "]" * 60, "The file is nested too deeply."),
        ('{"a": ' * 60 + "1" + "}" * 60, "The file is nested too deeply."),
        ("7", "The file is not JSON-LD."),
        ("[7]", "The file has no skos:ConceptScheme."),
        ("null", "The file is not JSON-LD."),
        ('{"@context": 7}', "The file is not JSON-LD."),
        ('{"@context": {"@vocab": 7}, "a": "b"}', "The file is not JSON-LD."),
        ('{"@id": {}, "@type": [{}]}', "The file has no skos:ConceptScheme."),
    ],
)
def test_json_ld_that_is_no_framework_is_refused_in_words(no_network, text, sentence):
    assert wrong(text, "json-ld") == [sentence]


def test_turtle_names_other_files_and_none_is_fetched(no_network):
    found = read(
        OTHERS
        + "<https://v.example/Crafts> <http://www.w3.org/2002/07/owl#imports> <https://evil.example/all.ttl>, <file:///etc/passwd> ."
    )

    assert len(found.elements) == 2
    assert found.left_out == (f"{OWL.imports} (2)",)


WHOLE = documents.read(SEVEN.read_bytes(), site=SITE)
FILES = {
    "yaml": SEVEN.read_text(),
    "turtle": documents.as_turtle(documents.graph(WHOLE, site=SITE)),
    "json-ld": documents.as_jsonld(documents.graph(WHOLE, site=SITE)),
}
PIECES = st.one_of(
    st.sampled_from(
        ["@en", "<", ">", '"""', "\\", "[", "{", "}", "@prefix", "_:b", "^^", "\\ud800", "\x00", "é", "a:b:c", "<http://[>", "- ", ": ", "&a", "*a", "!!", "null", '"@id": 7,', '"@context": [],', '"@value": {},', '"@list": [[{}]],', "\t", "\ufeff", "1e999", "(", ")"]
    ),
    st.text(max_size=6),
)  # fmt: skip


@pytest.mark.parametrize("form", FILES)
@hypothesis.given(data=st.data())
@hypothesis.settings(deadline=None, max_examples=40)
def test_a_damaged_file_is_read_or_refused_in_words_and_nothing_else(form, data):
    text = FILES[form]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 40)))
        text = text[:start] + data.draw(PIECES) + text[end:]
    refused: list[str] = []
    found = None
    try:
        found = documents.read(
            text.encode("utf-8", "surrogatepass"), format=form, site=SITE, language="en"
        )
    except documents.Unreadable as error:
        refused = error.sentences
    if found is None:
        assert refused
        assert all(refused)
    else:
        assert documents.read(documents.as_yaml(found).encode(), site=SITE) == found
