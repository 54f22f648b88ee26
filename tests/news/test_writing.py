"""Writing for a museum: who may, what the form asks, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from museumhub.kit.uploads import sweep_orphans
from museumhub.members.models import Organisation, Person
from museumhub.news import content as contents
from museumhub.news import kinds, services
from museumhub.news.models import Item
from tests.factories.members import OrganisationFactory, PersonFactory
from tests.factories.news import ItemFactory
from tests.kit.hostile import MARKUP

pytestmark = pytest.mark.django_db

SignedIn = Callable[[Person], Client]
Make = Callable[..., Item]
PDF = b"%PDF-1.7\nfeathers\n%%EOF\n"

INSIDE = ["", "text/", "file/", "preview/", "history/", "act/submit/", "delete/"]


def page(item: Item, rest: str = "") -> str:
    return f"/edit/items/{item.oid}/{rest}"


def typed(item: Item, **changes: Any) -> dict[str, Any]:
    """What the form of an article sends back when nobody touches it, with `changes`."""
    return {
        "version": item.version,
        "base": item.version,
        "title": item.title,
        "language": item.language,
        "teaser": item.teaser,
        "body": item.body,
        "topics": [topic.pk for topic in item.topics.all()],
        "tags": ", ".join(tag.name for tag in item.tags.all()),
        **changes,
    }


@pytest.mark.parametrize("rest", INSIDE)
def test_item_of_others_is_not_there(
    signed_in: SignedIn, complete: Make, otto: Person, rest: str
) -> None:
    item = complete(draft=True, publication=True)
    nowhere = page(item).replace(item.oid, "a" * 26)
    for address in (page(item, rest), nowhere + rest):
        answer = signed_in(otto).get(address)
        assert answer.status_code == 404, address
    assert signed_in(PersonFactory()).get(page(item, rest)).status_code == 404
    assert Client().get(page(item, rest)).status_code == 302


def test_published_item_of_others_is_read_outside_only(
    signed_in: SignedIn, complete: Make, otto: Person
) -> None:
    item = complete()
    assert signed_in(otto).get(item.get_absolute_url()).status_code == 200
    assert signed_in(otto).get(page(item)).status_code == 404


@pytest.mark.parametrize(
    ("rest", "status"),
    [("", 200), ("preview/", 200), ("history/", 200), ("text/", 404), ("act/submit/", 404), ("delete/", 404)],
)  # fmt: skip
def test_staff_read_along_and_cannot_write(
    signed_in: SignedIn, complete: Make, stan: Person, rest: str, status: int
) -> None:
    item = complete(draft=True)
    assert signed_in(stan).get(page(item, rest)).status_code == status
    assert signed_in(stan).get("/edit/").status_code == 200
    assert signed_in(stan).get("/edit/new/").status_code == 404
    refused = signed_in(stan).post(page(item, "comment/"), {"text": "Hello"})
    assert refused.status_code == 422


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_form_of_a_kind_has_its_fields_and_no_others(
    signed_in: SignedIn, ana: Person, kind: str
) -> None:
    answer = signed_in(ana).get(f"/edit/new/{kind}/")
    asked = set(answer.context["form"].fields)
    own = set(kinds.KINDS[kind].fields) - {"file", "resources_updated_at"}
    expected = {name for name in own if name not in kinds.INSTANTS} | {
        f"{name}_{part}" for name in own if name in kinds.INSTANTS for part in ("day", "clock")
    }
    every = {
        *kinds.COLUMNS,
        *kinds.RELATIONS,
        *(f"{name}_{part}" for name in kinds.INSTANTS for part in ("day", "clock")),
    }
    assert asked & every == expected


def test_unknown_kind_is_not_there(signed_in: SignedIn, ana: Person) -> None:
    assert signed_in(ana).get("/edit/new/gossip/").status_code == 404


def test_member_writes_for_their_own_museum_only(
    signed_in: SignedIn, ana: Person, museum: Organisation
) -> None:
    other = OrganisationFactory()
    refused = signed_in(ana).post(
        "/edit/new/article/", {"title": "Feathers", "organisation": other.oid}
    )
    assert refused.status_code == 422
    assert Item.objects.count() == 0
    made = signed_in(ana).post(
        "/edit/new/article/", {"title": "Feathers", "organisation": museum.oid}
    )
    assert made.status_code == 302
    assert Item.objects.get().author == ana


def test_editor_writes_for_anybody_and_for_the_network(
    signed_in: SignedIn, edda: Person, museum: Organisation
) -> None:
    client = signed_in(edda)
    assert client.post("/edit/new/article/", {"title": "A"}).status_code == 302
    assert (
        client.post(
            "/edit/new/article/", {"title": "B", "organisation": "museum of FEATHERS"}
        ).status_code
        == 302
    )
    assert {item.title: item.organisation for item in Item.objects.all()} == {
        "A": None,
        "B": museum,
    }
    refused = client.post("/edit/new/article/", {"title": "C", "organisation": "Museum of Fethers"})
    assert refused.status_code == 422
    assert "“Museum of Fethers” is not in the directory" in refused.content.decode()


def test_same_title_twice_gets_two_addresses_and_no_word_of_the_site(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    def slug(title: str) -> str:
        return services.create_item(
            kind="article", organisation=museum, content={"title": title}, actor=ana, now=now
        ).slug

    assert [slug("Night"), slug("Night!"), slug("Feed"), slug("★")] == [
        "night",
        "night-2",
        "news-feed",
        "news",
    ]
    assert slug("Μουσείο της νύχτας") == "moyseio-tis-nychtas"


def test_draft_may_be_half_done_and_keeps_everything_typed(
    signed_in: SignedIn, ana: Person, museum: Organisation, complete: Make
) -> None:
    item = complete(draft=True, initiative=True)
    other = OrganisationFactory(name="Museum of Ferns")
    sent = typed(
        item,
        title="Together",
        language="",
        teaser="",
        body="",
        topics=[],
        tags="birds, Night",
        link="ferns.example",
        partners="Museum of Ferns\n/organisations/" + museum.slug + "/",
        resources="- [List](https://ferns.example/list)",
    )
    assert signed_in(ana).post(page(item, "text/"), sent).status_code == 302
    item = Item.objects.get(pk=item.pk)
    said = contents.of(item)
    assert said["partners"] == sorted([other.pk, museum.pk])
    assert said["tags"] == ["Night", "birds"]
    assert (item.language, item.link, item.version) == ("", "https://ferns.example", 2)
    assert item.resources_updated_at is not None
    form = signed_in(ana).get(page(item, "text/")).context["form"]
    assert form["partners"].value() == "Museum of Feathers\nMuseum of Ferns"


def test_instants_are_typed_on_the_wall_clock_of_the_zone_and_stay_where_they_are(
    signed_in: SignedIn, ana: Person, complete: Make
) -> None:
    at = datetime(2027, 3, 5, 17, 30, 12, tzinfo=UTC)
    item = complete(draft=True, event=True, starts_at=at, ends_at=None, time_zone="Europe/Athens")
    form = signed_in(ana).get(page(item, "text/")).context["form"]
    shown = {name: form[name].value() for name in ("starts_at_day", "starts_at_clock", "time_zone")}
    assert [str(value) for value in shown.values()] == ["2027-03-05", "19:30:12", "Europe/Athens"]
    sent = typed(
        item,
        place="Ghent",
        time_zone="Europe/Athens",
        starts_at_day="2027-03-05",
        starts_at_clock="19:30",
        ends_at_day="2027-03-05",
        ends_at_clock="",
    )
    refused = signed_in(ana).post(page(item, "text/"), sent)
    assert "It ends before it begins." in refused.content.decode()
    sent["ends_at_clock"] = "22:00"
    assert signed_in(ana).post(page(item, "text/"), sent).status_code == 302
    item.refresh_from_db()
    assert (item.starts_at, item.ends_at) == (at, datetime(2027, 3, 5, 20, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"starts_at_clock": "19:30"}, "starts_at_day", "Choose the day as well."),
        ({"starts_at_day": "1066-10-14"}, "starts_at_day", "Choose a day between 1900 and 2200."),
        ({"time_zone": "Europe/Nowhere"}, "time_zone", "Select a valid choice."),
        ({"registration_url": "javascript:alert(1)"}, "registration_url", "Enter a valid URL."),
        ({"title": ""}, "title", "This field is required."),
        ({"title": "a\x0bb"}, "title", "Use one line without control characters."),
        ({"body": "x" * 20_001}, "body", "Ensure this value has at most 20000 characters"),
        ({"translation_of": "/news/nothing/"}, "translation_of", "There is no item at this address."),
        ({"topics": ["999999"]}, "topics", "Select a valid choice."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_at_its_field_and_comes_back_as_typed(
    signed_in: SignedIn,
    ana: Person,
    complete: Make,
    changes: dict[str, Any],
    field: str,
    sentence: str,
) -> None:
    item = complete(draft=True, event=True)
    words = "What I wrote all morning & <all> afternoon"
    sent = typed(item, **{"time_zone": "Europe/Athens", "teaser": words, **changes})
    answer = signed_in(ana).post(page(item, "text/"), sent)
    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors[field])
    assert "What I wrote all morning &amp; &lt;all&gt; afternoon" in answer.content.decode()
    item.refresh_from_db()
    assert item.version == 1


def test_saving_without_a_change_keeps_the_version(
    signed_in: SignedIn, ana: Person, complete: Make
) -> None:
    item = complete(draft=True)
    assert signed_in(ana).post(page(item, "text/"), typed(item)).status_code == 302
    item.refresh_from_db()
    assert (item.version, item.revisions.count()) == (1, 0)


def test_second_of_two_sees_both_texts_and_can_put_theirs(
    signed_in: SignedIn, ana: Person, edda: Person, complete: Make
) -> None:
    item = complete(draft=True, body="First.")
    services.save_item(
        item=item, content={"body": "<b>Edda's</b>"}, seen=1, actor=edda, now=item.created_at
    )
    sent = typed(item, body="Ana's <i>text</i>", version=1)
    conflict = signed_in(ana).post(page(item, "text/"), sent)
    assert conflict.status_code == 409
    text = conflict.content.decode()
    assert "&lt;b&gt;Edda&#x27;s&lt;/b&gt;" in text
    assert (
        text.count("Ana&#x27;s &lt;i&gt;text&lt;/i&gt;") == 2
    )  # beside the other, and in the form
    sent["version"] = conflict.context["form"]["version"].value()
    assert signed_in(ana).post(page(item, "text/"), sent).status_code == 302
    item.refresh_from_db()
    assert (item.body, item.version) == ("Ana's <i>text</i>", 3)
    assert [one.content["body"] for one in item.revisions.order_by("number")] == [
        "First.",
        "<b>Edda's</b>",
        "Ana's <i>text</i>",
    ]


def test_two_who_write_different_parts_are_not_held_up(
    signed_in: SignedIn, ana: Person, edda: Person, complete: Make
) -> None:
    item = complete(draft=True, body="First.", title="Feathers")
    services.save_item(
        item=item, content={"title": "Edda's"}, seen=1, actor=edda, now=item.created_at
    )
    sent = typed(item, teaser="Ana's teaser.", version=1)
    assert signed_in(ana).post(page(item, "text/"), sent).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.teaser, item.body) == ("Edda's", "Ana's teaser.", "First.")


def test_after_a_conflict_only_the_writers_own_changes_replace_what_stands(
    signed_in: SignedIn, ana: Person, edda: Person, complete: Make
) -> None:
    item = complete(draft=True, body="First.", title="Feathers")
    theirs = {"title": "Edda's", "body": "Edda's."}
    services.save_item(item=item, content=theirs, seen=1, actor=edda, now=item.created_at)
    sent = typed(item, body="Ana's.", version=1)
    conflict = signed_in(ana).post(page(item, "text/"), sent)
    assert [one.label for one in conflict.context["conflicts"]] == ["Text"]
    sent["version"] = conflict.context["form"]["version"].value()
    assert signed_in(ana).post(page(item, "text/"), sent).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.body) == ("Edda's", "Ana's.")


def test_button_without_a_script_shows_the_text_and_saves_nothing(
    signed_in: SignedIn, ana: Person, complete: Make
) -> None:
    item = complete(draft=True)
    sent = typed(item, body="### Deep\n\n**Bold** <script>", step="preview")
    answer = signed_in(ana).post(page(item, "text/"), sent)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<strong>Bold</strong> &lt;script&gt;" in text
    assert "The heading “Deep” skips a level: write it with #." in text
    item.refresh_from_db()
    assert item.version == 1
    fresh = signed_in(ana).post("/edit/new/article/", {"body": "*new*", "step": "preview"})
    assert "<em>new</em>" in fresh.content.decode()
    assert Item.objects.count() == 1


def test_live_preview_is_a_part_of_a_page(signed_in: SignedIn, ana: Person) -> None:
    answer = signed_in(ana).post("/edit/preview/", {"body": "*so*", "resources": "- it"})
    text = answer.content.decode()
    assert "<em>so</em>" in text
    assert "<li>it</li>" in text
    assert "<html" not in text
    assert signed_in(ana).get("/edit/preview/").status_code == 405


@pytest.mark.parametrize("hostile", [one for one in MARKUP if "<" in one])
def test_no_text_of_an_item_becomes_markup(
    signed_in: SignedIn, ana: Person, complete: Make, hostile: str
) -> None:
    words = "".join(c for c in " ".join(hostile.split())[:150] if c.isprintable()) or "x"
    item = complete(draft=True, title=words, teaser=words, body=hostile, event=True)
    services.save_item(
        item=item, content={"body": hostile + "!"}, seen=1, actor=ana, now=item.created_at
    )
    services.add_comment(item=item, text=hostile, actor=ana, now=item.created_at)
    for rest in ("", "text/", "preview/", "history/", "history/compare/?from=1&to=2"):
        text = signed_in(ana).get(page(item, rest)).content.decode()
        assert hostile not in text, rest
        assert words not in text, rest


def test_session_that_ended_loses_no_text(ana: Person, complete: Make) -> None:
    item = complete(draft=True)
    stranger = Client()
    asked = stranger.post(page(item, "text/"), typed(item, body="Typed in vain?"))
    assert asked.status_code == 302
    assert asked["Location"].startswith("/account/login/")
    stranger.force_login(ana)
    onward = stranger.get(
        asked["Location"].split("next=")[1].replace("%3F", "?").replace("%3D", "=")
    )
    assert "Typed in vain?" in onward.content.decode()


def test_file_is_sent_kept_with_the_item_and_taken_away(
    signed_in: SignedIn, ana: Person, edda: Person, complete: Make, now: datetime
) -> None:
    item = complete(draft=True, publication=True, link="")
    client = signed_in(ana)
    wrong = client.post(page(item, "file/"), {"file": SimpleUploadedFile("a.pdf", b"no pdf")})
    assert wrong.status_code == 422
    right = client.post(page(item, "file/"), {"file": SimpleUploadedFile("guide.pdf", PDF)})
    assert right.status_code == 302
    item.refresh_from_db()
    assert item.file is not None
    first = item.file
    assert (
        client.post(page(item, "file/"), {"file": SimpleUploadedFile("b.pdf", PDF)}).status_code
        == 302
    )
    item.refresh_from_db()
    assert item.file is not None
    # A former file stays with the item's history; it can be put back.
    assert sweep_orphans(now + timedelta(days=2)) == 0
    services.publish_item(item=item, seen=item.version, actor=edda, now=now)
    got = Client().get(f"/news/{item.slug}/file/")
    assert b"".join(got.streaming_content) == PDF  # type: ignore[attr-defined]
    assert got["Content-Disposition"] == 'attachment; filename="b.pdf"'
    revision = item.revisions.get(content__file=first.pk)
    services.restore_revision(item=item, revision=revision, seen=3, actor=edda, now=now)
    assert Item.objects.get(pk=item.pk).file == first
    # What is out needs it.
    assert signed_in(edda).post(page(item, "file/"), {"remove": "yes"}).status_code == 422


def test_file_of_a_kind_without_one_is_not_there(
    signed_in: SignedIn, ana: Person, complete: Make
) -> None:
    assert signed_in(ana).get(page(complete(draft=True), "file/")).status_code == 404


def test_draft_is_deleted_with_all_that_belongs_to_it(
    signed_in: SignedIn, ana: Person, complete: Make, now: datetime
) -> None:
    item = complete(draft=True)
    services.save_item(item=item, content={"body": "New."}, seen=1, actor=ana, now=now)
    services.add_comment(item=item, text="Shall we?", actor=ana, now=now)
    client = signed_in(ana)
    assert client.get(page(item, "delete/")).status_code == 200
    assert Item.objects.count() == 1
    assert client.post(page(item, "delete/")).status_code == 302
    assert Item.objects.count() == 0


@pytest.mark.parametrize("status", ["submitted", "published", "withdrawn"])
def test_only_a_draft_is_deleted(
    signed_in: SignedIn, edda: Person, complete: Make, status: str
) -> None:
    item = complete(**{status: True} if status != "published" else {})
    assert signed_in(edda).post(page(item, "delete/")).status_code == 422
    assert Item.objects.count() == 1


@pytest.mark.parametrize("many", [1, 3])
def test_lists_ask_the_same_number_of_questions_whatever_there_is(
    signed_in: SignedIn,
    ana: Person,
    edda: Person,
    museum: Organisation,
    django_assert_num_queries: Any,
    many: int,
) -> None:
    ItemFactory.create_batch(many, submitted=True, organisation=museum, author=ana)
    for person, address, number in ((ana, "/edit/", 12), (edda, "/edit/queue/", 10)):
        client = signed_in(person)
        client.get(address)
        with django_assert_num_queries(number):
            client.get(address)


def test_lists_are_narrowed_by_their_address(
    signed_in: SignedIn, ana: Person, museum: Organisation
) -> None:
    ItemFactory(draft=True, title="Night", organisation=museum)
    ItemFactory(submitted=True, title="Day", organisation=museum)
    ItemFactory(draft=True, title="Night elsewhere")
    client = signed_in(ana)
    assert "Night elsewhere" not in client.get("/edit/").content.decode()
    found = client.get("/edit/?status=draft&q=night").content.decode()
    assert "Night" in found
    assert "Day" not in found
    assert "Nothing fits these filters" in client.get("/edit/?q=moon").content.decode()
    assert client.get("/edit/?status=lost").status_code == 404
