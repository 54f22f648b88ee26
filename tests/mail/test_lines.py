"""Encrypted and authenticated lines to the mail server; a certificate that nobody vouches for is not trusted."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from museumhub.mail import delivery
from tests.mail.conftest import Post
from tests.mail.sink import Sink


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that it signed itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


Serve = Callable[[str], Sink]


@pytest.fixture
def serve(certificate: Path, settings: Any) -> Iterator[Serve]:
    """Start a server that speaks `smtps` or `smtp+tls` and knows one user."""
    running: list[Sink] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def known(server: SMTP, session: Any, envelope: Any, mechanism: str, auth: Any) -> AuthResult:
        right = isinstance(auth, LoginPassword) and auth == LoginPassword(b"hub@x", b"p:w/d")
        return AuthResult(success=right, handled=False)

    def start(scheme: str) -> Sink:
        options: dict[str, Any] = {"authenticator": known, "auth_required": True}
        if scheme == "smtp+tls":
            options |= {"tls_context": context, "require_starttls": True}
        else:
            options |= {"auth_require_tls": False}
        sink = Sink(options=options, tls=context if scheme == "smtps" else None)
        sink.__enter__()
        running.append(sink)
        settings.EMAIL_URL = f"{scheme}://hub%40x:p%3Aw%2Fd@127.0.0.1:{sink.port}"
        settings.EMAIL_TIMEOUT = 5.0
        return sink

    yield start
    for sink in running:
        sink.__exit__()


pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.mark.parametrize("scheme", ["smtps", "smtp+tls"])
def test_letter_goes_over_an_encrypted_line_with_name_and_password(
    post: Post, serve: Serve, certificate: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    sink = serve(scheme)
    post("one")
    post("two")
    assert delivery.drain(seconds=10).sent == 2
    assert sink.handler.connections == 1


@pytest.mark.parametrize("scheme", ["smtps", "smtp+tls"])
def test_server_whose_certificate_nobody_vouches_for_gets_nothing(
    post: Post, serve: Serve, scheme: str
) -> None:
    sink = serve(scheme)
    letter = post("one")
    assert delivery.drain(seconds=10).put_back == 1
    letter.refresh_from_db()
    assert "CERTIFICATE_VERIFY_FAILED" in letter.error
    assert sink.handler.asked == []


def test_wrong_password_lets_letters_wait(
    post: Post, serve: Serve, settings: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    serve("smtps")
    settings.EMAIL_URL = settings.EMAIL_URL.replace("p%3Aw%2Fd", "wrong")
    letter = post("one")
    assert delivery.drain(seconds=10).put_back == 1
    letter.refresh_from_db()
    assert (letter.state, letter.error[:3]) == ("queued", "535")
    assert "wrong" not in letter.error
