"""People and organisations for tests: `PersonFactory(name="Ana")`, `MembershipFactory(role="editor")`."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from museumhub.members import models

PASSWORD = "correct horse battery"
FOUNDED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class PersonFactory(DjangoModelFactory):
    """Somebody whose address is confirmed; `password=` for another than PASSWORD, None for none."""

    class Meta:
        model = models.Person
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@museum.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    language = "en"
    time_zone = "Europe/Brussels"

    @factory.post_generation
    def password(self: Any, create, extracted, **options):
        if not create:
            return
        self.set_password(PASSWORD if extracted is None else extracted)
        self.save(update_fields=["password"])

    @factory.post_generation
    def confirmed(self: Any, create, extracted, **options):
        if create and extracted is not False:
            self.emailaddress_set.create(email=self.email, verified=True, primary=True)


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = models.Organisation

    name = factory.Sequence(lambda n: f"Museum {n}")
    slug = factory.Sequence(lambda n: f"museum-{n}")
    kind = models.Organisation.Kind.MUSEUM
    country = "BE"
    place = "Ghent"
    created_at = FOUNDED


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = models.Membership

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = "administrator"
    since = FOUNDED


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = models.Invitation

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"invited{n}@museum.example")
    role = "editor"
    language = "en"
    inviter = factory.SubFactory(PersonFactory)
    created_at = factory.LazyFunction(lambda: datetime.now(UTC))
    expires_at = factory.LazyAttribute(lambda one: one.created_at + timedelta(days=14))


class JoinRequestFactory(DjangoModelFactory):
    class Meta:
        model = models.JoinRequest

    organisation = factory.SubFactory(OrganisationFactory)
    person = factory.SubFactory(PersonFactory)
    message = "I look after the textile collection."
    created_at = factory.LazyFunction(lambda: datetime.now(UTC))
