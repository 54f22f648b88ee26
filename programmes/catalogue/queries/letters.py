"""The outbox of an edition: its letters in a table, and one letter with what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

from museumhub.kit.refusals import Sentence
from museumhub.mail import diagnosis, queries
from museumhub.mail.diagnosis import Diagnosis
from museumhub.mail.letters import Attachment
from museumhub.mail.models import Letter
from museumhub.mail.rendering import CannotBeMade, Rendered, shown
from programmes.catalogue.models import Edition
from programmes.catalogue.queries.organise import names_of

LETTERS_ON_A_PAGE = 50

# How a state looks (see c-tag).
_TONES = {
    Letter.State.QUEUED: "info",
    Letter.State.SENDING: "info",
    Letter.State.SENT: "success",
    Letter.State.FAILED: "danger",
    Letter.State.UNCERTAIN: "warning",
}


@dataclass(frozen=True)
class Row:
    """One letter in the table; `trouble` says why it has not arrived, None where nothing went wrong."""

    letter: Letter
    what: Sentence
    tone: str
    trouble: Diagnosis | None


@dataclass(frozen=True)
class Tally:
    """How many letters of the edition are in a state; an empty state stands for all of them."""

    state: str
    label: Sentence
    number: int


@dataclass(frozen=True)
class Outbox:
    """A page of an edition's letters."""

    page: Page[Letter]
    rows: list[Row]
    tallies: list[Tally]

    @property
    def is_empty(self) -> bool:
        """No letter at all was ever written about the edition."""
        return self.tallies[0].number == 0


@dataclass(frozen=True)
class Happening:
    """One line of what became of a letter; `who` is empty for the site itself, `words` are the mail server's."""

    at: datetime
    what: Sentence
    who: str = ""
    words: str = ""


@dataclass(frozen=True)
class LetterPage:
    """One letter. `words` is None where it cannot be written, or was erased with its reader."""

    letter: Letter
    what: Sentence
    tone: str
    trouble: Diagnosis | None
    words: Rendered | None
    attachments: list[Attachment]
    happenings: list[Happening]


def outbox(edition: Edition, filters: queries.Filters, page: str | int = 1) -> Outbox:
    """Failed and uncertain letters first, then the newest: three queries."""
    numbers = queries.counts(edition)
    found = queries.on_shelf(edition, filters)
    shown_now = Paginator(found, LETTERS_ON_A_PAGE).get_page(page)
    return Outbox(
        page=shown_now,
        rows=[Row(one, queries.what(one.kind), _tone(one), diagnosis.of(one)) for one in shown_now],
        tallies=[
            Tally("", _("in all"), sum(numbers.values())),
            *(Tally(state.value, state.label, numbers[state]) for state in Letter.State),
        ],
    )


def letter_page(letter: Letter) -> LetterPage:
    """What stands on the page of one letter: two queries where it was ever sent again, else one."""
    return LetterPage(
        letter=letter,
        what=queries.what(letter.kind),
        tone=_tone(letter),
        trouble=diagnosis.of(letter),
        words=words_of(letter),
        attachments=attachments_of(letter),
        happenings=_happenings(letter),
    )


def words_of(letter: Letter) -> Rendered | None:
    """The letter as sent, or as it would be sent today; None where there is nothing to read."""
    if not letter.to:
        return None
    try:
        return shown(letter)
    except CannotBeMade:
        return None


def attachments_of(letter: Letter) -> list[Attachment]:
    """What goes with the letter."""
    return [Attachment(**one) for one in letter.attachments]


def _tone(letter: Letter) -> str:
    return _TONES[Letter.State(letter.state)]


def _happenings(letter: Letter) -> list[Happening]:
    """From the first line to the last. Attempts the site itself broke off leave no line."""
    again = list(queries.resendings(letter))
    names = names_of(again) if again else {}
    found = [
        Happening(letter.posted_at, _("Written")),
        *(
            Happening(
                datetime.fromisoformat(one["at"]),
                diagnosis.diagnose(one["sort"], one["words"]).what,
                words=one["words"],
            )
            for one in letter.troubles
        ),
        *(
            Happening(event.at, _("Sent again"), who=names.get(event.actor_id or 0, ""))
            for event in again
        ),
    ]
    if letter.sent_at is not None:
        found.append(Happening(letter.sent_at, _("Taken by the mail server")))
    return sorted(found, key=lambda one: one.at)
