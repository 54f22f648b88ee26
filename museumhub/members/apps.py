"""People and organisations."""

from django.apps import AppConfig, apps


class MembersConfig(AppConfig):
    name = "museumhub.members"
    label = "members"

    def ready(self) -> None:
        from museumhub.members import (  # noqa: F401
            actions,
            letters,
            privacy,
            receivers,
            second_factor,
        )

        # The admin finds its site when the rooms register their models, which is after this.
        admin = apps.get_app_config("admin")
        admin.default_site = "museumhub.members.admin_site.HouseAdmin"  # type: ignore[attr-defined]
