"""Calls, application forms, drafts and submissions."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "programmes.applications"
    label = "applications"

    def ready(self) -> None:
        from museumhub.kit import changes
        from programmes.applications import actions, doors, letters, privacy  # noqa: F401
        from programmes.applications.models import Call

        changes.watch(Call)
