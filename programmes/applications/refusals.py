"""The ways an application says no that a page shows in its own manner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from museumhub.kit.refusals import Refused, Sentence


class CallClosed(Refused):
    """The call takes nothing any more; what was typed is kept all the same (423, RFC 4918 section 11.3)."""

    status = 423


@dataclass(frozen=True)
class Gap:
    """Something that is still missing: in which task (and which `part` of it), at which field, and why, in a sentence."""

    task: str
    part: str
    field: str
    label: str
    sentence: Sentence


class Incomplete(Refused):
    """The application cannot be sent yet; `gaps` says what is missing and where."""

    def __init__(self, sentence: Sentence, *, gaps: Sequence[Gap]) -> None:
        super().__init__(sentence)
        self.gaps = tuple(gaps)
