"""Whatever may say something about a person is registered to be handed out and erased, or named here with the reason why not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import models, transaction
from django.db.models import Field
from django.test import override_settings

from museumhub.kit.models import AuditEvent
from museumhub.kit.privacy import holdings
from museumhub.members import services
from museumhub.members.models import Person
from tests.architecture.canary import EMAIL, live
from tests.conftest import NOW

# Written by the site's own code and never by a person: identifiers, kinds, references (kit.references).
MACHINE_WRITTEN = {"about", "claim", "codename", "digest", "key", "kind", "message_id", "shelf"}

# Rooms and models whose texts speak of things. Covers texts only: never an e-mail address, a file, or
# anything that points at a person.
TEXTS_ABOUT_THINGS = {
    "applications.call": "what a call asks for, published by its organisers",
    "auth": "names of permissions and groups",
    "catalogue.edition": "published texts of a programme; who wrote them stands in the audit trail by number",
    "catalogue.module": "the same",
    "catalogue.partner": "the same, about an organisation",
    "catalogue.programme": "the same",
    "contenttypes": "names of models",
    "frameworks": "published vocabularies, and tags of published things",
    "kit.auditevent": "append-only: identifiers, statuses and dates, never a name, address or answer (kit.audit)",
    "mail.mailserver": "names of mail servers",
    "members.importfinding": "the same, out of a table; deleted after 30 days",
    "members.organisationimport": "what the site says of such a table; its name is registered",
    "members.organisation": "what an organisation says of itself in the public directory",
    "news.item": "what an organisation publishes; who wrote it is registered",
    "news.picture": "what an organisation says of its pictures; who brought one, and its credit, are registered",
    "news.feedsource": "a public feed of an organisation, and how its server answers",
    "news.newsletterday": "how many letters went out, in numbers",
    "news.outsidelink": "addresses of other sites that published news leads to",
    "news.pulledentry": "what an organisation published on its own site, in words",
    "news.proposal": "what it would publish; who proposed it is registered",
    "news.revision": "what it published before; who wrote it is registered",
    "pages": "copies of what is published, kept in step with it by search, and how its words are spelt",
    "questionnaires.bandtext": "what organisers ask and tell, not what they are answered",
    "questionnaires.condition": "the same",
    "questionnaires.dimension": "the same",
    "questionnaires.levelband": "the same",
    "questionnaires.option": "the same",
    "questionnaires.question": "the same",
    "questionnaires.questionnaire": "the same",
    "questionnaires.questionnaireversion": "the same",
    "questionnaires.section": "the same",
    "schedule": "the site's own machinery: keys made of identifiers, and what came of an action",
    "taggit": "the library's own tables; the site's tags are in frameworks",
}

KEPT = {
    "kit.publicchange.room": "the label of an app",
    "kit.auditevent.actor_id": "acts stay accountable, under a number; the privacy page says so",
    "sessions.session.session_key": "a random key",
    "sessions.session.session_data": "names the person by number; ends after twelve hours and is then deleted",
    "applications.application.reference": "a number given by the site",
    "applications.application.agreed_level": "the key of a level, about an organisation",
    "applications.dossier.calculated_level": "the same",
    "applications.dossier.declared_level": "the same",
    "frameworks.tagged.object_id": "what is tagged: a thing",
    "taggit.taggeditem.object_id": "the same",
}

# Registered, and yet their values are not in the file somebody downloads.
NOT_HANDED_OUT = {
    "members.person.password": "a digest; the file says whether there is one",
    "mfa.authenticator.data": "the secret of a second factor; the file says that there is one",
    "mail.letter.html": "the words of the text part, which is there",
    "mail.letter.context": "the same",
    "mail.letter.attachments": "a deadline for the calendar",
    "mail.letter.reply_to": "the address of whoever answers letters",
    "mail.letter.error": "what a mail server said to the site",
    "mail.letter.troubles": "the same",
    "kit.storedfile.path": "a random name; the file says what its sender called it",
    "questionnaires.answer.raw": "handed out as text, tested with the questionnaires",
    "admin.logentry.change_message": "handed out as a sentence",
    "admin.logentry.object_id": "the number of the thing changed",
}


def personal_fields() -> Iterator[tuple[str, str]]:
    """Every column that may say something about a person: its label, and what makes it look so."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if found := looks_personal(field):
                yield f"{model._meta.label_lower}.{field.name}", found


def looks_personal(field: Field[Any, Any]) -> str:
    """`person`, `address`, `file` or `text`; empty for what says nothing about anybody."""
    if field.is_relation:
        return "person" if field.related_model is Person else ""
    if isinstance(field, models.EmailField | models.GenericIPAddressField):
        return "address"
    if isinstance(field, models.FileField):
        return "file"
    if isinstance(field, models.IntegerField):
        return "person" if field.name.endswith("_id") else ""
    if field.name in MACHINE_WRITTEN or field.name == "oid" or isinstance(field, models.SlugField):
        return ""
    if field.name in {"language", "time_zone"}:
        return "text"
    written = models.CharField | models.TextField | models.JSONField | models.BinaryField
    return "text" if isinstance(field, written) and not field.choices else ""


def registered() -> set[str]:
    return {label for holding in holdings() for label in holding.fields}


