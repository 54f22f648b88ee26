"""What a page says to its reader, and which English sentences of the catalogue are left in it."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings

_READ = {"alt", "aria-label", "content", "label", "placeholder", "title"}
_SILENT = {"script", "style"}
_VOID = {
    *(
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
    ),
    "wbr",
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_WORD = re.compile(r"[^\W\d_][\w'’]*")
SHORTEST = 3  # words; shorter texts may be the same in two languages, or somebody's own words


class _Reader(HTMLParser):
    """The texts of a page that are said to be in its own language."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.texts: list[str] = []
        self._open: list[tuple[str, str, bool]] = []  # tag, language, whether it is silent

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language, silent = self._inherited()
        language = given.get("lang") or language
        silent = silent or tag in _SILENT
        if tag == "html":
            self.language = language
        if language == self.language and not silent:
            self.texts += [given[name] for name in sorted(_READ & set(given))]
        if tag not in _VOID:
            self._open.append((tag, language, silent))

    def handle_endtag(self, tag: str) -> None:
        tags = [name for name, _language, _silent in self._open]
        if tag in tags:
            del self._open[len(tags) - 1 - tags[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        language, silent = self._inherited()
        if language == self.language and not silent:
            self.texts.append(data)

    def _inherited(self) -> tuple[str, bool]:
        return self._open[-1][1:] if self._open else (self.language, False)


def texts(page: str) -> tuple[str, set[str]]:
    """The language a page says it is in, and its texts in that language, blanks folded."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.language, {folded for text in reader.texts if (folded := " ".join(text.split()))}


@dataclass(frozen=True)
class _Sentence:
    """An English text of the catalogue: its longest part without placeholders, and the whole as a pattern."""

    words: str
    pattern: re.Pattern[str]


@cache
def _sentences(language: str) -> list[_Sentence]:
    """The English texts, of three words and more, that `language` says in another way."""
    path = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        catalogue = vars(gettext.GNUTranslations(file))["_catalog"]
    found = {}
    for key, translation in catalogue.items():
        text = (key[0] if isinstance(key, tuple) else key).rpartition("\x04")[2]
        if text == translation:
            continue
        for line in re.split(r"<[^>]+>|\n", text):
            line = " ".join(line.replace("%%", "%").split())
            parts = _PLACEHOLDER.split(line)
            if sum(len(_WORD.findall(part)) for part in parts) >= SHORTEST:
                pattern = ".+?".join(map(re.escape, parts))
                words = max(parts, key=len).strip()
                found[line] = _Sentence(words, re.compile(rf"(?<!\w){pattern}(?!\w)"))
    return list(found.values())


def english_left(said: Iterable[str], language: str) -> list[str]:
    """Those of the texts that hold an English sentence although the catalogue has it in `language`."""
    said = sorted(said)
    whole = "\n".join(said)
    left: set[str] = set()
    for sentence in _sentences(language):
        if sentence.words in whole:
            left.update(text for text in said if sentence.pattern.search(text))
    return sorted(left)
