"""Reading the outbox: what the organisers of a shelf see of their letters, and how long the oldest waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Case, Count, IntegerField, Min, Q, Value, When

from museumhub.kit.models import AuditEvent
from museumhub.kit.references import reference
from museumhub.kit.refusals import Sentence
from museumhub.mail import letters
from museumhub.mail.models import Letter

RESENT = "mail.resent"  # how sending a letter again stands in the audit trail

# What needs somebody comes first.
_URGENCY = Case(
    When(state=Letter.State.FAILED, then=Value(0)),
    When(state=Letter.State.UNCERTAIN, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class Filters:
    """What an organiser looks for; empty means all. `q` is looked for in name, address and subject."""

    state: str = ""
    kind: str = ""
    q: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.state or self.kind or self.q)


def shelf(thing: models.Model) -> models.QuerySet[Letter]:
    """The letters the organisers of `thing` may see, the newest first; sensitive ones never."""
    return Letter.objects.on_shelf(reference(thing))


def on_shelf(thing: models.Model, filters: Filters) -> models.QuerySet[Letter]:
    """Those of them that fit, the failed and uncertain ones first, without their long texts (deferred)."""
    found = shelf(thing).defer("text", "html", "context", "attachments")
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.q:
        found = found.filter(
            Q(name__icontains=filters.q)
            | Q(to__icontains=filters.q)
            | Q(subject__icontains=filters.q)
        )
    return found.order_by(_URGENCY, "-posted_at", "-pk")


def counts(thing: models.Model) -> dict[str, int]:
    """How many letters of the shelf are in each state; one query."""
    found = dict.fromkeys(Letter.State.values, 0)
    found.update(shelf(thing).order_by().values_list("state").annotate(Count("pk")))
    return found


def kinds_on_shelf(thing: models.Model) -> list[tuple[str, Sentence]]:
    """The kinds there are on the shelf, by name, with what each is; one query."""
    names = shelf(thing).order_by("kind").values_list("kind", flat=True).distinct()
    return [(name, what(name)) for name in names]


def resendings(letter: Letter) -> models.QuerySet[AuditEvent]:
    """Each time somebody sent the letter again, the first one first."""
    return AuditEvent.objects.filter(subject=reference(letter), verb=RESENT).order_by("pk")


def what(kind: str) -> Sentence:
    """What a kind of letter is, in a few words; its bare name where no room knows it any more."""
    try:
        return letters.kind(kind).what
    except KeyError:
        return kind


def oldest_due(now: datetime) -> datetime | None:
    """Since when the letter that waits longest could have gone; None where none waits."""
    oldest: datetime | None = Letter.objects.due(now).aggregate(at=Min("next_try"))["at"]
    return oldest
