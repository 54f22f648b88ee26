"""Fetching what somebody else's server offers under an address that a person typed: only from the public net, in bounds.

A name is resolved once and the connection goes to the very address that was checked, so that a name
cannot turn into another between the two (ASVS 5.0, 1.3.6; 15.3.2). Redirects are followed here and checked
anew. Everything has an end: bytes on the wire, bytes once unpacked, and the time for all of it together.
Nothing is taken from the environment, no proxy and no password file, and no cookie is kept.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy

from museumhub.kit.refusals import Refused, Sentence

PORTS = frozenset({80, 443, 8080, 8443})
REDIRECTS = 3
ADDRESSES = 3  # of one name that are tried, one after the other
HEAD = 64 * 1024  # bytes of a status line and headers
LONGEST = 2_000  # characters of an address
CONNECTING = 5.0  # seconds for one of a name's addresses, so that a second one gets its turn

_STEP = 16 * 1024
_HOST_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?)+", re.I)
_NOT_IN_AN_ADDRESS = re.compile(r"[\s\\\x00-\x20\x7f]")
_WRITTEN_AS_IT_IS = "/%:@!$&'()*+,;=~?"
_REDIRECTING = {301, 302, 303, 307, 308}

# What went wrong, as a key that can be stored, and the sentence in which a reader is told.
TROUBLES: dict[str, Sentence] = {
    "address": gettext_lazy(
        "The site cannot follow this address: it takes http or https, a public server’s name, "
        "no user name, and none but the usual ports."
    ),
    "name": gettext_lazy("There is no server of this name."),
    "private": gettext_lazy(
        "The address leads into a private network, where the site does not go."
    ),
    "unreachable": gettext_lazy("The server cannot be reached."),
    "certificate": gettext_lazy("The server’s certificate is not valid for this address."),
    "slow": gettext_lazy("The server took too long to answer."),
    "too_long": gettext_lazy("The answer is longer than the site reads."),
    "broken": gettext_lazy("The server’s answer broke off or cannot be understood."),
    "packing": gettext_lazy("The answer is packed in a way the site does not read (%(detail)s)."),
    "redirects": gettext_lazy("The address leads from one place to the next without an end."),
    "type": gettext_lazy("The server sent something else than expected (%(detail)s)."),
    "untyped": gettext_lazy("The server does not say what kind of thing it sent."),
    "missing": gettext_lazy("There is nothing at this address (404)."),
    "gone": gettext_lazy("The server says that this is gone for good (410)."),
    "closed": gettext_lazy("The server does not let the site in (%(detail)s)."),
    "busy": gettext_lazy("The server asks to come back later (%(detail)s)."),
    "status": gettext_lazy("The server answered with status %(detail)s."),
}


class CannotFetch(Refused):
    """Nothing was fetched: `trouble` is a key of TROUBLES, `detail` a status or a kind, `retry_after` what the server asked for in seconds."""

    def __init__(self, trouble: str, detail: str = "", *, retry_after: int = 0) -> None:
        self.trouble = trouble
        self.detail = "".join(c for c in detail if c.isascii() and c.isprintable())[:80]
        self.retry_after = retry_after
        super().__init__(in_words(TROUBLES[trouble], self.detail))


def in_words(sentence: Sentence, detail: str) -> str:
    """A sentence of TROUBLES in the reader's language."""
    return str(sentence) % {"detail": detail}


@dataclass(frozen=True)
class Fetched:
    """What came: the address at the end of all redirects, and what to ask with next time.

    `unchanged`: the server says that nothing is new since `etag` or `last_modified` (304); the body is empty then.
    """

    url: str
    body: bytes
    kind: str
    content_type: str
    etag: str
    last_modified: str
    unchanged: bool = False


