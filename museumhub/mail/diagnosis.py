"""What a mail server's refusal means, in words for somebody who has never heard of SMTP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from museumhub.kit.refusals import Sentence
from museumhub.mail.models import Letter


class Sort(StrEnum):
    """What kind of trouble an attempt met; stored with the letter, so a name stays for good."""

    UNREACHABLE = "unreachable"
    NOT_NOW = "not_now"
    REFUSED = "refused"
    NO_ADDRESS = "no_address"
    SUPPRESSED = "suppressed"
    ANSWER_LOST = "answer_lost"
    NOT_MADE = "not_made"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Diagnosis:
    """What happened, and what somebody can do about it once the site has given up."""

    what: Sentence
    advice: Sentence


_ASK = _("Ask the person for an address that works, or write to them another way.")
_ADMINISTRATOR = _("Tell the administrator of the site, with the Message-ID of the letter.")
_AGAIN = _("Send the letter again when that should be over.")

_BY_SORT: dict[Sort, Diagnosis] = {
    Sort.UNREACHABLE: Diagnosis(
        _("The site could not reach its mail server, or was not let in."),
        _("This is the site’s trouble, not the letter’s: tell its administrator."),
    ),
    Sort.NOT_NOW: Diagnosis(
        _("The mail server asked the site to come back later. That is usual and mostly passes."),
        _AGAIN,
    ),
    Sort.REFUSED: Diagnosis(_("The mail server refused the letter."), _ADMINISTRATOR),
    Sort.NO_ADDRESS: Diagnosis(
        _("The mail server says that this address does not exist."),
        _(
            "Look whether the address is spelt right. If it works again, send the letter again; if it was wrong, the person corrects it in their account."
        ),
    ),
    Sort.SUPPRESSED: Diagnosis(
        _("It was not tried: an earlier letter to this address came back as undeliverable."),
        _("If the person says that the address works, send the letter again: then it is tried."),
    ),
    Sort.ANSWER_LOST: Diagnosis(
        _(
            "The mail server took the letter, but the line broke before it said so. The letter may have arrived or not."
        ),
        _("Ask the person. If you send the letter again, they may get it twice."),
    ),
    Sort.NOT_MADE: Diagnosis(
        _(
            "The site could not write this letter: something in it, or in the address, is not valid."
        ),
        _ADMINISTRATOR,
    ),
    Sort.STOPPED: Diagnosis(
        _("The site was interrupted each time it tried to send the letter."), _ADMINISTRATOR
    ),
}

# Subject and detail of the enhanced status code (RFC 3463), whatever its class, say more than the sort does.
_BY_CODE: dict[str, Diagnosis] = {
    "1.2": Diagnosis(_("The part of the address after the @ does not exist."), _ASK),
    "1.10": Diagnosis(_("The part of the address after the @ takes no e-mail."), _ASK),
    "2.1": Diagnosis(_("The mailbox is switched off."), _ASK),
    "2.2": Diagnosis(_("The mailbox is full."), _AGAIN),
    "2.3": Diagnosis(_("The letter is longer than the mailbox takes."), _ADMINISTRATOR),
    "3.4": Diagnosis(_("The letter is longer than the mail server takes."), _ADMINISTRATOR),
    "4.1": Diagnosis(_("The mail server of the recipient did not answer."), _AGAIN),
    "4.4": Diagnosis(_("No mail server was found for the address."), _ASK),
    "4.7": Diagnosis(_("The mail server of the recipient was not reached in time."), _AGAIN),
    "7.1": Diagnosis(
        _("The mail server did not want the letter, often because it takes it for advertising."),
        _ADMINISTRATOR,
    ),
}
_CODE = re.compile(r"^(?:\d{3} )?([245]\.(\d{1,3}\.\d{1,3}))\b")
_GREYLISTED = "4.7.1"  # the same detail as a refusal for good, and means next to nothing
_ANSWERS = {Sort.NOT_NOW, Sort.REFUSED, Sort.NO_ADDRESS}


def diagnose(sort: str, words: str) -> Diagnosis:
    """What an attempt that ended with `words` met; a `sort` that is not known reads as a refusal."""
    known = Sort(sort) if sort in set(Sort) else Sort.REFUSED
    code = _CODE.match(words) if known in _ANSWERS else None
    if code is None or code[1] == _GREYLISTED:
        return _BY_SORT[known]
    return _BY_CODE.get(code[2], _BY_SORT[known])


def of(letter: Letter) -> Diagnosis | None:
    """Why the letter is not sent yet, or never will be; None where nothing went wrong."""
    if letter.state == Letter.State.SENT or not letter.error:
        return None
    if letter.error in set(Sort):  # what the sweep writes is no attempt's own trouble
        return _BY_SORT[Sort(letter.error)]
    last = letter.troubles[-1] if letter.troubles else {}
    return diagnose(last.get("sort", ""), letter.error)
