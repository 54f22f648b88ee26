"""The cities and regions that time zones are named after, as each language calls them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from museumhub.kit.refusals import Sentence

# Those of Europe and its neighbours, and the largest others, that a language of the site calls otherwise.
# Translators of "city": the name stands in "Athens time" and in lists.
_CITIES: dict[str, Sentence] = {
    "Algiers": pgettext_lazy("city", "Algiers"),
    "Athens": pgettext_lazy("city", "Athens"),
    "Beirut": pgettext_lazy("city", "Beirut"),
    "Belgrade": pgettext_lazy("city", "Belgrade"),
    "Brussels": pgettext_lazy("city", "Brussels"),
    "Bucharest": pgettext_lazy("city", "Bucharest"),
    "Cairo": pgettext_lazy("city", "Cairo"),
    "Chisinau": pgettext_lazy("city", "Chisinau"),
    "Copenhagen": pgettext_lazy("city", "Copenhagen"),
    "Damascus": pgettext_lazy("city", "Damascus"),
    "Havana": pgettext_lazy("city", "Havana"),
    "Jerusalem": pgettext_lazy("city", "Jerusalem"),
    "Kyiv": pgettext_lazy("city", "Kyiv"),
    "Lisbon": pgettext_lazy("city", "Lisbon"),
    "London": pgettext_lazy("city", "London"),
    "Luxembourg": pgettext_lazy("city", "Luxembourg"),
    "Mexico_City": pgettext_lazy("city", "Mexico City"),
    "Moscow": pgettext_lazy("city", "Moscow"),
    "Nicosia": pgettext_lazy("city", "Nicosia"),
    "Prague": pgettext_lazy("city", "Prague"),
    "Reykjavik": pgettext_lazy("city", "Reykjavik"),
    "Rome": pgettext_lazy("city", "Rome"),
    "Sao_Paulo": pgettext_lazy("city", "São Paulo"),
    "Seoul": pgettext_lazy("city", "Seoul"),
    "Singapore": pgettext_lazy("city", "Singapore"),
    "Tbilisi": pgettext_lazy("city", "Tbilisi"),
    "Tehran": pgettext_lazy("city", "Tehran"),
    "Tirane": pgettext_lazy("city", "Tirana"),
    "Tokyo": pgettext_lazy("city", "Tokyo"),
    "Tripoli": pgettext_lazy("city", "Tripoli"),
    "Vatican": pgettext_lazy("city", "Vatican City"),
    "Vienna": pgettext_lazy("city", "Vienna"),
    "Warsaw": pgettext_lazy("city", "Warsaw"),
    "Yerevan": pgettext_lazy("city", "Yerevan"),
    "Zurich": pgettext_lazy("city", "Zurich"),
}
# The first part of a zone's name, in the order of the alphabet in English.
REGIONS: dict[str, Sentence] = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


def city(zone: str) -> str:
    """ "Brussels" for `Europe/Brussels`, in the language in force."""
    last = zone.rsplit("/", 1)[-1]
    return str(_CITIES.get(last) or last.replace("_", " "))


def place(zone: str) -> str:
    """The zone within its region, for a list: "Brussels", "Argentina, Ushuaia"."""
    between = zone.split("/")[1:-1]
    return ", ".join([*(part.replace("_", " ") for part in between), city(zone)])
