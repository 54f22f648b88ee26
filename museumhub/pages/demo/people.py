"""The demo's organisations, and one person for each role with a sign-in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress

from museumhub.members.coordinates import read_pair
from museumhub.members.models import Membership, Organisation, Person
from museumhub.members.models.membership import Role
from museumhub.pages.demo.content import read


def load_organisations(*, now: datetime) -> dict[str, Organisation]:
    """Partners and museums by the slugs of organisations.yaml; those that stand already are left as they are."""
    document = read("organisations")
    return {
        given["slug"]: load_museum(given, now=now)
        for given in [*document["partners"], *document["museums"]]
    }


def load_museum(given: dict[str, Any], *, now: datetime) -> Organisation:
    """One organisation as an entry of the document says it."""
    latitude, longitude = read_pair(given.get("at", "")) or (None, None)
    organisation, _created = Organisation.objects.get_or_create(
        slug=given["slug"],
        defaults={
            "name": given["name"],
            "kind": given["kind"],
            "country": given["country"],
            "place": given["place"],
            "size_band": given["size"],
            "website": given.get("website", f"https://{given['slug']}.example/"),
            "latitude": latitude,
            "longitude": longitude,
            "created_at": now,
        },
    )
    return organisation


def load_person(
    *, email: str, name: str, language: str, zone: str, password: str | None = None
) -> Person:
    """A person whose address is confirmed; without a password they sign in with a code by mail."""
    person = Person.objects.filter(email=email).first()
    if person is None:
        person = Person.objects.create_user(
            email, password, name=name, language=language, time_zone=zone
        )
    EmailAddress.objects.get_or_create(
        user=person, email=email, defaults={"verified": True, "primary": True}
    )
    return person


def join(person: Person, organisation: Organisation, role: str, *, now: datetime) -> None:
    """Make the person a member, where they are none."""
    Membership.objects.get_or_create(
        person=person, organisation=organisation, defaults={"role": role, "since": now}
    )


def load_people(
    organisations: dict[str, Organisation], *, now: datetime
) -> list[tuple[Person, dict[str, Any]]]:
    """The people of people.yaml with what the document says of them."""
    document = read("people")
    loaded = []
    for given in document["people"]:
        person = load_person(
            email=given["email"],
            name=given["name"],
            password=document["password"],
            language=given["language"],
            zone=given["zone"],
        )
        if slug := given.get("organisation"):
            role = given.get("membership", Role.ADMINISTRATOR)
            join(person, organisations[slug], role, now=now)
        if given.get("site") and not person.is_superuser:
            person.is_staff = person.is_superuser = True
            person.save(update_fields=["is_staff", "is_superuser"])
        loaded.append((person, given))
    return loaded
