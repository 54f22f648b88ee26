"""The mailbox on the site itself, where letters land when EMAIL_URL is `mailbox:`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from django.utils.http import content_disposition_header

from museumhub.kit import clock
from museumhub.mail.models import MailboxMessage
from museumhub.mail.transport import HandOver, Withdrawn

_LINK = re.compile(r"https?://[^\s<>\"]+")
_FIRST = ("To", "From", "Reply-To", "Date")


class Mailbox:
    """A transport that writes the message into a row."""

    host = ""

    def send(self, sender: str, to: str, data: bytes, hand_over: HandOver) -> str:
        """See `Transport.send`."""
        if not hand_over():
            raise Withdrawn("Another worker has this letter now.")
        message = message_from_bytes(data, policy=default)
        MailboxMessage.objects.create(
            to=to,
            subject=str(message["Subject"]),
            message_id=str(message["Message-ID"]),
            received_at=clock.now(),
            raw=data,
        )
        return "250 kept on the site"

    def close(self) -> None:
        """Nothing to hang up."""


@dataclass(frozen=True)
class AttachedFile:
    """One attachment as it was sent."""

    name: str
    content_type: str
    data: bytes

    @property
    def disposition(self) -> str:
        return content_disposition_header(True, self.name) or "attachment"


@dataclass(frozen=True)
class Parts:
    """A message taken apart for reading."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    links: list[str]
    attachments: list[AttachedFile]

    @property
    def first_headers(self) -> list[tuple[str, str]]:
        """Those a reader wants to see at once."""
        return [(name, value) for name, value in self.headers if name in _FIRST]


def read(row: MailboxMessage) -> Parts:
    """The message's headers, text, HTML, the links in its text, and its attachments."""
    message = message_from_bytes(bytes(row.raw), policy=default)
    text = _body(message, "plain")
    return Parts(
        headers=[(name, str(value)) for name, value in message.items()],
        text=text,
        html=_body(message, "html"),
        links=list(dict.fromkeys(_LINK.findall(text))),
        attachments=[
            AttachedFile(
                name=part.get_filename() or "attachment",
                content_type=part.get_content_type(),
                data=bytes(part.get_payload(decode=True) or b""),
            )
            for part in message.iter_attachments()
        ],
    )


def _body(message: EmailMessage, sort: str) -> str:
    part = message.get_body(preferencelist=(sort,))
    return str(part.get_content()) if part is not None else ""
