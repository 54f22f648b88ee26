"""Calls, application forms, drafts and submissions."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "programmes.applications"
    label = "applications"

    def ready(self) -> None:
        from programmes.applications import actions, doors, letters, privacy  # noqa: F401
