"""Fetching from servers that are slow, endless, lying or inside: real sockets, and a server that answers as told."""

from __future__ import annotations

import ast
import gzip
import ipaddress
import ssl
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import translation

from museumhub.kit import fetch as fetching
from museumhub.kit.fetch import CannotFetch, Fetched, Network, check_link, fetch, is_public
from tests.architecture import house
from tests.hostile_server import (
    Answer,
    Server,
    Visit,
    dripping,
    for_ever,
    page,
    redirecting,
    serving,
)

LIMIT = 100_000
PLAIN = ("text/plain", "application/xml")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def get(server: Server, path: str = "/", **options: Any) -> Fetched:
    options.setdefault("network", server.network())
    options.setdefault("deadline_seconds", 20.0)
    return fetch(server.url(path), accept=PLAIN, limit_bytes=LIMIT, **options)


def trouble(server: Server, answer: Answer | None = None, path: str = "/", **options: Any) -> str:
    """The key of what went wrong."""
    if answer is not None:
        server.answers[path] = answer
    with pytest.raises(CannotFetch) as refusal:
        get(server, path, **options)
    return refusal.value.trouble


# --- What a good server gets


def test_fetch_gives_the_body_its_kind_and_what_to_ask_with_next_time(server: Server) -> None:
    server.answers["/news?a=1&b=ü"] = page(b"never")
    server.answers["/news?a=1&b=%C3%BC"] = page(
        "Grüße".encode(), "text/plain; charset=utf-8", 'ETag: "v1"', "Last-Modified: Mon, 01 Feb"
    )
    found = get(server, "/news?a=1&b=ü")
    assert found.body.decode() == "Grüße"
    assert (found.kind, found.content_type) == ("text/plain", "text/plain; charset=utf-8")
    assert (found.etag, found.last_modified) == ('"v1"', "Mon, 01 Feb")
    assert not found.unchanged


def test_fetch_says_who_asks_and_brings_neither_cookies_nor_a_proxy(
    server: Server, monkeypatch: Any
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answers["/"] = page(b"x", "text/plain", "Set-Cookie: a=b")
    get(server)
    get(server)
    [_first, second] = server.visits
    assert settings.SITE_NAME in second.header("User-Agent")
    assert settings.SITE_URL in second.header("User-Agent")
    assert second.header("Host") == f"feeds.museum.example:{server.port}"
    assert second.header("Cookie") == ""
    assert second.header("Referer") == ""


def test_fetch_asks_with_conditions_and_understands_that_nothing_is_new(server: Server) -> None:
    server.answers["/"] = lambda visit: visit.answer(status="304 Not Modified")
    found = get(server, etag='"v1"', last_modified="Mon, 01 Feb 2027 10:00:00 GMT")
    assert (found.unchanged, found.body, found.etag) == (True, b"", '"v1"')
    [visit] = server.visits
    assert visit.header("If-None-Match") == '"v1"'
    assert visit.header("If-Modified-Since") == "Mon, 01 Feb 2027 10:00:00 GMT"
    assert trouble(server) == "status", "nobody had asked for news only"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 Other", "307 T", "308 P"])
def test_fetch_follows_three_redirects_and_says_where_it_ended(server: Server, status: str) -> None:
    server.answers |= {
        "/": redirecting("/one", status),
        "/one": redirecting(f"//other.example:{server.port}/two%20b", status),
        "/two%20b": redirecting("../three?q=1#part", status),
        "/three?q=1": page(b"here"),
    }
    found = get(server)
    assert found.body == b"here"
    assert found.url.startswith(f"http://other.example:{server.port}/three?q=1")


def test_fetch_unpacks_gzip_also_in_two_members_and_chunks(server: Server) -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, packed[i : i + 1]) for i in range(len(packed)))
    server.answers["/"] = page(
        chunks + b"0\r\n\r\n", "text/plain", "Transfer-Encoding: chunked", "Content-Encoding: gzip"
    )
    assert get(server).body == b"one two"


def test_fetch_reads_exactly_as_much_as_allowed(server: Server) -> None:
    server.answers["/"] = page(b"x" * LIMIT)
    assert len(get(server).body) == LIMIT
    assert trouble(server, page(b"x" * (LIMIT + 1))) == "too_long"


