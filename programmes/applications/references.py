"""The reference an applicant quotes on the telephone, such as TRACES-2027-0042-K.

A call has a prefix of its own and counts upwards, so a reference is never given twice. The letter at
the end is a check: one wrong digit, or two digits exchanged, asks for another letter.
"""

from __future__ import annotations

import re
from typing import Final

# 23 letters without I, O and U, which are misread or misheard. 23 is a prime above every digit and
# weight used below, hence no single wrong digit and no exchange of two digits keeps the remainder.
LETTERS: Final = "ABCDEFGHJKLMNPQRSTVWXYZ"
_PREFIX_LENGTH: Final = 24


def check_letter(prefix: str, number: int) -> str:
    """The check letter for the `number`th application under `prefix`."""
    base = sum(int(char, 36) for char in prefix.upper() if char.isascii() and char.isalnum())
    digits = sum(place * int(digit) for place, digit in enumerate(reversed(str(number)), start=1))
    return LETTERS[(base + digits) % len(LETTERS)]


def compose(prefix: str, number: int) -> str:
    """Prefix, number of at least four digits and check letter, joined by hyphens."""
    return f"{prefix}-{number:04d}-{check_letter(prefix, number)}"


def prefix_from(*words: str) -> str:
    """A prefix of at most 24 capitals, digits and hyphens from slugs; a part already said is left out."""
    parts: list[str] = []
    for word in words:
        for part in re.findall(r"[0-9A-Z]+", word.upper()):
            if part not in parts:
                parts.append(part)
    return "-".join(parts)[:_PREFIX_LENGTH].strip("-") or "CALL"
