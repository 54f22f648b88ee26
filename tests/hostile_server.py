"""A web server on this machine that answers as told, byte by byte: what a browser would forgive, and what nobody should."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from museumhub.kit.fetch import PORTS, Network

Answer = Callable[["Visit"], None]


@dataclass
class Visit:
    """One request: its first line and headers as they came, and the line to answer on."""

    path: str
    head: str
    line: socket.socket
    over: threading.Event

    def send(self, data: bytes) -> None:
        self.line.sendall(data)

    def answer(self, body: bytes = b"", *headers: str, status: str = "200 OK") -> None:
        """A plain answer; Content-Length is added unless the headers frame the body themselves."""
        lines = [f"HTTP/1.1 {status}", *headers]
        named = {line.partition(":")[0].lower() for line in headers}
        if not named & {"content-length", "transfer-encoding"}:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join([*lines, "", ""]).encode() + body)

    def header(self, name: str) -> str:
        """What the visitor sent under this name; empty where nothing."""
        for line in self.head.splitlines()[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return ""


@dataclass
class Server:
    """`answers` by path; `visits` is everything it was asked, `connections` how often somebody connected at all."""

    listener: socket.socket
    secured: ssl.SSLContext | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        port: int = self.listener.getsockname()[1]
        return port

    def url(self, path: str = "/", host: str = "feeds.museum.example") -> str:
        scheme = "https" if self.secured else "http"
        return f"{scheme}://{host}:{self.port}{path}"

    def network(self, *others: int, **names: list[str]) -> Network:
        """A net in which this server is let in, at 127.0.0.1 under any name; `others` are ports that are usual as well.

        `names` are other addresses for a host; dots in it are written as underscores.
        """
        table = {name.replace("_", "."): found for name, found in names.items()}
        return Network(
            resolve=lambda host, port: table.get(host, ["127.0.0.1"]),
            ports=PORTS | {self.port, *others},
            let_in=frozenset({("127.0.0.1", self.port)}),
        )

    def serve(self) -> None:
        while not self.over.is_set():
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._meet, args=[line], daemon=True).start()

    def _meet(self, line: socket.socket) -> None:
        # Whoever hangs up on a hostile server does right.
        with contextlib.suppress(OSError), contextlib.closing(line):
            line.settimeout(30)
            if self.secured:
                line = self.secured.wrap_socket(line, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                if not (more := line.recv(65536)):
                    return
                head += more
            text = head.decode("latin-1")
            path = text.split(" ", 2)[1]
            visit = Visit(path, text, line, self.over)
            self.visits.append(visit)
            self.answers.get(path, lambda v: v.answer(b"", status="404 Not Found"))(visit)
            line.close()


@contextmanager
def serving(secured: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on a free port of 127.0.0.1, closed at the end with whatever still drips."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener, secured)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def for_ever(piece: bytes, *headers: str) -> Answer:
    """An answer whose body does not end."""

    def answer(visit: Visit) -> None:
        visit.send("\r\n".join(["HTTP/1.1 200 OK", *headers, "", ""]).encode())
        while not visit.over.is_set():
            visit.send(piece)

    return answer


def dripping(head: bytes, piece: bytes, pause: float = 0.05) -> Answer:
    """An answer that sends a little now and then, so that no single wait is long."""

    def answer(visit: Visit) -> None:
        visit.send(head)
        while not visit.over.wait(pause):
            visit.send(piece)

    return answer


def redirecting(to: str, status: str = "302 Found") -> Answer:
    return lambda visit: visit.answer(b"", f"Location: {to}", status=status)


def page(body: bytes, kind: str = "text/plain", *headers: str) -> Answer:
    return lambda visit: visit.answer(body, f"Content-Type: {kind}", *headers)
