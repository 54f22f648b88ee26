"""Whether this process has been asked to stop, for loops that may end between two steps.

The answer stands in memory shared with the children a worker forks, because only the parent hears the
signal and its children must stop taking new work.
"""

from __future__ import annotations

import mmap

_flag = mmap.mmap(-1, 1)


def ask() -> None:
    """Ask the loops of this process, and of the children forked from it since, to end at their next step."""
    _flag[0] = 1


def asked() -> bool:
    """Whether somebody asked."""
    return _flag[0] == 1


def begin() -> None:
    """A process that starts serving has a flag of its own, not its parent's."""
    global _flag
    _flag = mmap.mmap(-1, 1)
