"""A form sent after the session ended: its text is kept for one browser and one person, and sent again."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from museumhub.kit import clock
from museumhub.members.models import KeptForm, Organisation
from museumhub.members.services.housekeeping import tidy
from tests.factories.members import PASSWORD, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db

ADD = "/organisations/new/"
TYPED = {"name": "City Museum", "kind": "museum", "country": "BE", "place": "Ghent <b>"}


def send_signed_out(client, path=ADD, **typed):
    return client.post(path, {**TYPED, **typed})


def sign_in(client, person, onward):
    return client.post(
        reverse("account_login"), {"login": person.email, "password": PASSWORD, "next": onward}
    )


def test_text_survives_sign_in_and_is_sent_again(client):
    answer = send_signed_out(client, message=["one", "two"])
    kept = KeptForm.objects.get()
    onward = reverse("members:continue", args=[kept.oid])
    assert answer.status_code == 302
    assert answer["Location"] == f"/account/login/?next={onward.replace('/', '%2F')}"
    person = PersonFactory()
    assert sign_in(client, person, onward)["Location"] == onward
    page = client.get(onward).content.decode()
    assert 'action="/organisations/new/"' in page
    assert "Ghent &lt;b&gt;" in page
    assert '<input type="hidden" name="message" value="two">' in page
    fields = dict(kept.data)
    assert client.post(kept.path, fields).status_code == 302
    assert Organisation.objects.get().name == "City Museum"


def test_secrets_and_files_are_not_kept_and_the_page_says_so(client):
    send_signed_out(
        client,
        csrfmiddlewaretoken="x",
        password1="my password",
        code="123456",
        logo=SimpleUploadedFile("logo.png", b"x"),
    )
    kept = KeptForm.objects.get()
    assert {name for name, _ in kept.data} == set(TYPED)
    assert kept.had_files
    client.force_login(PersonFactory())
    page = client.get(reverse("members:continue", args=[kept.oid])).content.decode()
    assert "Files could not be kept" in page


def test_another_browser_or_person_does_not_get_it(client):
    send_signed_out(client)
    address = reverse("members:continue", args=[KeptForm.objects.get().oid])
    other = Client()
    other.force_login(PersonFactory())
    assert other.get(address).status_code == 404
    client.force_login(PersonFactory())
    assert client.get(address).status_code == 200
    client.force_login(PersonFactory())
    assert client.get(address).status_code == 404


def test_forged_cookie_opens_nothing(client):
    send_signed_out(Client())
    oid = KeptForm.objects.get().oid
    client.force_login(PersonFactory())
    client.cookies["kept"] = f"{oid}:1abc:forged"
    assert client.get(reverse("members:continue", args=[oid])).status_code == 404


def test_after_a_day_it_is_gone(client):
    send_signed_out(client)
    KeptForm.objects.update(expires_at=clock.now())
    client.force_login(PersonFactory())
    address = reverse("members:continue", args=[KeptForm.objects.get().oid])
    assert client.get(address).status_code == 404
    assert tidy(clock.now() + timedelta(seconds=1))["kept_forms"] == 1


def test_person_can_delete_it_before(client):
    send_signed_out(client)
    client.force_login(PersonFactory())
    address = reverse("members:forget", args=[KeptForm.objects.get().oid])
    assert client.post(address).status_code == 302
    assert not KeptForm.objects.exists()


def test_post_without_csrf_token_keeps_nothing():
    client = Client(enforce_csrf_checks=True)
    assert send_signed_out(client).status_code == 403
    assert not KeptForm.objects.exists()


def test_empty_or_huge_form_keeps_nothing_but_leads_to_sign_in(client):
    for typed in (dict.fromkeys(TYPED, " "), {"name": "x" * 1_100_000}):
        answer = send_signed_out(client, **typed)
        assert answer["Location"] == "/account/login/?next=%2Forganisations%2Fnew%2F"
    assert not KeptForm.objects.exists()


def test_one_network_address_fills_nothing_up(client):
    for _ in range(32):
        assert send_signed_out(client).status_code == 302
    assert KeptForm.objects.count() == 30


def test_sign_in_form_itself_is_never_kept(client):
    client.post(reverse("account_change_password"), {"oldpassword": "x", "note": "y"})
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true", "HX-Current-URL": "http://testserver/organisations/new/?x=1"},
        {"Accept": "application/json", "Referer": "http://testserver/organisations/new/"},
        {
            "X-Requested-With": "XMLHttpRequest",
            "Referer": "http://testserver/organisations/new/",
        },
    ],
)
def test_script_gets_401_with_the_sign_in_address(client, headers):
    answer = client.post(ADD, TYPED, headers=headers)
    assert answer.status_code == 401
    assert answer["X-Sign-In"] == "/account/login/?next=%2Forganisations%2Fnew%2F"
    assert "What you typed is still on this page" in answer.content.decode()
    assert not KeptForm.objects.exists()


def test_script_with_a_foreign_page_is_not_led_there(client):
    answer = client.get(ADD, headers={"HX-Request": "true", "HX-Current-URL": "//evil.example/x"})
    assert answer["X-Sign-In"] in {"/account/login/", "/account/login/?next=%2Fx"}


def test_session_that_ended_in_the_middle_of_an_edit_loses_nothing(client):
    membership = MembershipFactory(organisation__name="Old")
    client.force_login(membership.person)
    client.session.flush()
    path = reverse("members:edit", args=[membership.organisation.slug])
    send_signed_out(client, path, version="1", name="New name")
    kept = KeptForm.objects.get()
    onward = reverse("members:continue", args=[kept.oid])
    sign_in(client, membership.person, onward)
    assert client.get(onward).status_code == 200
    client.post(kept.path, dict(kept.data))
    assert Organisation.objects.get().name == "New name"
