"""What applicants and organisers type, other than the answers to a questionnaire."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from museumhub.kit.days import DayField
from museumhub.kit.text import one_line, without_controls
from museumhub.members.models import Organisation, Person
from museumhub.members.queries import acted_for
from museumhub.questionnaires.models import Purpose, Questionnaire
from museumhub.questionnaires.structure import BandSpec
from programmes.applications.lifecycle import APPLICATION, DRAFT, SET_ASIDE
from programmes.applications.models import MOST_GRACE_MINUTES, Call, TeamMember
from programmes.catalogue.models import Module


class QuietChoiceField(forms.ChoiceField):
    """A choice whose first entry says that nothing is chosen; so it is not marked as optional."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class Revised(forms.Form):
    """A form over something that others change too: it says which state its writer saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def at(self, revision: int) -> None:
        """After a stale save: the next one replaces what stands now."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = str(revision)
        self.data = data


class ChooseOrganisationForm(forms.Form):
    """One of the organisations the person may act for."""

    organisation = forms.TypedChoiceField(
        widget=forms.RadioSelect,
        label=_("Who applies?"),
        error_messages={
            "required": _("Choose the organisation that applies."),
            "invalid_choice": _("Choose one of your organisations."),
        },
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = acted_for(person)
        field = self.fields["organisation"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101  (declared above)
        field.choices = [(one.oid, _described(one)) for one in self.organisations]
        field.coerce = {one.oid: one for one in self.organisations}.__getitem__
        if len(self.organisations) == 1:
            field.initial = self.organisations[0].oid


def _described(organisation: Organisation) -> str:
    where = ", ".join(part for part in (organisation.place, organisation.country.name) if part)
    return f"{organisation.name} ({where})" if where else organisation.name


class LevelForm(Revised):
    """Agree with the calculated level, or state another one with the reason."""

    level = QuietChoiceField(
        widget=forms.RadioSelect, label=_("Which level do you see yourselves at?")
    )
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=2000,
        label=_("Why do you see yourselves at another level?"),
        help_text=_("The organisers read it together with your answers."),
    )

    def __init__(
        self, *args: Any, bands: Sequence[BandSpec], calculated: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.calculated = calculated
        names = {band.key: band.name for band in bands}
        agree = gettext("We agree: %(level)s") % {"level": names.get(calculated, calculated)}
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            ("", agree),
            *(
                (key, gettext("Another level: %(level)s") % {"level": name})
                for key, name in names.items()
                if key != calculated
            ),
        ]
        if self.fields["reason"].widget.attrs is not None:
            self.fields["reason"].condition = {  # type: ignore[attr-defined]
                "any": True,
                "tests": [
                    {
                        "field": "level",
                        "test": "one_of",
                        "values": [k for k in names if k != calculated],
                    }
                ],
            }

    def clean_reason(self) -> str:
        return without_controls(self.cleaned_data["reason"]).strip()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("level") and "reason" in cleaned and not cleaned["reason"]:
            self.add_error("reason", _("Say why you see yourselves at this level."))
        return cleaned


class RankForm(Revised):
    """A place in the order for each module; `move` is a button that moves one of them up or down."""

    def __init__(
        self, *args: Any, modules: Sequence[Module], most: int, chosen: Sequence[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.modules = list(modules)
        places = [("", gettext("not chosen")), *((str(n), _place(n)) for n in range(1, most + 1))]
        for module in self.modules:
            self.fields[self.name_of(module)] = QuietChoiceField(
                choices=places,
                label=gettext("Your order: “%(module)s”") % {"module": module.title},
                initial=str(chosen.index(module.pk) + 1) if module.pk in chosen else "",
                error_messages={"invalid_choice": _("Choose a place from the list.")},
            )

    @staticmethod
    def name_of(module: Module) -> str:
        return f"rank-{module.oid}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        taken: dict[str, Module] = {}
        for module in self.modules:
            rank = cleaned.get(self.name_of(module), "")
            if not rank:
                continue
            if rank in taken:
                self.add_error(
                    self.name_of(module),
                    gettext("“%(module)s” has this place already. Give each module another one.")
                    % {"module": taken[rank].title},
                )
            taken.setdefault(rank, module)
        return cleaned

    @property
    def ranked(self) -> list[int]:
        """The chosen modules' primary keys, the most wanted first, moved as the button says."""
        places = {
            module.pk: int(self.cleaned_data[self.name_of(module)])
            for module in self.modules
            if self.cleaned_data[self.name_of(module)]
        }
        order = sorted(places, key=places.__getitem__)
        way, _colon, oid = str(self.data.get("move", "")).partition(":")
        moved = next((m.pk for m in self.modules if m.oid == oid), None)
        if moved in order:
            here = order.index(moved)
            there = here - 1 if way == "up" else here + 1
            if 0 <= there < len(order):
                order[here], order[there] = order[there], order[here]
        return order


def _place(number: int) -> str:
    words = (gettext("first choice"), gettext("second choice"), gettext("third choice"))
    if number <= len(words):
        return words[number - 1]
    return gettext("choice number %(number)d") % {"number": number}


class TeamMemberForm(forms.ModelForm[TeamMember]):
    """Somebody who would take part."""

    class Meta:
        model = TeamMember
        fields = ("name", "email", "role")
        help_texts = {
            "email": _("So that the organisers can reach them if you are selected."),
            "role": _("Such as curator, educator, head of digital."),
        }
        error_messages = {
            "name": {"required": _("Give the person’s name.")},
            "email": {"required": _("Give an e-mail address for this person.")},
        }

    def validate_constraints(self) -> None:
        """The service refuses an address that is named already."""


class AlertForm(forms.Form):
    """Where to send the one letter that says that a call has opened."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        error_messages={"required": _("Give your e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        one_line(email)
        return email


class CallForm(Revised):
    """What a call asks for. When it opens and closes stands in the timetable."""

    introduction = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        max_length=5000,
        label=_("What applicants should know"),
        help_text=_("Shown on the first page of the application. Markdown."),
    )
    form = forms.ModelChoiceField(
        queryset=Questionnaire.objects.none(),
        to_field_name="oid",
        label=_("Questions"),
        empty_label=_("Choose the questions"),
        error_messages={"required": _("Choose the questions that applicants answer.")},
    )
    assessment = forms.ModelChoiceField(
        queryset=Questionnaire.objects.none(),
        to_field_name="oid",
        required=False,
        label=_("Self-assessment"),
        empty_label=_("none"),
    )
    modules_to_rank = forms.IntegerField(
        min_value=0,
        max_value=9,
        label=_("Modules to put in order"),
        help_text=_("How many modules an applicant chooses at most, in order; 0 asks for none."),
    )
    asks_team = forms.BooleanField(required=False, label=_("Ask who would take part"))
    one_per_organisation = forms.BooleanField(
        required=False, label=_("Only one application for each organisation")
    )
    grace_minutes = forms.IntegerField(
        min_value=0,
        max_value=MOST_GRACE_MINUTES,
        initial=15,
        label=_("Minutes of grace"),
        help_text=_(
            "An application begun before the deadline is still taken this long after it, and marked late."
        ),
    )

    def __init__(self, *args: Any, owner: str, call: Call | None = None, **kwargs: Any) -> None:
        if call is not None:
            kwargs.setdefault("initial", _initial(call))
        super().__init__(*args, **kwargs)
        published = Questionnaire.objects.owned_by(owner).filter(
            versions__published_at__isnull=False
        )
        for name, purpose in (("form", Purpose.FORM), ("assessment", Purpose.ASSESSMENT)):
            self.fields[name].queryset = published.filter(purpose=purpose).distinct()  # type: ignore[attr-defined]
        if call is None:
            self.fields["seen"].initial = 0

    @property
    def changes(self) -> dict[str, Any]:
        """The settings, without the state that was seen."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def _initial(call: Call) -> dict[str, Any]:
    return {
        "seen": call.revision,
        "introduction": call.introduction,
        "form": call.form.oid,
        "assessment": call.assessment.oid if call.assessment is not None else "",
        "modules_to_rank": call.modules_to_rank,
        "asks_team": call.asks_team,
        "one_per_organisation": call.one_per_organisation,
        "grace_minutes": call.grace_minutes,
    }


class ReopenForm(forms.Form):
    """Until when a closed call is open again: a day and a time in the edition's zone."""

    closes_on = DayField(label=_("New last day"), error_messages={"required": _("Choose a day.")})
    closes_time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        initial="23:59",
        error_messages={
            "required": _("Choose a time."),
            "invalid": _("Choose a time such as 23:59."),
        },
    )


_SHOWN_STATUSES = [
    (key, label) for key, label in APPLICATION.statuses.items() if key not in (DRAFT, SET_ASIDE)
]


class FilterForm(forms.Form):
    """What narrows the organisers' list; lives in the address."""

    q = forms.CharField(
        required=False,
        max_length=200,
        label=_("Reference or organisation"),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = QuietChoiceField(
        label=_("Status"),
        choices=lazy(lambda: [("", _("Any status")), *_SHOWN_STATUSES], list),
    )
    country = QuietChoiceField(label=_("Country"))
    module = QuietChoiceField(label=_("First choice"))
    level = QuietChoiceField(label=_("Level"))
    late = QuietChoiceField(
        label=_("In time"),
        choices=[("", _("Late or not")), ("yes", _("late")), ("no", _("in time"))],
    )

    def __init__(
        self,
        *args: Any,
        countries: Iterable[tuple[str, str]],
        modules: Iterable[Module],
        levels: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(module.slug, module.title) for module in modules]
        self.fields["country"].choices = [("", _("Any country")), *countries]  # type: ignore[attr-defined]
        self.fields["module"].choices = [("", _("Any module")), *chosen]  # type: ignore[attr-defined]
        self.fields["level"].choices = [("", _("Any level")), *levels]  # type: ignore[attr-defined]

    @property
    def filters(self) -> dict[str, str]:
        """Those that can be read; a filter that makes no sense narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
