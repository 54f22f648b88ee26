"""Modules, partners and roles of an edition."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from museumhub.kit.fields import FIRST_DAY, LAST_DAY, day_field
from museumhub.kit.versioned import VersionedForm
from programmes.catalogue.forms.programmes import long_text
from programmes.catalogue.models import Edition, Level, Module, Partner
from programmes.catalogue.models.role import Role


class HostField(forms.ModelChoiceField[Partner]):
    """A partner by the name of its organisation."""

    def label_from_instance(self, obj: Partner) -> str:
        return obj.organisation.name


class ModuleForm(VersionedForm):
    """One module of an edition."""

    written = (
        "title",
        "description",
        "host",
        "level",
        "place",
        "address",
        "starts_on",
        "ends_on",
        "capacity",
    )

    title = forms.CharField(label=_("Title"), max_length=160)
    description = long_text(_("Description"), _("You can use Markdown."))
    host = HostField(
        label=_("Host"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=_("No host"),
        help_text=_("One of the partners; add partners on their own page."),
    )
    level = forms.ChoiceField(
        label=_("Level of digital maturity"),
        required=False,
        choices=[("", _("For every level")), *Level.choices],
    )
    place = forms.CharField(
        label=_("Place"),
        max_length=160,
        required=False,
        help_text=_("Town and country, or “online”."),
    )
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"))
    capacity = forms.IntegerField(label=_("Places"), required=False, min_value=1, max_value=32767)

    def __init__(
        self, *args: Any, edition: Edition, module: Module | None = None, **kwargs: Any
    ) -> None:
        if module is not None:
            kwargs["initial"] = {name: getattr(module, name) for name in self.written} | {
                "host": module.host_id,
                "version": module.version,
            }
        super().__init__(*args, **kwargs)
        host: Any = self.fields["host"]
        host.queryset = Partner.objects.of_edition(edition).select_related("organisation")

    def clean(self) -> dict[str, Any]:
        """The last day needs a first one and is not before it."""
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        for name, day in (("starts_on", first), ("ends_on", last)):
            if day is not None and not FIRST_DAY <= day <= LAST_DAY:
                self.add_error(name, _("Choose a day between 1900 and 2200."))
        if last is not None and first is None and "starts_on" not in self.errors:
            self.add_error("starts_on", _("Choose the first day as well."))
        if first is not None and last is not None and last < first:
            self.add_error("ends_on", _("The last day must not be before the first day."))
        return data


class PartnerForm(VersionedForm):
    """An organisation's part. Who it is, is chosen once."""

    written = ("kind", "part", "note")

    kind = forms.ChoiceField(label=_("Role"), choices=Partner.Kind.choices)
    part = forms.CharField(
        label=_("Part in a few words"),
        max_length=200,
        required=False,
        help_text=_("Such as: holds the first module."),
    )
    note = long_text(
        _("What they do in this programme"),
        _("Stands on the partner's page. You can use Markdown."),
    )

    def __init__(self, *args: Any, partner: Partner | None = None, **kwargs: Any) -> None:
        if partner is not None:
            kwargs["initial"] = {name: getattr(partner, name) for name in self.written} | {
                "version": partner.version
            }
        super().__init__(*args, **kwargs)


def _scope(can_choose: bool) -> forms.ChoiceField:
    choices = [("edition", _("This edition only"))]
    if can_choose:
        choices.append(("programme", _("The whole programme")))
    return forms.ChoiceField(
        label=_("For"), choices=choices, initial="edition", widget=forms.RadioSelect
    )


class NewPartnerForm(PartnerForm):
    """The same, for the edition or for the whole programme."""

    def __init__(self, *args: Any, whole_programme: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"] = _scope(whole_programme)

    @property
    def for_whole_programme(self) -> bool:
        return bool(self.cleaned_data["scope"] == "programme")


class FindOrganisationForm(forms.Form):
    """Words of the name or place of an organisation in the directory."""

    q = forms.CharField(
        label=_("Name or place of the organisation"),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class InviteForm(forms.Form):
    """Ask somebody to take a role: a member of a partner organisation, or any address."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.REVIEWER)
    member = forms.ChoiceField(
        label=_("Somebody of a partner organisation"), required=False, choices=[]
    )
    email = forms.EmailField(
        label=_("Or an e-mail address"),
        required=False,
        max_length=254,
        help_text=_("They get a letter and decide for themselves."),
    )

    def __init__(
        self,
        *args: Any,
        whole_programme: bool,
        members: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"] = _scope(whole_programme)
        member: Any = self.fields["member"]
        member.choices = [("", _("Nobody of these")), *members]
        if not members:
            del self.fields["member"]
            self.fields["email"].label = _("E-mail address")

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two."""
        data = super().clean() or {}
        if bool(data.get("member")) == bool(data.get("email")) and "email" not in self.errors:
            raise ValidationError(
                _("Choose somebody of a partner organisation, or type an address: one of the two.")
            )
        return data

    @property
    def for_whole_programme(self) -> bool:
        return bool(self.cleaned_data["scope"] == "programme")