def _ask_the_resolver(host: str, port: int) -> list[str]:
    """The addresses of a name as the system knows them, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class Network:
    """How names become addresses, and what may be reached. The site has one, `PUBLIC`; tests bring others.

    `let_in` are single addresses with their port that are not public and may be reached all the same.
    """

    resolve: Callable[[str, int], list[str]] = _ask_the_resolver
    ports: frozenset[int] = PORTS
    let_in: frozenset[tuple[str, int]] = frozenset()
    trust: ssl.SSLContext | None = None


PUBLIC = Network()


def fetch(
    url: str,
    *,
    accept: Collection[str],
    limit_bytes: int,
    deadline_seconds: float,
    etag: str = "",
    last_modified: str = "",
    network: Network = PUBLIC,
) -> Fetched:
    """What stands at `url`, in at most `limit_bytes` once unpacked and `deadline_seconds` for all steps together.

    `accept` names the media types that will do. Raises `CannotFetch` in every other case.
    """
    headers = {"Accept": ", ".join([*accept, "*/*;q=0.1"]), "Accept-Encoding": "gzip"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    with _followed("GET", url, headers, _Deadline(deadline_seconds), network) as (final, line):
        response = line.response
        if response.status == 304 and (etag or last_modified):
            return Fetched(final, b"", "", "", etag, last_modified, unchanged=True)
        if response.status != 200:
            raise _refusal(response)
        content_type = response.headers.get("Content-Type", "")
        kind = content_type.partition(";")[0].strip().lower()
        if not kind:
            raise CannotFetch("untyped")
        if kind not in accept:
            raise CannotFetch("type", kind)
        return Fetched(
            url=final,
            body=_body(line, limit_bytes),
            kind=kind,
            content_type=content_type,
            etag=_kept(response.headers.get("ETag")),
            last_modified=_kept(response.headers.get("Last-Modified")),
        )


@dataclass(frozen=True)
class Checked:
    """What came of looking whether a link leads somewhere: `alive`, `dead`, or `unsure` where the server would not say.

    `trouble` and `detail` as in `CannotFetch`.
    """

    state: str
    trouble: str = ""
    detail: str = ""


# What shows that nobody will get there. A server that is closed, busy or slow may treat readers better than programs.
_DEAD = {"address", "name", "private", "certificate", "missing", "gone", "redirects"}


def check_link(url: str, *, deadline_seconds: float = 10.0, network: Network = PUBLIC) -> Checked:
    """Whether a link leads somewhere: asks for the head alone, and for the whole where a server does not answer that. Reads no body."""
    deadline = _Deadline(deadline_seconds)
    outcome = Checked("unsure", "unreachable")
    for method in ("HEAD", "GET"):
        try:
            with _followed(method, url, {"Accept": "*/*"}, deadline, network) as (_final, line):
                if line.response.status < 300:
                    return Checked("alive")
                raise _refusal(line.response)
        except CannotFetch as refusal:
            state = "dead" if refusal.trouble in _DEAD else "unsure"
            outcome = Checked(state, refusal.trouble, refusal.detail)
            # Whatever is not about the answer will be the same a second time.
            if refusal.trouble not in {"missing", "gone", "closed", "status", "broken"}:
                break
    return outcome


class _Deadline:
    """The end of everything that belongs to one fetch."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left; `CannotFetch` where none are."""
        if (left := self._end - time.monotonic()) <= 0:
            raise CannotFetch("slow")
        return left


class _Wire(io.RawIOBase):
    """What comes in over a socket: each read ends with the deadline, and all of them at `allowance` bytes."""

    def __init__(self, sock: socket.socket, deadline: _Deadline) -> None:
        self._sock, self._deadline = sock, deadline
        self.allowance = HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self.allowance <= 0:
            raise CannotFetch("too_long")
        self._sock.settimeout(self._deadline.left())
        got = self._sock.recv_into(buffer, min(len(buffer), self.allowance))
        self.allowance -= got
        return got


class _Line:
    """One connection as http.client wants a socket to be; closed by `_followed`, not by http.client."""

    response: http.client.HTTPResponse

    def __init__(self, sock: socket.socket, deadline: _Deadline) -> None:
        self._sock, self._deadline = sock, deadline
        self.wire = _Wire(sock, deadline)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self.wire, _STEP)

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(data)

    def close(self) -> None:
        """The response is read after http.client has done with the connection."""


@dataclass(frozen=True)
class _Place:
    """An address taken apart: where to connect, and what to ask for there."""

    secure: bool
    host: str
    port: int
    target: str


@contextmanager
def _followed(
    method: str, url: str, headers: dict[str, str], deadline: _Deadline, network: Network
) -> Iterator[tuple[str, _Line]]:
    """The response at the end of the redirects, its body unread; each step is checked like the first."""
    with _troubles_in_words():
        for _step in range(REDIRECTS + 1):
            place = _place(url, network)
            sock = _connected(place, deadline, network)
            try:
                line = _asked(method, place, headers, sock, deadline)
                onward = line.response.headers.get("Location")
                if line.response.status not in _REDIRECTING or onward is None:
                    yield url, line
                    return
            finally:
                sock.close()
            url = urljoin(url, _in_ascii(onward))
        raise CannotFetch("redirects")


@contextmanager
def _troubles_in_words() -> Iterator[None]:
    """Whatever sockets, TLS and http.client raise, as what the reader is told."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise CannotFetch("certificate") from error
    except TimeoutError as error:
        raise CannotFetch("slow") from error
    except (http.client.HTTPException, zlib.error, OSError, ValueError) as error:
        raise CannotFetch("broken") from error


def _place(url: str, network: Network) -> _Place:
    """Take an address apart; refuse what a browser and this module might read differently."""
    if len(url) > LONGEST or _NOT_IN_AN_ADDRESS.search(url):
        raise CannotFetch("address")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError as error:
        raise CannotFetch("address") from error
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        raise CannotFetch("address")
    if not _HOST_NAME.fullmatch(host) and not _is_ipv6(host):
        raise CannotFetch("address")
    secure = parts.scheme == "https"
    port = port if port is not None else 443 if secure else 80
    if port not in network.ports:
        raise CannotFetch("address")
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    return _Place(secure, host, port, quote(target, safe=_WRITTEN_AS_IT_IS))


def _is_ipv6(host: str) -> bool:
    """An IPv6 address; one with a zone names an interface of this machine and is none."""
    with suppress(ValueError):
        return "%" not in host and ipaddress.ip_address(host).version == 6
    return False


def _in_ascii(location: str) -> str:
    """A Location header as an address: http.client hands out its bytes as Latin-1."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    return quote(location.strip(), safe=f"{_WRITTEN_AS_IT_IS}#[]")


