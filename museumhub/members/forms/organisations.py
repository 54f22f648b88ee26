"""What an organisation says of itself, and how the directory is narrowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from museumhub.kit import uploads
from museumhub.kit.refusals import Refused
from museumhub.kit.text import without_controls
from museumhub.members import coordinates, identifiers, logos
from museumhub.members.forms.fields import NameField
from museumhub.members.models import Organisation
from museumhub.members.queries import Directory, Likeness
from museumhub.members.words import LONGEST_ADDRESS, has_letters, tidy_website


class WebsiteField(forms.URLField):
    """An address of the web as people type it: the scheme may be left out, user names are not let in."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", LONGEST_ADDRESS)
        super().__init__(assume_scheme="https", **options)

    def clean(self, value: Any) -> str:
        return tidy_website(super().clean(value) or "")


class OrganisationForm(forms.ModelForm[Organisation]):
    """Name and kind, where it is, how large, and the identifiers the world knows it by."""

    name = NameField(label=_("Name of the organisation"), max_length=200)
    place = NameField(label=_("Town or city"), required=False)
    website = WebsiteField(label=_("Website"), required=False)
    isil = forms.CharField(
        label=_("ISIL"),
        required=False,
        max_length=40,
        help_text=_("The code of a library, archive or museum, such as FR-751131010."),
    )
    ror = forms.CharField(
        label=_("ROR"),
        required=False,
        max_length=80,
        help_text=_("From ror.org, such as https://ror.org/013meh722."),
    )
    wikidata = forms.CharField(
        label=_("Wikidata"),
        required=False,
        max_length=120,
        help_text=_("The Q number of its Wikidata page, or the page's address."),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Who you are, in a few paragraphs for the public page. Markdown: **bold**, "
            "[a link](https://…), lists with a hyphen."
        ),
    )
    coordinates = forms.CharField(
        label=_("Point on the map"),
        required=False,
        max_length=60,
        help_text=_(
            "Latitude and longitude as map programs show them, such as 51.05433, 3.71742. "
            "Without them the map shows the country only."
        ),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP of at most 5 MB. It is shown on the public page."),
        widget=forms.FileInput(attrs={"accept": uploads.accept(logos.KINDS)}),
    )

    class Meta:
        model = Organisation
        fields = (
            "name",
            "kind",
            "country",
            "place",
            "size_band",
            "website",
            "isil",
            "ror",
            "wikidata",
            "description",
            "description_language",
        )
        labels = {
            "size_band": _("Size"),
            "kind": _("Kind of organisation"),
            "description_language": _("Language of the description"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coordinates"].initial = coordinates.written_pair(
            self.instance.latitude, self.instance.longitude
        )
        self.fields["size_band"].help_text = _("How many people it pays.")
        for name in ("kind", "country", "size_band", "description_language"):
            field: Any = self.fields[name]
            field.choices = [
                (value, label if value else _("Choose one")) for value, label in field.choices
            ]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        has_letters(name)
        return name

    def clean_isil(self) -> str:
        return _checked(self.cleaned_data["isil"], identifiers.tidy_isil, identifiers.check_isil)

    def clean_ror(self) -> str:
        return _checked(self.cleaned_data["ror"], identifiers.tidy_ror, identifiers.check_ror)

    def clean_wikidata(self) -> str:
        return _checked(
            self.cleaned_data["wikidata"], identifiers.tidy_wikidata, identifiers.check_wikidata
        )

    def clean_description(self) -> str:
        return without_controls(self.cleaned_data["description"])

    def clean_coordinates(self) -> str:
        """Tidied, so that two ways to write a point are no difference."""
        point = coordinates.read_pair(self.cleaned_data["coordinates"])
        return coordinates.written_pair(*point) if point else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("description") and not cleaned.get("description_language"):
            self.add_error(
                "description_language", _("Say in which language the description is written.")
            )
        return cleaned

    def clean_logo(self) -> ContentFile[bytes] | None:
        file: File[bytes] | None = self.cleaned_data["logo"]
        if not file:
            return None
        try:
            return logos.check_logo(file)
        except Refused as refusal:
            raise ValidationError(str(refusal.sentence)) from refusal

    def _get_validation_exclusions(self) -> set[str]:
        """The service refuses an identifier that another organisation has, and says which."""
        return {*super()._get_validation_exclusions(), "isil", "ror", "wikidata"}  # type: ignore[misc]

    @property
    def said(self) -> dict[str, Any]:
        """What was typed, cleaned, for the service."""
        point = coordinates.read_pair(self.cleaned_data["coordinates"]) or (None, None)
        return {
            **{name: self.cleaned_data[name] for name in (*self.Meta.fields, "logo")},
            "latitude": point[0],
            "longitude": point[1],
        }


class NewOrganisationForm(OrganisationForm):
    """The same; where others look alike, the writer says that theirs is another one."""

    another = forms.BooleanField(
        required=False, label=_("No, mine is another organisation, and I want to add it")
    )
    shown = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alike: list[Likeness] = []

    def show(self, alike: list[Likeness]) -> None:
        """Ask whether it is one of these, and remember in the form which ones were shown."""
        self.alike = alike
        self.fields["another"].required = True
        shown = " ".join(sorted(one.organisation.oid for one in alike))
        self.data = _with(self.data, shown=shown, another="")

    def was_answered(self, alike: list[Likeness]) -> bool:
        """The writer has said no to all of these, and not merely to others."""
        shown = set(self.cleaned_data["shown"].split())
        return self.cleaned_data["another"] and shown >= {one.organisation.oid for one in alike}


class EditOrganisationForm(OrganisationForm):
    """The same, over the version its writer saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    remove_logo = forms.BooleanField(required=False, label=_("Remove the logo"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        if self.instance.logo_id is None:
            del self.fields["remove_logo"]

    def now_at(self, version: int) -> None:
        """After a stale save: the next one replaces what stands now."""
        self.data = _with(self.data, version=str(version))

    def differences(self, theirs: Organisation) -> list[dict[str, Any]]:
        """Where what was typed differs from what stands now: label, yours, theirs, as people read them."""
        found = []
        for name in self.Meta.fields:
            yours, stands = self.cleaned_data[name], getattr(theirs, name)
            if str(yours or "") != str(stands or ""):
                label = self.fields[name].label
                pair = {"yours": self._shown(name, yours), "theirs": self._shown(name, stands)}
                found.append({"label": label, **pair})
        stands = coordinates.written_pair(theirs.latitude, theirs.longitude)
        if (yours := self.cleaned_data["coordinates"]) != stands:
            label = self.fields["coordinates"].label
            found.append({"label": label, "yours": yours, "theirs": stands})
        return found

    def _shown(self, name: str, value: Any) -> str:
        """A choice by its label, everything else as it is."""
        code = str(getattr(value, "code", value) or "")
        labels = dict(getattr(self.fields[name], "choices", None) or [])
        return str(labels.get(code, code))


class DirectoryForm(forms.Form):
    """The search words and the lists above the directory, with what is chosen now."""

    q = forms.CharField(
        required=False,
        label=_("Name or place"),
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    @classmethod
    def of(cls, content: Directory) -> DirectoryForm:
        """As the directory was asked for."""
        form = cls(initial={"q": content.wanted.words, **content.wanted.chosen})
        for facet in content.facets:
            form.fields[facet.key] = forms.ChoiceField(
                required=False,
                label=facet.label,
                choices=[
                    ("", facet.everything),
                    *((one.value, _entry(one.label, one.number)) for one in facet.choices),
                ],
            )
        return form


def _entry(label: Any, number: int | None) -> str:
    """ "Museum (12)"."""
    return str(label) if number is None else f"{label} ({number})"


def _with(data: Mapping[str, Any], **changes: str) -> QueryDict:
    """What was sent, with some of it replaced by the page itself."""
    copy = QueryDict(mutable=True)
    copy.update(data)
    for name, value in changes.items():
        copy[name] = value
    return copy


def _checked(value: str, tidy: Any, check: Any) -> str:
    text: str = tidy(value)
    if text:
        check(text)
    return text
