"""Programmes, editions, modules, partners, timetable and phases."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "programmes.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from programmes.catalogue import (  # noqa: F401
            doors,
            letters,
            moments,
            organisations,
            privacy,
        )
