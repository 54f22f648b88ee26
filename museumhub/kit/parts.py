"""Pieces of pages that are drawn once and then stand in many pages, kept by each process.

Two sorts (both template tags, in templatetags.kit): `{% once %}` keeps what was drawn under the very values
it was drawn from, so that it cannot be old; `{% kept %}` keeps it as long as nothing in the rooms it reads
has changed (see `kit.page_cache`), so that a change of the news does not have the calls drawn anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

# Characters kept by one process, of each sort.
MOST: Final = 8 * 1024 * 1024
FOR_EVER: Final = float("inf")


@dataclass(frozen=True)
class Part:
    """HTML, and until when it stands (time.time())."""

    html: str
    until: float = FOR_EVER


class Parts:
    """The least used are thrown out first."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.size = 0
        self._parts: OrderedDict[Hashable, Part] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Part | None:
        with self._lock:
            part = self._parts.get(key)
            if part is not None:
                self._parts.move_to_end(key)
            return part

    def put(self, key: Hashable, part: Part) -> None:
        with self._lock:
            former = self._parts.pop(key, None)
            self._parts[key] = part
            self.size += len(part.html) - (len(former.html) if former is not None else 0)
            while self.size > self.most:
                _key, oldest = self._parts.popitem(last=False)
                self.size -= len(oldest.html)


# Drawn from values alone: the same for every page and every reader.
drawn = Parts()


def drawn_once(values: Hashable, draw: Callable[[], str]) -> str:
    """What was drawn from these values in the language and zone in force, or is drawn now: see `{% once %}`."""
    if not settings.PAGE_CACHE:
        return draw()
    key = (values, get_language(), get_current_timezone_name())
    part = drawn.get(key)
    if part is None:
        part = Part(draw())
        drawn.put(key, part)
    return part.html
