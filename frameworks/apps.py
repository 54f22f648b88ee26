"""Frameworks, topics, goals and tags."""

from django.apps import AppConfig


class FrameworksConfig(AppConfig):
    name = "frameworks"
    label = "frameworks"
    default_auto_field = "django.db.models.BigAutoField"