def is_about_a_thing(label: str, look: str) -> bool:
    app, model, _field = label.split(".")
    return look == "text" and bool({app, f"{app}.{model}"} & set(TEXTS_ABOUT_THINGS))


def test_every_field_about_a_person_is_registered_or_has_its_reason() -> None:
    unknown = {
        label: look
        for label, look in personal_fields()
        if label not in registered() | set(KEPT) and not is_about_a_thing(label, look)
    }
    assert unknown == {}, "add to a Holding of the room's privacy module, or here with the reason"


def test_registrations_and_reasons_name_fields_that_are_there() -> None:
    every = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
    }
    things = {".".join(label.split(".")[:2]) for label in every} | {a.split(".")[0] for a in every}
    assert registered() - every == set()
    assert set(KEPT) - every == set()
    assert set(TEXTS_ABOUT_THINGS) - things == set()
    assert set(KEPT) & registered() == set()
    assert set(NOT_HANDED_OUT) - registered() == set()


@pytest.mark.parametrize(
    ("field", "look"),
    [
        (models.EmailField(name="contact"), "address"),
        (models.GenericIPAddressField(name="seen_from"), "address"),
        (models.ForeignKey(Person, models.CASCADE, name="mentor"), "person"),
        (models.BigIntegerField(name="decided_by_id"), "person"),
        (models.ImageField(name="portrait"), "file"),
        (models.TextField(name="remark"), "text"),
        (models.JSONField(name="answers"), "text"),
        (models.CharField(name="language", choices=[("en", "English")]), "text"),
        (models.CharField(name="status", choices=[("new", "New")]), ""),
        (models.PositiveIntegerField(name="version"), ""),
        (models.DateTimeField(name="at"), ""),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_looks_personal_knows_a_field_by_name_and_kind(field: Any, look: str) -> None:
    if field.is_relation:
        field.remote_field.model = Person
    assert looks_personal(field) == look


@pytest.fixture(scope="module")
def life(django_db_setup: None, django_db_blocker: Any) -> Iterator[Person]:
    """Somebody who has done everything; gone after the last test."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        override_settings(EMAIL_URL="mailbox:"),
        TemporaryDirectory() as folder,
        override_settings(MEDIA_ROOT=folder),
        transaction.atomic(),
    ):
        yield live(NOW)
        transaction.set_rollback(True)


@pytest.fixture
def canary(life: Person, db: None, now: datetime) -> Person:
    """The same, as they were before the test before."""
    return Person.objects.get(pk=life.pk)


def values(label: str, *, own: bool = False) -> list[Any]:
    """What stands in one field over all rows, empty values left out; with `own` not in letters to others."""
    app, name, field = label.split(".")
    model = apps.get_model(app, name)
    rows = model._base_manager.all()
    if own and hasattr(model, "to"):
        rows = rows.filter(to=EMAIL)
    return [
        value for value in rows.values_list(field, flat=True) if value not in (None, "", [], {})
    ]


def words(value: Any) -> Iterator[str]:
    """Every text in a value, be it plain, bytes or JSON."""
    if isinstance(value, bytes | memoryview):
        yield bytes(value).decode("utf-8", "replace")
    elif isinstance(value, dict):
        yield from (word for inner in value.items() for word in words(inner))
    elif isinstance(value, list | tuple):
        yield from (word for inner in value for word in words(inner))
    elif value is not None:
        yield str(value)


def mentions(value: Any) -> list[str]:
    """Those texts in which the name, the address or what the person typed stands."""
    return [word for word in words(value) if "canary" in word.casefold()]


def everything() -> Iterator[tuple[str, Any]]:
    """Every value of every table with its label."""
    for model in apps.get_models(include_auto_created=True):
        names = [field.attname for field in model._meta.local_fields]
        for row in model._base_manager.values_list(*names):
            for name, value in zip(names, row, strict=True):
                yield f"{model._meta.label_lower}.{name}", value


def test_person_of_these_tests_has_something_in_every_registered_field(canary: Person) -> None:
    assert {label for label in registered() if not values(label)} == set(), (
        "let tests/architecture/canary.py fill it, so that erasing it is tested"
    )


def test_what_is_handed_out_holds_what_the_person_typed_in_every_registered_field(
    canary: Person,
) -> None:
    handed_out = json.loads("".join(services.export_json(canary)))
    text = "\n".join(words(handed_out))
    missing = [
        (label, word)
        for label in sorted(registered() - set(NOT_HANDED_OUT))
        for value in values(label, own=True)
        for word in mentions(value)
        if word not in text
    ]
    assert missing == []
    assert [name for name, holding in handed_out.items() if not holding["rows"]] == []


def test_erased_person_is_named_nowhere_and_pointed_at_by_a_number_only(
    canary: Person, now: datetime
) -> None:
    number, address = canary.pk, canary.email
    services.erase_person(person=canary, actor=canary, now=now)
    last = ("mail.letter.to", address)  # says that the account is erased; forgotten 30 days later
    left = [one for one in everything() if mentions(one[1]) and one != last]
    assert left == []
    pointing = {
        label
        for label, look in personal_fields()
        if look == "person" and number in values(label) and label not in KEPT
    }
    assert pointing == {"admin.logentry.user"}
    assert AuditEvent.objects.filter(actor_id=number).exists()
