"""Pages that join rooms."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "museumhub.pages"
    label = "pages"
