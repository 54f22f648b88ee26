"""The form of a feed, and what editors narrow the queue of its entries by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from frameworks.models import Element
from museumhub.members.forms.fields import NameField
from museumhub.members.forms.organisations import WebsiteField
from museumhub.news import lifecycle
from museumhub.news.models import FeedSource
from museumhub.news.queries.sources import ENTRIES_ON_A_PAGE, Filters


class FeedForm(forms.ModelForm[FeedSource]):
    """Where the feed is, in which language it is written, and the topics its drafts begin with."""

    url = WebsiteField(
        label=_("Address of the feed"),
        max_length=500,
        help_text=_(
            "Of an RSS or Atom feed, such as https://museum.example/news/feed. "
            "It must be readable by everybody."
        ),
    )
    title = NameField(
        label=_("What it is called here"),
        required=False,
        max_length=200,
        help_text=_("Left empty, the feed’s own title is used."),
    )
    language = forms.ChoiceField(label=_("The language it is written in"))
    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"),
        queryset=Element.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Drafts made from the feed begin with these; editors change them."),
    )

    class Meta:
        model = FeedSource
        fields = ("url", "title", "language", "topics")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages: Any = self.fields["language"]
        languages.choices = [("", _("Choose one")), *settings.LANGUAGES]
        topics: Any = self.fields["topics"]
        topics.queryset = Element.objects.topics()

    @property
    def said(self) -> dict[str, Any]:
        """What the services take; only after `is_valid()`."""
        return {name: self.cleaned_data[name] for name in ("url", "title", "language", "topics")}


class FindOrganisationForm(forms.Form):
    """For editors: the organisation a feed is to be added for."""

    named = forms.CharField(
        label=_("Name of the organisation"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class QueueFilterForm(forms.Form):
    """Status, organisation and words. A value that is not on the list is no address of this site."""

    status = forms.ChoiceField(
        required=False, choices=lifecycle.PULLED.choices, widget=forms.HiddenInput
    )
    q = forms.CharField(
        label=_("Words of the title or summary"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)

    def __init__(self, *args: Any, organisations: list[tuple[str, str]], **kwargs: Any) -> None:
        """`organisations` are (slug, name) of those with feeds."""
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["organisation"]
        choice.choices = [("", _("All organisations")), *organisations]

    @property
    def filters(self) -> Filters:
        """What was chosen; only after `is_valid()`."""
        said = self.cleaned_data
        return Filters(**{**said, "status": said["status"] or lifecycle.NEW})


class DecideForm(forms.Form):
    """What to do with the entries that were ticked."""

    act = forms.ChoiceField(choices=[("take", ""), ("dismiss", "")])
    entry = forms.MultipleChoiceField()

    def __init__(self, data: Any) -> None:
        """Any opaque ids are let in here, and at most a page of them; the view finds what they are."""
        super().__init__(data)
        chosen: Any = self.fields["entry"]
        given = data.getlist("entry")[:ENTRIES_ON_A_PAGE]
        chosen.choices = [(oid, "") for oid in given]
