"""A programme and an edition: their texts, cost and places; and a new edition."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.functional import lazy
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from frameworks.forms import TagsField
from frameworks.models import Element
from museumhub.kit.fields import LongText
from museumhub.kit.numbers import NumberField
from museumhub.kit.versioned import VersionedForm
from museumhub.members.forms.fields import TimeZoneField
from programmes.catalogue import wording
from programmes.catalogue.models import Edition, Programme
from programmes.catalogue.models.programme import LONGEST, free_slug

# Working languages: those of Europe and its neighbours, and the other large ones of the museum world.
LANGUAGES = tuple(
    re.findall(
        r"\S+",
        """
        ar az be bg bs ca cs cy da de el en es et eu fa fi fr ga gl he hr hu hy id is it ja ka ko lb
        lt lv mk nb nl nn pl pt pt-br ro ru sk sl sq sr sv tr uk zh-hans
        """,
    )
)
# ISO 4217 codes of the same countries.
CURRENCIES = tuple(
    re.findall(
        r"[A-Z]{3}",
        """
        EUR GBP CHF SEK NOK DKK ISK PLN CZK HUF RON BGN RSD UAH TRY GEL AMD AZN ILS USD CAD AUD NZD
        JPY KRW CNY BRL MXN ZAR
        """,
    )
)


def _languages() -> list[tuple[str, str]]:
    named = [(code, wording.language_name(code)) for code in LANGUAGES if code in LANG_INFO]
    return sorted(named, key=lambda pair: pair[1])


def long_text(label: Any, help_text: Any = "") -> forms.CharField:
    """A text in Markdown of at most LONGEST characters."""
    return LongText(label=label, help_text=help_text, required=False, max_length=LONGEST)


class SlugField(forms.SlugField):
    """The last part of an address: small letters, digits and hyphens."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Address"))
        options.setdefault("max_length", 80)
        super().__init__(**options)
        self.validators.append(free_slug)

    def to_python(self, value: Any) -> str:
        return slugify(super().to_python(value) or "") or (value or "").strip()


