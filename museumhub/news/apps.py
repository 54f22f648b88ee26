"""What members publish."""

from django.apps import AppConfig


class NewsConfig(AppConfig):
    name = "museumhub.news"
    label = "news"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from museumhub.kit import changes
        from museumhub.members.services import housekeeping
        from museumhub.news import (  # noqa: F401
            actions,
            doors,
            item_pictures,
            letters,
            moments,
            organisations,
            privacy,
            receivers,
        )
        from museumhub.news.models import Endorsement, Item, Picture
        from museumhub.news.services import (
            assembling,
            endorsing,
            links,
            newsletter,
            pictures,
            pulling,
            reminders,
            rendering,
        )
        from museumhub.schedule import registry

        housekeeping.also("pulled_entries", pulling.forget_entries)
        housekeeping.also("unconfirmed_endorsements", endorsing.forget_unconfirmed)
        housekeeping.also("links_surveyed", links.survey_links)
        housekeeping.also("subscriptions", newsletter.forget_subscriptions)
        housekeeping.also("reminders", reminders.forget_reminders)
        registry.queue(assembling.ASSEMBLE, waits=assembling.waits, work=assembling.assemble_due)
        registry.queue(links.CHECK, waits=links.waits, work=links.check_due)
        registry.queue(pulling.PULL, waits=pulling.waits, work=pulling.pull_due)
        registry.queue(pictures.RENDER, waits=rendering.waits, work=rendering.render_due)
        changes.watch(Item, Picture, Endorsement)
