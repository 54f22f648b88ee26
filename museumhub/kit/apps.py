"""The ground floor: no domain at all."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "museumhub.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"
