"""What a framework file must hold: each mistake is said in a sentence that names the row."""

from pathlib import Path

import pytest
import yaml

from frameworks import documents

SEVEN = Path("frameworks/data/seven-topics.yaml")


def framework(**changes):
    whole = {
        "framework": {"slug": "own", "name": "Our own", "language": "en"},
        "elements": [
            {
                "kind": "goal",
                "slug": "peace",
                "code": "1",
                "name": "Peace",
                "definition": "No war.",
            },
            {
                "kind": "topic",
                "slug": "talks",
                "code": "T",
                "name": "Talks",
                "definition": "Talking.",
                "serves": ["peace"],
            },
        ],
    }
    return whole | changes


def wrong(whole) -> list[str]:
    data = whole if isinstance(whole, bytes) else yaml.safe_dump(whole).encode()
    with pytest.raises(documents.Unreadable) as refused:
        documents.read(data, site="https://museums.example")
    return refused.value.sentences


def test_document_of_the_seven_topics_has_each_topic_serve_one_goal():
    document = documents.read(SEVEN.read_bytes())

    topics = [row for row in document.elements if row.texts["kind"] == "topic"]
    goals = [row.slug for row in document.elements if row.texts["kind"] == "goal"]
    assert [row.slug for row in topics] == [
        "climate", "intangible-collectables", "open-museums", "crisis", "museumhood", "xr",
        "tech-loves-culture",
    ]  # fmt: skip
    assert [row.texts["code"] for row in topics] == ["MC", "IC", "OM", "MFC", "MH", "ER", "TLC"]
    assert [row.serves for row in topics] == [(goal,) for goal in goals]


def test_document_without_short_name_takes_the_name():
    document = documents.read(yaml.safe_dump(framework()).encode())

    assert [row.texts["short_name"] for row in document.elements] == ["Peace", "Talks"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xfe", "The file is not written in UTF-8."),
        (b"a: [", "The file is not YAML; see line 1."),
        (b"a: \x00", "The file is not YAML."),
        (b"- a\n- b\n", "The file must have the parts “framework” and “elements”."),
        (b"", "The file must have the parts “framework” and “elements”."),
        (b"a: " + b"x" * 1_000_001, "The file is larger than a framework can be (1 MB)."),
        (b"a: !!python/object/apply:os.system [ls]", "The file is not YAML; see line 1."),
        (b"framework:\n  slug: a\n  slug: b\n", "Line 3: “slug” is given twice."),
        (b"? [a]\n: b\n", "Line 1: a name must be text."),
        (b"[" * 100_000, "The file is nested too deeply."),
        (b"a: !!int " + b"9" * 5000, "The file holds a value that cannot be read."),
    ],
)
def test_document_that_is_no_framework_is_refused(data, sentence):
    assert wrong(data) == [sentence]


