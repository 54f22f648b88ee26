"""What changes how somebody signs in asks first for a fresh proof, also of those who sign in by code only."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from time_machine import travel

from museumhub.mail.models import Letter
from tests.architecture import house
from tests.factories.members import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db

MINUTE = 60
CODE_PAGE = "/account/confirm/"
PASSWORD_PAGE = "/account/reauthenticate/"
# Each page that changes how somebody signs in, or shows what would let others in.
CHANGES = {
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "members:set_password",
}
# The library's other pages for people who are signed in, and why no proof is asked there.
WITHOUT = {
    "account_change_password": "asks for the present password in the form itself",
    "account_email": "shadowed by members:address, which asks when something is sent",
    "account_set_password": "shadowed by members:set_password",
    "account_logout": "ends the session",
    "account_reauthenticate": "is the proof",
    "mfa_reauthenticate": "is the proof",
    "mfa_reauthenticate_webauthn": "is the proof",
    "mfa_index": "only reads: which factors there are",
    "mfa_list_webauthn": "only reads: names of passkeys",
}


@pytest.fixture(autouse=True)
def no_old_limits():
    cache.clear()


@pytest.fixture
def by_code():
    """Somebody with neither password nor second factor."""
    person = PersonFactory()
    person.set_unusable_password()
    person.save()
    return person


def newest_code(kind: str):
    return Letter.objects.filter(kind=kind).latest("pk").context["code"]


def sign_in_by_code(client, person) -> None:
    client.post(reverse("account_request_login_code"), {"email": person.email})
    client.post("/account/login/code/confirm/", {"code": newest_code("account.signin_code")})
    assert client.get(reverse("members:account")).status_code == 200


def give_every_factor(person) -> Authenticator:
    """An app, recovery codes and a passkey; returns the passkey."""
    totp.TOTP.activate(person, totp.generate_totp_secret())
    RecoveryCodes.activate(person)
    return Authenticator.objects.create(user=person, type="webauthn", data={"name": "Laptop"})


def address_of(name: str, passkey: int = 1) -> str:
    return reverse(
        name, args=[passkey] if name.endswith(("edit_webauthn", "_remove_webauthn")) else []
    )


def proof_asked(answer) -> str:
    """The page of the proof an answer leads to; empty where it asks for none."""
    page = answer.get("Location", "").split("?")[0]
    return page if page in {CODE_PAGE, PASSWORD_PAGE, "/account/2fa/reauthenticate/"} else ""


def test_every_page_of_the_library_for_people_signed_in_is_counted():
    """A new release may bring new pages: they are sorted into one of the two lists above."""
    for_people = set()
    for address in house.addresses():
        if address.name.startswith(("account_", "mfa_")):
            answer = Client().get(re.sub(r"<int:pk>", "1", address.route))
            if answer.get("Location", "").startswith("/account/login/?next="):
                for_people.add(address.name)
    assert for_people == (CHANGES | set(WITHOUT)) - {"members:set_password", "account_logout"}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(CHANGES))
def test_somebody_with_a_password_proves_it_again_first(client, name, method):
    person = PersonFactory()
    passkey = give_every_factor(person)
    if name == "mfa_activate_totp":
        Authenticator.objects.filter(type="totp").delete()
    client.force_login(person)
    answer = getattr(client, method)(address_of(name, passkey.pk))
    if (name, method) == ("members:set_password", "post"):
        assert answer["Location"] == "/account/password/set/"
    elif (name, method) in {
        ("mfa_view_recovery_codes", "post"),
        ("mfa_download_recovery_codes", "post"),
    }:
        assert answer.status_code in {302, 405}
    else:
        assert proof_asked(answer) == PASSWORD_PAGE


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "name",
    [
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_generate_recovery_codes",
        "members:set_password",
    ],
)
def test_somebody_who_signs_in_by_code_is_asked_for_a_fresh_one_first(
    client, by_code, name, method
):
    client.force_login(by_code)
    path = address_of(name)
    answer = getattr(client, method)(path)
    if method == "post" and name == "members:set_password":
        assert answer["Location"] == path
        answer = client.get(path)
    assert proof_asked(answer) == CODE_PAGE
    assert not Authenticator.objects.exists()
    by_code.refresh_from_db()
    assert not by_code.has_usable_password()


def test_password_typed_without_a_proof_is_written_down_nowhere(client, by_code):
    client.force_login(by_code)
    client.post(reverse("members:set_password"), {"password1": "four unrelated words here"})
    assert "four unrelated" not in str(dict(client.session))


def test_mailed_code_opens_the_page_that_was_asked_for_and_for_a_quarter_of_an_hour(
    client, by_code
):
    wanted = reverse("mfa_activate_totp")
    with travel("2027-02-01T10:00:00Z", tick=False) as clock:
        client.force_login(by_code)
        answer = client.get(wanted)
        client.post(answer["Location"], {"action": "send", "next": wanted})
        letter = Letter.objects.get(kind="account.confirm_code")
        assert letter.to == by_code.email
        wrong = client.post(answer["Location"], {"code": "BCDF-GHJK", "next": wanted})
        assert wrong.status_code == 422
        assert proof_asked(client.get(wanted)) == CODE_PAGE
        right = client.post(answer["Location"], {"code": letter.context["code"], "next": wanted})
        assert right["Location"] == wanted
        assert client.get(wanted).status_code == 200
        clock.shift(14 * MINUTE)
        assert client.get(wanted).status_code == 200
        clock.shift(2 * MINUTE)
        assert proof_asked(client.get(wanted)) == CODE_PAGE


def test_code_typed_at_sign_in_is_fresh_for_a_quarter_of_an_hour_only(client, by_code):
    with travel("2027-02-01T10:00:00Z", tick=False) as clock:
        sign_in_by_code(client, by_code)
        clock.shift(14 * MINUTE)
        assert client.get(reverse("mfa_activate_totp")).status_code == 200
        clock.shift(2 * MINUTE)
        assert proof_asked(client.get(reverse("mfa_activate_totp"))) == CODE_PAGE


def test_app_confirmed_too_late_is_taken_up_again_after_the_mailed_code(client, by_code):
    """The code of the app was typed when the proof had just run out: it is asked for, then the form goes on."""
    wanted = reverse("mfa_activate_totp")
    with travel("2027-02-01T10:00:00Z", tick=False) as clock:
        sign_in_by_code(client, by_code)
        secret = client.get(wanted).context["form"].secret
        clock.shift(16 * MINUTE)
        code = totp.format_hotp_value(
            totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time())))
        )
        answer = client.post(wanted, {"code": code})
        assert proof_asked(answer) == CODE_PAGE
        assert not Authenticator.objects.exists()
        client.post(answer["Location"], {"action": "send", "next": wanted})
        client.post(
            answer["Location"], {"code": newest_code("account.confirm_code"), "next": wanted}
        )
        assert set(Authenticator.objects.values_list("type", flat=True)) == {
            "totp",
            "recovery_codes",
        }


def test_sign_in_by_password_a_moment_ago_does_not_count(client):
    person = PersonFactory()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert proof_asked(client.get(reverse("mfa_activate_totp"))) == PASSWORD_PAGE


def test_second_factor_of_somebody_without_password_is_their_proof(client, by_code):
    give_every_factor(by_code)
    sign_in = Client()
    sign_in.force_login(by_code)
    answer = sign_in.get(reverse("mfa_deactivate_totp"))
    assert proof_asked(answer) == "/account/2fa/reauthenticate/"
    assert sign_in.get(CODE_PAGE)["Location"].startswith("/account/2fa/reauthenticate/")
