"""Logs say what happened and to which row; never to whom, what they wrote, or by which link they came."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
import structlog
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from museumhub.kit import logs
from museumhub.mail.models import Letter
from museumhub.members import services
from museumhub.members.models import Person
from tests.architecture import canary
from tests.factories.members import InvitationFactory, PersonFactory

pytestmark = pytest.mark.django_db

SECRETS = ("correct horse canary", "wrong horse canary")
CANARIES = ("canary", "finch", *SECRETS)


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the site writes in production, in JSON."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    stream = StringIO()
    logs.configure({"json": True})
    handler = logging.StreamHandler(stream)
    handler.setFormatter(root.handlers[0].formatter)
    root.addHandler(handler)
    yield stream
    root.handlers[:] = handlers
    logs.configure({"json": False})
    root.handlers[:] = handlers


def said(log: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_life_on_the_site_leaves_no_name_address_or_text_in_the_log(
    log: StringIO, now: datetime
) -> None:
    canary.live(now)
    assert [word for word in CANARIES if word in log.getvalue().casefold()] == []


def test_signing_up_and_in_and_failing_leaves_no_secret_in_the_log(log: StringIO) -> None:
    cache.clear()
    client = Client(raise_request_exception=False)
    new = {"name": canary.NAME, "email": canary.EMAIL, "language": "en", "time_zone": "UTC"}
    client.post("/account/signup/", {**new, "password1": SECRETS[0]})
    code = Letter.objects.get().context["code"]
    client.post("/account/confirm-email/", {"code": f"{code}X"})
    client.post("/account/confirm-email/", {"code": code})
    client.post("/account/logout/")
    for number in range(7):
        password = SECRETS[number % 2]
        client.post("/account/login/", {"login": canary.EMAIL, "password": password})
    client.post("/account/login/code/", {"email": canary.EMAIL})
    client.post("/account/password/reset/", {"email": canary.EMAIL})
    client.get("/organisations/", {"q": "canary"})
    client.get("/?q=canary%00")
    Client(enforce_csrf_checks=True).post("/account/signup/", {**new, "password1": SECRETS[0]})
    client.post("/account/profile/", {"name": "canary\r\nfinch"})
    codes = [one.context["code"] for one in Letter.objects.all() if "code" in one.context]
    assert said(log)
    assert [word for word in (*CANARIES, *codes) if word in log.getvalue()] == []


def test_link_that_opens_an_invitation_is_left_out_of_the_log(log: StringIO) -> None:
    invitation = InvitationFactory()
    token = services.invitation_token(invitation)
    client = Client()
    client.force_login(PersonFactory())
    path = reverse("members:invitation", args=[token])
    assert client.post(path).status_code == 422  # another address than the invited one
    assert client.get(f"{path}more/").status_code == 404
    events = [record["event"] for record in said(log) if "invitations" in record["event"]]
    assert events == [
        "Unprocessable Entity: /account/invitations/(signed)/",
        "Not Found: /account/invitations/(signed)/more/",
    ]
    assert token not in log.getvalue()


def test_values_that_the_database_names_are_left_out_of_the_log(log: StringIO) -> None:
    words = "duplicate key\nDETAIL:  Key (email)=(canary@finches.example) already exists.\n"
    try:
        raise IntegrityError(words)
    except IntegrityError:
        structlog.get_logger("test").exception("failed", row=1)
        logging.getLogger("django.request").exception("Internal Server Error: /x/")
    assert len(said(log)) == 2
    assert all("duplicate key" in record["exception"] for record in said(log))
    assert "canary" not in log.getvalue()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="what PostgreSQL says")
def test_what_postgresql_says_of_a_broken_constraint_is_left_out(log: StringIO) -> None:
    Person.objects.create_user(canary.EMAIL)
    try:
        Person.objects.create_user(canary.EMAIL)
    except IntegrityError:
        logging.getLogger("django.request").exception("Internal Server Error: /x/")
    assert "(left out)" in log.getvalue()
    assert canary.EMAIL not in log.getvalue()


def test_control_characters_in_an_address_forge_no_line(log: StringIO) -> None:
    Client().get("/nowhere/%0d%0a%7B%22event%22%3A%22forged%22%7D/%1b%5B31m/")
    assert len(said(log)) == 1
    assert "\x1b" not in log.getvalue()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Gone: /x/abc:" + "A" * 43 + "/", "Gone: /x/(signed)/"),
        ("at 10:15 http://museum.example:8000/x/", "at 10:15 http://museum.example:8000/x/"),
        ("letter:applications.received:17", "letter:applications.received:17"),
    ],
)
def test_signed_texts_only_are_left_out(text: str, left: str) -> None:
    assert logs.left_out(None, "info", {"event": text}) == {"event": left}