@pytest.mark.parametrize(
    ("number", "change", "sentence"),
    [
        (0, {"code": ""}, "element 1 (peace): “code” is missing."),
        (0, {"kind": "wish"}, "element 1 (peace): the kind “wish” is not one of topic, goal, principle, theme, concept."),
        (0, {"slug": "Peace!"}, "element 1 (Peace!): the slug “Peace!” may hold small letters, digits and hyphens only."),
        (0, {"name": "a\nb"}, "element 1 (peace): “name” must be one line."),
        (0, {"name": "x" * 201, "short_name": "x"}, "element 1 (peace): “name” is longer than 200 characters."),
        (0, {"name": "x" * 61}, "element 1 (peace): “name” is long: give a “short_name” of at most 60 characters."),
        (0, {"serves": ["peace"]}, "element 1 (peace): only a topic serves goals."),
        (1, {"serves": ["war"]}, "element 2 (talks): serves “war”, which is no goal of this file."),
        (1, {"serves": "peace"}, "element 2 (talks): “serves” must be a list of slugs."),
        (1, {"serves": ["peace", "peace"]}, "element 2 (talks): “serves” names an element twice."),
        (1, {"retired": "soon"}, "element 2 (talks): “retired” must be true or false."),
        (1, {"colour": ["red"]}, "element 2 (talks): “colour” must be text."),
        (1, {"shape": "round"}, "element 2 (talks): “shape” is not a field."),
        (0, {"uri": "mailto:a@b"}, "element 1 (peace): “mailto:a@b” is not a URI."),
        (0, {"uri": "https://museums.example/frameworks/own/talks/"}, "element 1 (peace): the URI “https://museums.example/frameworks/own/talks/” is this site’s own and belongs to something else."),
        (0, {"definition": "a\x07b"}, "element 1 (peace): “definition” holds characters that no text has."),
        (0, {"broader": ["peace"]}, "element 1 (peace): “broader” names “peace”, which is no other element of this file."),
        (0, {"replaced_by": "talks"}, "element 1 (peace): only a retired element is replaced by another."),
        (0, {"former": ["talks"]}, "element 2 (talks): “talks” stands at element 1 (peace) already."),
        (0, {"former": ["peace"]}, "element 1 (peace): “peace” is its slug, not a former one."),
        (0, {"translations": {"french": {"name": "Paix"}}}, "element 1 (peace): “french” is not a language tag such as en or pt-BR."),
        (0, {"translations": {"fr": {"title": "Paix"}}}, "element 1 (peace), fr: “title” is not a field."),
        (0, {"translations": {"EN": {"name": "Peace"}}}, "element 1 (peace), en: is the language of the framework itself, no translation."),
        (0, {"other_names": {"en": ["Peace"]}}, "element 1 (peace): “Peace” is its name and another name in one language (SKOS S13)."),
        (1, {"broader": ["peace"]}, "element 2 (talks): is related to “peace”, of which it is a part (SKOS S27)."),
        (1, {"related": ["peace"]}, "element 2 (talks): serves “peace”; “related” need not say so again."),
        (1, {"mappings": [{"relation": "sameAs", "to": "sdg/1"}]}, "element 2 (talks), mapping 1: the relation “sameAs” is not one of exactMatch, closeMatch, broadMatch, narrowMatch, relatedMatch."),
        (1, {"mappings": [{"relation": "exactMatch", "to": "goal one"}]}, "element 2 (talks), mapping 1: maps to “goal one”, which is neither a URI nor written as framework/slug."),
        (1, {"mappings": [{"relation": "exactMatch"}]}, "element 2 (talks), mapping 1: “to” is missing."),
        (1, {"mappings": [{"relation": "exactMatch", "to": "own/peace"}]}, "element 2 (talks): maps to “own/peace” of its own framework: say “broader” or “related”."),
        (1, {"mappings": [{"relation": "exactMatch", "to": "sdg/1"}] * 2}, "element 2 (talks): maps to “sdg/1” twice in the same way."),
        (1, {"slug": "peace"}, "element 2 (peace): “peace” stands at element 1 (peace) already."),
        (1, {"kind": "goal", "code": "1", "serves": []}, "element 2 (talks): “1” stands at element 1 (peace) already."),
    ],
)  # fmt: skip
def test_document_with_a_wrong_element_names_its_row(number, change, sentence):
    whole = framework()
    whole["elements"][number] |= change

    assert sentence in wrong(whole)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "framework: “name” is missing."),
        ({"language": "english"}, "framework: “english” is not a language tag such as en or pt-BR."),
        ({"source_url": "javascript:alert(1)"}, "framework: “source_url” is not a web address."),
        ({"colour": "red"}, "framework: “colour” is not a field."),
        ({"slug": "terms"}, "framework: the slug “terms” is the site’s own; choose another."),
    ],
)  # fmt: skip
def test_document_with_a_wrong_framework_says_so(change, sentence):
    whole = framework()
    whole["framework"] |= change

    assert wrong(whole) == [sentence]


def test_document_says_everything_that_is_wrong_at_once():
    assert wrong({"elements": [{"kind": "goal"}, 7]}) == [
        "framework: this part is missing.",
        "element 1: “slug” is missing.",
        "element 1: “code” is missing.",
        "element 1: “name” is missing.",
        "element 1: “definition” is missing.",
        "element 2: must be a list of fields.",
    ]
    assert wrong({"framework": framework()["framework"], "elements": []}) == [
        "elements: this part must be a list of at least one element."
    ]


def test_document_takes_every_value_as_text():
    """Norwegian is not false, version 1.10 is not 1.1, and 2020-13-45 is no date that cannot be."""
    document = documents.read(
        b"framework: {slug: own, name: Yes, language: no, version: 1.10, source: 2020-13-45}\n"
        b"elements: [{kind: concept, slug: on, code: 0x1F, name: null}]\n"
    )

    assert document.texts["language"] == "no"
    assert document.texts["name"] == "Yes"
    assert document.texts["version"] == "1.10"
    assert document.texts["source"] == "2020-13-45"
    assert document.elements[0].texts["code"] == "0x1F"


def test_document_with_many_mistakes_names_the_first_fifty():
    whole = framework(elements=[{"kind": "goal"}] * 1000)

    sentences = wrong(whole)

    assert len(sentences) == 51
    assert sentences[-1] == "And 3950 more of this kind."


def test_document_relates_both_ways():
    whole = framework()
    whole["elements"].append(whole["elements"][0] | {"slug": "joy", "code": "2"})
    whole["elements"][2]["related"] = ["peace"]

    related = [row.related for row in documents.read(yaml.safe_dump(whole).encode()).elements]

    assert related == [("joy",), (), ("peace",)]


def test_document_names_those_that_are_part_of_themselves_and_not_those_below_them():
    concepts = {"a": "b", "b": "c", "c": "a", "below": "a", "d": "e", "e": ""}
    whole = framework(
        elements=[
            {"kind": "concept", "slug": slug, "code": slug, "name": slug, "broader": [above] if above else []}
            for slug, above in concepts.items()
        ]
    )  # fmt: skip

    assert wrong(whole) == [
        f"element {number} ({slug}): is part of itself by way of “broader”."
        for number, slug in enumerate("abc", start=1)
    ]
