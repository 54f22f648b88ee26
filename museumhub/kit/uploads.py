"""Files people send: what is let in (by extension and by content), how it is kept, how it is handed out.

A file is checked whole before anything is written, kept below MEDIA_ROOT under a random name without
extension, and leaves only through `download_response` in a view that has asked who may see it.
Controls: ASVS 5.0, 5.2.1-5.2.3 (size, content, bombs), 5.3.2 (names), 5.4.1 (delivery).
"""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from PIL import Image

from museumhub.kit.ids import new_id
from museumhub.kit.models import StoredFile
from museumhub.kit.refusals import Refused, Sentence

PIXELS = 25_000_000
SCANS = 100  # passes over the pixels of a JPEG; cameras and programs write one to fifteen
MEMBERS = 5_000  # in an office file, which is a ZIP archive
UNPACKED = 200_000_000  # bytes its members say they hold
NAME_LENGTH = 150
FOLDER = "files"
ORPHAN_AGE = timedelta(days=1)
MB = 1_000_000


class _NotThatKind(Exception):
    """The content is not what its extension says; the sentence says more where there is more to say."""

    def __init__(self, sentence: Sentence = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class FileKind:
    """A kind of file an organiser may ask for."""

    name: Sentence
    extensions: tuple[str, ...]
    content_type: str
    check: Callable[[IO[bytes]], None]
    asked_for: bool = True  # an organiser may ask for it in a questionnaire


@dataclass(frozen=True)
class Checked:
    """A file that passed: `name` is safe to show, `digest` its SHA-256."""

    file: File[bytes]
    name: str
    kind: str
    size: int
    digest: str


def check(file: File[bytes], kinds: Collection[str], limit: int) -> Checked:
    """`file` where it is one of `kinds` (keys of KINDS) in name and content and has 1 to `limit` bytes.

    Raises `Refused` with a sentence otherwise. Nothing is unpacked, and a picture is decoded only
    where it says it has at most 25 million pixels.
    """
    name = clean_name(file.name or "")
    kind = _kind_by_extension(name, kinds)
    size = file.size
    if not size:
        raise Refused(_("This file is empty. Choose another one."))
    if size > limit:
        raise Refused(
            format_lazy(
                _("This file has {size}; at most {limit} can be taken."),
                size=filesizeformat(size),
                limit=filesizeformat(limit),
            )
        )
    file.seek(0)
    try:
        KINDS[kind].check(_plain(file))
    except _NotThatKind as error:
        raise Refused(
            error.sentence
            or format_lazy(
                # Translators: {kind} is a name such as "PDF" or "plain text (TXT)", between brackets.
                _(
                    "The content of “{name}” is not what its name says ({kind}). Save it again in this format."
                ),
                name=name,
                kind=KINDS[kind].name,
            )
        ) from error
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in _chunks(_plain(file)):
        digest.update(chunk)
    file.seek(0)
    return Checked(file, name, kind, size, digest.hexdigest())


def made(content: bytes, *, name: str, kind: str) -> Checked:
    """What the site has written itself, ready to be kept; nobody else's content may come this way."""
    digest = hashlib.sha256(content).hexdigest()
    return Checked(ContentFile(content), clean_name(name), kind, len(content), digest)


def store(checked: Checked, *, now: datetime) -> StoredFile:
    """Keep a checked file. Raises `Refused`, and leaves nothing behind, where the disk cannot take it."""
    path = f"{FOLDER}/{new_id()}"
    checked.file.seek(0)
    try:
        saved = default_storage.save(path, checked.file)
    except OSError as error:
        _remove(path)
        raise Refused(
            _("The file could not be kept just now. Try again in a while; your text is safe.")
        ) from error
    return StoredFile.objects.create(
        name=checked.name,
        kind=checked.kind,
        size=checked.size,
        digest=checked.digest,
        path=saved,
        stored_at=now,
    )


def discard(files: Iterable[StoredFile]) -> None:
    """Delete rows that nothing points to any more; their content goes when the transaction commits."""
    paths = [file.path for file in files]
    StoredFile.objects.filter(path__in=paths).delete()

    def remove() -> None:
        for path in paths:
            _remove(path)

    transaction.on_commit(remove)


def content_type(kind: str) -> str:
    """The media type of a kind of file; empty for one that is not known any more."""
    return KINDS[kind].content_type if kind in KINDS else ""


def download_response(file: StoredFile) -> FileResponse:
    """The file as an inert download: never shown in the page, never guessed at, never run (404 where its content is gone)."""
    try:
        content = default_storage.open(file.path)
    except OSError as error:
        raise Http404 from error
    response = FileResponse(
        content,
        as_attachment=True,
        filename=file.name,
        content_type=content_type(file.kind),
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response


def sweep_orphans(now: datetime) -> int:
    """Remove rows that nothing points to and contents without a row, both older than a day; says how many."""
    unused = StoredFile.objects.filter(stored_at__lt=now - ORPHAN_AGE)
    # Also relations without a way back (related_name="+"), which `related_objects` leaves out.
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            pointing = relation.related_model._base_manager.filter(
                **{relation.field.name: OuterRef("pk")}
            )
            unused = unused.exclude(Exists(pointing))
    rows = list(unused)
    with transaction.atomic():
        discard(rows)
    return len(rows) + sum(1 for path in _contents_without_row(now) if _remove(path))


def _contents_without_row(now: datetime) -> Iterator[str]:
    if not default_storage.exists(FOLDER):
        return
    _folders, names = default_storage.listdir(FOLDER)
    for start in range(0, len(names), 500):
        paths = {f"{FOLDER}/{name}" for name in names[start : start + 500]}
        known = set(StoredFile.objects.filter(path__in=paths).values_list("path", flat=True))
        for path in sorted(paths - known):
            if default_storage.get_modified_time(path) < now - ORPHAN_AGE:
                yield path


def _remove(path: str) -> bool:
    try:
        default_storage.delete(path)
    except OSError:
        return False  # the sweep comes by again
    return True


# Path parts, controls, and what turns the direction of the text after it (UTR 36, section 3.2):
# "cv<RLO>fdp.exe" reads as "cvexe.pdf".
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff<>:"|?*]')


def clean_name(name: str) -> str:
    """The last part of `name` in at most 150 safe characters, its extension kept."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    safe = " ".join(_UNSAFE.sub("", last.encode("utf-8", "ignore").decode()).split()).strip(". ")
    stem, dot, extension = safe.rpartition(".")
    if not dot:
        return safe[:NAME_LENGTH] or "file"
    extension = extension[:10]
    return f"{stem[: NAME_LENGTH - 1 - len(extension)].rstrip() or 'file'}.{extension}"


def _kind_by_extension(name: str, kinds: Collection[str]) -> str:
    extension = name.rpartition(".")[2].lower()
    for kind in kinds:
        if extension in KINDS[kind].extensions:
            return kind
    raise Refused(
        format_lazy(_("Choose a file of one of these kinds: {kinds}."), kinds=kind_names(kinds))
    )


def kind_names(kinds: Iterable[str]) -> str:
    """ "PDF, Word (DOCX)" in the active language, in the order of KINDS."""
    wanted = set(kinds)
    return ", ".join(str(kind.name) for key, kind in KINDS.items() if key in wanted)


def accept(kinds: Iterable[str]) -> str:
    """For the `accept` attribute of a file input."""
    return ",".join(f".{ext}" for kind in kinds if kind in KINDS for ext in KINDS[kind].extensions)


def _plain(file: File[bytes]) -> IO[bytes]:
    return file.file if file.file is not None else file


def _chunks(stream: IO[bytes], size: int = 65_536) -> Iterator[bytes]:
    while chunk := stream.read(size):
        yield chunk


def _check_pdf(stream: IO[bytes]) -> None:
    """ISO 32000-2, 7.5.2 and 7.5.5: the header first, the end marker in the last kilobyte."""
    if stream.read(5) != b"%PDF-":
        raise _NotThatKind
    end = stream.seek(0, 2)
    stream.seek(max(0, end - 1024))
    if b"%%EOF" not in stream.read():
        raise _NotThatKind(_("This PDF is not complete. Save it again and choose it once more."))


def _picture(pillow_format: str) -> Callable[[IO[bytes]], None]:
    def check_picture(stream: IO[bytes]) -> None:
        with warnings.catch_warnings():
            # The pixels are counted here, before they are decoded, with a lower cap than Pillow's.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            try:
                with Image.open(stream, formats=[pillow_format]) as picture:
                    width, height = picture.size
                    if width * height > PIXELS:
                        raise _NotThatKind(_too_many_pixels())
                    _refuse_two_in_one(stream)
                    if pillow_format == "JPEG" and _scans(stream) > SCANS:
                        raise _NotThatKind(
                            _("This picture takes far too long to open. Save it again as a JPEG.")
                        )
                    picture.load()
            except Image.DecompressionBombError as error:
                raise _NotThatKind(_too_many_pixels()) from error
            except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
                raise _NotThatKind from error

    return check_picture


# What browsers look at when they guess (WHATWG MIME Sniffing, 5.3: the first 1445 bytes), and what runs there.
_SNIFFED = 1445
_ALSO = re.compile(rb"%PDF-|<(?:!doctype|html|head|body|script|iframe|svg|\?php)", re.IGNORECASE)


def _refuse_two_in_one(stream: IO[bytes]) -> None:
    """A picture that is also a page, a document or an archive (a polyglot) is nobody's photograph."""
    place = stream.tell()
    stream.seek(0)
    both = bool(_ALSO.search(stream.read(_SNIFFED))) or zipfile.is_zipfile(stream)
    stream.seek(place)
    if both:
        raise _NotThatKind(
            _(
                "This file is a picture and something else as well. "
                "Open it in a picture program, save it again, and choose it once more."
            )
        )


_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def _scans(stream: IO[bytes]) -> int:
    """How often a JPEG goes over its pixels (ITU-T T.81, B.2): 40 bytes ask for a whole pass, so a few MB could ask for hours."""
    place = stream.tell()
    stream.seek(0)
    content = stream.read()
    stream.seek(place)
    at, count = 2, 0
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xD9:
        marker = content[at + 1]
        if marker in {0x01, 0xFF, *range(0xD0, 0xD9)}:  # without a length, or a filling byte
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == 0xDA:
            count += 1
            following = _NEXT_MARKER.search(content, at)
            at = following.start() if following else len(content)
    return count


def _too_many_pixels() -> Sentence:
    return _("This picture has more than 25 million pixels. Make it smaller and choose it again.")


def _office(*members: str, mimetype: str = "") -> Callable[[IO[bytes]], None]:
    """An archive that holds `members`; only its directory is read, and for ODF its first member (ODF 1.3 part 2, 3.3)."""

    def check_office(stream: IO[bytes]) -> None:
        if stream.read(4) != b"PK\x03\x04":
            raise _NotThatKind
        try:
            with zipfile.ZipFile(stream) as archive:
                infos = archive.infolist()
                names = {info.filename for info in infos}
                if len(infos) > MEMBERS or sum(info.file_size for info in infos) > UNPACKED:
                    raise _NotThatKind(_("This file unpacks to far too much. Choose another one."))
                if not names.issuperset(members):
                    raise _NotThatKind
                if any(name.lower().endswith("vbaproject.bin") for name in names):
                    raise _NotThatKind(_("This file holds macros. Save it without them."))
                if mimetype and archive.open("mimetype").read(100).decode("ascii") != mimetype:
                    raise _NotThatKind
        except (
            *(zipfile.BadZipFile, OSError, ValueError, KeyError),
            *(RuntimeError, EOFError, MemoryError),
        ) as error:
            raise _NotThatKind from error

    return check_office


_BINARY = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def _check_text(stream: IO[bytes]) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(stream):
            if _BINARY.search(decoder.decode(chunk)):
                raise _NotThatKind
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _NotThatKind(
            _("This text is not written in UTF-8. Save it again with that encoding.")
        ) from error


_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.text"
_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: dict[str, FileKind] = {
    "pdf": FileKind(_("PDF"), ("pdf",), "application/pdf", _check_pdf),
    "docx": FileKind(
        _("Word (DOCX)"),
        ("docx",),
        f"{_OFFICE}.wordprocessingml.document",
        _office("[Content_Types].xml", "word/document.xml"),
    ),
    "odt": FileKind(
        _("OpenDocument text (ODT)"),
        ("odt",),
        _OPEN_DOCUMENT,
        _office("mimetype", "content.xml", mimetype=_OPEN_DOCUMENT),
    ),
    "xlsx": FileKind(
        _("Excel (XLSX)"),
        ("xlsx",),
        f"{_OFFICE}.spreadsheetml.sheet",
        _office("[Content_Types].xml", "xl/workbook.xml"),
    ),
    "txt": FileKind(_("plain text (TXT)"), ("txt",), "text/plain; charset=utf-8", _check_text),
    "csv": FileKind(_("table as text (CSV)"), ("csv",), "text/csv; charset=utf-8", _check_text),
    "jpeg": FileKind(_("JPEG picture"), ("jpg", "jpeg"), "image/jpeg", _picture("JPEG")),
    "png": FileKind(_("PNG picture"), ("png",), "image/png", _picture("PNG")),
    "webp": FileKind(_("WebP picture"), ("webp",), "image/webp", _picture("WEBP")),
    "avif": FileKind(_("AVIF picture"), ("avif",), "image/avif", _picture("AVIF"), asked_for=False),
    "gif": FileKind(_("GIF picture"), ("gif",), "image/gif", _picture("GIF"), asked_for=False),
}


def kind_choices() -> list[tuple[str, Any]]:
    """For a form field in which an organiser ticks kinds."""
    return [(key, kind.name) for key, kind in KINDS.items() if kind.asked_for]
