"""Secrets of authenticator apps and recovery codes: sealed in the database, also those stored before, through a change of key."""

import logging

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from museumhub.kit import clock
from museumhub.members.services import second_factors
from museumhub.members.services.housekeeping import tidy
from tests.factories.members import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db

FORMER, NEW = "former" * 10, "newest" * 10


@pytest.fixture(autouse=True)
def no_old_limits():
    cache.clear()


def stored() -> str:
    """What a copy of the database would tell."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        return str(cursor.fetchall())


def code_now(secret: str):
    counter = list(totp.yield_hotp_counters_from_time())[1]
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def sign_in(client, person, code: str):
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code})
    return client.get(reverse("members:account")).status_code == 200


def in_clear(person) -> tuple[str, list[str]]:
    """An app and recovery codes as they were stored before secrets were sealed: the secret and the codes."""
    secret, seed = totp.generate_totp_secret(), RecoveryCodes.generate_seed()
    Authenticator.objects.create(user=person, type="totp", data={"secret": secret})
    codes = Authenticator.objects.create(
        user=person, type="recovery_codes", data={"seed": seed, "used_mask": 0}
    )
    return secret, codes.wrap().get_unused_codes()


def test_secrets_are_stored_sealed_and_still_sign_in(client):
    person = PersonFactory()
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    codes = RecoveryCodes.activate(person)
    assert secret not in stored()
    assert stored().count("sealed:") == 2
    assert sign_in(client, person, code_now(secret))
    client.logout()
    assert sign_in(client, person, codes.get_unused_codes()[0])


def test_rows_stored_in_clear_work_and_are_sealed_by_the_daily_round(client):
    person = PersonFactory()
    secret, codes = in_clear(person)
    assert sign_in(client, person, code_now(secret))
    client.logout()
    assert sign_in(client, person, codes[0])
    client.logout()
    assert tidy(clock.now())["sealed"] == 2
    assert secret not in stored()
    assert stored().count("sealed:") == 2
    assert sign_in(client, person, codes[1])
    client.logout()
    assert not sign_in(client, person, codes[0])  # was used before it was sealed
    assert tidy(clock.now())["sealed"] == 0


def test_change_of_the_key_keeps_second_factors_and_the_former_key_can_go(client, settings):
    person = PersonFactory()
    settings.SECRET_KEY = FORMER
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [FORMER]
    assert sign_in(client, person, code_now(secret))
    assert tidy(clock.now())["sealed"] == 1
    settings.SECRET_KEY_FALLBACKS = []
    assert second_factors.unseal(Authenticator.objects.get().data["secret"]) == secret


def test_lost_key_is_said_in_words_and_the_row_is_left_alone(client, settings, caplog):
    person = PersonFactory()
    settings.SECRET_KEY = FORMER
    totp.TOTP.activate(person, totp.generate_totp_secret())
    before = stored()
    settings.SECRET_KEY = NEW
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    with caplog.at_level(logging.ERROR):
        answer = client.post(reverse("mfa_authenticate"), {"code": "123456"})
        assert tidy(clock.now())["sealed"] == 0
    assert answer.status_code == 500
    assert "cannot read your second factor" in answer.content.decode()
    assert stored() == before
    row = Authenticator.objects.get()
    assert f"'authenticator': {row.pk}" in caplog.text


def test_passkeys_hold_no_secret_and_are_left_alone():
    person = PersonFactory()
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "Laptop"})
    before = stored()
    assert tidy(clock.now())["sealed"] == 0
    assert stored() == before
