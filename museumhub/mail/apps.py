"""Letters: written in the transaction that causes them, delivered later."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "museumhub.mail"
    label = "mail"

    def ready(self) -> None:
        from museumhub.mail import privacy  # noqa: F401
