"""Signs between texts that languages set in their own way."""

from __future__ import annotations

from django.utils.translation import pgettext


def colon() -> str:
    """The colon between a label and what follows it; in French a blank that does not break stands before it."""
    return pgettext("between a label and what follows", ":")


def labelled(label: object, text: object) -> str:
    """ "Label: text" in the language in force."""
    return f"{label}{colon()} {text}"
