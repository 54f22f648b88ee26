"""What must happen at a time."""

from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    name = "museumhub.schedule"
    label = "schedule"

    def ready(self) -> None:
        from museumhub.schedule import letters  # noqa: F401