def test_fetch_takes_the_next_of_a_names_addresses_where_one_does_not_answer(
    server: Server,
) -> None:
    server.answers["/"] = page(b"second")
    network = server.network(feeds_museum_example=["127.0.0.2", "127.0.0.1"])
    beside = frozenset({*network.let_in, ("127.0.0.2", server.port)})
    network = Network(resolve=network.resolve, ports=network.ports, let_in=beside)
    assert get(server, network=network).body == b"second"


# --- Where it does not go

INSIDE = [
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
    *("192.0.2.1", "198.18.0.1", "192.88.99.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1"),
    *("fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
    *("2002:7f00:1::", "2001:0:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("64:ff9b:1::808:808", "100::1", "fec0::1", "not an address", ""),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "193.110.157.1", "2a00:1450:4001::200e", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", [a for a in INSIDE if "." in a or ":" in a])
def test_fetch_connects_to_no_name_that_leads_inside(server: Server, address: str) -> None:
    network = server.network(feeds_museum_example=["8.8.8.8", address])
    network = Network(resolve=network.resolve, ports=network.ports)
    assert trouble(server, network=network) == "private"
    assert server.connections == 0


@pytest.mark.parametrize("path", ["", "?a=http://example.org", "latest/meta-data"])
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "[::1]", "0"],
)
def test_fetch_of_the_site_reaches_nothing_on_its_own_machine(
    server: Server, host: str, path: str
) -> None:
    """As in production: nothing is let in; only the port is made a usual one, so that the refusal is the address's."""
    with pytest.raises(CannotFetch) as refusal:
        fetch(
            f"http://{host}:{server.port}/{path}",
            accept=PLAIN,
            limit_bytes=LIMIT,
            deadline_seconds=20,
            network=Network(ports=frozenset({server.port})),
        )
    assert refusal.value.trouble in {"private", "name"}
    assert server.connections == 0


