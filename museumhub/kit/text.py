"""Text from people: what a single line may hold, how words are counted, how keys are made comparable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Controls, line and paragraph separators, and the characters that turn the direction of what follows:
# none belongs into a name that reaches a subject line (RFC 5322, section 2.2; UTR 36, section 3.2).
_NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Canonical combining classes of the marks that make another letter, not an accented one: none
# (vowel signs), nukta, kana voicing, virama (Unicode Standard, table 4-3).
_LETTER_MAKING = {0, 7, 8, 9}


def one_line(value: str) -> None:
    """Validator: refuse line breaks and control characters in a name or subject."""
    if _NOT_IN_A_LINE.search(value):
        raise ValidationError(_("Use one line without control characters."), code="one_line")


def refuse_reserved(value: str, reserved: Container[str]) -> None:
    """For validators: refuse a word of an address that the site itself uses."""
    if value in reserved:
        raise ValidationError(
            _("“%(word)s” is used by the site itself. Choose another word."),
            code="reserved",
            params={"word": value},
        )


def in_one_line(value: str) -> str:
    """`value` as `one_line` wants it: blanks for what it refuses, none at the ends, and never two in a row."""
    return " ".join(_NOT_IN_A_LINE.sub(" ", value).split())


def without_controls(value: str) -> str:
    """`value` with Unix line ends and without control characters other than tab and line feed."""
    return _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def shortened(value: str, most: int) -> str:
    """`value` in at most `most` characters, cut between words where that leaves half of them; "…" says that more follows."""
    if len(value) <= most:
        return value
    cut = value[: most - 1]
    between = cut.rfind(" ") if value[most - 1] != " " else len(cut)
    return cut[: between if between >= most // 2 else len(cut)].rstrip(" ,;:.–-") + "…"


def word_count(value: str) -> int:
    """Words as a reader counts them: runs of characters between white space that hold a letter or digit."""
    return sum(1 for word in value.split() if any(c.isalnum() for c in word))


def comparison_key(value: str) -> str:
    """A key under which "Musée  d'Orsay" and "musee d orsay" are the same: no case, accents, punctuation or repeated blanks."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", value).casefold())
    return unicodedata.normalize("NFC", " ".join(folded.translate(_KEPT).split()))


class _Kept(dict[int, str]):
    """What each character leaves in a key, found out when it is first met: long texts are made of few."""

    def __missing__(self, code: int) -> str:
        kept = self[code] = _kept(chr(code))
        return kept


_KEPT = _Kept()


def _kept(character: str) -> str:
    """What one decomposed character leaves in a key: itself, a blank, or nothing for accents and joiners."""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category.startswith("M"):
        return character if unicodedata.combining(character) in _LETTER_MAKING else ""
    return character if character.isalnum() else " "


def standing_alone(words: Iterable[str]) -> re.Pattern[str]:
    """Any of the words, whatever the case, where it is not part of a longer one: "Ana" is not in "Anatomy". Never for no word at all."""
    longest_first = sorted(filter(None, words), key=len, reverse=True)
    either = "|".join(map(re.escape, longest_first)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)
