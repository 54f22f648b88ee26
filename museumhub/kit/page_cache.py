"""Pages made once for all strangers, and made anew as soon as anything they show has changed.

A view that says the same to everybody who is not signed in wears `@cached_for_strangers`. What it
answered is kept with the *generation* of everything public (`kit.changes`): a number read from the
database for each answer, which moves in the very transaction that changes a page. So nobody is shown
an old page after a commit, whatever becomes of Redis. What changes by itself as time passes (a call
opens, an event ends) is covered by `changes.moments`, and no page is kept longer than a minute.

Kept is what each process has in memory and, where there is Redis, a copy that all processes share.
Of readers who come at once for a page that is not there, one has it made and the others wait.
What a page is made of may be kept as well: in a template `{% kept %}` stands around what a few rooms
say, which is drawn anew when something of these has changed, and only in pages for strangers.
A request with a session never comes in touch with any of this.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import brotli
import redis
import structlog
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, parse_http_date_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language, get_language_from_request

from museumhub.kit import changes, clock
from museumhub.kit.parts import Part, Parts
from museumhub.kit.turns import Turns

log = structlog.get_logger(__name__)

Next = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Key = tuple[str, ...]

LONGEST = 60.0  # seconds a page is kept at most
LOCAL_BYTES = 64 * 1024 * 1024  # kept by one process
LARGEST = 1024 * 1024  # a longer page is made for each reader
WAIT = 10.0  # seconds to wait for another reader's page
ELSEWHERE = 5.0  # seconds for which another process may be making it
QUIET = 5.0  # seconds without Redis after it failed
_VARIES = {"accept-language", "cookie", "accept-encoding"}


def cached_for_strangers(view: View) -> View:
    """This view answers every stranger alike (in one language): its answers to GET are kept and shared.

    Stands with `@public`. An answer that sets a cookie, or is not a 200, is never kept.
    """
    cast(Any, view).cached_for_strangers = True
    return view


def kept(
    request: HttpRequest | None,
    key: tuple[Hashable, ...],
    rooms: Collection[str],
    draw: Callable[[], str],
) -> str:
    """What was drawn under this key since something of these rooms has changed, or is drawn now: see `{% kept %}`.

    Only a page that is made for all strangers keeps anything.
    """
    making: _Making | None = getattr(request, "page_being_made", None)
    return draw() if making is None else making.part(key, rooms, draw)


@dataclass
class Page:
    """An answer as it was made, and what else readers may ask for of it."""

    generation: str
    until: float  # time.time()
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    encoded: dict[str, bytes] = field(default_factory=dict)

    def fresh(self, generation: str) -> bool:
        return bool(generation) and self.generation == generation and time.time() < self.until

    def answer(self, request: HttpRequest) -> HttpResponse:
        """200 in the encoding the reader takes, or 304 where they have it (RFC 9110, 13)."""
        headers = dict(self.headers)
        if _has_it(request, self.etag, headers.get("Last-Modified")):
            kept = ("Cache-Control", "Content-Language", "Last-Modified", "Vary")
            response = HttpResponse(status=304)
            del response.headers["Content-Type"]
            for name in kept:
                if name in headers:
                    response.headers[name] = headers[name]
        else:
            encoding, body = self._encoded(request.META.get("HTTP_ACCEPT_ENCODING", ""))
            response = HttpResponse(body)
            for name, value in self.headers:
                response.headers[name] = value
            if encoding:
                response.headers["Content-Encoding"] = encoding
            response.headers["Content-Length"] = str(len(body))
        response.headers["ETag"] = self.etag
        return response

    def _encoded(self, accepted: str) -> tuple[str, bytes]:
        """Nothing here is secret and nothing is the reader's own, so compression gives nothing away (BREACH)."""
        for name, encode in (("br", _brotli), ("gzip", _gzip)):
            if name in accepted and f"{name};q=0" not in accepted.replace(" ", ""):
                if name not in self.encoded:
                    self.encoded[name] = encode(self.body)
                return name, self.encoded[name]
        return "", self.body


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=5))


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


