"""The pages of accounts and organisations in a real browser: accessible at both widths, with passkeys, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse

from museumhub.kit import clock
from museumhub.mail.models import Letter
from museumhub.members import services
from museumhub.members.models import Person
from tests.browser import Window
from tests.factories.members import (
    PASSWORD,
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Window]


@pytest.fixture(autouse=True)
def no_old_limits() -> None:
    cache.clear()


def press(window: Window, words: str) -> None:
    window.page.get_by_role("button", name=words).or_(
        window.page.get_by_role("link", name=words)
    ).first.click()


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_before_sign_in_are_accessible(open_window: Open, width: int) -> None:
    OrganisationFactory.create_batch(3)
    invitation = InvitationFactory()
    window = open_window(width=width)
    for address in (
        reverse("account_login"),
        reverse("account_signup"),
        reverse("account_request_login_code"),
        reverse("account_reset_password"),
        reverse("account_inactive"),
        reverse("members:directory"),
        reverse("members:organisation", args=[invitation.organisation.slug]),
        reverse("members:invitation", args=[services.invitation_token(invitation)]),
        reverse("members:erased"),
    ):
        window.open(address)
        window.check()
        window.shot(f"members-{width}{address.replace('/', '-')[:40]}")


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_after_sign_in_are_accessible(open_window: Open, width: int) -> None:
    own = MembershipFactory(
        organisation__name="A museum with a name of a length", person__name="Zoë"
    )
    slug = own.organisation.slug
    colleague = MembershipFactory(organisation=own.organisation, role="staff")
    InvitationFactory(organisation=own.organisation)
    JoinRequestFactory(organisation=own.organisation)
    InvitationFactory(email=own.person.email)
    JoinRequestFactory(person=own.person)
    other = OrganisationFactory()
    window = open_window(width=width)
    window.sign_in(own.person)
    for address in (
        reverse("members:account"),
        reverse("members:profile"),
        reverse("members:address"),
        reverse("members:privacy"),
        reverse("members:second_factor"),
        reverse("members:add"),
        reverse("members:people", args=[slug]),
        reverse("members:member", args=[slug, colleague.oid]),
        reverse("members:remove", args=[slug, colleague.oid]),
        reverse("members:edit", args=[slug]),
        reverse("members:leave", args=[slug]),
        reverse("members:join", args=[other.slug]),
        reverse("account_change_password"),
        reverse("account_logout"),
        reverse("account_reauthenticate"),
        reverse("mfa_index"),
    ):
        window.open(address)
        window.check()
        window.shot(f"members-{width}{address.replace('/', '-')[:60]}")


def test_refused_sign_up_leads_to_the_field_and_proposes_the_browsers_zone(
    open_window: Open,
) -> None:
    window = open_window(width=360, timezone_id="Europe/Lisbon")
    window.expect("422")
    page = window.open(reverse("account_signup"))
    assert page.input_value("#id_time_zone") == "Europe/Lisbon"
    page.select_option("#id_time_zone", "Asia/Tokyo")
    press(window, "Make the account")
    window.check()
    assert page.input_value("#id_time_zone") == "Asia/Tokyo"
    page.get_by_role("link", name="Your name: Write a name.").click()
    assert page.evaluate("document.activeElement.id") == "id_name"


@pytest.mark.parametrize("scripts", [True, False])
def test_sign_up_by_code_and_found_a_museum(open_window: Open, scripts: bool) -> None:
    window = open_window(scripts=scripts)
    page = window.open(reverse("account_signup") + "?next=/account/")
    page.fill("#id_name", "Ana Silva")
    page.fill("#id_email", "ana@museum.example")
    press(window, "Make the account")
    page.fill("#id_code", Letter.objects.get(kind="account.signup_code").context["code"])
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="My account").wait_for()
    person = Person.objects.get(email="ana@museum.example")
    assert person.emailaddress_set.get().verified  # type: ignore[attr-defined]
    page = window.open(reverse("members:add"))
    page.fill("#id_name", "City Museum of Ghent")
    page.select_option("#id_kind", "museum")
    page.select_option("#id_country", "BE")
    press(window, "Add the organisation")
    page.wait_for_url("**/organisations/city-museum-of-ghent/")
    assert person.memberships.get().role == "administrator"


def virtual_device(window: Window) -> None:
    """A device that holds passkeys and always says yes."""
    session = window.page.context.new_cdp_session(window.page)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_passkey_is_added_and_signs_in_alone(open_window: Open) -> None:
    person = PersonFactory()
    window = open_window()
    virtual_device(window)
    page = window.open(reverse("account_login") + "?next=/account/")
    page.fill("#id_login", person.email)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="My account").wait_for()
    page = window.open(reverse("mfa_add_webauthn"))
    page.fill("#id_password", PASSWORD)
    press(window, "Go on")
    page.fill("#id_name", "Work laptop")
    window.check()
    press(window, "Add the passkey")
    page.wait_for_url("**/recovery-codes/")
    window.check()
    assert Authenticator.objects.filter(user=person, type="webauthn").count() == 1
    window.open(reverse("mfa_list_webauthn"))
    window.check()
    assert page.get_by_text("Work laptop").first.is_visible()
    page.context.clear_cookies()
    page = window.open(reverse("account_login") + "?next=/account/")
    press(window, "Sign in with a passkey")
    page.get_by_role("heading", name="My account").wait_for()
    assert page.get_by_text(person.email).first.is_visible()


def test_passkey_at_an_address_that_cannot_have_one_says_so_in_words(open_window: Open) -> None:
    window = open_window()
    window.site = window.site.replace("localhost", "127.0.0.1")
    page = window.open(reverse("account_login"))
    press(window, "Sign in with a passkey")
    page.get_by_text("Passkeys work only on an address with https").wait_for()
    window.check()


def test_passkey_without_scripts_says_so_in_words(open_window: Open) -> None:
    page = open_window(scripts=False).open(reverse("account_login"))
    assert page.get_by_text("Passkeys need JavaScript").is_visible()
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()


def test_authenticator_app_and_erasing_pages_are_accessible(open_window: Open) -> None:
    person = PersonFactory()
    window = open_window(width=360)
    window.sign_in(person)
    page = window.open(reverse("mfa_activate_totp"))
    window.check()
    page.fill("#id_password", PASSWORD)
    press(window, "Go on")
    window.check()
    window.open(reverse("members:erase"))
    window.check()


@pytest.mark.parametrize("scripts", [True, False])
def test_text_typed_when_the_session_ended_is_sent_after_sign_in(
    open_window: Open, scripts: bool
) -> None:
    person = PersonFactory()
    organisation = OrganisationFactory()
    window = open_window(scripts=scripts)
    window.sign_in(person)
    page = window.open(reverse("members:join", args=[organisation.slug]))
    page.fill("#id_message", "I restore looms.\nSince 1998.")
    page.context.clear_cookies(name="sessionid")
    press(window, "Send the request")
    page.fill("#id_login", person.email)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("I restore looms.").wait_for()
    if scripts:  # axe is one
        window.check()
    press(window, "Send it now")
    page.get_by_role("heading", name="My account").wait_for()
    assert person.join_requests.get().message == "I restore looms.\nSince 1998."
    assert clock.now() >= person.join_requests.get().created_at


def test_near_duplicates_are_accessible_and_answered(open_window: Open) -> None:
    OrganisationFactory(name="City Museum of Ghent")
    person = PersonFactory()
    window = open_window(width=360)
    window.expect("422")
    window.sign_in(person)
    page = window.open(reverse("members:add"))
    page.fill("#id_name", "City Museum Ghent")
    page.select_option("#id_kind", "museum")
    page.select_option("#id_country", "NL")
    press(window, "Add the organisation")
    page.get_by_role("heading", name="Is it one of these?").wait_for()
    window.check()
    page.check("#id_another")
    press(window, "Add mine")
    page.wait_for_url("**/organisations/city-museum-ghent/")
