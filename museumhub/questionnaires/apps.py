"""Questions, their versions and their answers."""

from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "museumhub.questionnaires"
    label = "questionnaires"

    def ready(self) -> None:
        from museumhub.questionnaires import privacy  # noqa: F401  (registers its holdings)
