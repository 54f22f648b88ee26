"""Files people send: let in by content, kept under a random name, handed out inert, swept when nothing points to them."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from PIL import Image

from museumhub.kit import uploads
from museumhub.kit.models import StoredFile
from museumhub.kit.refusals import Refused
from museumhub.questionnaires.models import AnswerFile
from tests.factories.members import OrganisationFactory
from tests.factories.questionnaires import QuestionFactory, ResponseFactory

NOW = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
EVERY = tuple(uploads.KINDS)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def picture(kind: str, size: tuple[int, int] = (8, 8)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, kind)
    return content.getvalue()


def archive(*names: str, mimetype: str = "", members: dict[str, bytes] | None = None) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        if mimetype:
            made.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name in names:
            made.writestr(name, (members or {}).get(name, b"<x/>"))
    return content.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
ODT = archive("content.xml", mimetype="application/vnd.oasis.opendocument.text")
GOOD = {
    "plan.pdf": PDF, "letter.docx": DOCX, "table.xlsx": XLSX, "letter.odt": ODT,
    "notes.txt": "Zeile mit Umlaut: ä\n".encode(), "list.csv": b"\xef\xbb\xbfa;b\n", "hall.png": picture("PNG"),
    "hall.JPG": picture("JPEG"), "hall.jpeg": picture("JPEG"), "hall.webp": picture("WEBP"),
}  # fmt: skip


def check(name: str, content: bytes, kinds=EVERY, limit: int = uploads.MB) -> uploads.Checked:
    return uploads.check(SimpleUploadedFile(name, content), kinds, limit)


def refusal(name: str, content: bytes, **options) -> str:
    with pytest.raises(Refused) as caught:
        check(name, content, **options)
    return str(caught.value.sentence)


@pytest.mark.parametrize("name", GOOD)
def test_good_file_of_every_kind_is_let_in(name):
    checked = check(name, GOOD[name])
    assert (checked.name, checked.size) == (name, len(GOOD[name]))
    assert name.rpartition(".")[2].lower() in uploads.KINDS[checked.kind].extensions
    assert checked.file.read() == GOOD[name]


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("extension", ["pdf", "docx", "xlsx", "odt", "png", "jpg", "webp"])
def test_content_of_one_kind_under_the_name_of_another_is_refused(name, extension):
    own = check(name, GOOD[name]).kind
    if extension in uploads.KINDS[own].extensions:
        return
    assert "is not what its name says" in refusal(f"x.{extension}", GOOD[name])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.pdf", b"", "This file is empty. Choose another one."),
        ("plan.exe", b"MZ", "Choose a file of one of these kinds: PDF."),
        ("plan", PDF, "Choose a file of one of these kinds: PDF."),
        ("plan.pdf.html", PDF, "Choose a file of one of these kinds: PDF."),
        ("plan.png", picture("PNG"), "Choose a file of one of these kinds: PDF."),
        (
            "plan.pdf",
            PDF + b" " * 2_000_000,
            "This file has 1.9\xa0MB; at most 976.6\xa0KB can be taken.",
        ),
        ("plan.pdf", PDF[:-8], "This PDF is not complete. Save it again and choose it once more."),
        (
            "plan.pdf",
            b"<html>" + PDF,
            "The content of “plan.pdf” is not what its name says (PDF). Save it again in this format.",
        ),
    ],
)
def test_file_that_is_not_asked_for_is_refused_in_words(name, content, said):
    assert refusal(name, content, kinds=("pdf",)) == said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"\xff\xfet\x00e\x00x\x00t\x00"), ("a.csv", b"caf\xe9;1"), ("a.txt", b"%PDF\x00\x01"), ("a.txt", "ä".encode()[:1]),
        ("a.png", picture("PNG")[:50]), ("a.jpg", b"\xff\xd8\xff\xe0" + b"x" * 100), ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 "),
        ("a.png", b"\x89PNG\r\n\x1a\n"), ("a.docx", b"PK\x03\x04" + b"x" * 50), ("a.docx", DOCX[:100]),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("a.odt", archive("mimetype", "content.xml", mimetype="")), ("a.docx", b"x" + DOCX),
        ("a.docx", archive("word/document.xml")), ("a.pdf", b"%PDF"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",  # archives hold the hour
)  # fmt: skip
def test_broken_or_disguised_content_is_refused(name, content):
    assert refusal(name, content)


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has `width` x `height` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(5001, 5000), (13_000, 13_000), (60_000, 60_000)])
def test_picture_with_too_many_pixels_is_refused_before_it_is_decoded(size):
    assert refusal("a.png", huge_png(*size)) == (
        "This picture has more than 25 million pixels. Make it smaller and choose it again."
    )


def test_archive_that_unpacks_to_far_too_much_is_refused():
    bomb = archive(
        "[Content_Types].xml",
        "word/document.xml",
        members={"word/document.xml": b"\0" * (uploads.UNPACKED + 1)},
    )
    assert len(bomb) < uploads.MB
    assert refusal("a.docx", bomb) == "This file unpacks to far too much. Choose another one."
    many = archive(
        "[Content_Types].xml", "word/document.xml", *(f"f{n}" for n in range(uploads.MEMBERS))
    )
    assert refusal("a.docx", many) == "This file unpacks to far too much. Choose another one."


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\Users\\Ana\\plan.pdf", "plan.pdf"), ("plan\r\nX: y.pdf", "planX y.pdf"),
        ("cv\u202efdp.pdf", "cvfdp.pdf"), ("\u2066a\u2069.pdf", "a.pdf"), (".htaccess.pdf", "htaccess.pdf"), ("   .pdf", "pdf"),
        ("متحف.pdf", "متحف.pdf"), ("plan 🏛️.pdf", "plan 🏛️.pdf"), ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ('a"b<c>.pdf', "abc.pdf"), ("", "file"), ("\ud800.pdf", "pdf"),
    ],
)  # fmt: skip
def test_name_is_made_safe_to_show(name, clean):
    assert uploads.clean_name(name) == clean
    assert len(clean) <= uploads.NAME_LENGTH


@pytest.mark.django_db
def test_file_is_kept_under_a_random_name_that_only_its_owner_may_read():
    stored = uploads.store(check("plan.pdf", PDF), now=NOW)
    assert (stored.name, stored.kind, stored.size, stored.stored_at) == (
        "plan.pdf",
        "pdf",
        len(PDF),
        NOW,
    )
    path = Path(settings.MEDIA_ROOT) / stored.path
    assert path.read_bytes() == PDF
    assert path.suffix == ""
    assert "plan" not in stored.path
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_download_is_an_inert_attachment():
    stored = uploads.store(check("plan ä.txt", b"<script>alert(1)</script>"), now=NOW)
    response = uploads.download_response(stored)
    assert (
        response.headers["Content-Disposition"] == "attachment; filename*=utf-8''plan%20%C3%A4.txt"
    )
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"] == "no-store"
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[arg-type]


@pytest.mark.django_db
def test_download_of_a_file_whose_content_is_gone_is_404():
    stored = uploads.store(check("plan.pdf", PDF), now=NOW)
    default_storage.delete(stored.path)
    with pytest.raises(Http404):
        uploads.download_response(stored)


class FullDisk(ContentFile[bytes]):
    """Fails in the middle, like a disk that has no space left."""

    def chunks(self, chunk_size=None):
        yield PDF[:10]
        raise OSError(28, "No space left on device")


@pytest.mark.django_db
def test_full_disk_leaves_no_part_of_a_file_and_says_so():
    checked = check("plan.pdf", PDF)
    broken = uploads.Checked(FullDisk(PDF, "plan.pdf"), "plan.pdf", "pdf", len(PDF), checked.digest)
    with pytest.raises(Refused, match="could not be kept just now"):
        uploads.store(broken, now=NOW)
    assert not StoredFile.objects.exists()
    assert [
        name for _folder, _folders, names in os.walk(settings.MEDIA_ROOT) for name in names
    ] == []


@pytest.mark.django_db
def test_sweep_leaves_a_file_whose_row_knows_no_way_back():
    """A logo is pointed to by a relation without a name in the other direction."""
    logo = uploads.store(check("hall.webp", GOOD["hall.webp"]), now=NOW)
    organisation = OrganisationFactory(logo=logo)
    assert uploads.sweep_orphans(NOW + timedelta(days=2)) == 0
    organisation.refresh_from_db()
    assert organisation.logo == logo
    assert default_storage.exists(logo.path)


@pytest.mark.django_db(transaction=True)
def test_sweep_removes_what_nothing_points_to_after_a_day():
    used, unused, recent = (
        uploads.store(check("plan.pdf", PDF), now=at)
        for at in (NOW, NOW, NOW + timedelta(hours=20))
    )
    question = QuestionFactory()
    response = ResponseFactory(version=question.version)
    AnswerFile.objects.create(response=response, question=question, file=used)
    stray = default_storage.save("files/stray", ContentFile(b"x"))
    os.utime(default_storage.path(stray), (NOW.timestamp(), NOW.timestamp()))
    young = default_storage.save("files/young", ContentFile(b"x"))
    later = NOW + timedelta(days=1, hours=1)
    os.utime(default_storage.path(young), (later.timestamp(), later.timestamp()))
    assert uploads.sweep_orphans(later) == 2
    assert set(StoredFile.objects.all()) == {used, recent}
    assert default_storage.exists(used.path)
    assert not default_storage.exists(unused.path)
    assert not default_storage.exists(stray)
    assert default_storage.exists(young)
