"""A letter's words: its templates filled in the recipient's language and zone, and the message that goes over the wire."""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.encoders import encode_base64
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template import Context, engines
from django.utils import timezone, translation
from django.utils.html import escape

from museumhub.kit.text import one_line
from museumhub.mail import letters
from museumhub.mail.models import Letter

WORD_JOINER = "\u2060"
LEFT_OUT = "[…]"
# What mail programs turn into a link by themselves: a scheme, or a dot in front of letters.
_LINKABLE = re.compile(r"(?<=\w):(?=//)|(?<=\w)\.(?=[^\W\d_]{2})")

_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\@\x80-\U0010ffff]+@[^\s<>,;:\"()\[\]\\@]+")
_ON_THE_WIRE = compat32.clone(linesep="\r\n")

_inliner = css_inline.CSSInliner(
    load_remote_stylesheets=False, keep_at_rules=True, keep_style_tags=False
)


class CannotBeMade(Exception):
    """This letter cannot be written as it is; it is parked and the others go on."""


@dataclass(frozen=True)
class Rendered:
    """A letter as it reads."""

    subject: str
    text: str
    html: str


def render(letter: Letter) -> Rendered:
    """The letter as first delivered; before that, as its templates and context say today.

    Raises `CannotBeMade` where a template fails or the subject is no single line.
    """
    if letter.rendered_at is not None:
        return Rendered(letter.subject, letter.text, letter.html)
    try:
        return _fill(letter)
    except Exception as error:  # whatever a template or its context does wrong
        raise CannotBeMade(f"{type(error).__name__}: {error}") from error


def shown(letter: Letter) -> Rendered:
    """The letter for somebody it was not written to: addresses that act for its recipient are left out.

    Raises `CannotBeMade` like `render`.
    """
    rendered = render(letter)
    text, html = rendered.text, rendered.html
    for address in _own_addresses(letter):
        text = text.replace(address, LEFT_OUT)
        html = html.replace(address, LEFT_OUT).replace(escape(address), LEFT_OUT)
    return Rendered(rendered.subject, text, html)


def _own_addresses(letter: Letter) -> list[str]:
    try:
        names = letters.kind(letter.kind).own
    except KeyError:  # no room knows the kind any more
        return []
    return [address for name in names if (address := letter.context.get(name))]


