"""Who edits the news: given by editors and by the administration, ended, told, and proved by a second factor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client

from museumhub.kit.models import AuditEvent
from museumhub.mail.models import Letter
from museumhub.members.models import Person
from museumhub.news.models import Item, NewsRole, edits_news
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db

SignedIn = Callable[[Person], Client]
Make = Callable[..., Item]


def test_editor_makes_somebody_an_editor_once_and_ends_the_role(
    signed_in: SignedIn, edda: Person, now: datetime
) -> None:
    zoe: Person = PersonFactory(email="zoe@network.example")
    client = signed_in(edda)
    for _twice in range(2):
        assert client.post("/edit/editors/", {"email": " Zoe@network.example"}).status_code == 302
    role = NewsRole.objects.get(person=zoe)
    assert (role.given_by, role.since) == (edda, now)
    assert edits_news(zoe)
    assert list(Letter.objects.values_list("kind", "to")) == [("news.role_given", zoe.email)]
    assert "zoe@network.example" in client.get("/edit/editors/").content.decode()
    ended = f"/edit/editors/{role.oid}/end/"
    assert client.get(ended).status_code == 200
    assert edits_news(zoe)
    assert client.post(ended).status_code == 302
    assert not edits_news(zoe)
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["news.editor_made", "news.editor_ended"]


def test_address_without_an_account_is_said_so_thirty_times_a_day(
    signed_in: SignedIn, edda: Person
) -> None:
    client = signed_in(edda)
    answers = [
        client.post("/edit/editors/", {"email": f"nobody{number}@network.example"})
        for number in range(31)
    ]
    assert {one.status_code for one in answers[:30]} == {422}
    assert "Nobody has an account with this address." in answers[0].content.decode()
    assert answers[30].status_code == 429


@pytest.mark.parametrize("address", ["/edit/queue/", "/edit/editors/"])
def test_pages_of_editors_are_not_there_for_others(
    signed_in: SignedIn, ana: Person, stan: Person, address: str
) -> None:
    for person in (ana, stan):
        assert signed_in(person).get(address).status_code == 404
        sent = signed_in(person).post(address, {"email": ana.email})
        assert sent.status_code in {404, 405}
    assert Client().get(address).status_code == 302


def test_editors_prove_themselves_twice_and_members_need_not(
    complete: Make, ana: Person, edda: Person, settings: Any
) -> None:
    settings.ORGANISERS_NEED_SECOND_FACTOR = True
    item = complete(submitted=True)
    addresses = [
        "/edit/",
        f"/edit/items/{item.oid}/",
        f"/edit/items/{item.oid}/text/",
        f"/edit/items/{item.oid}/act/publish/",
    ]
    member, editor = Client(), Client()
    member.force_login(ana)
    editor.force_login(edda)
    for address in addresses[:3]:
        assert member.get(address).status_code == 200
    for address in [*addresses, "/edit/queue/", "/edit/editors/"]:
        led = editor.get(address)
        assert led.status_code == 302, address
        assert led["Location"].startswith("/account/second-factor/"), address
    refused = editor.post(addresses[3], {"seen": 1})
    assert refused["Location"].startswith("/account/second-factor/")
    item.refresh_from_db()
    assert item.status == "submitted"
    Authenticator.objects.create(user=edda, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert editor.get("/edit/queue/").status_code == 200


def test_administration_names_the_first_editor_and_ends_the_role(
    client: Client, now: datetime, settings: Any
) -> None:
    settings.ORGANISERS_NEED_SECOND_FACTOR = False
    keeper: Person = PersonFactory(is_staff=True, is_superuser=True)
    zoe: Person = PersonFactory(email="zoe@network.example")
    client.force_login(keeper)
    made = client.post("/admin/news/newsrole/add/", {"person": zoe.pk})
    assert made.status_code == 302
    role = NewsRole.objects.get(person=zoe)
    assert role.given_by == keeper
    assert Letter.objects.get(kind="news.role_given").to == zoe.email
    assert client.get("/admin/news/newsrole/").status_code == 200
    gone = client.post(f"/admin/news/newsrole/{role.pk}/delete/", {"post": "yes"})
    assert gone.status_code == 302
    assert not NewsRole.objects.exists()


def test_who_may_change_any_item_edits_the_news_without_a_role(now: datetime) -> None:
    keeper: Person = PersonFactory(is_staff=True)
    assert not edits_news(keeper)
    permission = Permission.objects.get(codename="change_item", content_type__app_label="news")
    keeper.user_permissions.add(permission)
    assert edits_news(Person.objects.get(pk=keeper.pk))
