"""What this room registers when the site starts: its pages about an edition, and what it tidies up every day."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from museumhub.members.services import housekeeping
from programmes.catalogue.models import Edition
from programmes.catalogue.organise_tabs import Tab, register
from programmes.catalogue.services.roles import forget_old_invitations


def _page(name: str) -> Callable[[Edition], str]:
    return lambda edition: reverse(f"catalogue:{name}", args=[edition.programme.slug, edition.slug])


register(Tab("overview", _("Overview"), _page("organise_edition"), 10))
register(Tab("details", _("Details"), _page("organise_details"), 40))
register(Tab("timetable", _("Timetable"), _page("organise_timetable"), 50))
register(Tab("modules", _("Modules"), _page("organise_modules"), 60))
register(Tab("partners", _("Partners"), _page("organise_partners"), 70))
register(Tab("people", _("People"), _page("organise_people"), 80))
register(Tab("letters", _("Letters"), _page("organise_letters"), 85))
register(Tab("history", _("History"), _page("organise_history"), 90))
housekeeping.also("role_invitations", forget_old_invitations)
