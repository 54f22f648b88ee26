"""Questionnaires in the states tests need; a version is published unless a test says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import factory

from museumhub.questionnaires import services
from museumhub.questionnaires.models import (
    Condition,
    Dimension,
    Kind,
    LevelBand,
    Option,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    Section,
)

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class QuestionnaireFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Questionnaire

    title = "Application form"
    owner = "catalogue.edition:1"
    created_at = NOW


class VersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = QuestionnaireVersion

    questionnaire = factory.SubFactory(QuestionnaireFactory)
    number = 1
    created_at = NOW
    published_at = NOW


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section

    version = factory.SubFactory(VersionFactory)
    key = factory.Sequence(lambda n: f"section_{n}")
    title = factory.Sequence(lambda n: f"Section {n}")
    position = factory.Sequence(lambda n: n)


class QuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Question
        skip_postgeneration_save = True

    section = factory.SubFactory(SectionFactory)
    version = factory.SelfAttribute("section.version")
    key = factory.Sequence(lambda n: f"question_{n}")
    kind = Kind.SHORT_TEXT
    label = factory.LazyAttribute(lambda q: f"What about {q.key}?")
    position = factory.Sequence(lambda n: n)

    @factory.post_generation
    def options(self: Question, create: bool, extracted: Any, **kwargs: Any) -> None:
        """`options=[("a", "Label", score), …]`; label and score may be left out."""
        for position, given in enumerate(extracted or []):
            key, label, score = (
                (*given, None, None)[:3] if isinstance(given, tuple) else (given, None, None)
            )
            Option.objects.create(
                question=self,
                key=key,
                label=f"Option {key}" if label is None else label,
                score=score,
                position=position,
            )


class ConditionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Condition

    position = factory.Sequence(lambda n: n)


class DimensionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Dimension

    version = factory.SubFactory(VersionFactory)
    key = factory.Sequence(lambda n: f"dimension_{n}")
    name = factory.Sequence(lambda n: f"Dimension {n}")
    position = factory.Sequence(lambda n: n)


class BandFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LevelBand

    version = factory.SubFactory(VersionFactory)
    name = factory.LazyAttribute(lambda band: band.key.title())


class ResponseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Response

    version = factory.SubFactory(VersionFactory)
    started_at = NOW


PLAN: dict[str, Any] = {
    "sections": [
        {
            "key": "museum",
            "title": "Your museum",
            "introduction": "Tell us **who you are**.",
            "questions": [
                {"key": "about", "kind": "long_text", "label": "What does your museum do?", "required": True, "least": 3, "most": 20},
                {"key": "motto", "kind": "short_text", "label": "Your motto"},
                {"key": "kind", "kind": "one_choice", "label": "What kind of museum?", "options": [{"key": "art", "label": "Art"}, {"key": "science", "label": "Science"}], "other": True},
                {"key": "visitors", "kind": "number", "label": "Visitors a year", "minimum": 0, "maximum": 10000000, "step": 1, "unit": "visitors"},
                {"key": "shop", "kind": "one_choice", "label": "Have you got a shop?", "required": True, "options": [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No"}]},
                {"key": "turnover", "kind": "number", "label": "What does the shop turn over?", "required": True, "unit": "EUR", "conditions": [{"source": "shop", "test": "is", "values": ["yes"]}]},
            ],
        },
        {
            "key": "plans",
            "title": "Your plans",
            "questions": [
                {"key": "channels", "kind": "many_choices", "label": "Where do you meet your audience?", "least": 1, "most": 2, "options": [{"key": "site", "label": "Web site"}, {"key": "social", "label": "Social media"}, {"key": "letter", "label": "Newsletter"}]},
                {"key": "ready", "kind": "scale", "label": "How ready are you?", "options": [{"label": "Not at all"}, {"label": ""}, {"label": "Fully"}]},
                {"key": "begin", "kind": "date", "label": "When can you begin?", "earliest": "2027-01-01", "latest": "2027-12-31"},
                {"key": "contact", "kind": "email", "label": "Whom shall we write to?"},
                {"key": "site", "kind": "url", "label": "Your web site"},
                {"key": "country", "kind": "country", "label": "In which country?"},
                {"key": "plan", "kind": "file", "label": "Your plan", "file_kinds": ["pdf"], "file_limit": 1},
                {"key": "note", "kind": "statement", "label": "Read this", "help": "We keep your answers for *two* years."},
                {"key": "consent", "kind": "consent", "label": "I agree", "required": True},
            ],
        },
    ]
}  # fmt: skip


def build(plan: dict[str, Any] | None = None, **options: Any) -> Questionnaire:
    """A published questionnaire with a question of every kind, or with `plan`."""
    return services.build_questionnaire(
        **{
            "title": "Application form",
            "owner": "catalogue.edition:1",
            "plan": plan or PLAN,
            "actor": None,
            "now": NOW,
            **options,
        }
    )
