"""The kinds of letters the site sends. Every room registers its own in its module `letters`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from museumhub.kit.refusals import Sentence


@dataclass(frozen=True)
class LetterKind:
    """One kind of letter.

    `name` is `room.past_fact`, such as `applications.received`; `what` says in a few words what the
    letter is, for organisers. `templates` is the path before `.subject.txt`, `.txt` and `.html`;
    empty means `<room>/letters/<past_fact>`.

    A `sensitive` letter (codes, links that sign in) is never shown to organisers, and its content is
    blanked once it is sent or given up. An `account` letter is tried even where the address has bounced
    before, as is every sensitive one. `priority` 1 goes before 5 before 9.

    `ambiguous` says what happens when the mail server took the letter's text but its answer was lost
    (RFC 1047): `retry_once` tries once more under the same Message-ID and then holds, `hold` holds at
    once; a held letter is shown as uncertain.

    `own` names the addresses of the context that act for whoever opens them, such as the link that ends
    an alert: they are left out where somebody else reads the letter.

    `list_name` makes it a letter of a list (`newsletter`): its context then holds `unsubscribe_url`, and mail
    programs offer to leave the list by it (RFC 2369, RFC 2919; over HTTPS by one press, RFC 8058).
    """

    name: str
    what: Sentence
    templates: str = ""
    sensitive: bool = False
    priority: int = 5
    ambiguous: Literal["retry_once", "hold"] = "retry_once"
    account: bool = False
    own: tuple[str, ...] = ()
    list_name: str = ""

    def template(self, ending: str) -> str:
        """The path of one of its templates; `ending` is `subject.txt`, `txt` or `html`."""
        room, _, fact = self.name.partition(".")
        return f"{self.templates or f'{room}/letters/{fact}'}.{ending}"


@dataclass(frozen=True)
class Attachment:
    """A small text file that goes with a letter, such as `deadline.ics` (`text/calendar; method=PUBLISH`)."""

    name: str
    content_type: str
    text: str


_kinds: dict[str, LetterKind] = {}


def register(kind: LetterKind) -> LetterKind:
    """Add a kind; a second of the same name is a mistake."""
    if kind.name in _kinds:
        raise ValueError(f"the letter {kind.name} is registered twice")
    _kinds[kind.name] = kind
    return kind


def kind(name: str) -> LetterKind:
    """The kind of this name; `KeyError` where no room registered it."""
    return _kinds[name]


def kinds() -> Iterator[LetterKind]:
    """All kinds, in the order in which they were registered."""
    yield from _kinds.values()
