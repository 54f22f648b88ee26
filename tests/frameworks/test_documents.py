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
        documents.read(data)
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
    ],
)
def test_document_that_is_no_framework_is_refused(data, sentence):
    assert wrong(data) == [sentence]


@pytest.mark.parametrize(
    ("number", "change", "sentence"),
    [
        (0, {"code": ""}, "element 1 (peace): “code” is missing."),
        (0, {"kind": "wish"}, "element 1 (peace): the kind “wish” is not one of topic, goal, principle, theme."),
        (0, {"slug": "Peace!"}, "element 1 (Peace!): the slug “Peace!” may hold small letters, digits and hyphens only."),
        (0, {"name": "a\nb"}, "element 1 (peace): “name” must be one line."),
        (0, {"name": "x" * 201, "short_name": "x"}, "element 1 (peace): “name” is longer than 200 characters."),
        (0, {"name": "x" * 61}, "element 1 (peace): “name” is long: give a “short_name” of at most 60 characters."),
        (0, {"serves": ["peace"]}, "element 1 (peace): only a topic serves goals."),
        (1, {"serves": ["war"]}, "element 2 (talks): serves “war”, which is no goal of this file."),
        (1, {"serves": "peace"}, "element 2 (talks): “serves” must be a list of slugs of goals."),
        (1, {"serves": ["peace", "peace"]}, "element 2 (talks): “serves” names a goal twice."),
        (1, {"retired": "soon"}, "element 2 (talks): “retired” must be true or false."),
        (1, {"colour": ["red"]}, "element 2 (talks): “colour” must be text."),
        (1, {"shape": "round"}, "element 2 (talks): “shape” is not a field."),
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