def test_fetch_looks_a_name_up_once_and_goes_to_the_address_it_checked(server: Server) -> None:
    """A name that is public when it is checked and leads inside a moment later."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    server.answers["/"] = page(b"x")
    network = Network(rebinding, ports=server.network().ports, let_in=server.network().let_in)
    assert get(server, network=network).body == b"x"
    assert asked == ["feeds.museum.example"]


ELSEWHERE = [
    "http://127.0.0.1:{other}/",
    "http://inside.example:{other}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]:{other}/",
    "http://[::ffff:127.0.0.1]:{other}/",
    "//127.0.0.1:{other}/",
    "http://127.0.0.1:22/",
    "http://user:secret@feeds.museum.example:{port}/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1:{other}/_x",
    "javascript:alert(1)",
    "http://a b.example/",
    "http://feeds.museum.example:{port}\\@127.0.0.1/",
    "http://feeds.museum.example%00.example/",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_redirect_leads_nowhere_that_a_person_could_not_have_named(
    server: Server, target: str
) -> None:
    with serving() as inside:
        inside.answers["/"] = page(b"secret")
        network = Network(
            resolve=lambda host, port: [host.strip("[]") if host[0] in "1[:" else "127.0.0.1"],
            ports=fetching.PORTS | {server.port, inside.port},
            let_in=frozenset({("127.0.0.1", server.port)}),
        )
        onward = redirecting(target.format(other=inside.port, port=server.port))
        assert trouble(server, onward, network=network) in {"private", "address"}
        assert inside.connections == 0
        assert server.connections == 1


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "feeds.museum.example/",
        "http://",
        "http://feeds.museum.example:22/",
        "http://feeds.museum.example:99999/",
        "http://feeds.museum.example:x/",
        "http://a:b@feeds.museum.example/",
        "http://@feeds.museum.example/",
        "http://feeds museum.example/",
        "http://feeds.museum.example/a\r\nHost: other",
        "http://feeds.museum.example/\x00",
        "http://[fe80::1%25eth0]/",
        "http://[::1/",
        "http://-\u2603-.example\u3002\u3002/",
        "http://%31%32%37.0.0.1/",
        "http://" + "a" * 64 + ".example/",
        "http://feeds.museum.example/" + "a" * 3000,
        "",
    ],
)
def test_fetch_refuses_an_address_it_would_have_to_guess_about(url: str) -> None:
    asked: list[str] = []
    network = Network(resolve=lambda host, port: asked.append(host) or ["127.0.0.1"])  # type: ignore[func-returns-value]
    with pytest.raises(CannotFetch) as refusal:
        fetch(url, accept=PLAIN, limit_bytes=LIMIT, deadline_seconds=5, network=network)
    assert refusal.value.trouble == "address"
    assert asked == []


def test_fetch_knows_a_name_in_any_script(server: Server) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    server.answers["/"] = page(b"x")
    base = server.network()
    url = server.url(host="музей.example")
    network = Network(resolve, ports=base.ports, let_in=base.let_in)
    fetch(url, accept=PLAIN, limit_bytes=LIMIT, deadline_seconds=5, network=network)
    assert asked == ["xn--e1adhj9a.example"]
    assert server.visits[0].header("Host") == f"xn--e1adhj9a.example:{server.port}"


def test_only_tests_have_a_net_in_which_something_inside_is_let_in() -> None:
    """`Network(…)` is made once, without arguments, and `let_in` is written nowhere else in the house."""
    made, named = [], []
    for path, tree in house.sources():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="Network") | ast.Attribute(attr="Network")):
                    made.append((str(path), len(node.args) + len(node.keywords)))
                case ast.keyword(arg="let_in"):
                    named.append(str(path))
    assert made == [("museumhub/kit/fetch.py", 0)]
    assert named == []
    assert fetching.PUBLIC.let_in == frozenset()


# --- Servers that want to hurt


def test_an_endless_body_is_cut_off(server: Server) -> None:
    for headers in (
        ["Content-Type: text/plain"],
        ["Content-Type: text/plain", "Content-Length: 99999999999"],
    ):
        assert trouble(server, for_ever(b"x" * 4096, *headers)) == "too_long"


def test_endless_chunks_are_cut_off_also_when_they_are_tiny_or_only_extensions(
    server: Server,
) -> None:
    chunked = ["Content-Type: text/plain", "Transfer-Encoding: chunked"]
    assert trouble(server, for_ever(b"1\r\nx\r\n" * 500, *chunked)) == "too_long"
    assert trouble(server, for_ever(b"x" * 4096, *chunked)) in {"broken", "too_long"}
    endless_trailer = for_ever(b"0\r\n" + b"X: y\r\n" * 500, *chunked)
    assert trouble(server, endless_trailer) in {"broken", "too_long"}


def test_a_bomb_of_gzip_is_cut_off_without_its_size_in_memory(server: Server) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    nothing = bytes(1_000_000)
    bomb = b"".join([packer.compress(nothing) for _ in range(200)]) + packer.flush()
    server.answers["/"] = page(bomb, "text/plain", "Content-Encoding: gzip")
    assert len(bomb) < 250_000
    tracemalloc.start()
    try:
        with pytest.raises(CannotFetch) as refusal:
            fetch(
                server.url(),
                accept=PLAIN,
                limit_bytes=2_000_000,
                deadline_seconds=20,
                network=server.network(),
            )
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refusal.value.trouble == "too_long"
    assert most < 8_000_000


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ids=["status", "headers", "body", "chunk size"],
)
def test_a_server_that_drips_is_left_at_the_deadline(server: Server, head: bytes) -> None:
    assert trouble(server, dripping(head, b"1"), deadline_seconds=0.6) == "slow"


def test_a_server_that_says_nothing_is_left_at_the_deadline(server: Server) -> None:
    assert trouble(server, lambda visit: visit.over.wait(20), deadline_seconds=0.4) == "slow"  # type: ignore[arg-type]


def test_redirects_share_one_deadline(server: Server) -> None:
    def slowly(visit: Visit) -> None:
        visit.over.wait(0.3)
        visit.answer(b"", "Location: /", status="302 Found")

    assert trouble(server, slowly, deadline_seconds=0.5) == "slow"
    assert server.connections == 2


def test_a_resolver_that_does_not_answer_is_left_at_the_deadline(server: Server) -> None:
    never = threading.Event()

    def silent(host: str, port: int) -> list[str]:
        never.wait(30)
        return []

    try:
        network = Network(silent, ports=server.network().ports)
        assert trouble(server, network=network, deadline_seconds=0.3) == "slow"
    finally:
        never.set()


def test_a_circle_of_redirects_ends(server: Server) -> None:
    assert trouble(server, redirecting("/")) == "redirects"
    assert server.connections == 4


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
        b"HTTP/1.1 " + b"2" * 200_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000,
    ],
    ids=["many", "long", "status line", "continue"],
)
def test_huge_headers_are_not_read_to_their_end(server: Server, head: bytes) -> None:
    assert trouble(server, lambda visit: visit.send(head)) in {"too_long", "broken"}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n\r\n",
        b"220 mail.museum.example ESMTP\r\n",
        b"HTTP/1.1 twohundred OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n\r\nnot packed",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n\r\n"
        + gzip.compress(b"cut off" * 100)[:-12],
    ],
    ids=[
        *("nothing", "empty lines", "another protocol", "no number", "cut off", "no chunk size"),
        *("cut off chunk", "negative chunk", "not gzip", "cut off gzip"),
    ],
)
def test_an_answer_that_breaks_off_or_is_none_is_refused(server: Server, answer: bytes) -> None:
    assert trouble(server, lambda visit: visit.send(answer)) == "broken"


@pytest.mark.parametrize(
    ("headers", "key", "words"),
    [
        (["Content-Type: text/html; charset=utf-8"], "type", "text/html"),
        (["Content-Type: image/png"], "type", "image/png"),
        (["Content-Type: text/plain, text/html"], "type", "text/plain, text/html"),
        (["Content-Type: <script>\u00e9"], "type", "<script>"),
        ([], "untyped", "what kind"),
        (["Content-Type: text/plain", "Content-Encoding: br"], "packing", "br"),
        (["Content-Type: text/plain", "Content-Encoding: gzip, gzip"], "packing", "gzip, gzip"),
    ],
)
def test_a_wrong_kind_is_named(server: Server, headers: list[str], key: str, words: str) -> None:
    server.answers["/"] = lambda visit: visit.answer(b"<html>", *headers)
    with pytest.raises(CannotFetch) as refusal:
        get(server)
    assert refusal.value.trouble == key
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("status", "key", "detail"),
    [
        ("404 Not Found", "missing", ""),
        ("410 Gone", "gone", ""),
        ("401 Sign in", "closed", "401"),
        ("403 Forbidden", "closed", "403"),
        ("500 Oh", "status", "500"),
        ("204 No Content", "status", "204"),
        ("206 Partial", "status", "206"),
        ("302 Nowhere", "status", "302"),
    ],
)
def test_a_status_is_told_in_words(server: Server, status: str, key: str, detail: str) -> None:
    server.answers["/"] = lambda visit: visit.answer(b"", status=status)
    with pytest.raises(CannotFetch) as refusal:
        get(server)
    assert (refusal.value.trouble, refusal.value.detail) == (key, detail)
    assert detail in str(refusal.value)


@pytest.mark.parametrize(
    ("asked", "seconds"), [("120", 120), ("Mon, 01 Feb 2027", 0), ("9" * 400, 0), ("-1", 0)]
)
def test_a_busy_server_says_when_to_come_back(server: Server, asked: str, seconds: int) -> None:
    server.answers["/"] = lambda visit: visit.answer(
        b"", f"Retry-After: {asked}", status="429 Too Many"
    )
    with pytest.raises(CannotFetch) as refusal:
        get(server)
    assert (refusal.value.trouble, refusal.value.retry_after) == ("busy", seconds)


def test_nobody_there_and_no_such_name(server: Server) -> None:
    with serving() as closed:
        network, url = closed.network(), closed.url()
    with pytest.raises(CannotFetch) as refusal:
        fetch(url, accept=PLAIN, limit_bytes=LIMIT, deadline_seconds=5, network=network)
    assert refusal.value.trouble == "unreachable"

    def unknown(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    assert trouble(server, network=Network(unknown, ports=server.network().ports)) == "name"


@pytest.mark.parametrize("language", ["fr", "de"])
def test_every_trouble_is_told_in_the_readers_language(language: str) -> None:
    for key in fetching.TROUBLES:
        with translation.override("en"):
            english = str(CannotFetch(key, "404"))
        with translation.override(language):
            assert str(CannotFetch(key, "404")) != english, key


# --- TLS


class Papers:
    """A certificate for one name, and the authority that vouches for it."""

    def __init__(self, folder: Path, name: str = "feeds.museum.example") -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        paper = (
            x509.CertificateBuilder()
            .subject_name(called)
            .issuer_name(called)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.paper = folder / "paper.pem"
        self.paper.write_bytes(paper.public_bytes(serialization.Encoding.PEM))
        secret = folder / "secret.pem"
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        self.asked_for: list[str | None] = []
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(self.paper, secret)
        self.server.sni_callback = lambda _line, asked, _context: self.asked_for.append(asked)
        self.trust = ssl.create_default_context(cafile=str(self.paper))


def over_tls(server: Server, trust: ssl.SSLContext | None) -> Network:
    base = server.network()
    return Network(base.resolve, ports=base.ports, let_in=base.let_in, trust=trust)


def test_tls_asks_for_the_name_and_checks_the_certificate_against_it(tmp_path: Path) -> None:
    papers = Papers(tmp_path)
    with serving(papers.server) as server:
        server.answers["/"] = page(b"sealed")
        assert get(server, network=over_tls(server, papers.trust)).body == b"sealed"
        assert papers.asked_for == ["feeds.museum.example"]
        assert server.visits[0].header("Host") == f"feeds.museum.example:{server.port}"


def test_tls_refuses_a_certificate_nobody_vouches_for_or_of_another_name(tmp_path: Path) -> None:
    papers = Papers(tmp_path, "other.example")
    with serving(papers.server) as server:
        assert trouble(server, page(b"x"), network=over_tls(server, None)) == "certificate"
        assert trouble(server, page(b"x"), network=over_tls(server, papers.trust)) == "certificate"
        assert server.visits == []


def test_tls_refuses_a_server_that_speaks_something_else(server: Server) -> None:
    url = server.url().replace("http:", "https:")
    with pytest.raises(CannotFetch) as refusal:
        fetch(url, accept=PLAIN, limit_bytes=9, deadline_seconds=2, network=server.network())
    assert refusal.value.trouble in {"broken", "slow"}


# --- Links


@pytest.mark.parametrize(
    ("head", "whole", "state"),
    [
        ("200 OK", "200 OK", "alive"),
        ("204 Nothing", "200 OK", "alive"),
        ("405 Not allowed", "200 OK", "alive"),
        ("404 Not Found", "200 OK", "alive"),
        ("404 Not Found", "404 Not Found", "dead"),
        ("410 Gone", "410 Gone", "dead"),
        ("403 Robot?", "403 Robot?", "unsure"),
        ("500 Oh", "502 Oh", "unsure"),
    ],
)
def test_a_link_is_dead_only_when_both_ways_of_asking_say_so(
    server: Server, head: str, whole: str, state: str
) -> None:
    def answer(visit: Visit) -> None:
        visit.answer(status=head if visit.head.startswith("HEAD") else whole)

    server.answers["/"] = answer
    assert check_link(server.url(), network=server.network()).state == state


def test_a_link_to_an_endless_page_is_alive_and_its_body_is_not_read(server: Server) -> None:
    endless = for_ever(b"x" * 4096, "Content-Type: text/html")
    server.answers["/"] = lambda visit: (
        visit.answer(status="405 No") if visit.head.startswith("HEAD") else endless(visit)
    )
    assert check_link(server.url(), network=server.network()).state == "alive"


def test_a_link_that_leads_inside_or_nowhere_is_dead(server: Server) -> None:
    server.answers["/"] = redirecting("/")
    assert check_link(server.url(), network=server.network()).trouble == "redirects"
    assert check_link("http://127.0.0.1/").state == "dead"
    assert check_link("javascript:alert(1)").state == "dead"
    assert check_link(server.url("/none"), network=server.network()).trouble == "missing"


def test_addresses_that_carry_others_are_judged_by_what_they_carry() -> None:
    for inner in ("10.0.0.1", "127.0.0.1", "169.254.169.254"):
        number = int(ipaddress.IPv4Address(inner))
        for prefix in ("64:ff9b::", "::ffff:0:0", "::", "2002::"):
            shift = 80 if prefix == "2002::" else 0
            carried = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + (number << shift))
            assert not is_public(str(carried)), carried
