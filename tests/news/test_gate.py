"""The publication gate: each reason by itself, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from museumhub.news import gate, kinds
from museumhub.news.models import Item

AT = datetime(2027, 3, 5, 17, 30, tzinfo=UTC)


@dataclass
class Picture:
    pk: int = 7
    oid: str = "p" * 26
    title: str = "Hall"
    alt: str = "A hall full of feathers"
    credit: str = "Ana Marques"
    rights: str = "https://creativecommons.org/licenses/by/4.0/"


WHOLE: dict[str, dict[str, Any]] = {
    kinds.ARTICLE: {},
    kinds.EVENT: {"starts_at": AT, "ends_at": AT, "time_zone": "Europe/Brussels", "place": "Ghent"},
    kinds.WEBINAR: {
        "starts_at": AT,
        "ends_at": AT,
        "time_zone": "Europe/Brussels",
        "online_url": "https://rooms.example/",
    },
    kinds.FEEDBACK: {"closes_at": AT, "time_zone": "Europe/Brussels"},
    kinds.PUBLICATION: {"authors": "Ana", "year": 2026, "link": "https://library.example/"},
    kinds.TOOLKIT: {"link": "https://library.example/"},
    kinds.RECOMMENDATION: {"dated": date(2027, 1, 1)},
    kinds.CAMPAIGN: {"link": "https://campaign.example/"},
    kinds.FUND: {"link": "https://fund.example/"},
    kinds.INITIATIVE: {},
    kinds.STATEMENT: {"dated": date(2027, 1, 1)},
}


def whole(kind: str = kinds.ARTICLE, **changes: Any) -> gate.Manuscript:
    """A manuscript that lacks nothing, but for `changes`."""
    fields = {
        "kind": kind,
        "title": "Feathers",
        "language": "en",
        "teaser": "The museum opens at night.",
        "body": "# Come\n\nWe open at night.",
        **WHOLE[kind],
        **changes,
    }
    return gate.Manuscript(
        item=Item(**fields), topics=["climate"], partners=["a museum"], pictures={}
    )


def said(manuscript: gate.Manuscript) -> list[tuple[str, str]]:
    return [(one.field, str(one.sentence)) for one in gate.reasons(manuscript)]


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_whole_manuscript_of_each_kind_passes(kind: str) -> None:
    assert said(whole(kind)) == []


@pytest.mark.parametrize(
    ("kind", "changes", "field", "sentence"),
    [
        ("article", {"title": " "}, "title", "Give it a title."),
        ("article", {"language": ""}, "language", "Choose the language it is written in."),
        ("article", {"teaser": ""}, "teaser", "Write a teaser: one or two sentences for lists."),
        ("article", {"body": " \n"}, "body", "Write a text."),
        ("event", {"starts_at": None}, "starts_at", "Say when it begins."),
        ("event", {"ends_at": None}, "ends_at", "Say when it ends."),
        ("event", {"time_zone": ""}, "time_zone", "Choose the time zone its times are meant in."),
        ("event", {"place": ""}, "place", "Say where it takes place, or give the address of the online room."),
        ("event", {"ends_at": AT.replace(hour=1)}, "ends_at", "It ends before it begins."),
        ("webinar", {"online_url": ""}, "online_url", "Give the address of the online room, of the registration or of the recording."),
        ("feedback", {"closes_at": None}, "closes_at", "Say until when it is open."),
        ("feedback", {"time_zone": ""}, "time_zone", "Choose the time zone its times are meant in."),
        ("publication", {"authors": ""}, "authors", "Name the authors."),
        ("publication", {"year": None}, "year", "Say the year of publication."),
        ("publication", {"link": ""}, "file", "Add the file, or a link to it."),
        ("toolkit", {"link": ""}, "file", "Add the file, or a link to it."),
        ("recommendation", {"dated": None}, "dated", "Say of which day it is."),
        ("campaign", {"link": ""}, "link", "Give the address readers are to go to."),
        ("fund", {"link": ""}, "link", "Give the address readers are to go to."),
        ("fund", {"closes_at": AT}, "time_zone", "Choose the time zone its times are meant in."),
        ("statement", {"dated": None}, "dated", "Say of which day it is."),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_at_its_field(
    kind: str, changes: dict[str, Any], field: str, sentence: str
) -> None:
    assert said(whole(kind, **changes)) == [(field, sentence)]


def test_every_required_field_has_a_sentence() -> None:
    for kind in kinds.KINDS.values():
        assert set(kind.required) <= set(gate.NEEDED)
        assert set(kind.one_of) <= set(gate.EITHER)


def test_item_needs_a_topic_and_an_initiative_a_partner() -> None:
    assert said(replace(whole(), topics=[])) == [("topics", "Choose at least one topic.")]
    alone = replace(whole(kinds.INITIATIVE), partners=[])
    assert said(alone) == [("partners", "Name at least one partner.")]


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        ("alt", "The picture “Hall” has no alternative text."),
        ("credit", "The picture “Hall” does not say whom it is by."),
        ("rights", "The picture “Hall” does not say who may use it."),
    ],
)
def test_pictures_need_alternative_text_credit_and_rights(lacking: str, sentence: str) -> None:
    given: dict[str, Any] = {lacking: " "}
    picture = Picture(**given)
    lead = replace(whole(picture_id=7), pictures={picture.oid: picture})
    assert said(lead) == [("picture", sentence)]
    text = f"![]({'picture:' + picture.oid})"
    assert said(replace(whole(body=text), pictures={picture.oid: picture})) == [("body", sentence)]


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        ("# A\n\n## B\n\n### C\n\n# D", []),
        ("## A", ["The heading “A” skips a level: write it with #."]),
        ("# A\n\n### B\n\n## C", ["The heading “B” skips a level: write it with ##."]),
        ("#\n\nwords", ["A heading has no words."]),
        ("[a](https://a.example/) [b](/topics/) [c](mailto:c@c.example) [d](#d)", []),
        ("[site](www.a.example)", ["The link “site” leads nowhere: write its whole address, with https://."]),
        ("[x](page.html)", ["The link “x” leads nowhere: write its whole address, with https://."]),
        ("[y](/nowhere/)", ["There is no page of this site where “y” leads."]),
        ("![a](https://a.example/a.png)", ["The picture “a” comes from elsewhere: put it into the library first."]),
        ("words ![a](picture:" + "p" * 26 + ")", ["The picture “a” stands between words: give it a paragraph of its own."]),
        ("![a](picture:" + "q" * 26 + ")", ["There is no picture “a” in the library."]),
        ("![a](picture:" + "p" * 26 + ")", []),
    ],
)  # fmt: skip
def test_headings_links_and_pictures_of_a_text_are_checked(body: str, sentences: list[str]) -> None:
    manuscript = replace(whole(body=body), pictures={"p" * 26: Picture()}, broken={"/nowhere/"})
    assert [sentence for _field, sentence in said(manuscript)] == sentences


def test_all_reasons_are_listed_in_the_order_of_the_form() -> None:
    nothing = gate.Manuscript(Item(kind="event"), topics=[], partners=[], pictures={})
    assert [field for field, _sentence in said(nothing)] == [
        *("title", "language", "teaser", "body"),
        *("starts_at", "ends_at", "time_zone", "place", "topics"),
    ]
