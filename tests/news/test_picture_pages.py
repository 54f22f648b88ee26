"""The pages of the picture library, and the field with which a form lets somebody choose one; all without a script."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from museumhub.kit import throttle
from museumhub.members.models import Organisation, Person
from museumhub.news.forms.pictures import PictureField
from museumhub.news.models import Picture
from museumhub.news.services import rendering
from tests.factories.members import MembershipFactory, OrganisationFactory, PersonFactory
from tests.factories.news import (
    NOW,
    ItemFactory,
    NewsRoleFactory,
    PictureFactory,
    drawn,
    picture_file,
)

pytestmark = pytest.mark.django_db

LIBRARY = "/edit/pictures/"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.fixture
def ana(client: Client, now: datetime) -> Person:
    """Writes for the Museum of Feathers, and is signed in."""
    person: Person = MembershipFactory(
        role="editor", organisation__name="Museum of Feathers", organisation__slug="feathers"
    ).person
    client.force_login(person)
    return person


@pytest.fixture
def museum(ana: Person) -> Organisation:
    return Organisation.objects.get(slug="feathers")


def page(picture: Picture, name: str = "picture") -> str:
    return reverse(f"news:{name}", args=[picture.oid])


def typed(museum: Organisation, **other: Any) -> dict[str, Any]:
    return {
        "title": "Great hall",
        "alt": "A hall with a glass roof",
        "language": "en",
        "credit": "Ana Marques",
        "rights": CC_BY,
        "source_url": "feathers.example/objects/1",
        "organisation": str(museum.pk),
        **other,
    }


# --- Who gets there -----------------------------------------------------------------------------------


def test_library_is_there_for_those_who_write_for_somebody_and_for_editors(client: Client) -> None:
    for make, status in (
        (lambda: PersonFactory(), 404),
        (lambda: MembershipFactory(role="staff").person, 404),
        (lambda: MembershipFactory(role="editor").person, 200),
        (lambda: MembershipFactory(role="administrator").person, 200),
        (lambda: NewsRoleFactory().person, 200),
    ):
        client.force_login(make())
        assert client.get(LIBRARY).status_code == status
        assert client.get("/edit/pictures/new/").status_code == status


def test_picture_of_somebody_else_is_not_there_on_any_page(client: Client, ana: Person) -> None:
    theirs = PictureFactory(waiting=True)
    ItemFactory(picture=theirs)
    for name in ("picture", "picture_file", "picture_delete", "picture_original"):
        assert client.get(page(theirs, name)).status_code == 404
        assert client.post(page(theirs, name), {"version": "1"}).status_code in {404, 405}
    assert Picture.objects.filter(pk=theirs.pk, version=1).exists()


# --- The list -------------------------------------------------------------------------------------------


def titles(client: Client, query: str = "") -> list[str]:
    answer = client.get(LIBRARY + query)
    assert answer.status_code == 200
    return [picture.title for picture in answer.context["turned"].rows]


def test_library_is_narrowed_by_words_organisation_rights_and_what_is_missing(
    client: Client, now: datetime
) -> None:
    client.force_login(NewsRoleFactory().person)
    feathers = OrganisationFactory(name="Feathers", slug="feathers")
    PictureFactory(title="Nest", alt="Éggs of a wren", organisation=feathers, waiting=True)
    PictureFactory(title="Hall", credit="", rights="", organisation=feathers)
    PictureFactory(title="Logo", alt="", organisation=None)
    ItemFactory(picture=Picture.objects.get(title="Hall"))
    broken = PictureFactory(title="Broken", waiting=True)
    Picture.objects.filter(pk=broken.pk).update(due_at=None, trouble="unreadable")
    assert titles(client) == ["Broken", "Logo", "Hall", "Nest"]
    assert titles(client, "?q=eggs+WREN") == ["Nest"]
    assert titles(client, "?q=marques") == ["Broken", "Logo", "Nest"]
    assert titles(client, "?organisation=feathers") == ["Hall", "Nest"]
    assert titles(client, "?organisation=-") == ["Logo"]
    assert titles(client, f"?rights={CC_BY}") == ["Broken", "Logo", "Nest"]
    assert titles(client, "?lacking=credit") == titles(client, "?lacking=rights") == ["Hall"]
    assert titles(client, "?lacking=alt") == ["Logo"]
    assert titles(client, "?state=unused") == ["Broken", "Logo", "Nest"]
    assert titles(client, "?state=waiting") == ["Nest"]
    assert titles(client, "?state=trouble") == ["Broken"]
    assert titles(client, "?q=nowhere") == []
    assert b"No picture found" in client.get(f"{LIBRARY}?q=nowhere").content
    assert len(titles(client, "?lacking=everything&state=x&organisation=unknown")) == 4


def test_library_is_turned_by_places(client: Client, ana: Person, museum: Organisation) -> None:
    for number in range(30):
        at = NOW - timedelta(hours=number // 3)
        PictureFactory(title=f"P{number}", organisation=museum, created_at=at, waiting=True)
    first = client.get(LIBRARY)
    assert [p.title for p in first.context["turned"].rows] == [
        f"P{3 * (n // 3) + 2 - n % 3}" for n in range(24)
    ]
    older = first.context["turned"].older
    second = client.get(f"{LIBRARY}?before={older}")
    assert {p.title for p in second.context["turned"].rows} == {f"P{n}" for n in range(24, 30)}
    newer = second.context["turned"].newer
    again = client.get(f"{LIBRARY}?after={newer}")
    assert again.context["turned"].rows == first.context["turned"].rows


@pytest.mark.parametrize("rows", [1, 3])
def test_library_asks_the_same_number_of_queries(
    client: Client, ana: Person, museum: Organisation, rows: int, django_assert_num_queries: Any
) -> None:
    for _number in range(rows):
        PictureFactory(organisation=museum)
    with django_assert_num_queries(12):
        client.get(LIBRARY)


# --- Uploading ------------------------------------------------------------------------------------------


def test_upload_takes_a_picture_and_says_what_comes_next(
    client: Client, museum: Organisation, now: datetime
) -> None:
    answer = client.post(
        "/edit/pictures/new/", typed(museum, title="", file=picture_file("Great hall.png"))
    )
    picture = Picture.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page(picture))
    assert (picture.title, picture.credit, picture.rights) == ("Great hall", "Ana Marques", CC_BY)
    assert picture.source_url == "https://feathers.example/objects/1"
    assert (picture.organisation, picture.uploaded_by) == (museum, museum.memberships.get().person)
    shown = client.get(page(picture)).content.decode()
    assert "Its files are being made" in shown
    rendering.render_due(seconds=60)
    shown = client.get(page(picture)).content.decode()
    assert "image/avif" in shown
    assert "Its files are being made" not in shown


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("hall.png", b"<script>alert(1)</script>", "is not what its name says (PNG picture)"),
        ("hall.svg", b"<svg/>", "Choose a file of one of these kinds"),
        ("hall.png", b"", "The submitted file is empty."),
        ("hall.png", drawn((20, 20)), "This picture is too small"),
    ],
)
def test_refused_file_is_named_in_words_and_nothing_typed_is_lost(
    client: Client, museum: Organisation, name: str, content: bytes, said: str
) -> None:
    sent = typed(museum, file=picture_file(name, content=content or b" "))
    if not content:
        sent["file"].file.truncate(0)
        sent["file"].size = 0
    answer = client.post("/edit/pictures/new/", sent)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == ["file"]
    assert said in form.errors["file"][0]
    for field in ("title", "alt", "credit", "rights", "organisation"):
        assert form[field].value() == sent[field]
    html = answer.content.decode()
    assert 'value="Great hall"' in html
    assert "A hall with a glass roof</textarea>" in html
    assert f'value="{CC_BY}" selected' in html
    assert not Picture.objects.exists()


def test_what_is_typed_wrongly_asks_for_the_file_again(
    client: Client, museum: Organisation
) -> None:
    sent = typed(museum, source_url="javascript:alert(1)", file=picture_file())
    answer = client.post("/edit/pictures/new/", sent)
    assert answer.status_code == 422
    assert "Choose the file again, please" in answer.content.decode()
    assert not Picture.objects.exists()


def test_nobody_uploads_for_an_organisation_they_do_not_write_for(
    client: Client, museum: Organisation
) -> None:
    for other in (str(OrganisationFactory().pk), "", "x"):
        sent = typed(museum, organisation=other, file=picture_file())
        assert client.post("/edit/pictures/new/", sent).status_code == 422
    assert not Picture.objects.exists()


def test_who_sends_more_pictures_than_an_hour_holds_is_told_when_to_go_on(
    client: Client, museum: Organisation, ana: Person
) -> None:
    for _time in range(60):
        throttle.spend("news.pictures", ana.pk, 60, timedelta(hours=1), now=NOW)
    sent = typed(museum, title="The sixty-first", file=picture_file())
    answer = client.post("/edit/pictures/new/", sent)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    page = answer.content.decode()
    assert "Try again in a minute or two." in page
    assert "The sixty-first" in page
    assert not Picture.objects.exists()


def test_upload_leads_back_to_where_it_was_asked_for_and_never_elsewhere(
    client: Client, museum: Organisation, now: datetime
) -> None:
    for onward, led in (
        ("/edit/feeds/", "/edit/feeds/"),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("javascript:alert(1)", None),
    ):
        assert client.get(f"/edit/pictures/new/?next={onward}").context["next"] == (led or "")
        sent = typed(museum, next=onward, file=picture_file())
        answer = client.post("/edit/pictures/new/", sent)
        made = Picture.objects.latest("pk")
        assert answer["Location"] == (led or page(made))


# --- Changing -------------------------------------------------------------------------------------------


def test_words_and_focus_are_saved_and_the_crops_follow(
    client: Client, museum: Organisation, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum)
    sent = typed(museum, alt="A hall,\nseen from above", focus_x="22", focus_y="", version="1")
    assert client.post(page(picture), sent)["Location"] == page(picture)
    picture.refresh_from_db()
    assert (picture.alt, picture.focus_x, picture.focus_y, picture.version) == (
        "A hall, seen from above",
        22,
        50,
        2,
    )
    html = client.get(page(picture)).content.decode()
    for crop in ("wide", "square", "portrait"):
        assert f"picture__image--{crop} focus-x-20 focus-y-50" in html
    assert " style=" not in html


@pytest.mark.parametrize("value", ["-1", "101", "x", "1e3"])
def test_focus_outside_the_picture_is_refused(
    client: Client, museum: Organisation, value: str, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum)
    answer = client.post(page(picture), typed(museum, focus_x=value, version="1"))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["focus_x"]


def test_two_who_change_a_picture_see_both_texts(
    client: Client, museum: Organisation, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum)
    client.post(page(picture), typed(museum, alt="A nest", version="1"))
    answer = client.post(page(picture), typed(museum, alt="<b>An egg</b>", version="1"))
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "A nest" in html
    assert "&lt;b&gt;An egg&lt;/b&gt;" in html
    assert [one.label for one in answer.context["conflicts"]] == ["Alternative text"]
    again = typed(
        museum, alt="A nest and an egg", version=answer.context["form"]["version"].value()
    )
    assert client.post(page(picture), again).status_code == 302
    picture.refresh_from_db()
    assert picture.alt == "A nest and an egg"


def test_page_says_where_a_picture_is_used_without_the_titles_of_others(
    client: Client, museum: Organisation, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum)
    ItemFactory(title="Out already", picture=picture)
    ItemFactory(title="Our draft", picture=picture, organisation=museum, draft=True)
    ItemFactory(title="A stranger's draft", picture=picture, draft=True)
    html = client.get(page(picture)).content.decode()
    assert "Out already" in html
    assert "Our draft" in html
    assert "stranger" not in html
    assert "A text of somebody else" in html
    assert page(picture, "picture_delete") not in html


def test_file_is_replaced_and_one_that_is_refused_says_why(
    client: Client, museum: Organisation, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum)
    address = page(picture, "picture_file")
    assert client.get(address).status_code == 200
    refused = client.post(address, {"version": "1", "file": picture_file(content=b"x")})
    assert refused.status_code == 422
    taken = client.post(address, {"version": "1", "file": picture_file(size=(500, 500))})
    assert taken["Location"] == page(picture)
    stale = client.post(address, {"version": "1", "file": picture_file(size=(600, 600))})
    assert stale.status_code == 409
    picture.refresh_from_db()
    assert (picture.width, picture.version, picture.is_waiting) == (500, 2, True)


def test_unused_picture_is_deleted_after_a_page_that_asks(
    client: Client, museum: Organisation, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum)
    address = page(picture, "picture_delete")
    item = ItemFactory(picture=picture)
    assert "This picture is used" in client.get(address).content.decode()
    assert client.post(address).status_code == 422
    item.delete()
    assert "Delete “" in client.get(address).content.decode()
    assert client.post(address)["Location"] == LIBRARY
    assert not Picture.objects.exists()


# --- Choosing one in another form -------------------------------------------------------------------------


class SomeForm(forms.Form):
    """A form that leads with a picture."""

    title = forms.CharField()
    picture = PictureField(required=False)


def some_form(user: Person, sent: str | None = None, **options: Any) -> SomeForm:
    form = SomeForm(None if sent is None else QueryDict(sent), **options)
    field: Any = form.fields["picture"]
    field.offer(user, kept=form.initial.get("picture"))
    return form


def test_field_offers_the_newest_that_may_be_used_with_the_present_one_first(
    ana: Person, museum: Organisation
) -> None:
    networks = PictureFactory(organisation=None, title="Sky")
    PictureFactory(title="Somebody else's")
    for number in range(13):
        PictureFactory(organisation=museum, title=f"Own {number:02}", waiting=True)
    html = str(some_form(ana, initial={"picture": networks})["picture"].as_field_group())
    assert "Sky" in html
    assert f'value="{networks.oid}" checked' in html
    assert "Somebody else" not in html
    assert "Own 12" in html
    assert "Own 01" in html
    assert "Own 00" not in html
    assert "There are more" in html


def test_field_takes_what_may_be_used_and_keeps_what_stands(
    ana: Person, museum: Organisation
) -> None:
    own, other = PictureFactory(organisation=museum), PictureFactory()
    for sent, kept, taken in (
        (own.oid, None, own),
        ("", None, None),
        (other.oid, other, other),
        (own.oid, other, own),
    ):
        form = some_form(ana, f"title=x&picture={sent}", initial={"picture": kept})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["picture"] == taken
        assert ("picture" in form.changed_data) == (taken != kept)
    for sent in (other.oid, "a" * 26, "1", "%00"):
        form = some_form(ana, f"title=x&picture={sent}")
        assert list(form.errors) == ["picture"]


def test_button_of_the_field_finds_pictures_and_loses_nothing_typed(
    ana: Person, museum: Organisation
) -> None:
    nest = PictureFactory(organisation=museum, title="Nest")
    hall = PictureFactory(organisation=museum, title="Hall")
    sent = f"title=What+I+typed&picture={hall.oid}&picture-q=nest&picture-find=1"
    form = some_form(ana, sent)
    assert not form.is_valid()
    assert form.errors["picture"] == ["Choose one of the pictures found, then go on."]
    html = form.as_div()
    assert "What I typed" in html
    assert f'value="{hall.oid}" checked' in html
    assert nest.oid in html
    assert 'value="nest"' in html


def test_script_of_the_field_fetches_the_same_list(
    client: Client, ana: Person, museum: Organisation
) -> None:
    nest = PictureFactory(organisation=museum, title="Nest")
    hall = PictureFactory(organisation=museum, title="Hall")
    kept = PictureFactory(organisation=museum, title="Kept")
    address = f"/edit/pictures/choose/?name=lead&kept={kept.oid}&lead={hall.oid}&lead-q=nest"
    assert client.get(address)["Location"] == LIBRARY
    answer = client.get(address, headers={"hx-request": "true"})
    html = answer.content.decode()
    assert f'name="lead" value="{hall.oid}" checked' in html
    assert nest.oid in html
    assert kept.oid not in html
    assert "<html" not in html


@pytest.mark.parametrize("rows", [1, 3])
def test_field_asks_the_same_number_of_queries(
    ana: Person, museum: Organisation, rows: int, django_assert_num_queries: Any
) -> None:
    for _number in range(rows):
        PictureFactory(organisation=museum)
    with django_assert_num_queries(5):
        str(some_form(ana)["picture"])


def test_form_of_an_item_takes_a_picture_that_then_leads_its_page(
    client: Client, ana: Person, museum: Organisation, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum, alt="Eggs of a wren")
    item = ItemFactory(organisation=museum, draft=True, title="Nests")
    address = reverse("news:edit_text", args=[item.oid])
    sent = {"title": "Nests and eggs", "language": "en", "version": "1", "base": "1"}
    asked = client.post(address, {**sent, "picture-q": "wren", "picture-find": "1"})
    assert asked.status_code == 422
    assert picture.oid in asked.content.decode()
    assert 'value="Nests and eggs"' in asked.content.decode()
    refused = client.post(address, {**sent, "picture": PictureFactory().oid})
    assert refused.status_code == 422
    assert client.post(address, {**sent, "picture": picture.oid}).status_code == 302
    item.refresh_from_db()
    assert (item.picture, item.title) == (picture, "Nests and eggs")
    html = client.get(address).content.decode()
    assert f'value="{picture.oid}" checked' in html


def test_form_of_an_item_keeps_a_picture_its_writer_could_not_choose(
    client: Client, ana: Person, museum: Organisation, now: datetime
) -> None:
    picture = PictureFactory(organisation=None)
    item = ItemFactory(organisation=museum, draft=True, picture=picture)
    address = reverse("news:edit_text", args=[item.oid])
    assert f'value="{picture.oid}" checked' in client.get(address).content.decode()
    sent = {"title": "Nests", "language": "en", "version": "1", "base": "1", "picture": picture.oid}
    assert client.post(address, sent).status_code == 302
    item.refresh_from_db()
    assert (item.picture, item.title) == (picture, "Nests")
    without = {**sent, "picture": "", "version": "2", "base": "2"}
    assert client.post(address, without).status_code == 302
    item.refresh_from_db()
    assert item.picture is None