def _connected(place: _Place, deadline: _Deadline, network: Network) -> socket.socket:
    """A connection to one of the name's addresses, all of which are public; over TLS where the address says so."""
    found = _resolved(place, deadline, network)[:ADDRESSES]
    for address in found:
        if (address, place.port) not in network.let_in and not is_public(address):
            raise CannotFetch("private")
    for address in found:
        try:
            sock = socket.create_connection(
                (address, place.port), timeout=min(CONNECTING, deadline.left())
            )
        except OSError:
            continue
        try:
            if not place.secure:
                return sock
            sock.settimeout(deadline.left())
            trust = network.trust or ssl.create_default_context()
            return trust.wrap_socket(sock, server_hostname=place.host.rstrip("."))
        except BaseException:
            sock.close()
            raise
    deadline.left()
    raise CannotFetch("unreachable")


def _resolved(place: _Place, deadline: _Deadline, network: Network) -> list[str]:
    """The addresses of the name. The system's resolver knows no deadline, so it is asked in a thread that may be left behind."""
    answer: list[list[str]] = []

    def ask() -> None:
        with suppress(OSError, UnicodeError):
            answer.append(network.resolve(place.host, place.port))

    asking = threading.Thread(target=ask, name="resolver", daemon=True)
    asking.start()
    asking.join(deadline.left())
    if asking.is_alive():
        raise CannotFetch("slow")
    if not answer or not answer[0]:
        raise CannotFetch("name")
    return answer[0]


# Public by their number and yet inside, or so in some releases of Python: addresses for protocols (RFC 6890), the
# relays of 6to4 (RFC 7526), and the host of virtual machines in Azure.
_INSIDE = [
    ipaddress.IPv4Network(net) for net in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")
]
_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that IANA has given out
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet, also where an IPv4 address stands inside an IPv6 one."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(given, ipaddress.IPv6Address):
        if given in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(given) & 0xFFFFFFFF)))
        # Addresses that carry another one (mapped, compatible, 6to4, Teredo) reach nothing that has no better one.
        return given in _UNICAST and given not in _SIX_TO_FOUR and given.is_global
    return given.is_global and not given.is_multicast and not any(given in net for net in _INSIDE)


class _Connection(http.client.HTTPConnection):
    """HTTP over a connection that stands already."""

    auto_open = 0

    def __init__(self, place: _Place, line: _Line) -> None:
        super().__init__(place.host, place.port)
        self.default_port = 443 if place.secure else 80
        self.sock = cast(Any, line)


def _asked(
    method: str,
    place: _Place,
    headers: dict[str, str],
    sock: socket.socket,
    deadline: _Deadline,
) -> _Line:
    """Send the request and read the head of the answer."""
    line = _Line(sock, deadline)
    connection = _Connection(place, line)
    about = f"{settings.SITE_NAME}/1 (+{settings.SITE_URL}/)"
    connection.request(
        method, place.target, headers={"User-Agent": about, "Connection": "close", **headers}
    )
    line.response = connection.getresponse()
    return line


def _refusal(response: http.client.HTTPResponse) -> CannotFetch:
    """What to say of an answer that is neither what was asked for nor a redirect."""
    status = response.status
    wait = response.headers.get("Retry-After", "")
    match status:
        case 404:
            return CannotFetch("missing")
        case 410:
            return CannotFetch("gone")
        case 401 | 403 | 407 | 451:
            return CannotFetch("closed", str(status))
        case 429 | 503:
            seconds = int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else 0
            return CannotFetch("busy", str(status), retry_after=seconds)
    return CannotFetch("status", str(status))


def _body(line: _Line, limit: int) -> bytes:
    """The body, unpacked, in at most `limit` bytes; the wire carries little more than that."""
    response = line.response
    line.wire.allowance = limit + limit // 4 + HEAD
    body = bytearray()
    for piece in _unpacked(response):
        body += piece
        if len(body) > limit:
            raise CannotFetch("too_long")
    if response.length:  # of Content-Length, still to come when the line was closed
        raise CannotFetch("broken")
    return bytes(body)


def _unpacked(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """The body in pieces of a bounded size, however much a few bytes unpack to."""
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing in {"", "identity"}:
        while piece := response.read(_STEP):
            yield piece
        return
    if packing not in {"gzip", "x-gzip"}:
        raise CannotFetch("packing", packing)
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    while packed := response.read(_STEP):
        while packed:
            if unpacker.eof:  # a second member of the same file (RFC 1952, section 2.2)
                unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
            yield unpacker.decompress(packed, _STEP)
            packed = unpacker.unconsumed_tail or unpacker.unused_data
    if not unpacker.eof:
        raise CannotFetch("broken")


def _kept(validator: str | None) -> str:
    """An ETag or date to send back next time; none that would not fit a header or our column."""
    value = (validator or "").strip()
    return value if len(value) <= 200 and value.isascii() and value.isprintable() else ""