def _has_it(request: HttpRequest, etag: str, modified: str | None) -> bool:
    if given := request.META.get("HTTP_IF_NONE_MATCH"):
        bare = etag.removeprefix("W/")
        return any(tag == "*" or tag.removeprefix("W/") == bare for tag in parse_etags(given))
    if modified and (since := request.META.get("HTTP_IF_MODIFIED_SINCE")):
        theirs, ours = parse_http_date_safe(since), parse_http_date_safe(modified)
        return theirs is not None and ours is not None and ours <= theirs
    return False


class Shelf:
    """The pages one process keeps in memory, the least used thrown out first."""

    def __init__(self, most: int = LOCAL_BYTES) -> None:
        self.most = most
        self.bytes = 0
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Key, page: Page) -> None:
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self.bytes += 2 * len(page.body)  # with what it is encoded as
            while self.bytes > self.most:
                self._drop(next(iter(self._pages)))

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.bytes = 0

    def _drop(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self.bytes -= 2 * len(page.body)


class Shared:
    """The copy in Redis that all processes see. Where Redis fails, each process makes its own pages for a while."""

    def __init__(self, url: str) -> None:
        self._redis = (
            redis.Redis.from_url(url, socket_timeout=0.3, socket_connect_timeout=0.3)
            if url
            else None
        )
        self._silent_until = 0.0

    def get(self, key: Key, generation: str) -> Page | None:
        data = self._ask("get", _name(key, generation))
        if data is None:
            return None
        about, _line, body = data.partition(b"\n")
        known = json.loads(about)
        headers = [(name, value) for name, value in known["headers"]]
        return Page(generation, known["until"], headers, body, known["etag"])

    def put(self, key: Key, page: Page) -> None:
        seconds = max(int((page.until - time.time()) * 1000), 1)
        about = {"until": page.until, "headers": page.headers, "etag": page.etag}
        data = json.dumps(about).encode() + b"\n" + page.body
        self._ask("set", _name(key, page.generation), data, px=seconds)
        self._ask("delete", _name(key, page.generation) + ":making")

    def claim(self, key: Key, generation: str) -> bool:
        """Whether this process is the one that makes the page; also yes where nobody can be asked."""
        if self._redis is None or time.monotonic() < self._silent_until:
            return True
        name = _name(key, generation) + ":making"
        return bool(self._ask("set", name, 1, nx=True, px=int(ELSEWHERE * 1000))) or (
            time.monotonic() < self._silent_until
        )

    def give_up(self, key: Key, generation: str) -> None:
        """The page was not kept after all: nobody needs to wait for it."""
        self._ask("delete", _name(key, generation) + ":making")

    def wait(self, key: Key, generation: str) -> Page | None:
        """The page another process is making, or None where it does not come."""
        ends = time.monotonic() + ELSEWHERE
        name = _name(key, generation)
        while time.monotonic() < ends:
            if (page := self.get(key, generation)) is not None:
                return page
            if not self._ask("exists", name + ":making"):
                return self.get(key, generation)
            time.sleep(0.01)
        return None

    def _ask(self, command: str, *args: Any, **options: Any) -> Any:
        if self._redis is None or time.monotonic() < self._silent_until:
            return None
        try:
            return getattr(self._redis, command)(*args, **options)
        except redis.RedisError as error:
            self._silent_until = time.monotonic() + QUIET
            log.warning("page_cache_alone", error=type(error).__name__)
            return None


def _name(key: Key, generation: str) -> str:
    # Pages of another release would ask for style sheets that are no longer there.
    release = getattr(staticfiles_storage, "manifest_hash", "")
    return (
        "page:"
        + hashlib.blake2b(
            "\n".join((release, generation, *key)).encode(), digest_size=20
        ).hexdigest()
    )


class PageCache:
    """The middleware. It stands before everything that looks at cookies or the database.

    `shelf` and `shared` may be given by tests.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.shelf = Shelf()
        self.shared = Shared(settings.REDIS_URL)
        self.parts = Parts()
        self.turns = Turns(WAIT)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        page = self.shelf.get(key)
        if page is not None and page.fresh(changes.generation()):
            return page.answer(request)
        making = _Making(self, key)
        request.page_being_made = making  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            return making.finish(request, response)
        finally:
            making.end()

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        making: _Making | None = getattr(request, "page_being_made", None)
        if making is None or not getattr(view, "cached_for_strangers", False):
            return None
        page = making.begin()
        return page.answer(request) if page is not None else None


class _Making:
    """One reader's way to a page that is not on the shelf."""

    def __init__(self, cache: PageCache, key: Key) -> None:
        self.cache = cache
        self.key = key
        self.generation = ""
        self.claimed = False
        self._until = time.time() + LONGEST
        self._alone: Any = None

    def begin(self) -> Page | None:
        """The page, where somebody else had it made meanwhile; None where this reader has it made."""
        self._alone = self.cache.turns.alone(self.key)
        self._alone.__enter__()
        # Read before the page is made: what changes meanwhile makes the page old at once.
        self.generation = changes.generation()
        page = self.cache.shelf.get(self.key)
        if page is None or not page.fresh(self.generation):
            page = self.cache.shared.get(self.key, self.generation)
            if page is None and not self.cache.shared.claim(self.key, self.generation):
                page = self.cache.shared.wait(self.key, self.generation)
            elif page is None:
                self.claimed = bool(self.generation)
            if page is not None:
                self.cache.shelf.put(self.key, page)
        return page if page is not None and page.fresh(self.generation) else None

    def finish(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not self.claimed or not _may_be_kept(response):
            return response
        page = _page_of(response, self.generation, self._until)
        self.cache.shelf.put(self.key, page)
        self.cache.shared.put(self.key, page)
        self.claimed = False
        return page.answer(request)

    def part(
        self, key: tuple[Hashable, ...], rooms: Collection[str], draw: Callable[[], str]
    ) -> str:
        """What was drawn under this key since something of these rooms has changed, or is drawn now."""
        if not self.generation:
            return draw()
        stands = changes.of_rooms(self.generation, rooms)
        whole = (*key, get_language(), get_current_timezone_name(), stands)
        part = self.cache.parts.get(whole)
        if part is None or part.until <= time.time():
            # Readers who come at once for several pages that it stands in have it drawn once.
            with self.cache.turns.alone(whole):
                part = self.cache.parts.get(whole)
                if part is None or part.until <= time.time():
                    until = _until(self.generation)
                    part = Part(draw(), until)
                    self.cache.parts.put(whole, part)
        self._until = min(self._until, part.until)
        return part.html

    def end(self) -> None:
        if self.claimed:
            self.cache.shared.give_up(self.key, self.generation)
        if self._alone is not None:
            self._alone.__exit__(None, None, None)


def key_of(request: HttpRequest) -> Key | None:
    """What tells one stranger's page from another's; None for a request that has to be answered by itself."""
    meta = request.META
    if request.method != "GET" or not settings.PAGE_CACHE or "HTTP_AUTHORIZATION" in meta:
        return None
    if "HTTP_HX_REQUEST" in meta or len(meta.get("QUERY_STRING", "")) > 300:
        return None
    if meta.get("HTTP_COOKIE") and (
        settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES
    ):
        return None
    return (
        request.scheme or "",
        meta.get("HTTP_HOST", ""),
        request.path,
        meta.get("QUERY_STRING", ""),
        get_language_from_request(request),
    )


def _may_be_kept(response: HttpResponse) -> bool:
    varies = {name.strip().lower() for name in response.headers.get("Vary", "").split(",")} - {""}
    control = response.headers.get("Cache-Control", "")
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and varies <= _VARIES
        and "private" not in control
        and "no-store" not in control
        and len(response.content) <= LARGEST
    )


def _page_of(response: HttpResponse, generation: str, until: float) -> Page:
    patch_vary_headers(response, ("Accept-Encoding", "Accept-Language", "Cookie"))
    response.headers.setdefault("Cache-Control", "public, no-cache")
    etag = str(response.headers.pop("ETag", "")) or (
        f'W/"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    )
    return Page(
        generation=generation,
        until=min(until, _until(generation)),
        headers=list(response.headers.items()),
        body=response.content,
        etag=etag,
    )


def _until(generation: str) -> float:
    """Until when (time.time()) nothing changes by itself, a minute at most."""
    now = clock.now()
    moment = changes.next_moment(now, generation)
    seconds = LONGEST if moment is None else min(LONGEST, (moment - now).total_seconds())
    return time.time() + seconds
