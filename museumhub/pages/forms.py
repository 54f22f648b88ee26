"""Forms of the pages that join rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from frameworks.models import Element
from frameworks.queries import names_of_topics
from museumhub.kit.days import DayField
from museumhub.kit.languages import language_name
from museumhub.members.models import Organisation
from museumhub.pages.models.search import Kind
from museumhub.pages.queries.search import Filters, Search, years
from museumhub.pages.search.query import LONGEST, Query, read


class SampleForm(forms.Form):
    """One field of every kind, for the style guide."""

    name = forms.CharField(
        label=_("Name of the museum"), help_text=_("As it stands over the door."), max_length=120
    )
    email = forms.EmailField(label=_("E-mail address"))
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    story = forms.CharField(
        label=_("What would you like to try?"),
        help_text=_("A few sentences; you can change them until the deadline."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    kind = forms.ChoiceField(
        label=_("Kind of house"),
        choices=[("museum", _("Museum")), ("archive", _("Archive")), ("library", _("Library"))],
        widget=forms.RadioSelect,
    )
    audiences = forms.MultipleChoiceField(
        label=_("Whom do you want to reach?"),
        help_text=_("Choose all that apply."),
        choices=[
            ("schools", _("Schools")),
            ("families", _("Families")),
            ("neighbours", _("Neighbours who never came in")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    level = forms.ChoiceField(
        label=_("How sure are you of your digital strategy?"),
        choices=[(n, n) for n in range(1, 6)],
        widget=forms.RadioSelect,
    )
    size = forms.ChoiceField(
        label=_("People who work there"),
        choices=[("", _("Choose a number")), ("s", _("Up to 10")), ("m", _("11 to 50"))],
    )
    visitors = forms.IntegerField(label=_("Visitors a year"), min_value=0, required=False)
    opened = DayField(label=_("Date of your last opening"), required=False)
    plan = forms.FileField(label=_("Your strategy"), help_text=_("PDF, at most 10 MB."))
    agree = forms.BooleanField(
        label=_("The other participants may see our answers"),
        help_text=_("Only those of the same edition, and only after the selection."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["story"].word_limit = 60  # type: ignore[attr-defined]
        self.fields["level"].variant = "scale"  # type: ignore[attr-defined]


@dataclass(frozen=True)
class AskedSearch:
    """What the address of a search says. Filters that are none are left out of it."""

    query: Query
    filters: Filters
    organisation: Organisation | None
    topics: Sequence[Element]
    years: Sequence[int]


def read_search(address: QueryDict) -> AskedSearch:
    """The words and filters of an address: two queries, one more with an organisation."""
    offered, published = names_of_topics(), years()
    given = {name: address.get(name, "").strip() for name in Filters().__dict__}
    organisation = None
    if given["organisation"]:
        found = Organisation.objects.filter(slug=given["organisation"][:80])
        organisation = found.first()
    there = {
        "kind": {kind.value for kind in Kind},
        "topic": {topic.slug for topic in offered},
        "language": {code for code, _name in settings.LANGUAGES},
        "organisation": {organisation.slug} if organisation else set(),
        "year": {str(year) for year in published},
    }
    filters = Filters(**{name: value for name, value in given.items() if value in there[name]})
    return AskedSearch(read(address.get("q", "")), filters, organisation, offered, published)


class SearchForm(forms.Form):
    """The words, and what the results are narrowed by. The kind is chosen by links, each with its number."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search"}),
    )
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    kind = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, asked: AskedSearch, content: Search) -> None:
        super().__init__(initial={"q": content.shown_query.typed, **asked.filters.pairs})
        organisations = {one.slug: one.name for one in content.organisations}
        if asked.organisation is not None:
            organisations.setdefault(asked.organisation.slug, asked.organisation.name)
        for name, nothing, offered in (
            ("topic", gettext("All topics"), [(one.slug, one.short_name) for one in asked.topics]),
            (
                "language",
                gettext("All languages"),
                [(code, language_name(code)) for code, _name in settings.LANGUAGES],
            ),
            ("organisation", gettext("All organisations"), list(organisations.items())),
            ("year", gettext("All years"), [(str(year), str(year)) for year in asked.years]),
        ):
            field: Any = self.fields[name]
            field.choices = [("", nothing), *offered]
        if not asked.filters.kind:
            del self.fields["kind"]
        if not organisations:
            del self.fields["organisation"]