def _fill(letter: Letter) -> Rendered:
    kind = letters.kind(letter.kind)
    context = {
        **fenced(letter.context),
        "language": letter.language,
        "zone": letter.time_zone,
        "recipient_name": fence(letter.name),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    with translation.override(letter.language), timezone.override(ZoneInfo(letter.time_zone)):
        subject = _template(kind.template("subject.txt"), context, escape=False).strip()
        _in_a_line(subject, "subject")
        context["subject"] = subject
        text = _template(kind.template("txt"), context, escape=False)
        html = _template(kind.template("html"), context, escape=True)
    return Rendered(subject, _tidy(text), _inliner.inline(html))


def _template(name: str, context: Mapping[str, Any], *, escape: bool) -> str:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    rendered: str = engine.get_template(name).render(Context(dict(context), autoescape=escape))
    return rendered


def _tidy(text: str) -> str:
    """No blanks at line ends, at most one empty line in a row."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def fence(value: str) -> str:
    """Text from a person with invisible word joiners where a mail program would make a link of it."""
    return _LINKABLE.sub(lambda found: WORD_JOINER + found.group(), value)


def fenced(value: Any, key: str = "") -> Any:
    """A context whose texts are fenced, except those under a key that ends in `url` or `email`."""
    if isinstance(value, str):
        return value if key.endswith(("url", "email")) else fence(value)
    if isinstance(value, Mapping):
        return {name: fenced(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [fenced(inner, key) for inner in value]
    return value


@dataclass(frozen=True)
class Made:
    """A letter ready for the wire: its words, and envelope sender, recipient and the message in bytes."""

    rendered: Rendered
    envelope: tuple[str, str, bytes]


def make(letter: Letter, now: datetime) -> Made:
    """The letter as a message (RFC 5322), marked as automatic (RFC 3834).

    Raises `CannotBeMade` where a template fails or a header is none.
    """
    rendered = render(letter)
    try:
        sender = _address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
        return Made(rendered, (sender, _address(letter.to), _message(letter, rendered, now)))
    except CannotBeMade:
        raise
    except Exception as error:  # whatever a name, address or attachment makes the e-mail package do
        raise CannotBeMade(f"{type(error).__name__}: {error}") from error


def _message(letter: Letter, rendered: Rendered, now: datetime) -> bytes:
    """The message in bytes; with the e-mail package's older classes, which cost a tenth of its newer ones."""
    body = MIMEMultipart(
        "alternative", _subparts=[_part(rendered.text, "plain"), _part(rendered.html, "html")]
    )
    made = body
    if letter.attachments:
        attached = [_attachment(letters.Attachment(**one)) for one in letter.attachments]
        made = MIMEMultipart("mixed", _subparts=[body, *attached])
    made["From"] = _mailbox(*parseaddr(settings.DEFAULT_FROM_EMAIL))
    made["To"] = _mailbox(letter.name, letter.to)
    if letter.reply_to:
        _in_a_line(letter.reply_to, "reply address")
        made["Reply-To"] = _mailbox(*parseaddr(letter.reply_to))
    made["Subject"] = _encoded(rendered.subject, "Subject")
    made["Date"] = format_datetime(now)
    made["Message-ID"] = letter.message_id
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    made["Content-Language"] = letter.language
    for header, value in _of_the_list(letter).items():
        _in_a_line(value, header)
        made[header] = _whole(value)
    return made.as_bytes(policy=_ON_THE_WIRE)


class _Whole(Header):
    def encode(self, *_how: Any, **_kept: Any) -> str:
        return str(self)


def _whole(value: str) -> Any:
    """The value on one line, however long: programs that read an address in a header do not all unfold it."""
    return _Whole(value)


def _of_the_list(letter: Letter) -> dict[str, str]:
    """How whoever gets a letter of a list can leave it; by one press (RFC 8058, 3.1) over HTTPS only."""
    kind = letters.kind(letter.kind)
    if not kind.list_name:
        return {}
    address = letter.context["unsubscribe_url"]
    headers = {
        "List-Id": f"<{kind.list_name}.{settings.SITE_HOST}>",
        "List-Unsubscribe": f"<{address}>",
    }
    if address.startswith("https:"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _part(text: str, sort: str) -> MIMENonMultipart:
    """Seven bits always: a server need not offer 8BITMIME (RFC 6152)."""
    part = MIMENonMultipart("text", sort, charset="utf-8")
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(text.encode()).decode("ascii"))
    return part


def _attachment(attachment: letters.Attachment) -> MIMENonMultipart:
    sort, *rest = (part.strip() for part in attachment.content_type.split(";"))
    parameters: dict[str, Any] = dict(parameter.split("=", 1) for parameter in rest)
    part = MIMENonMultipart(*sort.split("/"), charset="utf-8", **parameters)
    part.set_payload(attachment.text.encode())
    encode_base64(part)
    name = attachment.name if attachment.name.isascii() else ("utf-8", "", attachment.name)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def _mailbox(name: str, address: str) -> str:
    """A header value: the name, encoded where it is not ASCII (RFC 2047), and the address."""
    _in_a_line(name, "name")
    if name.isascii():
        return formataddr((name, _address(address)))
    return f"{_encoded(name, 'To')} <{_address(address)}>"


def _encoded(text: str, header: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", header_name=header).encode()


def _address(address: str) -> str:
    """The address as it goes over the wire, its domain in ASCII (RFC 5891)."""
    _in_a_line(address, "address")
    if not _ADDRESS.fullmatch(address):
        raise CannotBeMade("The address is not of the form name@domain.")
    user, _, domain = address.rpartition("@")
    return f"{user}@{domain.encode('idna').decode()}"


def _in_a_line(value: str, what: str) -> None:
    try:
        one_line(value)
    except ValidationError as error:
        raise CannotBeMade(f"{what}: {' '.join(error.messages)}") from error
