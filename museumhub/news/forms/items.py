"""The form of an item: what every kind has, and the fields of its own kind, as people type them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from frameworks.forms import TagsField
from frameworks.models import Element
from museumhub.kit.fields import FIRST_DAY, LAST_DAY, LongText, clock_field, day_field
from museumhub.kit.refusals import Stale
from museumhub.kit.text import comparison_key, one_line, without_controls
from museumhub.kit.versioned import Difference, VersionedForm
from museumhub.kit.zones import at_wall_clock, zone_names
from museumhub.members.forms.fields import TimeZoneField
from museumhub.members.models import Organisation
from museumhub.news import content as contents
from museumhub.news import gate, kinds, readable
from museumhub.news.forms.pictures import PictureField
from museumhub.news.models import LONGEST, Item, Picture, Proposal

# An instant is typed as a day and a clock; an empty clock means this one.
CLOCKS: dict[str, time] = {
    "starts_at": time(9),
    "ends_at": time(17),
    "closes_at": time(23, 59),
}
PARTNERS = 50


class ParagraphField(forms.CharField):
    """A text of a sentence or two: one line, however it is typed."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class ItemAddressField(forms.CharField):
    """An item of news by its address on this site, or the last part of it."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 300)
        super().__init__(required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            found = Item.objects.filter(pk=value).first()
            return found.get_absolute_url() if found is not None else ""
        return value

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        if not text:
            return None
        last = [part for part in urlsplit(text).path.split("/") if part][-1:]
        found = Item.objects.filter(slug=last[0]).first() if last else None
        if found is None:
            raise ValidationError(_("There is no item at this address."))
        return found


class OrganisationsField(forms.CharField):
    """Organisations of the directory, one a line, by name or address; those unknown are named."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 12_000)
        super().__init__(required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            rows = Organisation.objects.filter(pk__in=value).order_by("name")
            return "\n".join(row.name for row in rows)
        return value

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > PARTNERS:
            raise ValidationError(_("Name at most 50 organisations."))
        found = [(line, _organisation(line)) for line in lines]
        if unknown := [line for line, organisation in found if organisation is None]:
            raise ValidationError(
                [
                    format_lazy(
                        _("“{name}” is not in the directory, or there are several of this name."),
                        name=name,
                    )
                    for name in unknown
                ]
            )
        return [organisation for _line, organisation in found]


def _organisation(line: str) -> Organisation | None:
    """The one organisation with this name or address; None for none or several."""
    by_address = re.fullmatch(r".*/organisations/([\w-]+)/?", line)
    if by_address:
        return Organisation.objects.filter(slug=by_address[1]).first()
    rows = list(Organisation.objects.filter(name_key=comparison_key(line))[:2])
    if len(rows) == 1:
        return rows[0]
    return Organisation.objects.filter(slug=line.casefold()).first()


def _url(label: Any, help_text: Any = "") -> forms.URLField:
    return forms.URLField(
        label=label, required=False, max_length=500, assume_scheme="https", help_text=help_text
    )


def _languages() -> list[tuple[str, Any]]:
    return [("", _("Choose a language")), *settings.LANGUAGES]


def _field(name: str) -> forms.Field:
    """The field of one column of `kinds.COLUMNS` or relation; instants have two fields of their own."""
    match name:
        case "time_zone":
            return TimeZoneField(help_text=_("The times are said and meant in this zone."))
        case "dated":
            return day_field(_("Date"))
        case "place":
            return forms.CharField(
                label=_("Place"),
                required=False,
                max_length=200,
                validators=[one_line],
                help_text=_("House, street and town."),
            )
        case "online_url":
            return _url(_("Address of the online room"))
        case "registration_url":
            return _url(_("Address of the registration"))
        case "recording_url":
            return _url(_("Address of the recording"), _("Once it is over."))
        case "link":
            return _url(_("Link"))
        case "authors":
            return forms.CharField(
                label=_("Authors"),
                required=False,
                max_length=500,
                validators=[one_line],
                help_text=_("As they should be cited, separated by semicolons."),
            )
        case "year":
            return forms.IntegerField(
                label=_("Year"), required=False, min_value=1500, max_value=2200
            )
        case "identifier":
            return forms.CharField(
                label=_("Identifier"),
                required=False,
                max_length=120,
                validators=[one_line],
                help_text=_("A DOI or ISBN."),
            )
        case "resources":
            return LongText(
                label=_("Resources"),
                required=False,
                max_length=LONGEST,
                help_text=_(
                    "A list of links in Markdown, kept up to date: readers see when it last changed."
                ),
            )
        case "result":
            return ItemAddressField(
                label=_("Result"),
                help_text=_(
                    "The address of the item that says what came of it. Readers are led there once "
                    "this has closed."
                ),
            )
        case "partners":
            return OrganisationsField(
                label=_("Partners"),
                help_text=_(
                    "Organisations of the directory, one a line, as they are called there."
                ),
            )
    raise ValueError(f"no field for {name}")


# Columns that are typed elsewhere.
NOT_TYPED = frozenset({"file", "resources_updated_at"})


class ItemForm(VersionedForm):
    """What an item of one kind says, but for its file, which has a page of its own.

    Saving is never refused for what is missing: a draft may be half done. `kind` is a key of `kinds.KINDS`,
    `content` what stands (or what was proposed), `writer` whose pictures are offered.
    """

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    title = forms.CharField(label=_("Title"), max_length=160, validators=[one_line])
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=_languages,
        help_text=_("The language this text is written in."),
    )
    teaser = ParagraphField(
        label=_("Teaser"),
        required=False,
        max_length=300,
        help_text=_("One or two sentences for cards, feeds and search engines."),
    )
    body = LongText(
        label=_("Text"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_(
            "You can use Markdown: # Heading, ## Smaller heading, **bold**, lists and "
            "[links](https://…)."
        ),
    )
    picture = PictureField(
        required=False,
        help_text=_(
            "It leads the text and stands on its card. What is missing of it can be added in the library."
        ),
    )
    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"),
        queryset=Element.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tags = TagsField()
    translation_of = ItemAddressField(
        label=_("Translation of"),
        help_text=_("The address of the same text in the language it was written in first."),
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        zone: str,
        writer: Any = None,
        content: Mapping[str, Any] | None = None,
        version: int = 0,
        base: int = 0,
        **kwargs: Any,
    ) -> None:
        self.kind = kind
        self.stands = content
        self._clashing: set[str] | None = None
        kwargs["initial"] = {
            **(self._typed(content) if content is not None else {}),
            "version": version,
            "base": base,
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        self._add_fields_of_kind(zone)
        picture: Any = self.fields["picture"]
        picture.offer(writer, kept=_picture(content))
        topics: Any = self.fields["topics"]
        topics.queryset = Element.objects.topics().order_by("order", "pk")
        for field in self.fields.values():
            vars(field)["unmarked"] = True  # the page says what is needed, and when

    def _add_fields_of_kind(self, zone: str) -> None:
        own = [name for name in contents.fields(self.kind) if name not in contents.COMMON]
        for name in own:
            if name in kinds.INSTANTS:
                label = readable.label(name)
                self.fields[f"{name}_day"] = day_field(
                    format_lazy("{label}: {part}", label=label, part=_("day"))
                )
                self.fields[f"{name}_clock"] = clock_field(
                    format_lazy("{label}: {part}", label=label, part=_("time")), CLOCKS[name]
                )
            elif name not in NOT_TYPED:
                self.fields[name] = _field(name)
        if "time_zone" in self.fields and not self.initial.get("time_zone"):
            self.initial["time_zone"] = zone
        self.order_fields(["version", "base", "title", "language", "teaser", *own_order(own)])

    def _typed(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """A content as the fields show it."""
        typed: dict[str, Any] = {}
        zone = str(content.get("time_zone") or "") or settings.TIME_ZONE
        for name, value in content.items():
            if name in kinds.INSTANTS:
                if value:
                    local = datetime.fromisoformat(value).astimezone(ZoneInfo(zone))
                    typed[f"{name}_day"], typed[f"{name}_clock"] = local.date(), local.time()
            elif name == "dated":
                typed[name] = date.fromisoformat(value) if value else None
            else:
                typed[name] = value
        return typed

    def clean(self) -> dict[str, Any]:
        """Days of this age of museums; a clock needs its day; nothing ends before it begins."""
        data = super().clean() or {}
        for name, value in list(data.items()):
            if isinstance(value, date) and not FIRST_DAY <= value <= LAST_DAY:
                self.add_error(name, _("Choose a day between 1900 and 2200."))
        for name in kinds.INSTANTS:
            if data.get(f"{name}_clock") is not None and f"{name}_day" not in self.errors:
                if data.get(f"{name}_day") is None:
                    self.add_error(f"{name}_day", _("Choose the day as well."))
        if not self.errors and "ends_at_day" in self.fields:
            starts, ends = self._instant("starts_at"), self._instant("ends_at")
            if starts is not None and ends is not None and ends < starts:
                self.add_error("ends_at_day", _("It ends before it begins."))
        return data

    def _instant(self, name: str) -> datetime | None:
        data = self.cleaned_data
        day: date | None = data.get(f"{name}_day")
        zone: str = data.get("time_zone") or ""
        if day is None or zone not in zone_names():
            return None
        clock: time = data.get(f"{name}_clock") or CLOCKS[name]
        # The form shows minutes: an instant between two of them stays where it is unless it is moved.
        stands = (self.stands or {}).get(name)
        if stands:
            kept = datetime.fromisoformat(stands)
            shown = kept.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0, tzinfo=None)
            if shown == datetime.combine(day, clock):
                return kept
        return at_wall_clock(day, clock, zone)

    @property
    def said(self) -> dict[str, Any]:
        """What was typed, as a content without what is typed elsewhere; only after cleaning."""
        found: dict[str, Any] = {}
        for name in contents.fields(self.kind):
            if name in kinds.INSTANTS:
                found[name] = contents.plain(self._instant(name))
            elif name in self.fields and name in self.cleaned_data:
                found[name] = self._as_it_stands(name, contents.plain(self.cleaned_data[name]))
        return found

    def _as_it_stands(self, name: str, value: Any) -> Any:
        """A text that came back as it went out, but for blanks at its ends, is the text that stands."""
        stands = (self.stands or {}).get(name)
        if isinstance(stands, str) and isinstance(value, str):
            return stands if value == without_controls(stands).strip() else value
        return value

    @property
    def began_from(self) -> int:
        """The version of the item this was begun from."""
        return self.cleaned_data.get("base") or 0

    def after(self, stale: Stale) -> list[Difference]:
        """Only the fields that both wrote: what a colleague changed elsewhere is kept anyway."""
        both = stale.yours
        self._clashing = set(both) if isinstance(both, Mapping) else None
        return super().after(stale)

    def differences(self, theirs: Any) -> list[Difference]:
        """Where what was typed differs from what stands."""
        if isinstance(theirs, Proposal):
            stands: Mapping[str, Any] = theirs.content
        elif isinstance(theirs, Item):
            stands = contents.of(theirs)
        else:
            return []
        said = self.said
        left, right = readable.in_words(self.kind, stands, said)
        return [
            Difference(readable.label(name), left[name], right[name])
            for name in contents.changed(stands, said)
            if self._clashing is None or name in self._clashing
        ]

    def show_reasons(self, reasons: list[gate.Reason]) -> None:
        """What the publication gate says, each at its field."""
        for reason in reasons:
            name = f"{reason.field}_day" if reason.field in kinds.INSTANTS else reason.field
            self.add_error(name if name in self.fields else None, str(reason.sentence))


def _picture(content: Mapping[str, Any] | None) -> Picture | None:
    """The picture that stands already, whoever may use it."""
    key = (content or {}).get("picture")
    return Picture.objects.with_renditions().filter(pk=key).first() if key else None


def own_order(own: list[str]) -> list[str]:
    """The fields of a kind in the order of the form."""
    return [
        name
        for column in own
        for name in (
            (f"{column}_day", f"{column}_clock") if column in kinds.INSTANTS else (column,)
        )
    ]
