"""The demonstration with something of every kind in it, walked link by link by people of each kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.urls import Resolver404, resolve

from museumhub.kit import clock
from museumhub.kit.addresses import addresses
from museumhub.mail.models import Letter
from museumhub.members import services as members
from museumhub.members.models import Person
from museumhub.questionnaires import services as questionnaires
from museumhub.questionnaires.models import Kind
from programmes.applications.models import Application
from programmes.catalogue import services as catalogue
from programmes.catalogue.models import Edition
from tests.architecture import site
from tests.factories.mail import LetterFactory
from tests.factories.members import MembershipFactory, PersonFactory

ROLES = {
    "site": "admin@museumhub.example",
    "organiser": "organiser@museumhub.example",
    "other organiser": "cohort@museumhub.example",
    "reviewer": "reviewer@museumhub.example",
    "museum with a draft": "museum@museumhub.example",
    "museum that applied": "musee@museumhub.example",
    "newcomer": "newcomer@museumhub.example",
    "outsider": "outsider@museum.example",
}
# They ask for what is others'.
OTHERS = ("outsider", "newcomer", "reviewer")
STARTS = [
    address.route
    for address in addresses()
    if not address.has_parameters and not address.route.startswith(("/admin/", "/account/logout"))
]


@dataclass
class World:
    """The demonstration, who is signed in to which browser, and the pages each of them was led to."""

    browsers: dict[str, Client]
    pages: dict[str, list[site.Page]]
    changed_by_reading: list[str] = field(default_factory=list)

    def all(self) -> Iterator[tuple[str, site.Page]]:
        for who, pages in self.pages.items():
            for page in pages:
                yield who, page

    def examples(self) -> dict[str, dict[str, set[str]]]:
        """For each route that people were led to, by a link or by a form: its paths, and who was."""
        found: dict[str, dict[str, set[str]]] = {}
        for who, page in self.all():
            if page.status not in {200, 302}:
                continue
            for path in (page.path, *(form.action for form in page.forms)):
                bare = urlsplit(path).path or urlsplit(page.path).path
                try:
                    route = resolve(bare).route
                except Resolver404:
                    continue
                found.setdefault(f"/{route}", {}).setdefault(bare, set()).add(who)
        return found


@contextmanager
def loaded(media: Any) -> Iterator[dict[str, Client]]:
    """The demonstration and some things more, with a browser for each of its people; nothing of it stays."""
    with override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield furnish()
        transaction.set_rollback(True)


def furnish() -> dict[str, Client]:
    """Load the demonstration and what it has none of; a browser for each of its people and for a stranger."""
    call_command("load_demo", stdout=StringIO(), stderr=StringIO())
    MembershipFactory(person=PersonFactory(email=ROLES["outsider"]))
    browsers = {"stranger": Client(raise_request_exception=False)}
    for who in ROLES:
        browsers[who] = Client(raise_request_exception=False)
        browsers[who].force_login(person(who))
    add_what_waits()
    return browsers


def person(who: str) -> Person:
    return Person.objects.get(email=ROLES[who])


def add_what_waits() -> None:
    """What the demonstration has none of: things that wait for an answer, a file, a draft of everything."""
    now = clock.now()
    museum = person("museum with a draft").memberships.get().organisation
    members.invite(
        organisation=museum,
        actor=person("museum with a draft"),
        email="invited@museum.example",
        role="editor",
        now=now,
    )
    for asking in ("outsider", "newcomer"):
        members.request_to_join(organisation=museum, actor=person(asking), message="", now=now)
    edition = Edition.objects.organised_by(person("organiser")).filter(call__isnull=False)[0]
    catalogue.invite_to_role(
        edition=edition,
        actor=person("organiser"),
        email="mentor@museum.example",
        role="mentor",
        whole_programme=False,
        now=now,
    )
    LetterFactory(edition=edition, failed=True)
    catalogue.create_edition(
        programme=edition.programme,
        actor=person("organiser"),
        slug="not-yet",
        title="Not yet",
        time_zone="Europe/Brussels",
        now=now,
    )
    form = edition.call.form
    questionnaires.rename_questionnaire(
        questionnaire=form, title=form.title, language="fr", actor=person("organiser"), now=now
    )
    _send_file(Application.objects.filter(organisation=museum)[0])


def _send_file(application: Application) -> None:
    """In answer to the first question that asks for one."""
    response = application.dossier.response
    question = response.version.questions.filter(kind=Kind.FILE)[0]
    saved = questionnaires.save_answers(
        response=response,
        values={one.source.key: one.values[0] for one in question.conditions.all()},
        files={
            question.key: SimpleUploadedFile(
                "plan.pdf", b"%PDF-1.4\nThe plan of our museum\n%%EOF\n"
            )
        },
        seen={one.question.key: one.revision for one in response.answers.all()},
        actor_id=application.created_by_id,
        now=clock.now(),
    )
    assert question.key in saved.saved, saved


def letter_paths() -> list[str]:
    """Where the links of letters lead, two of each kind, as a program opens them before their reader does."""
    found: dict[str, set[str]] = {}
    link = re.compile(rf"{re.escape(settings.SITE_URL)}(/[^\s\"'\\]*)")
    for letter in Letter.objects.exclude(context={}):
        for path in link.findall(str(letter.context)):
            kind = re.sub(r"[a-z2-7]{26}|[\w-]+:[\w-]+", "", path)
            if len(found.setdefault(kind, set())) < 2:
                found[kind].add(path)
    return sorted(path for paths in found.values() for path in paths)
