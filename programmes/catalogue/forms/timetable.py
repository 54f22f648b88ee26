"""The dates of an edition as people type them: days and clocks on the wall of the edition's time zone."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from museumhub.kit.fields import FIRST_DAY, LAST_DAY, clock_field, day_field
from museumhub.kit.punctuation import labelled
from museumhub.kit.refusals import Refused
from museumhub.kit.versioned import Difference, VersionedForm
from museumhub.kit.zones import at_wall_clock
from museumhub.members.forms.fields import TimeZoneField
from programmes.catalogue.models import Edition

# An instant is typed as a day and a clock; an empty clock means this one.
INSTANTS: dict[str, time] = {
    "consultation_opens_at": time(9),
    "consultation_closes_at": time(23, 59),
    "call_opens_at": time(9),
    "call_closes_at": time(23, 59),
}
DAYS = ("decisions_by", "runs_from", "runs_to", "report_on")
WORDS = ("consultation_words", "call_words", "decisions_words", "runs_words", "report_words")


def _words(help_text: Any) -> forms.CharField:
    return forms.CharField(label=_("In words"), required=False, max_length=160, help_text=help_text)


class TimetableForm(VersionedForm):
    """All dates of an edition. Its changes are shown before they are made."""

    time_zone = TimeZoneField(
        help_text=_("Clocks below are clocks on the wall there. A change moves all of them.")
    )
    consultation_opens_at_day = day_field(_("Opens on"))
    consultation_opens_at_clock = clock_field(_("Opens at"), INSTANTS["consultation_opens_at"])
    consultation_closes_at_day = day_field(_("Closes on"))
    consultation_closes_at_clock = clock_field(_("Closes at"), INSTANTS["consultation_closes_at"])
    consultation_words = _words(_("Where the days are not fixed yet, such as: July to October."))
    call_opens_at_day = day_field(_("Opens on"))
    call_opens_at_clock = clock_field(_("Opens at"), INSTANTS["call_opens_at"])
    call_closes_at_day = day_field(_("Closes on"))
    call_closes_at_clock = clock_field(_("Closes at"), INSTANTS["call_closes_at"])
    call_words = _words(_("Where the days are not fixed yet, such as: in October."))
    decisions_by = day_field(_("Decisions by the end of"))
    decisions_words = _words(_("Such as: two weeks after the call closes."))
    runs_from = day_field(_("First day"))
    runs_to = day_field(_("Last day"))
    runs_words = _words(_("Such as: November to the summer."))
    report_on = day_field(_("Report on"))
    report_words = _words(_("Such as: after the summer."))

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        self.edition = edition
        initial: dict[str, Any] = {"version": edition.version, "time_zone": edition.time_zone}
        for name in (*DAYS, *WORDS):
            initial[name] = getattr(edition, name)
        for name in INSTANTS:
            if (local := _local(edition, name)) is not None:
                initial[f"{name}_day"] = local.date()
                initial[f"{name}_clock"] = local.time()
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            vars(field)["unmarked"] = True  # the page says once that every date may stay empty

    def clean(self) -> dict[str, Any]:
        """Days of this age of museums; a clock needs its day."""
        data = super().clean() or {}
        for name, value in list(data.items()):
            if isinstance(value, date) and not FIRST_DAY <= value <= LAST_DAY:
                self.add_error(name, _("Choose a day between 1900 and 2200."))
        for name in INSTANTS:
            if data.get(f"{name}_clock") is not None and f"{name}_day" not in self.errors:
                if data.get(f"{name}_day") is None:
                    self.add_error(f"{name}_day", _("Choose the day as well."))
        return data

    @property
    def changes(self) -> dict[str, Any]:
        """For `change_timetable`: instants in UTC, days, words and the zone; only after `is_valid()`."""
        data = self.cleaned_data
        found: dict[str, Any] = {name: data[name] for name in ("time_zone", *DAYS, *WORDS)}
        for name, default in INSTANTS.items():
            found[name] = self._instant(name, default)
        return found

    def _instant(self, name: str, default: time) -> datetime | None:
        day: date | None = self.cleaned_data[f"{name}_day"]
        if day is None:
            return None
        zone: str = self.cleaned_data["time_zone"]
        clock: time = self.cleaned_data[f"{name}_clock"] or default
        stands = _local(self.edition, name)
        # The form shows minutes: an instant between two minutes stays where it was unless it is moved.
        if zone == self.edition.time_zone and stands is not None:
            if (stands.date(), stands.time().replace(second=0, microsecond=0)) == (day, clock):
                kept: datetime = getattr(self.edition, name)
                return kept
        return at_wall_clock(day, clock, zone)

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at the day it is about."""
        field = refusal.field
        if field in INSTANTS:
            field = f"{field}_day"
        self.add_error(field if field in self.fields else None, str(refusal.sentence))

    def differences(self, theirs: Edition) -> list[Difference]:
        """Where what was typed differs from what stands, as it reads in the form."""
        stands = TimetableForm(edition=theirs)
        return [
            Difference(self._label(name), _shown(stands.initial.get(name)), _shown(typed))
            for name, typed in self.cleaned_data.items()
            if name != "version" and _shown(stands.initial.get(name)) != _shown(typed)
        ]

    def _label(self, name: str) -> str:
        parts = {"consultation": _("Consultation"), "call": _("Call")}
        label = str(self.fields[name].label)
        group = parts.get(name.partition("_")[0])
        return labelled(group, label) if group else label


def _local(edition: Edition, name: str) -> datetime | None:
    instant: datetime | None = getattr(edition, name)
    return instant.astimezone(ZoneInfo(edition.time_zone)) if instant is not None else None


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case time():
            return value.strftime("%H:%M")
    return str(value)
