"""Frameworks, topics, goals and tags."""

from django.apps import AppConfig


class FrameworksConfig(AppConfig):
    name = "frameworks"
    label = "frameworks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from frameworks.models import Element, Framework, Mapping, Serving, Tag
        from museumhub.kit import changes

        changes.watch(Framework, Element, Mapping, Serving, Tag)
