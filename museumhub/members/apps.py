"""People and organisations."""

from django.apps import AppConfig, apps

from museumhub.kit import changes


class MembersConfig(AppConfig):
    name = "museumhub.members"
    label = "members"

    def ready(self) -> None:
        from museumhub.members import (  # noqa: F401
            actions,
            directory_lists,
            letters,
            privacy,
            receivers,
            second_factor,
        )
        from museumhub.members.models import Organisation
        from museumhub.members.services import housekeeping, import_runs
        from museumhub.schedule import registry

        registry.queue(import_runs.WORK, waits=import_runs.waits, work=import_runs.work_due)
        housekeeping.also("imports", import_runs.forget_imports)
        changes.watch(Organisation)
        # The admin finds its site when the rooms register their models, which is after this.
        admin = apps.get_app_config("admin")
        admin.default_site = "museumhub.members.admin_site.HouseAdmin"  # type: ignore[attr-defined]
