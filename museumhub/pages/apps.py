"""Pages that join rooms."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "museumhub.pages"
    label = "pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from museumhub.kit import changes
        from museumhub.pages import actions, organisations  # noqa: F401
        from museumhub.pages.services import search

        changes.listen(search.follow)
