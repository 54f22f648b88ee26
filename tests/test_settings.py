"""The settings: what each variable of the environment does, and what a wrong one is told."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.architecture import house

PRODUCTION = {
    "SITE_URL": "https://museums.example",
    "SECRET_KEY": "k" * 25 + "0123456789" * 3,
    "EMAIL_URL": "smtp+tls://site:secret@mail.museums.example:587",
    "DATABASE_URL": "postgres://site:secret@127.0.0.1:5432/museumhub",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}
VARIABLES = {
    name
    for module in ("museumhub/settings.py", "museumhub/env.py")
    for name in re.findall(r'"([A-Z][A-Z_]+)"', (house.ROOT / module).read_text())
    if re.search(
        rf'(?:read|url|site|host_names|email_addresses|time_zone|env\.\w+)\(\s*"{name}"',
        (house.ROOT / module).read_text(),
    )
}


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch):
    """The settings as they are with these variables and no others."""

    def load(**environment: str) -> dict[str, Any]:
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(house.ROOT / "museumhub" / "settings.py"))

    return load


WRONG = [
    ("DEBUG", "perhaps", "DEBUG: expected true or false. The environment has 'perhaps'."),
    ("SITE_URL", "museums.example", "SITE_URL: expected the site's address such as https://"),
    ("SITE_URL", "ftp://museums.example", "SITE_URL: expected the site's address"),
    ("SITE_URL", "https://museums.example:port", "SITE_URL: expected the site's address"),
    ("SITE_URL", "https://", "SITE_URL: expected the site's address"),
    ("SITE_URL", "https://museums.example/hub", "SITE_URL: expected the site's address"),
    ("DATABASE_URL", "mysql://127.0.0.1/x", "DATABASE_URL: expected sqlite:///path or postgres://"),
    ("DATABASE_URL", "", "DATABASE_URL: expected sqlite:///path or postgres://"),
    ("DATABASE_URL", "postgres://a@b:x/c", "DATABASE_URL: expected sqlite:///path or postgres://"),
    ("REDIS_URL", "127.0.0.1:6379", "REDIS_URL: expected redis://host:port/number, or nothing"),
    ("REDIS_URL", "http://127.0.0.1", "REDIS_URL: expected redis://host:port/number, or nothing"),
    ("EMAIL_URL", "mail.example:25", "EMAIL_URL: expected smtp://user:password@host:port"),
    ("EMAIL_URL", "smtp://mail.example:x", "EMAIL_URL: expected smtp://user:password@host:port"),
    ("DEFAULT_FROM_EMAIL", "nobody", "DEFAULT_FROM_EMAIL: expected one e-mail address"),
    ("DEFAULT_FROM_EMAIL", "A <a@b.example\n>", "DEFAULT_FROM_EMAIL: expected one e-mail address"),
    ("TIME_ZONE", "Brussels", "TIME_ZONE: expected an IANA time zone such as Europe/Brussels."),
    ("TIME_ZONE", "", "TIME_ZONE: expected an IANA time zone such as Europe/Brussels."),
    ("TIME_ZONE", "../../etc/passwd", "TIME_ZONE: expected an IANA time zone"),
    (
        "LANGUAGES",
        "en,xx",
        "LANGUAGES: expected some of en, fr, de, separated by commas.",
    ),
    ("LANGUAGES", "", "LANGUAGES: expected some of en, fr, de"),
    ("ALLOWED_HOSTS", "https://museums.example", "ALLOWED_HOSTS: expected host names"),
    ("SECRET_KEY", "short", "SECRET_KEY: expected at least 50 random characters"),
    ("SECRET_KEY_FALLBACKS", "short", "SECRET_KEY_FALLBACKS: expected former keys of at least 50"),
    ("DEFAULT_FROM_EMAIL", "a@b.example, c@d.example", "DEFAULT_FROM_EMAIL: expected one e-mail"),
    ("OPERATORS", "ops", "OPERATORS: expected e-mail addresses separated by commas"),
    ("EMAIL_TIMEOUT", "-1", "EMAIL_TIMEOUT: expected the seconds to wait"),
    ("EMAIL_TIMEOUT", "soon", "EMAIL_TIMEOUT: expected the seconds to wait"),
    ("PREPARE_QUERIES", "5", "PREPARE_QUERIES: expected true or false"),
    ("ORGANISERS_NEED_SECOND_FACTOR", "2", "ORGANISERS_NEED_SECOND_FACTOR: expected true or"),
    ("SENTRY_DSN", "sentry", "SENTRY_DSN: expected"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_variable_is_named_with_what_was_expected(
    load, name: str, value: str, sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        load(**{**PRODUCTION, name: value})
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("name", ["SECRET_KEY", "EMAIL_URL"])
def test_a_site_that_is_not_local_without_what_it_needs_does_not_start(load, name: str) -> None:
    environment = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(ImproperlyConfigured, match=f"^{name}: expected"):
        load(**environment)


def test_a_sentry_address_without_its_package_says_what_is_missing(load) -> None:
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN: expected the package sentry-sdk"):
        load(**PRODUCTION, SENTRY_DSN="https://key@sentry.example/1")


def test_a_wrong_secret_is_not_repeated(load) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        load(**{**PRODUCTION, "DATABASE_URL": "mysql://root:hunter2@127.0.0.1/x"})
    assert "hunter2" not in str(caught.value)


def test_former_keys_are_read_and_none_is_the_default(load) -> None:
    former = ["a" * 50, "b" * 50]
    keys = load(**PRODUCTION, SECRET_KEY_FALLBACKS=",".join(former))["SECRET_KEY_FALLBACKS"]
    assert keys == former
    for nothing in ({}, {"SECRET_KEY_FALLBACKS": ""}):
        assert load(**PRODUCTION, **nothing)["SECRET_KEY_FALLBACKS"] == []


def test_without_any_variable_the_site_is_local(load) -> None:
    settings = load()
    assert settings["LOCAL"] is True
    assert settings["DEBUG"] is False
    assert settings["SITE_URL"] == "http://127.0.0.1:8000"
    assert settings["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert settings["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert settings["EMBEDDED_WORKER"] is True
    assert settings["CELERY_BROKER_URL"] == "memory://localhost/"
    assert settings["EMAIL_URL"] == "mailbox:"
    assert len(settings["SECRET_KEY"]) >= 50


def test_in_production_cookies_and_transport_are_locked(load) -> None:
    settings = load(**PRODUCTION)
    assert settings["LOCAL"] is False
    assert settings["ALLOWED_HOSTS"] == ["museums.example"]
    assert settings["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert settings["CSRF_COOKIE_NAME"] == "__Host-csrftoken"
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["CSRF_COOKIE_SECURE"] is True
    assert settings["SECURE_HSTS_SECONDS"] == 31_536_000
    assert settings["DATABASES"]["default"]["CONN_HEALTH_CHECKS"] is True
    assert settings["EMBEDDED_WORKER"] is False


def test_production_settings_pass_the_deployment_checks_of_django() -> None:
    environment = {**os.environ, **PRODUCTION, "DATABASE_URL": "sqlite:///:memory:"}
    result = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=house.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_a_wrong_variable_ends_the_command_with_one_sentence() -> None:
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=house.ROOT,
        env={**os.environ, "TIME_ZONE": "Brussels"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr == (
        "TIME_ZONE: expected an IANA time zone such as Europe/Brussels. "
        "The environment has 'Brussels'.\n"
    )


def test_every_variable_is_documented_with_its_default() -> None:
    page = (house.ROOT / "docs" / "settings.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert documented == VARIABLES
