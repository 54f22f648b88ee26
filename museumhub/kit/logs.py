"""Logs: one line a record, JSON in production, with the request's id and never a person's data.

What libraries write passes here as well: a signed link that opens something, and the values that PostgreSQL
names when a constraint is broken, are left out of it.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

# A text signed by the site (django.core.signing): its value, a colon, 43 characters of signature.
_SIGNED = re.compile(r"[\w.%-]+:[\w-]{43}(?![\w-])")
# PostgreSQL says which value is there already: Key (email)=(ana@museum.example).
_VALUES = re.compile(r"(?m)^DETAIL: .*$")


def left_out(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A record without what would let its reader in, or tell of whom it speaks."""
    for name in ("event", "exception"):
        if isinstance(text := event.get(name), str):
            event[name] = _VALUES.sub("DETAIL: (left out)", _SIGNED.sub("(signed)", text))
    return event


def configure(options: dict[str, Any]) -> None:
    """Called by Django with the setting LOGGING; `json` chooses between JSON and a line for people."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        left_out,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if options.get("json")
        else structlog.dev.ConsoleRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
