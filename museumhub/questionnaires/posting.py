"""What a form of answers sends: the names of its inputs, and how they are read back.

For a question `key` a page sends `key` (the answer), `key-other` (the text of "other"), `key-remove`
(take the file away) and `key-seen`, which says that the question was on the page and what stood there,
as `revision.fingerprint`. A button named `take-theirs` gives up one's own text of one question; one
named `update` asks for the same page again, with the questions that follow from the answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import File
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from museumhub.questionnaires.kinds import Raw
from museumhub.questionnaires.models import KEY_PATTERN, Kind
from museumhub.questionnaires.services.answers import OTHER_SUFFIX, REMOVE, Seen
from museumhub.questionnaires.structure import Structure

SEEN_SUFFIX = "-seen"
REMOVE_SUFFIX = "-remove"
FILE_SUFFIX = "-file"  # the oid of a file sent before, from the button of a stale save
TAKE_THEIRS = "take-theirs"
UPDATE = "update"
_SEEN = re.compile(rf"^({KEY_PATTERN}){SEEN_SUFFIX}$")
_TOKEN = re.compile(r"^(\d{1,9})(?:\.([0-9a-f]{8}))?$")


@dataclass
class Sent:
    """Ready for `save_answers(values=…, files=…, seen=…)`."""

    values: dict[str, Raw] = field(default_factory=dict)
    files: dict[str, File[bytes]] = field(default_factory=dict)
    seen: dict[str, Seen] = field(default_factory=dict)


def seen_token(seen: Seen) -> str:
    """For the hidden input `key-seen` and for replies to scripts."""
    return f"{seen.revision}.{seen.print}" if seen.print else str(seen.revision)


def read_token(text: str) -> Seen:
    """What a token says; a malformed one counts as never having seen anything."""
    match = _TOKEN.match(text)
    return Seen(int(match[1]), match[2] or "") if match else Seen()


def read_post(structure: Structure, data: QueryDict, files: MultiValueDict[str, Any]) -> Sent:
    """Everything a page or a single field sent; questions that are gone are included, so that their text can be handed back."""
    sent = Sent()
    given_up = set(data.getlist(TAKE_THEIRS))
    for name in data:
        match = _SEEN.match(name)
        if match is None or match[1] in given_up:
            continue
        key = match[1]
        sent.seen[key] = read_token(data.get(name) or "")
        question = structure.by_key.get(key)
        if question is not None and question.kind == Kind.FILE:
            chosen: File[bytes] | None = files.get(key)
            if chosen is not None:
                sent.files[key] = chosen
            else:
                kept = data.get(f"{key}{FILE_SUFFIX}", "")
                sent.values[key] = REMOVE if data.get(f"{key}{REMOVE_SUFFIX}") else kept
            continue
        sent.values[key] = data.getlist(key)
        if f"{key}{OTHER_SUFFIX}" in data:
            sent.values[f"{key}{OTHER_SUFFIX}"] = data.getlist(f"{key}{OTHER_SUFFIX}")
    return sent
