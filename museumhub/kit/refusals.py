"""How a service says no: in a sentence for the reader, at a field where there is one."""

from __future__ import annotations

from django.utils.functional import Promise

Sentence = str | Promise


class Refused(Exception):
    """The service did nothing. `sentence` is for the reader; `field` names the form field it is about."""

    status = 422

    def __init__(self, sentence: Sentence, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)


class Stale(Refused):
    """Somebody saved the same thing first. `theirs` is what stands now, `yours` what was sent: neither is lost."""

    status = 409

    def __init__(
        self,
        sentence: Sentence,
        *,
        theirs: object = None,
        yours: object = None,
        field: str | None = None,
    ) -> None:
        super().__init__(sentence, field=field)
        self.theirs = theirs
        self.yours = yours


class TooOften(Refused):
    """The same was asked too many times; `retry_after` is in seconds."""

    status = 429

    def __init__(self, sentence: Sentence, *, retry_after: int = 60) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Gone(Refused):
    """What the address led to is over for good: an invitation that was used, a file that was erased."""

    status = 410
