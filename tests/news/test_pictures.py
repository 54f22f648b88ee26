"""The picture library: who may do what with a picture, how its files are made, and when readers may have them."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from museumhub.kit import pictures, stopping, uploads
from museumhub.kit.models import AuditEvent, StoredFile
from museumhub.kit.refusals import Refused, Stale
from museumhub.members import services as members
from museumhub.members.models import Organisation, Person
from museumhub.news import tasks
from museumhub.news.models import Item, Picture, Rendition
from museumhub.news.services import rendering
from museumhub.news.services.pictures import (
    RENDER,
    delete_picture,
    edit_picture,
    replace_file,
    upload_picture,
)
from museumhub.schedule import registry
from tests.factories.members import MembershipFactory, OrganisationFactory, PersonFactory
from tests.factories.news import ItemFactory, NewsRoleFactory, PictureFactory, drawn, picture_file

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)  # contents go when their deletion is committed

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


@pytest.fixture
def ana() -> Person:
    """Writes for the Museum of Feathers."""
    person: Person = MembershipFactory(
        role="editor", organisation__name="Museum of Feathers", person__name="Ana"
    ).person
    return person


@pytest.fixture
def museum(ana: Person) -> Organisation:
    return Organisation.objects.get(name="Museum of Feathers")


@pytest.fixture
def editor() -> Person:
    """Edits the news."""
    person: Person = NewsRoleFactory().person
    return person


@pytest.fixture(autouse=True)
def process_that_goes_on() -> None:
    stopping.begin()


def upload(actor: Person, organisation: Organisation | None, now: datetime, **said: Any) -> Picture:
    size = said.pop("size", (700, 500))
    return upload_picture(
        actor=actor,
        picked=pictures.check(picture_file("Great hall.png", size=size)),
        said={"title": "Great hall", "organisation": organisation, **said},
        now=now,
    )


def contents() -> set[str]:
    """The names of all files below MEDIA_ROOT."""
    return {name for _folder, _folders, names in os.walk(settings.MEDIA_ROOT) for name in names}


# --- Making the files --------------------------------------------------------------------------------


@committed
def test_upload_waits_for_a_worker_which_makes_every_file_and_keeps_no_other(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    picture = upload(ana, museum, now)
    assert (picture.is_waiting, picture.shown, picture.width, picture.height) == (
        True,
        None,
        700,
        500,
    )
    sent = picture.file
    tasks.render_pictures()
    picture.refresh_from_db()
    assert (picture.is_waiting, picture.trouble, picture.attempts) == (False, "", 0)
    made = {(one.format, one.width, one.height) for one in picture.renditions.all()}
    large = ((640, 457), (700, 500))
    assert made == {
        *((format, *size) for format in ("avif", "webp") for size in ((320, 229), (480, 343))),
        *((format, *size) for format in ("avif", "webp", "jpeg") for size in large),
    }
    for one in picture.renditions.select_related("file"):
        with Image.open(default_storage.path(one.file.path)) as found:
            assert (found.format, found.size) == (one.format.upper(), (one.width, one.height))
        assert one.file.digest.startswith(one.digest)
    assert picture.file != sent
    assert not StoredFile.objects.filter(pk=sent.pk).exists()
    assert len(contents()) == StoredFile.objects.count() == 11


def test_shown_has_addresses_that_change_with_their_content(now: datetime) -> None:
    picture = PictureFactory(
        width=700, height=500, focus_x=31, focus_y=90, source_url="https://a.example/1"
    )
    shown = Picture.objects.with_renditions().get(pk=picture.pk).shown
    assert shown is not None
    jpeg = picture.renditions.get(format="jpeg", width=640)
    assert shown.src == f"/pictures/{picture.oid}/640-{jpeg.digest}.jpg"
    assert (shown.width, shown.height, shown.focus_x, shown.focus_y) == (700, 500, 30, 90)
    assert [one.content_type for one in shown.sources] == ["image/avif", "image/webp"]
    assert shown.sources[0].srcset.count(" 640w") == 1
    assert (shown.alt, shown.credit, str(shown.rights), shown.rights_href, shown.source_href) == (
        picture.alt,
        "Ana Marques",
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
        "https://a.example/1",
    )


def test_tick_finds_a_picture_whose_call_was_lost(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    assert RENDER not in [queue.task for queue in registry.queues_waiting(now)]
    picture = upload(ana, museum, now)
    assert RENDER in [queue.task for queue in registry.queues_waiting(now)]
    call_command("tick", stdout=StringIO())
    assert picture.renditions.count() == 10
    assert RENDER not in [queue.task for queue in registry.queues_waiting(now)]


def test_picture_that_a_worker_has_taken_is_taken_by_no_other_until_its_lease_is_over(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    upload(ana, museum, now)
    assert rendering._claim(now) is not None
    assert rendering._claim(now) is None
    assert rendering._claim(now + rendering.LEASE - timedelta(seconds=1)) is None
    again = rendering._claim(now + rendering.LEASE)
    assert again is not None
    assert again.attempts == 2


def test_picture_that_kills_its_worker_each_time_is_left_alone_in_the_end(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    picture = upload(ana, museum, now)
    at = now
    for _attempt in range(rendering.ATTEMPTS):
        assert rendering._claim(at) is not None
        at += rendering.LEASE
    assert rendering._claim(at) is None
    picture.refresh_from_db()
    assert (picture.due_at, picture.trouble) == (None, "stopped")
    assert not rendering.waits(at)


@committed
def test_worker_that_comes_too_late_changes_nothing(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    """Its lease ran out, another one has made the files."""
    picture = upload(ana, museum, now)
    slow = rendering._claim(now)
    quick = rendering._claim(now + rendering.LEASE)
    assert slow is not None
    assert quick is not None
    assert rendering._render(quick) is True
    made = set(Rendition.objects.values_list("file", flat=True))
    late = [(one, pictures.keep(one, name="late", now=now)) for one in _made(picture)]
    assert rendering._swap(slow, late) is False
    assert set(Rendition.objects.values_list("file", flat=True)) == made
    assert uploads.sweep_orphans(now + timedelta(days=2)) == len(late)
    picture.refresh_from_db()
    assert picture.renditions.count() == 10


def _made(picture: Picture) -> list[pictures.Made]:
    picture.refresh_from_db()
    with default_storage.open(picture.file.path) as content:
        return list(pictures.write_anew(content, "png"))


def test_file_that_cannot_be_read_is_tried_again_and_then_given_up_with_the_reason(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    picture = upload(ana, museum, now)
    Path(default_storage.path(picture.file.path)).write_bytes(drawn()[:200])
    at = now
    for pause in (timedelta(), *rendering.PAUSES):
        at += pause
        with time_machine.travel(at, tick=False):
            assert rendering.render_due(seconds=60) == 0
            assert not rendering.waits(at)
    picture.refresh_from_db()
    assert (picture.attempts, picture.due_at, picture.trouble) == (4, None, "unreadable")
    assert not picture.renditions.exists()


def test_broken_picture_does_not_keep_others_waiting(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    broken, good = upload(ana, museum, now), upload(ana, museum, now)
    default_storage.delete(broken.file.path)
    assert rendering.render_due(seconds=60) == 1
    assert good.renditions.count() == 10


def test_worker_that_is_asked_to_stop_leaves_the_rest_for_the_next(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    upload(ana, museum, now)
    stopping.ask()
    assert rendering.render_due(seconds=60) == 0
    assert rendering.waits(now)


@committed
def test_new_file_shows_the_former_one_until_its_own_files_are_made(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    picture: Picture = PictureFactory(organisation=museum, focus_x=10)
    before = contents()
    new = pictures.check(picture_file(size=(500, 900)))
    replace_file(picture=picture, actor=ana, picked=new, seen=1, now=now)
    picture = Picture.objects.get(pk=picture.pk)
    assert picture.shown is not None
    assert (picture.shown.width, picture.width, picture.height) == (400, 500, 900)
    assert (picture.focus_x, picture.version) == (50, 2)
    rendering.render_due(seconds=60)
    picture = Picture.objects.get(pk=picture.pk)
    assert picture.shown is not None
    assert (picture.shown.width, picture.shown.height) == (500, 900)
    assert contents() & before == set()
    assert len(contents()) == StoredFile.objects.count()


# --- Who may do what ---------------------------------------------------------------------------------


def test_people_use_the_pictures_of_those_they_write_for(ana: Person, museum: Organisation) -> None:
    own, others, networks = (
        PictureFactory(organisation=museum),
        PictureFactory(),
        PictureFactory(organisation=None),
    )
    staff = MembershipFactory(organisation=museum, role="staff").person
    editor = NewsRoleFactory().person
    assert set(Picture.objects.usable_by(ana)) == {own}
    assert set(Picture.objects.usable_by(staff)) == set()
    assert set(Picture.objects.visible_to(staff)) == {own}
    assert set(Picture.objects.usable_by(editor)) == {own, others, networks}
    assert set(Picture.objects.visible_to(PersonFactory())) == set()


def test_nobody_adds_a_picture_in_the_name_of_somebody_else(
    ana: Person, editor: Person, now: datetime
) -> None:
    for organisation in (OrganisationFactory(), None):
        with pytest.raises(Refused) as caught:
            upload(ana, organisation, now)
        assert caught.value.field == "organisation"
    assert not Picture.objects.exists()
    assert not StoredFile.objects.exists()
    assert upload(editor, None, now).organisation is None


def test_nobody_changes_the_picture_of_somebody_else(ana: Person, now: datetime) -> None:
    theirs = PictureFactory()
    for change in (
        lambda: edit_picture(picture=theirs, actor=ana, said={"alt": "x"}, seen=1, now=now),
        lambda: replace_file(
            picture=theirs, actor=ana, picked=pictures.check(picture_file()), seen=1, now=now
        ),
        lambda: delete_picture(picture=theirs, actor=ana, now=now),
    ):
        with pytest.raises(Refused):
            change()
    theirs.refresh_from_db()
    assert (theirs.version, theirs.alt) == (1, "A white line across a green field")


def test_nobody_gives_a_picture_to_an_organisation_they_do_not_write_for(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum)
    for other in (OrganisationFactory(), None):
        with pytest.raises(Refused):
            edit_picture(picture=picture, actor=ana, said={"organisation": other}, seen=1, now=now)


def test_two_who_change_a_picture_lose_nothing(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum)
    edit_picture(picture=picture, actor=ana, said={"alt": "A nest"}, seen=1, now=now)
    with pytest.raises(Stale) as caught:
        edit_picture(picture=picture, actor=ana, said={"alt": "An egg"}, seen=1, now=now)
    theirs: Any = caught.value.theirs
    assert theirs.alt == "A nest"
    assert caught.value.yours == {"alt": "An egg"}
    picture.refresh_from_db()
    assert (picture.alt, picture.version) == ("A nest", 2)


def test_saving_what_stands_already_changes_nothing(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum)
    edit_picture(picture=picture, actor=ana, said={"alt": picture.alt}, seen=1, now=now)
    picture.refresh_from_db()
    assert picture.version == 1
    assert not AuditEvent.objects.exists()


def test_every_act_is_in_the_audit_trail_without_words(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    picture = upload(ana, museum, now, credit="Ana Marques", rights=CC0)
    rendering.render_due(seconds=60)
    edit_picture(picture=picture, actor=ana, said={"alt": "A nest"}, seen=1, now=now)
    picked = pictures.check(picture_file(content=drawn(colour="plum")))
    replace_file(picture=picture, actor=ana, picked=picked, seen=2, now=now)
    delete_picture(picture=picture, actor=ana, now=now)
    events = AuditEvent.objects.order_by("pk")
    assert [(one.verb, one.actor_id) for one in events] == [
        (f"picture_{verb}", ana.pk) for verb in ("uploaded", "edited", "replaced", "deleted")
    ]
    assert {one.context for one in events} == {f"members.organisation:{museum.pk}"}
    assert events[1].after == {"fields": ["alt"]}
    assert not any("Marques" in str((one.before, one.after)) for one in events)


@committed
def test_picture_is_deleted_with_its_files_only_where_nothing_shows_it(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum)
    item = ItemFactory(picture=picture, draft=True)
    with pytest.raises(Refused, match="Something shows this picture"):
        delete_picture(picture=picture, actor=ana, now=now)
    assert Picture.objects.filter(pk=picture.pk).exists()
    assert StoredFile.objects.count() == 6
    item.delete()
    delete_picture(picture=picture, actor=ana, now=now)
    assert not Picture.objects.exists()
    assert not StoredFile.objects.exists()
    assert contents() == set()


@committed
def test_database_keeps_a_picture_that_is_shown(now: datetime) -> None:
    picture = PictureFactory()
    ItemFactory(picture=picture)
    Rendition.objects.all().delete()
    with pytest.raises(IntegrityError):
        _delete_behind_the_back_of_the_code(picture)
    assert Picture.objects.filter(pk=picture.pk).exists()


@transaction.atomic
def _delete_behind_the_back_of_the_code(picture: Picture) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM news_picture WHERE id = %s", [picture.pk])


@committed
def test_daily_round_leaves_the_files_of_pictures(now: datetime) -> None:
    PictureFactory()
    assert uploads.sweep_orphans(now + timedelta(days=30)) == 0
    assert StoredFile.objects.count() == len(contents()) == 6


# --- Who sees the files ------------------------------------------------------------------------------


def address(picture: Picture, format: str = "webp") -> str:
    rendition = picture.renditions.filter(format=format).first()
    assert rendition is not None
    return rendition.rendered(picture.oid).address


def test_file_is_nobody_s_until_something_published_shows_it(
    client: Client, ana: Person, museum: Organisation, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum)
    item = ItemFactory(picture=picture, scheduled=True)
    path = address(picture)
    assert client.get(path).status_code == 404
    Item.objects.filter(pk=item.pk).update(published_at=now, status="published")
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    client.force_login(ana)
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_those_who_work_with_a_picture_see_its_files_before_and_no_cache_keeps_them(
    client: Client, ana: Person, museum: Organisation, editor: Person, now: datetime
) -> None:
    picture = PictureFactory(organisation=museum)
    staff = MembershipFactory(organisation=museum, role="staff").person
    for person, status in ((ana, 200), (staff, 200), (editor, 200), (PersonFactory(), 404)):
        client.force_login(person)
        answer = client.get(address(picture))
        assert answer.status_code == status
        assert answer.headers["Cache-Control"] == "no-store"


def test_address_that_is_no_file_of_this_picture_is_404(client: Client, now: datetime) -> None:
    picture, other = PictureFactory(), PictureFactory(width=500, height=400)
    for one in (picture, other):
        ItemFactory(picture=one)
    rendition = picture.renditions.get(format="webp", width=400)
    path = rendition.rendered(picture.oid).address
    assert client.get(path).status_code == 200
    for wrong in (
        path.replace(".webp", ".avif"),
        path.replace(".webp", ".png"),
        path.replace("/400-", "/401-"),
        path.replace("/400-", "/0400-"),
        path.replace(rendition.digest, "0" * 16),
        path.replace(picture.oid, other.oid),
        path.replace(picture.oid, "a" * 26),
    ):
        assert client.get(wrong).status_code == 404, wrong


def test_original_is_for_those_who_may_use_it_and_only_once_it_is_clean(
    client: Client, ana: Person, museum: Organisation, editor: Person, now: datetime
) -> None:
    picture = upload(ana, museum, now)
    path = reverse("news:picture_original", args=[picture.oid])
    client.force_login(ana)
    assert client.get(path).status_code == 404
    rendering.render_due(seconds=60)
    ItemFactory(picture=picture)
    staff = MembershipFactory(organisation=museum, role="staff").person
    other = MembershipFactory(role="administrator").person
    for person, status in ((ana, 200), (editor, 200), (staff, 404), (other, 404)):
        client.force_login(person)
        answer = client.get(path)
        assert answer.status_code == status
    client.force_login(ana)
    answer = client.get(path)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Great hall.png"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


# --- People who go -----------------------------------------------------------------------------------


def test_erased_person_leaves_their_pictures_to_the_organisation_without_their_name(
    museum: Organisation, now: datetime
) -> None:
    zoe = MembershipFactory(organisation=museum, role="editor", person__name="Zoë Q. Finch").person
    picture = upload(zoe, museum, now, credit="Photo: Zoë Q. Finch, 2026", alt="A hall")
    named_by_others = PictureFactory(credit="Zoë Q. Finchley")
    exported = "".join(members.export_json(zoe))
    assert "Photo: Zo" in exported
    members.erase_person(person=zoe, actor=zoe, now=now)
    picture.refresh_from_db()
    assert (picture.uploaded_by, picture.organisation) == (None, museum)
    assert picture.credit == "Photo: Museum of Feathers, 2026"
    assert "finch" not in picture.search_key
    named_by_others.refresh_from_db()
    assert named_by_others.credit == "Zoë Q. Finchley"
