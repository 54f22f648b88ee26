"""What an editor or a writer says when something is done with an item: a text, a time, an address."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from museumhub.kit import uploads
from museumhub.kit.days import DayField
from museumhub.kit.fields import FIRST_DAY, LAST_DAY, LongText
from museumhub.kit.refusals import Refused
from museumhub.kit.uploads import Checked
from museumhub.kit.zones import at_wall_clock
from museumhub.members.forms.fields import TimeZoneField

FILE_KINDS = ("pdf",)
FILE_LIMIT = 20_000_000


class ActForm(forms.Form):
    """Nothing but the version the actor looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)


class TextForm(ActForm):
    """A text to the writers."""

    text = LongText(
        label=_("Your words"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )


class ReasonForm(ActForm):
    """Why an item is withdrawn; every reader who follows a link to it sees it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Readers who follow a link to it read this."),
    )

    def clean_reason(self) -> str:
        return " ".join(self.cleaned_data["reason"].split())


class ScheduleForm(ActForm):
    """A day and a clock on the wall of a zone."""

    day = DayField(label=_("Day"))
    clock = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    time_zone = TimeZoneField(help_text=_("Day and time are meant in this zone."))

    @classmethod
    def showing(cls, at: datetime | None, zone: str) -> dict[str, Any]:
        """What the fields show of an instant."""
        if at is None:
            return {"time_zone": zone}
        local = at.astimezone(ZoneInfo(zone))
        return {"time_zone": zone, "day": local.date(), "clock": local.time()}

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(_("Choose a day between 1900 and 2200."))
        return day

    @property
    def at(self) -> datetime:
        """The instant in UTC; only after `is_valid()`."""
        data = self.cleaned_data
        return at_wall_clock(data["day"], data["clock"], data["time_zone"])


class CommentForm(forms.Form):
    """A remark about an item."""

    text = LongText(
        label=_("Remark"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The editors and your organisation read it, nobody else."),
    )


class FileForm(forms.Form):
    """The document of a publication."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A PDF of at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": uploads.accept(FILE_KINDS)}),
    )

    def clean_file(self) -> Checked:
        try:
            return uploads.check(self.cleaned_data["file"], FILE_KINDS, FILE_LIMIT)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal.sentence)) from refusal


class AddressForm(forms.Form):
    """The last part of an item's address."""

    slug = forms.SlugField(
        label=_("Address"),
        max_length=100,
        help_text=_("Stands after /news/. Small letters, digits and hyphens."),
    )


class EditorForm(forms.Form):
    """Somebody who is to edit the news."""

    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("With which the person signs in here.")
    )
