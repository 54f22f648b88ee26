"""A form takes the fields it shows and no others, whatever is sent with them: nobody makes themselves what they are not.

Applications have the same in tests/applications/test_access.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.test import Client

from museumhub.members.models import Membership, Person
from programmes.catalogue.models import Edition
from tests.architecture import house
from tests.factories.catalogue import EditionFactory, ModuleFactory, ProgrammeRoleFactory
from tests.factories.members import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

# Written by the site itself while it answers.
OF_THE_SITE = {
    "kit.AuditEvent",
    "kit.TokenBucket",
    "kit.PublicChange",
    "sessions.Session",
    "mail.Letter",
    "pages.SearchDocument",
    "pages.SearchEntry",
    "pages.SearchSpelling",
}
WISHES = {
    "status": "accepted",
    "role": "administrator",
    "email": "eve@evil.example",
    "password": "eve's own password",
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "on",
    "user_permissions": "1",
    "groups": "1",
}


def wishes() -> dict[str, str]:
    """Every field of every table, as somebody sends them who hopes for more."""
    names = {
        name
        for model in apps.get_models()
        if model.__module__.startswith((*house.PACKAGES, "allauth"))
        for field in model._meta.concrete_fields
        for name in (field.name, field.attname)
    }
    return {**dict.fromkeys(names, "1"), **WISHES}


@pytest.fixture
def ana() -> Person:
    person: Person = PersonFactory(name="Ana", email="ana@museum.example")
    return person


@pytest.fixture
def museum(ana: Person) -> Any:
    return MembershipFactory(person=ana, role="editor").organisation


@pytest.fixture
def edition(ana: Person) -> Edition:
    """A draft of a programme that Ana organises this edition of, and nothing else."""
    made: Edition = EditionFactory(draft=True)
    ProgrammeRoleFactory(person=ana, edition=made)
    return made


ORGANISATION = {
    "name": "Museum of Tides",
    "kind": "archive",
    "country": "PT",
    "size_band": "",
    **dict.fromkeys(("website", "isil", "ror", "wikidata"), ""),
    "description": "By the sea.",
    "description_language": "en",
}
# Which form, what it is for, and the columns that may differ afterwards.
FORMS: dict[str, tuple[str, dict[str, str], set[str]]] = {
    "profile": (
        "/account/profile/",
        {"name": "Anna", "language": "fr", "time_zone": "Europe/Paris"},
        {"members.Person.name", "members.Person.language", "members.Person.time_zone"},
    ),
    "organisation": (
        "/organisations/{museum.slug}/edit/",
        {**ORGANISATION, "version": "{museum.version}"},
        {
            f"members.Organisation.{name}"
            for name in (
                *(
                    "name",
                    "name_key",
                    "kind",
                    "country",
                    "place",
                    "place_key",
                    "size_band",
                    "website",
                ),
                *("website_host", "isil", "ror", "wikidata", "version", "updated_at"),
                *("description", "description_language"),
            )
        },
    ),
    "joining": ("/organisations/{other.slug}/join/", {"message": "Please."}, set()),
    "edition": (
        "/organise/{edition.programme.slug}/{edition.slug}/details/",
        {
            "title": "Another title",
            "languages": "en",
            "cost": "funded",
            "version": "1",
            "places_for": "organisations",
            "report_url": "",
            "modules_taken": "one",
        },
        {
            f"catalogue.Edition.{name}"
            for name in (
                *("title", "summary", "description", "who_can_apply", "selection_criteria"),
                *("questions", "method", "outcomes", "consultation_about", "languages", "cost"),
                *("fee_amount", "fee_currency", "cost_note", "places_for", "places_least"),
                *("places_most", "modules_taken", "report_url", "version", "updated_at"),
            )
        },
    ),
    "module": (
        "/organise/{edition.programme.slug}/{edition.slug}/modules/{module.oid}/",
        {
            "title": "Another module",
            "version": "1",
            "level": "",
            "host": "",
            "starts_on": "",
            "ends_on": "",
        },
        {"catalogue.Edition.updated_at"}
        | {
            f"catalogue.Module.{name}"
            for name in (
                *("title", "description", "level", "place", "address", "capacity"),
                *("starts_on", "ends_on", "version"),
            )
        },
    ),
}
# Rows that may be new.
NEW = {
    "joining": {"members.JoinRequest"},
    "edition": {"schedule.ScheduledAction"},
    "module": set(),
    "profile": set(),
    "organisation": {"schedule.ScheduledAction"},  # what names it in the search follows
}


def table() -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row of every table by its label and key."""
    return {
        (model._meta.label, row["pk"]): row
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in OF_THE_SITE
        for row in model._base_manager.values(
            "pk", *(f.attname for f in model._meta.concrete_fields)
        )
    }


@pytest.mark.parametrize("form", FORMS)
def test_form_changes_what_it_shows_and_nothing_else(
    client: Client, ana: Person, museum: Any, edition: Edition, form: str
) -> None:
    things = {
        "museum": museum,
        "edition": edition,
        "module": ModuleFactory(edition=edition),
        "other": OrganisationFactory(),
    }
    address, own, may_change = FORMS[form]
    client.force_login(ana)
    client.get("/account/")
    before = table()
    sent = wishes() | {name: value.format(**things) for name, value in own.items()}
    for name in (
        "logo",
        "remove_logo",
        "fee_amount",
        "fee_currency",
        "places_least",
        "places_most",
    ):
        sent.pop(name, None)
    answer = client.post(address.format(**things), sent)
    assert answer.status_code == 302
    after = table()
    changed = {
        f"{label}.{name}"
        for (label, pk), row in before.items()
        for name, value in row.items()
        if after.get((label, pk), {}).get(name, "gone") != value
    }
    assert changed - may_change == set()
    if may_change:
        assert changed & may_change
    made = {label for label, pk in after if (label, pk) not in before}
    assert made <= NEW[form]


def test_sign_up_makes_nobody_staff_and_gives_no_role(client: Client) -> None:
    organisation = OrganisationFactory()
    own = {"name": "Eve", "email": "eve@evil.example", "language": "en", "time_zone": "UTC"}
    sent = wishes() | own | {"password1": "", "organisation": str(organisation.pk)}
    assert client.post("/account/signup/", sent).status_code == 302
    eve = Person.objects.get()
    assert (eve.is_staff, eve.is_superuser, eve.last_login) == (False, False, None)
    assert EmailAddress.objects.get(user=eve).verified is False
    assert not eve.groups.exists()
    assert not Membership.objects.exists()


def test_organisation_that_is_added_is_as_new_as_any(client: Client, ana: Person) -> None:
    client.force_login(ana)
    sent = {**wishes(), **ORGANISATION}
    sent.pop("logo", None)
    answer = client.post("/organisations/new/", sent)
    assert answer.status_code == 302
    made = ana.memberships.get().organisation
    assert (made.slug, made.created_by_id, made.version) == ("museum-of-tides", ana.pk, 1)


def test_invitation_offers_the_role_that_was_chosen_and_is_open(
    client: Client, ana: Person
) -> None:
    boss = MembershipFactory(person=ana)
    client.force_login(ana)
    path = f"/organisations/{boss.organisation.slug}/people/invite/"
    form = {"email": "new@museum.example", "role": "staff"}
    assert client.post(path, {**wishes(), **form}).status_code == 302
    invitation = boss.organisation.invitations.get()
    assert (invitation.status, invitation.role, invitation.inviter_id) == (
        "pending",
        "staff",
        ana.pk,
    )
    assert invitation.email == "new@museum.example"
    assert (invitation.expires_at - invitation.created_at).days == 14
