"""Letters to others that name a person: "Ana Silva invites you". When the person is erased they say so without the name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from html import escape
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import translation
from django.utils.translation import gettext as _

from museumhub.kit.text import standing_alone
from museumhub.mail.models import Letter, MailboxMessage
from museumhub.mail.rendering import fence

Replace = Callable[[str], str]


def take_out(person: Any, now: datetime) -> None:
    """In every letter that names the person, sent or waiting, put words in the place of name and address.

    A value of the context counts as the person's name where it is exactly that; the address counts
    wherever it stands. What a demonstration site keeps of such a letter in its mailbox is deleted.
    """
    for letter in _candidates(person):
        with translation.override(letter.language):
            instead = _("somebody whose account was erased")
        context = _rewritten(letter.context, _in_context(person, instead))
        if context != letter.context:
            replace = _in_rendered(person, instead)
            Letter.objects.filter(pk=letter.pk).update(
                context=context,
                subject=replace(letter.subject),
                text=replace(letter.text),
                html=replace(letter.html),
            )
    named = standing_alone([person.email, person.name])
    for message in MailboxMessage.objects.iterator():
        if named.search(message.subject) or named.search(_words(message)):
            message.delete()


def _candidates(person: Any) -> Iterator[Letter]:
    """Letters whose context holds the address or the name, however the database writes JSON."""
    holds = Q()
    for one in filter(None, (person.email, person.name)):
        for ascii_only in (True, False):
            written = json.dumps(one, ensure_ascii=ascii_only)[1:-1]
            holds |= Q(words__icontains=written)
    found = Letter.objects.annotate(words=Cast("context", TextField())).filter(holds)
    return found.defer("attachments").iterator()


def _in_context(person: Any, instead: str) -> Replace:
    address = standing_alone([person.email])

    def replace(value: str) -> str:
        return instead if person.name and value == person.name else address.sub(instead, value)

    return replace


def _in_rendered(person: Any, instead: str) -> Replace:
    """Name and address as a letter may show them: fenced or not, escaped or not."""
    plain = [person.email, person.name, fence(person.email), fence(person.name)]
    shown = {form for one in plain for form in (one, escape(one), escape(one, quote=False))}
    pattern = standing_alone(shown)
    return lambda text: pattern.sub(instead, text)


def _rewritten(value: Any, replace: Replace) -> Any:
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, Mapping):
        return {key: _rewritten(inner, replace) for key, inner in value.items()}
    if isinstance(value, list):
        return [_rewritten(inner, replace) for inner in value]
    return value


def _words(message: MailboxMessage) -> str:
    """The text part of a message as it would be read."""
    body = message_from_bytes(bytes(message.raw), policy=default).get_body(("plain",))
    return str(body.get_content()) if body is not None else ""
