"""Taking turns: of the threads of this process that want to make the same thing, one at a time does."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class Turns:
    """A lock for each key, there as long as somebody has it or waits for it."""

    def __init__(self, longest: float) -> None:
        self.longest = longest  # seconds
        self._lock = threading.Lock()
        self._taken: dict[Hashable, tuple[threading.Lock, list[int]]] = {}

    @contextmanager
    def alone(self, key: Hashable) -> Iterator[None]:
        """One thread at a time; whoever waits too long goes on."""
        with self._lock:
            lock, users = self._taken.setdefault(key, (threading.Lock(), [0]))
            users[0] += 1
        taken = lock.acquire(timeout=self.longest)
        try:
            yield
        finally:
            if taken:
                lock.release()
            with self._lock:
                users[0] -= 1
                if not users[0]:
                    self._taken.pop(key, None)
