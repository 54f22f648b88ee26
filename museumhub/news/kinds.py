"""The kinds of news as plain data: what each is called, which fields it has of its own, and what it needs to go out.

The check constraints of an item, the form of a kind, the publication gate and the public page read this
table. Every kind has a title, teaser, text, picture, topics and tags; those are not repeated here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from museumhub.kit.refusals import Sentence

# Fields of an item that belong to certain kinds only, in the order in which forms and pages show them.
COLUMNS: Final = (
    "starts_at",
    "ends_at",
    "closes_at",
    "time_zone",
    "dated",
    "place",
    "online_url",
    "registration_url",
    "recording_url",
    "link",
    "file",
    "authors",
    "year",
    "identifier",
    "resources",
    "resources_updated_at",
    "result",
)
# Those that are instants: read on the wall clock of `time_zone`.
INSTANTS: Final = ("starts_at", "ends_at", "closes_at")
# Those that are rows of their own, which no constraint of an item can see.
RELATIONS: Final = ("partners",)


@dataclass(frozen=True)
class Kind:
    """One kind of news; `explains` says to writers what it is for.

    `fields` are those of `COLUMNS` and `RELATIONS` it may have; `required` those it cannot be published
    without; of each tuple in `one_of` at least one is needed.
    """

    key: str
    label: Sentence
    plural: Sentence
    explains: Sentence
    fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        named = {*self.required, *(name for group in self.one_of for name in group)}
        if unknown := {*self.fields, *named} - {*COLUMNS, *RELATIONS}:
            raise ValueError(f"{self.key}: no such field {unknown}")
        if missing := named - set(self.fields):
            raise ValueError(f"{self.key}: needs {missing}, which it has not got")

    @property
    def is_timed(self) -> bool:
        """Happens at a time: stands in calendars."""
        return "starts_at" in self.fields

    @property
    def closes(self) -> bool:
        """Is open until a time."""
        return "closes_at" in self.fields


ARTICLE: Final = "article"
EVENT: Final = "event"
WEBINAR: Final = "webinar"
FEEDBACK: Final = "feedback"
PUBLICATION: Final = "publication"
TOOLKIT: Final = "toolkit"
RECOMMENDATION: Final = "recommendation"
CAMPAIGN: Final = "campaign"
FUND: Final = "fund"
INITIATIVE: Final = "initiative"
STATEMENT: Final = "statement"

_DOCUMENT = ("file", "link", "authors", "year", "identifier")

_TABLE = (
    Kind(
        ARTICLE,
        _("Article"),
        _("Articles"),
        _("What happened, or what you think: a text with a picture."),
    ),
    Kind(
        EVENT,
        _("Event"),
        _("Events"),
        _("Something at a time, in a place or online, with registration."),
        fields=("starts_at", "ends_at", "time_zone", "place", "online_url", "registration_url"),
        required=("starts_at", "ends_at", "time_zone"),
        one_of=(("place", "online_url"),),
    ),
    Kind(
        WEBINAR,
        _("Webinar"),
        _("Webinars"),
        _("A talk online; afterwards its recording."),
        fields=(
            "starts_at",
            "ends_at",
            "time_zone",
            "online_url",
            "registration_url",
            "recording_url",
        ),
        required=("starts_at", "ends_at", "time_zone"),
        one_of=(("online_url", "registration_url", "recording_url"),),
    ),
    Kind(
        FEEDBACK,
        _("Call for feedback"),
        _("Calls for feedback"),
        _("A question to the network that is open until a day, and later its result."),
        fields=("closes_at", "time_zone", "link", "result"),
        required=("closes_at", "time_zone"),
    ),
    Kind(
        PUBLICATION,
        _("Publication"),
        _("Publications"),
        _("A report, book or guide with its authors and year, to download or by a link."),
        fields=_DOCUMENT,
        required=("authors", "year"),
        one_of=(("file", "link"),),
    ),
    Kind(
        TOOLKIT,
        _("Toolkit"),
        _("Toolkits"),
        _("Something to work with: a method, templates, a checklist."),
        fields=_DOCUMENT,
        one_of=(("file", "link"),),
    ),
    Kind(
        RECOMMENDATION,
        _("Recommendation"),
        _("Recommendations"),
        _("What you recommend to policymakers or to the sector, with its date."),
        fields=("dated", *_DOCUMENT),
        required=("dated",),
    ),
    Kind(
        CAMPAIGN,
        _("Campaign"),
        _("Campaigns"),
        _("An action that others can join, with the address where they do."),
        fields=("link", "partners"),
        required=("link",),
    ),
    Kind(
        FUND,
        _("Fund"),
        _("Funds"),
        _("Money that is collected or given, with the address where to give or apply."),
        fields=("closes_at", "time_zone", "link", "partners"),
        required=("link",),
    ),
    Kind(
        INITIATIVE,
        _("Joint initiative"),
        _("Joint initiatives"),
        _("What several organisations do together, with resources that are kept up to date."),
        fields=("link", "resources", "resources_updated_at", "partners"),
        required=("partners",),
    ),
    Kind(
        STATEMENT,
        _("Statement"),
        _("Statements"),
        _("A position with its date, which organisations and people can endorse."),
        fields=("dated", "file"),
        required=("dated",),
    ),
)

KINDS: Final[dict[str, Kind]] = {kind.key: kind for kind in _TABLE}


def choices() -> list[tuple[str, Sentence]]:
    """For a model or form field."""
    return [(kind.key, kind.label) for kind in KINDS.values()]


def having(field: str) -> list[str]:
    """The keys of the kinds that have a field."""
    return [kind.key for kind in KINDS.values() if field in kind.fields]
