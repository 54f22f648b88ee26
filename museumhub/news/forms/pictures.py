"""Forms of the picture library, and the field with which other forms let somebody choose a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from museumhub.kit import pictures, uploads
from museumhub.kit.ids import is_id
from museumhub.kit.languages import site_languages
from museumhub.kit.refusals import Refused
from museumhub.kit.text import one_line
from museumhub.kit.versioned import VersionedForm
from museumhub.members.forms.organisations import WebsiteField
from museumhub.members.models import Organisation
from museumhub.news import rights
from museumhub.news.models import Picture, edits_news
from museumhub.news.models.picture import LONGEST_ALT
from museumhub.news.queries import pictures as queries


class PictureFileField(forms.FileField):
    """A picture, checked by its content (`kit.pictures.check`)."""

    widget = forms.FileInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("File"))
        options.setdefault(
            "help_text",
            format_lazy(
                _(
                    "{kinds}; at most {limit} and 25 million pixels. Best at least 1440 pixels wide. "
                    "Where it was taken and with which camera is taken out."
                ),
                kinds=lazy(lambda: uploads.kind_names(pictures.KINDS), str)(),
                limit=lazy(lambda: filesizeformat(pictures.LARGEST), str)(),
            ),
        )
        super().__init__(**options)
        self.widget.attrs["accept"] = uploads.accept(pictures.KINDS)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file: File[bytes] | None = super().clean(data, initial)
        if not file:
            return None
        try:
            return pictures.check(file)
        except Refused as refusal:
            raise ValidationError(str(refusal.sentence)) from refusal


class PictureForm(VersionedForm):
    """What is said of a picture: what it shows, who made it, what may be done with it, and whose it is."""

    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        validators=[one_line],
        help_text=_("A few words by which you find it again. Readers do not see them."),
    )
    alt = forms.CharField(
        label=_("Alternative text"),
        required=False,
        max_length=LONGEST_ALT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "What is to be seen, for people who do not see it: one or two sentences. "
            "Nothing is published without it."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language of the alternative text"), choices=site_languages
    )
    credit = forms.CharField(
        label=_("Credit"),
        required=False,
        max_length=200,
        validators=[one_line],
        help_text=_("Who made it, as they want to be named: “Ana Marques, Museum of Feathers”."),
    )
    rights = forms.ChoiceField(
        label=_("Rights"),
        required=False,
        help_text=_(
            "What readers may do with it. The statements are those of Creative Commons and RightsStatements.org."
        ),
    )
    source_url = WebsiteField(
        label=_("Source"),
        required=False,
        max_length=500,
        help_text=_("The page it comes from, such as that of your online collection."),
    )
    organisation = forms.ChoiceField(
        label=_("Organisation"),
        help_text=_("Whoever writes for it may use and change the picture."),
    )
    focus_x = forms.IntegerField(
        label=_("From the left, in per cent"),
        required=False,
        min_value=0,
        max_value=100,
    )
    focus_y = forms.IntegerField(
        label=_("From the top, in per cent"), required=False, min_value=0, max_value=100
    )
    written: tuple[str, ...] = (
        "title",
        "alt",
        "language",
        "credit",
        "rights",
        "source_url",
        "organisation",
        "focus_x",
        "focus_y",
    )

    def __init__(self, *args: Any, user: Any, picture: Picture | None = None, **kw: Any) -> None:
        self.picture = picture
        super().__init__(*args, **kw)
        given: Any = self.fields
        given["rights"].choices = [("", _("Choose one")), *rights.grouped()]
        self.owners = self._owners(user)
        given["organisation"].choices = [
            *([("", _("The network itself"))] if edits_news(user) else []),
            *((str(one.pk), one.name) for one in self.owners.values()),
        ]
        given["organisation"].required = not edits_news(user)
        for name in {"alt", "credit", "rights", "organisation", "focus_x", "focus_y"} & set(given):
            given[name].unmarked = True  # "optional" would be wrong: it is needed to go out
        self.initial.update(self._stands(user))

    def _owners(self, user: Any) -> dict[str, Organisation]:
        """Those the person writes for, and the one whose picture it is, by key."""
        own = Organisation.objects.acted_for_by(user)[: queries.MOST_ORGANISATIONS]
        found = {str(one.pk): one for one in own}
        if self.picture is not None and self.picture.organisation is not None:
            found.setdefault(str(self.picture.organisation.pk), self.picture.organisation)
        return found

    def _stands(self, user: Any) -> dict[str, Any]:
        """What the fields show before anything is typed."""
        if self.picture is None:
            language = getattr(user, "language", "")
            return {"organisation": next(iter(self.owners), ""), "language": language}
        stands = {name: getattr(self.picture, name) for name in self.written}
        owner = self.picture.organisation
        stands["organisation"] = str(owner.pk) if owner is not None else ""
        return {**stands, "version": self.picture.version}

    def clean_alt(self) -> str:
        """One line: it becomes an attribute."""
        return " ".join(self.cleaned_data["alt"].split())

    def clean_organisation(self) -> Organisation | None:
        return self.owners.get(self.cleaned_data["organisation"])

    def clean_focus_x(self) -> int:
        return self._focus("focus_x")

    def clean_focus_y(self) -> int:
        return self._focus("focus_y")

    def _focus(self, name: str) -> int:
        """Left empty it stays what it was."""
        given: int | None = self.cleaned_data[name]
        return int(getattr(self.picture, name, 50)) if given is None else given


class UploadForm(PictureForm):
    """A new picture: its file, and what is said of it."""

    file = PictureFileField()
    focus_x = focus_y = None  # type: ignore[assignment]  # set once it can be seen
    written = PictureForm.written[:-2]
    field_order = ("file",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _(
            "A few words by which you find it again. Left empty: the name of the file."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        picked: pictures.Picked | None = cleaned.get("file")
        if picked is not None and not cleaned.get("title") and "title" not in self.errors:
            cleaned["title"] = PurePath(picked.checked.name).stem[:160]
        return cleaned


class ReplaceForm(forms.Form):
    """Another file under the same words."""

    file = PictureFileField()
    version = forms.IntegerField(widget=forms.HiddenInput)


class LibraryForm(forms.Form):
    """What the library is narrowed by; lives in the address."""

    q = forms.CharField(
        required=False,
        max_length=200,
        label=_("Words"),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    organisation = forms.ChoiceField(required=False, label=_("Organisation"))
    rights = forms.ChoiceField(required=False, label=_("Rights"))
    lacking = forms.ChoiceField(
        required=False,
        label=_("Missing"),
        choices=[
            ("", _("Any")),
            ("alt", _("Alternative text")),
            ("credit", _("Credit")),
            ("rights", _("Rights")),
        ],
    )
    state = forms.ChoiceField(
        required=False,
        label=_("State"),
        choices=[
            ("", _("Any")),
            ("unused", _("Not used anywhere")),
            ("waiting", _("Files being made")),
            ("trouble", _("Files could not be made")),
        ],
    )

    def __init__(self, *args: Any, owners: list[Organisation], network: bool, **kw: Any) -> None:
        super().__init__(*args, **kw)
        given: Any = self.fields
        given["organisation"].choices = [
            ("", _("All organisations")),
            *([("-", _("The network itself"))] if network else []),
            *((one.slug, one.name) for one in owners),
        ]
        given["rights"].choices = [("", _("Any")), *rights.grouped()]

    @property
    def filters(self) -> queries.Filters:
        """Those that can be understood; the others are left out."""
        self.is_valid()
        return queries.Filters(**{name: self.cleaned_data.get(name, "") for name in self.fields})


# --- Choosing a picture in another form ----------------------------------------------------------


@dataclass(frozen=True)
class Chosen:
    """What a form sent about its picture: its public identifier, words to look for, and whether to look for them."""

    oid: str = ""
    words: str = ""
    looking: bool = False

    def __str__(self) -> str:
        return self.oid


class PictureChooser(forms.Widget):
    """Pictures to choose from, as radio buttons, with a search that works without a script.

    Three names go with it: `<name>` (the chosen one), `<name>-q` (words) and `<name>-find` (a button).
    """

    template_name = "news/pictures/chooser.html"
    use_fieldset = True
    user: Any = None
    kept: Picture | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Chosen:
        return Chosen(
            oid=data.get(name, ""),
            words=data.get(f"{name}-q", "")[:200],
            looking=f"{name}-find" in data,
        )

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}-find" not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        chosen = value if isinstance(value, Chosen) else Chosen(_oid_of(value))
        kept = self.kept.oid if self.kept is not None else ""
        context["widget"].update(offer(self.user, name, chosen, kept), kept=self.kept)
        return context


def offer(user: Any, name: str, chosen: Chosen, kept: str) -> dict[str, Any]:
    """The list to choose from; what a script fetches in its place is the same. `kept` stands above the list already."""
    found = queries.offered(user, words=chosen.words, chosen=chosen.oid, kept=kept) if user else []
    return {
        "name": name,
        "chosen": chosen.oid,
        "words": chosen.words,
        "offered": found,
        "full": len(found) >= queries.OFFERED,
    }


def _oid_of(value: Any) -> str:
    if isinstance(value, Picture):
        return value.oid
    if isinstance(value, int):
        found = Picture.objects.filter(pk=value).values_list("oid", flat=True).first()
        return found or ""
    return str(value or "")


class PictureField(forms.Field):
    """A picture of the library that the person may use; None where none is chosen.

    The form calls `offer(user, kept=…)` before it is shown or read: without it nothing can be chosen.
    `kept` is the picture that stands already, which may stay whoever it belongs to. Pressing the button
    “Find” makes the form invalid with a sentence, so that its page comes again with everything typed.
    """

    widget = PictureChooser

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Picture"))
        super().__init__(**options)
        self._user: Any = None
        self._kept: Picture | None = None

    def offer(self, user: Any, *, kept: Picture | None = None) -> None:
        """Let `user` choose among the pictures they may use."""
        self._user, self._kept = user, kept
        chooser: Any = self.widget
        chooser.user, chooser.kept = user, kept

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, Chosen) else Chosen(_oid_of(value))

    def clean(self, value: Any) -> Picture | None:
        chosen: Chosen = self.prepare_value(value)
        if chosen.looking:
            raise ValidationError(
                _("Choose one of the pictures found, then go on."), code="looking"
            )
        if not chosen.oid:
            if self.required:
                raise ValidationError(_("Choose a picture."), code="required")
            return None
        if self._kept is not None and chosen.oid == self._kept.oid:
            return self._kept
        found = None
        if is_id(chosen.oid):
            found = Picture.objects.usable_by(self._user).filter(oid=chosen.oid).first()
        if found is None:
            raise ValidationError(_("This picture is not there, or not yours to use."), code="gone")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(_oid_of(initial) != str(data or ""))
