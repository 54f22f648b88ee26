"""Calls and applications for tests: `CallFactory()` is open around NOW, `ApplicationFactory(submitted=True)` was sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from museumhub.kit.references import reference
from museumhub.questionnaires.models import Kind, Purpose, Questionnaire, QuestionnaireVersion
from museumhub.questionnaires.services import close_response, save_answers
from programmes.applications import models
from programmes.applications.references import compose
from programmes.catalogue.models import Edition
from tests.conftest import NOW
from tests.factories.catalogue import EditionFactory, ModuleFactory
from tests.factories.members import MembershipFactory, OrganisationFactory
from tests.factories.questionnaires import (
    BandFactory,
    DimensionFactory,
    QuestionFactory,
    QuestionnaireFactory,
    ResponseFactory,
    SectionFactory,
    VersionFactory,
)

OPENS = NOW - timedelta(days=14)
CLOSES = NOW + timedelta(days=14)
ANSWERS = {"why": "To reach people who never come.", "visitors": "12000"}
ASSESSED = {"plan_level": "3", "skills": "2"}  # 50 and 25 of 100: medium overall


def make_form(owner: str = "catalogue.edition:1", title: str = "Application form") -> Questionnaire:
    """Two sections: `about` (why, required; story) and `numbers` (visitors, required; plan, a file)."""
    version: QuestionnaireVersion = VersionFactory(
        questionnaire=QuestionnaireFactory(owner=owner, title=title)
    )
    about = SectionFactory(version=version, key="about", title="About your museum")
    numbers = SectionFactory(version=version, key="numbers", title="Numbers")
    QuestionFactory(
        section=about, key="why", kind=Kind.LONG_TEXT, label="Why do you apply?", required=True
    )
    QuestionFactory(section=about, key="story", label="What should we know?")
    QuestionFactory(
        section=numbers, key="visitors", kind=Kind.NUMBER, label="Visitors a year", required=True
    )
    QuestionFactory(
        section=numbers, key="plan", kind=Kind.FILE, label="Your plan", file_kinds=["txt", "pdf"]
    )
    return version.questionnaire


def make_assessment(owner: str = "catalogue.edition:1") -> Questionnaire:
    """Two dimensions of one scale question each (five points), and three bands: from 0, 34 and 67."""
    version: QuestionnaireVersion = VersionFactory(
        questionnaire=QuestionnaireFactory(
            owner=owner, title="Self-assessment", purpose=Purpose.ASSESSMENT
        )
    )
    for key, least in (("rudimentary", 0), ("medium", 34), ("higher", 67)):
        BandFactory(version=version, key=key, least=least)
    points = [(str(n), "", n - 1) for n in range(1, 6)]
    for key, name in (("plan_level", "Strategy"), ("skills", "People")):
        QuestionFactory(
            section=SectionFactory(version=version, key=f"part_{key}", title=name),
            dimension=DimensionFactory(version=version, key=f"dimension_{key}", name=name),
            key=key,
            kind=Kind.SCALE,
            label=f"How far are you with {name.lower()}?",
            required=True,
            options=points,
        )
    return version.questionnaire


class CallFactory(DjangoModelFactory):
    """Open from two weeks before NOW to two weeks after it; `assessed=True` asks for a self-assessment, `modules=3` makes and asks for that many."""

    class Meta:
        model = models.Call
        skip_postgeneration_save = True

    class Params:
        assessed = factory.Trait(
            assessment=factory.LazyAttribute(lambda call: make_assessment(reference(call.edition)))
        )

    edition = factory.SubFactory(EditionFactory, call_opens_at=OPENS, call_closes_at=CLOSES)
    form = factory.LazyAttribute(lambda call: make_form(reference(call.edition)))
    asks_team = False
    reference_prefix = factory.Sequence(lambda n: f"CALL-{n}")

    @factory.post_generation
    def modules(self: Any, create: bool, extracted: int | None, **options: Any) -> None:
        if create and extracted:
            for level in ("rudimentary", "medium", "higher")[:extracted]:
                ModuleFactory(edition=self.edition, level=level, title=f"Module {level}")
            self.modules_to_rank = extracted
            self.save(update_fields=["modules_to_rank"])


class DossierFactory(DjangoModelFactory):
    class Meta:
        model = models.Dossier

    response = factory.SubFactory(ResponseFactory)


class ApplicationFactory(DjangoModelFactory):
    """A draft nobody has written in, begun by an administrator of its organisation.

    `complete=True` answers what is required; `submitted=True`
    completes and closes it as if it had been sent two days before NOW.
    """

    class Meta:
        model = models.Application
        exclude = ("begun_by",)
        skip_postgeneration_save = True

    class Params:
        submitted = factory.Trait(
            status="submitted", submitted_at=NOW - timedelta(days=2), times_sent=1
        )
        withdrawn = factory.Trait(
            status="withdrawn",
            submitted_at=NOW - timedelta(days=2),
            withdrawn_at=NOW - timedelta(days=1),
            times_sent=1,
            times_withdrawn=1,
        )

    call = factory.SubFactory(CallFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    begun_by = factory.LazyAttribute(
        lambda one: (
            (
                one.organisation.memberships.first()
                or MembershipFactory(organisation=one.organisation)
            ).person
        )
    )
    created_by = factory.SelfAttribute("begun_by")
    slot = factory.LazyAttribute(lambda one: 1 if one.call.one_per_organisation else None)
    reference = factory.LazyAttribute(lambda one: _next_reference(one.call))
    dossier = factory.LazyAttribute(lambda one: _empty_dossier(one.call))
    started_at = NOW - timedelta(days=3)

    @factory.post_generation
    def contributors(self: Any, create: bool, extracted: Any, **options: Any) -> None:
        if create:
            for person in extracted if extracted is not None else [self.created_by]:
                models.Contributor.objects.create(
                    application=self, person=person, since=self.started_at
                )

    @factory.post_generation
    def complete(self: Any, create: bool, extracted: bool | None, **options: Any) -> None:
        if create and (extracted or self.submitted_at):
            write(self, ANSWERS, ASSESSED)
            if self.submitted_at:
                for response in (self.dossier.response, self.dossier.assessment):
                    if response is not None:
                        close_response(response=response, now=self.submitted_at)


def write(
    application: models.Application, answers: dict[str, Any], assessed: dict[str, Any] | None = None
) -> None:
    """Save answers as the creator would, without any of the room's own services."""
    dossier = application.dossier
    parts = [(dossier.response, answers), (dossier.assessment, assessed)]
    for response, values in parts:
        if response is not None and values:
            save_answers(
                response=response,
                values=values,
                seen={},
                actor_id=application.created_by_id,
                now=application.started_at,
            )


def _next_reference(call: models.Call) -> str:
    call.last_number += 1
    call.save(update_fields=["last_number"])
    return compose(call.reference_prefix, call.last_number)


def _empty_dossier(call: models.Call) -> models.Dossier:
    return models.Dossier.objects.create(
        response=ResponseFactory(version=call.form.versions.get()),
        assessment=ResponseFactory(version=call.assessment.versions.get())
        if call.assessment
        else None,
    )


def close(edition: Edition, at: Any) -> None:
    """Move a deadline without telling anybody."""
    Edition.objects.filter(pk=edition.pk).update(call_closes_at=at)
    edition.refresh_from_db()
