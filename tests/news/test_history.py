"""What an item was: differences between two texts, and an earlier one put back."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from museumhub.members.models import Person
from museumhub.news import differences, services
from museumhub.news.models import Item
from tests.factories.news import ItemFactory

SignedIn = Callable[[Person], Client]
Make = Callable[..., Item]


def marked(before: str, after: str) -> list[str]:
    """Each line as `-[gone] same` or `+[new] same`, with how many were left out before it."""
    signs = {"gone": "-", "new": "+", "same": " "}
    return [
        f"{line.skipped or ''}{signs[line.part]}"
        + "".join(
            piece.text if piece.part == "same" else f"[{piece.text}]" for piece in line.pieces
        )
        for line in differences.compare(before, after)
    ]


def test_words_are_compared_within_a_line() -> None:
    assert marked("We open at night.", "We open on Friday night!") == [
        "-We open [at] night[.]",
        "+We open [on Friday] night[!]",
    ]


def test_lines_that_came_and_went_are_whole() -> None:
    assert marked("a\nb", "b") == ["-[a]", " b"]
    assert marked("a", "a\nb") == [" a", "+[b]"]
    assert marked("", "a") == ["+[a]"]


def test_what_is_far_from_a_change_is_counted_only() -> None:
    before = "\n".join(str(number) for number in range(20))
    assert marked(before, before.replace("10", "ten")) == [
        "8 8",
        " 9",
        "-[10]",
        "+[ten]",
        " 11",
        " 12",
    ]


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_both_texts_can_be_read_from_their_comparison(before: str, after: str) -> None:
    lines = differences._changed(before.splitlines(), after.splitlines())
    parts = {"gone": [], "new": []}  # type: ignore[var-annotated]
    for line in lines:
        parts[line.part].append("".join(piece.text for piece in line.pieces))
    assert parts["gone"] == before.splitlines()
    assert parts["new"] == after.splitlines()


def test_longest_texts_are_compared_without_matching_every_word() -> None:
    before = " ".join(f"word{number}" for number in range(2500))
    after = " ".join(f"word{number}" for number in range(2500, 0, -1))
    began = time.perf_counter()
    lines = differences.compare(before, after)
    assert [line.part for line in lines] == ["gone", "new"]
    assert [len(line.pieces) for line in lines] == [1, 1]
    assert time.perf_counter() - began < 60


@pytest.mark.django_db
class TestPages:
    def saved(self, complete: Make, ana: Person) -> Item:
        """Three texts: as it was found, changed by Ana, and changed again."""
        item = complete(draft=True, event=True, body="One.\nTwo.")
        begins = datetime(2027, 2, 20, 17, 30, tzinfo=UTC).isoformat()
        texts: list[dict[str, Any]] = [
            {"body": "One.\nThree <i>.", "starts_at": begins},
            {"title": "Feathers", "tags": ["birds"], "topics": []},
        ]
        for number, changes in enumerate(texts, start=1):
            item = services.save_item(
                item=item, content=changes, seen=number, actor=ana, now=item.created_at
            )
        return item

    def test_every_save_stands_in_the_history(
        self, signed_in: SignedIn, complete: Make, ana: Person
    ) -> None:
        item = self.saved(complete, ana)
        page = signed_in(ana).get(f"/edit/items/{item.oid}/history/")
        assert [(one.number, one.act) for one in page.context["page"]] == [
            (3, "edited"),
            (2, "edited"),
            (1, "found"),
        ]

    def test_two_texts_are_compared_field_by_field(
        self, signed_in: SignedIn, complete: Make, ana: Person
    ) -> None:
        item = self.saved(complete, ana)
        page = signed_in(ana).get(f"/edit/items/{item.oid}/history/compare/?from=3&to=1")
        fields = {one.label: (one.before, one.after) for one in page.context["fields"]}
        assert set(fields) == {"Title", "Starts", "Text", "Topics", "Keywords"}
        assert fields["Starts"][1] == "Saturday 20 February 2027, 18:30 (Brussels time, UTC+1)"
        assert fields["Topics"] == ("Climate", "")
        assert fields["Keywords"] == ("", "birds")
        text = page.content.decode()
        assert "<del>Two</del>" in text
        assert "<ins>Three &lt;i&gt;</ins>" in text
        for query in ("from=1", "from=1&to=9", "from=a&to=2", "from=²&to=1", "from=-1&to=2"):
            missing = signed_in(ana).get(f"/edit/items/{item.oid}/history/compare/?{query}")
            assert missing.status_code == 404, query
        unnamed = signed_in(ana).get(f"/edit/items/{item.oid}/history/compare/")
        assert unnamed["Location"] == f"/edit/items/{item.oid}/history/"

    def test_earlier_text_is_put_back_as_a_new_one(
        self, signed_in: SignedIn, complete: Make, ana: Person
    ) -> None:
        item = self.saved(complete, ana)
        first = item.revisions.get(number=1)
        address = f"/edit/items/{item.oid}/history/{first.oid}/restore/"
        client = signed_in(ana)
        assert client.get(address).status_code == 200
        assert client.post(address, {"seen": "2"}).status_code == 409
        assert client.post(address, {"seen": "3"}).status_code == 302
        item.refresh_from_db()
        assert (item.body, item.version) == ("One.\nTwo.", 4)
        assert [topic.slug for topic in item.topics.all()] == ["climate"]
        newest = item.revisions.get(number=4)
        assert newest.act == "restored"
        assert newest.content == first.content
        assert item.revisions.count() == 4

    def test_what_was_deleted_since_is_left_out(
        self, complete: Make, ana: Person, now: datetime
    ) -> None:
        item = complete(draft=True)
        topic = item.topics.get()
        item = services.save_item(
            item=item, content={"topics": [], "body": "New."}, seen=1, actor=ana, now=now
        )
        topic.delete()
        first = item.revisions.get(number=1)
        services.restore_revision(item=item, revision=first, seen=2, actor=ana, now=now)
        item.refresh_from_db()
        assert item.body == "Museums act **together**."
        assert not item.topics.exists()

    def test_text_of_another_item_cannot_be_put_in(
        self, signed_in: SignedIn, complete: Make, ana: Person, now: datetime
    ) -> None:
        item = self.saved(complete, ana)
        other = ItemFactory(draft=True, organisation=item.organisation)
        foreign = item.revisions.get(number=1)
        address = f"/edit/items/{other.oid}/history/{foreign.oid}/restore/"
        assert signed_in(ana).post(address, {"seen": "1"}).status_code == 404
