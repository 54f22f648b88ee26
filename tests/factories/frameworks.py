"""Frameworks for tests: `TopicFactory(serves=[GoalFactory()])`; all belong to the leading framework."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from frameworks import models


class FrameworkFactory(DjangoModelFactory):
    class Meta:
        model = models.Framework
        django_get_or_create = ("slug",)

    slug = "seven-topics"
    name = "Seven topics"
    language = "en"
    leads = True
    updated_at = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class ElementFactory(DjangoModelFactory):
    class Meta:
        model = models.Element
        skip_postgeneration_save = True

    framework = factory.SubFactory(FrameworkFactory)
    kind = "principle"
    slug = factory.Sequence(lambda n: f"element-{n}")
    code = factory.Sequence(lambda n: f"E{n}")
    name = factory.Sequence(lambda n: f"Element {n}")
    short_name = factory.SelfAttribute("name")
    definition = "What it is about."
    order = factory.Sequence(lambda n: n)


class GoalFactory(ElementFactory):
    kind = "goal"


class TopicFactory(ElementFactory):
    kind = "topic"

    @factory.post_generation
    def serves(self, create, extracted, **options):
        if create and extracted:
            self.serves.set(extracted)
