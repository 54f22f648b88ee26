"""What may be done with a picture: the statements of RightsStatements.org and the licences of Creative Commons, by their addresses.

The address is what is stored and exported, since it says the same to machines everywhere; the label is
for readers. Sources: rightsstatements.org/page/1.0/ (version 1.0 of the twelve statements) and
creativecommons.org/licenses/ (version 4.0, with CC0 1.0 and the Public Domain Mark 1.0).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from museumhub.kit.refusals import Sentence

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_CC = "https://creativecommons.org/licenses"
_RS = "http://rightsstatements.org/vocab"

FREE: dict[str, Sentence] = {
    CC0: _("CC0 1.0: no rights reserved"),
    "https://creativecommons.org/publicdomain/mark/1.0/": _("Public domain"),
    **{
        f"{_CC}/{code}/4.0/": f"CC {code.upper()} 4.0"
        for code in ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
    },
}
IN_COPYRIGHT: dict[str, Sentence] = {
    f"{_RS}/InC/1.0/": _("In copyright"),
    f"{_RS}/InC-OW-EU/1.0/": _("In copyright: orphan work in the EU"),
    f"{_RS}/InC-EDU/1.0/": _("In copyright: educational use permitted"),
    f"{_RS}/InC-NC/1.0/": _("In copyright: non-commercial use permitted"),
    f"{_RS}/InC-RUU/1.0/": _("In copyright: rights-holder cannot be found"),
}
NO_COPYRIGHT: dict[str, Sentence] = {
    f"{_RS}/NoC-CR/1.0/": _("No copyright: contractual restrictions"),
    f"{_RS}/NoC-NC/1.0/": _("No copyright: non-commercial use only"),
    f"{_RS}/NoC-OKLR/1.0/": _("No copyright: other known legal restrictions"),
    f"{_RS}/NoC-US/1.0/": _("No copyright in the United States"),
}
OTHER: dict[str, Sentence] = {
    f"{_RS}/CNE/1.0/": _("Copyright not evaluated"),
    f"{_RS}/UND/1.0/": _("Copyright undetermined"),
    f"{_RS}/NKC/1.0/": _("No known copyright"),
}
LABELS: dict[str, Sentence] = {**FREE, **IN_COPYRIGHT, **NO_COPYRIGHT, **OTHER}


def choices() -> list[tuple[str, Any]]:
    """Address and label of each, for the `choices` of a model field."""
    return list(LABELS.items())


def grouped() -> list[tuple[Any, Any]]:
    """The same in groups, for a list to choose from."""
    return [
        (_("Creative Commons"), list(FREE.items())),
        (_("In copyright"), list(IN_COPYRIGHT.items())),
        (_("Not in copyright"), list(NO_COPYRIGHT.items())),
        (_("Not known"), list(OTHER.items())),
    ]


def label(address: str) -> Sentence:
    """What readers see of an address; the address itself where the list knows it no more."""
    return LABELS.get(address, address)
