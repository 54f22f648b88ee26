"""Programmes and editions for tests: `EditionFactory(call_open=True)` around NOW, `draft=True` for one not published."""

from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from programmes.catalogue import models
from tests.factories.members import OrganisationFactory, PersonFactory

# The instant of the fixture `now` in tests/conftest.py.
NOW = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = models.Programme
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"programme-{n}")
    title = factory.Sequence(lambda n: f"Programme {n}")
    summary = "Museums learn from each other."
    created_at = NOW - timedelta(days=100)
    updated_at = NOW - timedelta(days=100)

    @factory.post_generation
    def topics(self, create, extracted, **options):
        if create and extracted:
            self.topics.set(extracted)


class EditionFactory(DjangoModelFactory):
    """Published, in Brussels, without any date; traits set dates around NOW."""

    class Meta:
        model = models.Edition

    class Params:
        draft = factory.Trait(published_at=None)
        cancelled = factory.Trait(
            cancelled_at=NOW - timedelta(days=1), cancel_reason="The host closed its doors."
        )
        call_open = factory.Trait(
            call_opens_at=NOW - timedelta(days=10), call_closes_at=NOW + timedelta(days=10)
        )
        call_upcoming = factory.Trait(
            call_opens_at=NOW + timedelta(days=10), call_closes_at=NOW + timedelta(days=40)
        )
        call_closed = factory.Trait(
            call_opens_at=NOW - timedelta(days=40), call_closes_at=NOW - timedelta(days=5)
        )
        running = factory.Trait(runs_from=date(2027, 1, 11), runs_to=date(2027, 5, 31))

    programme = factory.SubFactory(ProgrammeFactory)
    slug = factory.Sequence(lambda n: f"edition-{n}")
    title = factory.Sequence(lambda n: f"Edition {n}")
    time_zone = "Europe/Brussels"
    published_at = NOW - timedelta(days=90)
    created_at = NOW - timedelta(days=100)
    updated_at = NOW - timedelta(days=90)


class PartnerFactory(DjangoModelFactory):
    class Meta:
        model = models.Partner

    programme = factory.SubFactory(ProgrammeFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class ModuleFactory(DjangoModelFactory):
    class Meta:
        model = models.Module

    edition = factory.SubFactory(EditionFactory)
    slug = factory.Sequence(lambda n: f"module-{n}")
    title = factory.Sequence(lambda n: f"Module {n}")
    order = factory.Sequence(lambda n: n)


class ProgrammeRoleFactory(DjangoModelFactory):
    """An organiser of a whole programme; with `edition=` of that edition only."""

    class Meta:
        model = models.ProgrammeRole

    person = factory.SubFactory(PersonFactory)
    programme = factory.LazyAttribute(
        lambda role: role.edition.programme if role.edition else ProgrammeFactory()
    )
    edition = None
    role = "organiser"
    since = NOW - timedelta(days=80)