class ProgrammeForm(VersionedForm):
    """What stays the same from one edition to the next. The address is chosen once."""

    written = ("title", "summary", "description", "language")

    title = forms.CharField(label=_("Title"), max_length=160)
    slug = SlugField(
        help_text=_("Stands after /programmes/ and stays. Letters, digits and hyphens.")
    )
    summary = forms.CharField(
        label=_("Summary"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One or two sentences for lists and search engines."),
    )
    description = long_text(
        _("Description"), _("You can use Markdown: **bold**, lists, links and headings.")
    )
    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"),
        queryset=Element.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tags = TagsField()
    language = forms.ChoiceField(
        label=_("Language of these texts"), choices=lazy(_languages, list), initial="en"
    )

    def __init__(self, *args: Any, programme: Programme | None = None, **kwargs: Any) -> None:
        if programme is not None:
            kwargs["initial"] = {name: getattr(programme, name) for name in self.written} | {
                "version": programme.version,
                "topics": [topic.pk for topic in programme.topics.all()],
                "tags": [tag.name for tag in programme.tags.all()],
            }
        super().__init__(*args, **kwargs)
        topics: Any = self.fields["topics"]
        topics.queryset = Element.objects.topics().order_by("order", "pk")
        if programme is not None:
            del self.fields["slug"]

    def clean_summary(self) -> str:
        return " ".join(self.cleaned_data["summary"].split())


class NewEditionForm(forms.Form):
    """A new edition, empty or after an earlier one."""

    title = forms.CharField(
        label=_("Title"), max_length=160, help_text=_("Such as the programme's name and the year.")
    )
    slug = SlugField(help_text=_("Stands after the programme's address and stays. Such as 2027."))
    time_zone = TimeZoneField(
        help_text=_("All dates of the edition are said and meant in this zone.")
    )
    copy_from = forms.ModelChoiceField(
        label=_("Start from"),
        queryset=Edition.objects.none(),
        required=False,
        empty_label=_("An empty edition"),
        help_text=_("Texts, cost, places, partners and modules are taken over, dates are not."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["copy_from"]
        field.queryset = programme.editions.order_by("-created_at", "-pk")


class EditionForm(VersionedForm):
    """What an edition says of itself, what it costs and how many can take part. Dates have a page of their own."""

    written = (
        "title",
        "summary",
        "description",
        "who_can_apply",
        "selection_criteria",
        "questions",
        "method",
        "outcomes",
        "consultation_about",
        "languages",
        "cost",
        "fee_amount",
        "fee_currency",
        "cost_note",
        "places_for",
        "places_least",
        "places_most",
        "modules_taken",
        "report_url",
    )

    title = forms.CharField(label=_("Title"), max_length=160)
    summary = forms.CharField(
        label=_("Summary"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For lists. Left empty, the programme's own summary is shown."),
    )
    description = long_text(
        _("Description"), _("You can use Markdown: **bold**, lists, links and headings.")
    )
    who_can_apply = long_text(_("Who can apply"))
    selection_criteria = long_text(_("How participants are selected"))
    questions = long_text(_("Questions the edition explores"))
    method = long_text(_("How the edition works"))
    outcomes = long_text(_("What participants take home"))
    consultation_about = long_text(_("What the consultation asks"))
    languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        required=False,
        choices=lazy(_languages, list),
        widget=forms.CheckboxSelectMultiple,
    )
    cost = forms.ChoiceField(
        label=_("What participants pay"),
        required=False,
        choices=Edition.Cost.choices,
        widget=forms.RadioSelect,
    )
    fee_amount = NumberField(
        label=_("Amount of the fee"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=10,
        decimal_places=2,
    )
    fee_currency = forms.ChoiceField(
        label=_("Currency"), required=False, choices=[("", "–"), *((c, c) for c in CURRENCIES)]
    )
    cost_note = forms.CharField(
        label=_("Note on the cost"),
        max_length=300,
        required=False,
        help_text=_("For whom the amount is, what it covers, what is paid for."),
    )
    places_for = forms.ChoiceField(label=_("Places are for"), choices=Edition.Places.choices)
    places_least = forms.IntegerField(
        label=_("Fewest places"), required=False, min_value=1, max_value=32767
    )
    places_most = forms.IntegerField(
        label=_("Most places"), required=False, min_value=1, max_value=32767
    )
    modules_taken = forms.ChoiceField(
        label=_("How modules are taken"), choices=Edition.Takes.choices, widget=forms.RadioSelect
    )
    report_url = forms.URLField(
        label=_("Address of the report"), max_length=300, required=False, assume_scheme="https"
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(edition, name) for name in self.written} | {
            "version": edition.version
        }
        super().__init__(*args, **kwargs)
        # What stands is always on the list, also where it came from elsewhere.
        self._offer("languages", *edition.languages)
        self._offer("fee_currency", edition.fee_currency)

    def _offer(self, name: str, *codes: str) -> None:
        field: Any = self.fields[name]
        choices = list(field.choices)
        known = {code for code, _label in choices}
        field.choices = choices + [
            (code, wording.language_name(code)) for code in codes if code not in known
        ]

    def clean_summary(self) -> str:
        return " ".join(self.cleaned_data["summary"].split())

    def clean(self) -> dict[str, Any]:
        """A fee has an amount and a currency; anything else has neither."""
        data = super().clean() or {}
        if data.get("cost") == Edition.Cost.FEE:
            if data.get("fee_amount") is None and "fee_amount" not in self.errors:
                self.add_error("fee_amount", _("Say how much the fee is."))
            if not data.get("fee_currency") and "fee_currency" not in self.errors:
                self.add_error("fee_currency", _("Choose the currency of the fee."))
        elif data.get("fee_amount") is not None:
            self.add_error("fee_amount", _("Only an edition with a fee has an amount."))
        else:
            data["fee_currency"] = ""
        least, most = data.get("places_least"), data.get("places_most")
        if least is not None and most is not None and least > most:
            self.add_error("places_most", _("This is less than the fewest places."))
        return data


class CancelForm(forms.Form):
    """Why an edition is called off; everybody reads it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences. They stand on the edition's page."),
    )
