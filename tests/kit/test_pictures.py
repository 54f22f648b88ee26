"""Pictures: hostile files are refused in words, good ones come out upright, in sRGB, in every width and without anything but their pixels."""

from __future__ import annotations

import io
import os
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

from museumhub.kit import pictures
from museumhub.kit.models import StoredFile
from museumhub.kit.pictures import Rendered
from museumhub.kit.refusals import Refused
from tests.kit.test_uploads import huge_png

NOW = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
RED, GREEN, BLUE = (220, 30, 30), (30, 160, 60), (30, 60, 200)


def drawn(size: tuple[int, int] = (400, 300), mode: str = "RGB") -> Image.Image:
    """Red to the left, blue to the right, a green bar along the top: nobody mistakes which side is up."""
    picture = Image.new("RGB", size, RED)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((size[0] // 2, 0, *size), fill=BLUE)
    pen.rectangle((0, 0, size[0], size[1] // 4), fill=GREEN)
    return (
        picture.convert(mode, palette=Image.Palette.ADAPTIVE)
        if mode == "P"
        else picture.convert(mode)
    )


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def file(content: bytes, name: str = "hall.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def refusal(content: bytes, name: str = "hall.jpg") -> str:
    with pytest.raises(Refused) as caught:
        pictures.check(file(content, name))
    return str(caught.value.sentence)


def written_anew(content: bytes, kind: str = "jpeg") -> list[pictures.Made]:
    return list(pictures.write_anew(io.BytesIO(content), kind))


def opened(made: pictures.Made) -> Image.Image:
    picture = Image.open(io.BytesIO(made.content))
    picture.load()
    return picture


def is_near(pixel: Any, colour: tuple[int, int, int], most: int = 40) -> bool:
    return all(abs(a - b) <= most for a, b in zip(pixel[:3], colour, strict=True))


def stands_upright(picture: Image.Image) -> bool:
    seen = picture.convert("RGB")
    width, height = seen.size
    return (
        is_near(seen.getpixel((width // 4, height * 3 // 4)), RED)
        and is_near(seen.getpixel((width * 3 // 4, height * 3 // 4)), BLUE)
        and is_near(seen.getpixel((width // 2, height // 10)), GREEN)
    )


GOOD = {
    "hall.jpg": saved(drawn(), "JPEG"),
    "hall.png": saved(drawn(), "PNG"),
    "hall.webp": saved(drawn(), "WEBP"),
    "hall.avif": saved(drawn(), "AVIF"),
    "hall.gif": saved(drawn(mode="P"), "GIF"),
}


@pytest.mark.parametrize("name", GOOD)
def test_picture_of_every_kind_is_taken(name: str) -> None:
    picked = pictures.check(file(GOOD[name], name))
    assert (picked.width, picked.height, picked.checked.name) == (400, 300, name)


# --- What is refused -----------------------------------------------------------------------------


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("Main.class", b"\xca\xfe\xba\xbe")
    return content.getvalue()


ALSO = "This file is a picture and something else as well."


@pytest.mark.parametrize("name", GOOD)
def test_picture_that_is_an_archive_as_well_is_refused(name: str) -> None:
    assert refusal(GOOD[name] + zipped(), name).startswith(ALSO)


def with_comment(comment: bytes) -> bytes:
    """A JPEG whose first segment after the start is a comment (ITU-T T.81, B.2.4.5)."""
    jpeg = GOOD["hall.jpg"]
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]


@pytest.mark.parametrize(
    "comment",
    [
        b"%PDF-1.4 1 0 obj",
        b"<script>alert(1)</script>",
        b"<HTML><body>",
        b"<?php system($_GET[1]);",
    ],
)
def test_picture_that_is_a_page_or_a_document_as_well_is_refused(comment: bytes) -> None:
    assert refusal(with_comment(comment)).startswith(ALSO)
    assert pictures.check(file(with_comment(b"Made with a camera")))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("hall.jpg", GOOD["hall.png"]),
        ("hall.png", GOOD["hall.jpg"]),
        ("hall.webp", GOOD["hall.avif"]),
        ("hall.avif", GOOD["hall.webp"]),
        ("hall.gif", b"GIF89a/*<script>*/=1;alert(1)"),
        ("hall.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("hall.jpg", b"<html><script>alert(1)</script>"),
        ("hall.jpg", b"MZ\x90\x00" + b"\0" * 500),
        ("hall.avif", b"\0\0\0\x1cftypheic\0\0\0\0mif1heic" + b"\0" * 500),
        ("hall.jpg", GOOD["hall.jpg"][:700]),
        ("hall.png", GOOD["hall.png"][:-40]),
        ("hall.webp", GOOD["hall.webp"][: len(GOOD["hall.webp"]) // 2]),
        ("hall.avif", GOOD["hall.avif"][: len(GOOD["hall.avif"]) // 2]),
        ("hall.gif", GOOD["hall.gif"][:400]),
    ],
)
def test_disguised_or_broken_file_is_refused_in_words(name: str, content: bytes) -> None:
    assert re.fullmatch(
        rf"The content of “{re.escape(name)}” is not what its name says \(\w+ picture\)\. "
        r"Save it again in this format\.",
        refusal(content, name),
    )


@pytest.mark.parametrize(
    "name", ["plan.pdf", "hall.svg", "hall.tiff", "hall.heic", "hall", "hall.php"]
)
def test_file_of_another_kind_is_refused_with_the_kinds_that_are_taken(name: str) -> None:
    assert refusal(GOOD["hall.jpg"], name) == (
        "Choose a file of one of these kinds: JPEG picture, PNG picture, WebP picture, "
        "AVIF picture, GIF picture."
    )


def huge_gif() -> bytes:
    return (
        b"GIF89a" + struct.pack("<HH", 60_000, 60_000) + b"\x80\0\0" + b"\0" * 6 + b"," + b"\0" * 50
    )


def huge_webp() -> bytes:
    """A lossless WebP whose head says 16,384 x 16,384 (RFC 9649, 3.4)."""
    head = struct.pack("<BI", 0x2F, 16_383 | 16_383 << 14)
    chunk = b"VP8L" + struct.pack("<I", len(head) + 1) + head + b"\0"
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def huge_jpeg() -> bytes:
    """The head of a small one, its frame saying 65,000 x 65,000 (ITU-T T.81, B.2.2)."""
    jpeg = bytearray(GOOD["hall.jpg"])
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(jpeg)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("hall.png", huge_png(5001, 5000)),
        ("hall.png", huge_png(60_000, 60_000)),
        ("hall.gif", huge_gif()),
        ("hall.webp", huge_webp()),
        ("hall.jpg", huge_jpeg()),
        ("hall.avif", saved(Image.new("L", (5001, 5000)), "AVIF", speed=10)),
    ],
)
def test_picture_of_too_many_pixels_is_refused_before_it_is_decoded(
    name: str, content: bytes
) -> None:
    assert refusal(content, name) == (
        "This picture has more than 25 million pixels. Make it smaller and choose it again."
    )


def grown(script: str) -> int:
    """By how many MB a process of its own grows while it does this, above what it needs to begin."""
    begin = """
import resource, django
django.setup()
from museumhub.kit import pictures
from museumhub.kit.refusals import Refused
from tests.kit import test_pictures as these
from tests.kit.test_uploads import huge_png
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
"""
    done = subprocess.run(
        [sys.executable, "-c", f"{begin}{script}\nprint((peak() - before) // 1024)"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "museumhub.settings"},
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_bombs_are_refused_without_the_memory_they_ask_for() -> None:
    megabytes = grown(
        """
bombs = [("a.png", huge_png(13_000, 13_000)), ("a.jpg", these.huge_jpeg()),
         ("a.gif", these.huge_gif()), ("a.webp", these.huge_webp())]
for name, content in bombs:
    try:
        pictures.check(these.file(content, name))
    except Refused:
        continue
    raise SystemExit(name + " was taken")
"""
    )
    assert megabytes < 50


def test_largest_picture_is_written_anew_in_bounded_memory(tmp_path: Path) -> None:
    """25 million pixels are 100 MB as Pillow holds them, and one more copy turns them upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "hall.jpg").write_bytes(saved(drawn((5000, 5000)), "JPEG", exif=exif))
    megabytes = grown(
        f"""
with open({str(tmp_path / "hall.jpg")!r}, "rb") as largest:
    for made in pictures.write_anew(largest, "jpeg"):
        pass
"""
    )
    assert megabytes < 300


def test_jpeg_that_goes_over_its_pixels_thousands_of_times_is_refused() -> None:
    """Each pass costs 40 bytes of file and a look at every pixel."""
    jpeg = saved(drawn(), "JPEG", progressive=True)
    assert pictures.check(file(jpeg))
    end = jpeg.rindex(b"\xff\xd9")
    last = jpeg[jpeg.rindex(b"\xff\xda") : end]
    assert refusal(jpeg[:end] + last * 2000 + jpeg[end:]) == (
        "This picture takes far too long to open. Save it again as a JPEG."
    )


def test_compressed_text_in_a_picture_is_not_unpacked_without_end() -> None:
    notes = PngInfo()
    notes.add_text("Comment", "0" * 90_000_000, zip=True)
    bomb = saved(drawn(), "PNG", pnginfo=notes)
    assert len(bomb) < 200_000
    assert "is not what its name says" in refusal(bomb, "hall.png")


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((99, 400), "This picture is too small: at least 100 pixels wide and high are needed."),
        ((1, 1), "This picture is too small: at least 100 pixels wide and high are needed."),
        ((16_001, 200), "This picture is too long: at most 16000 pixels a side can be shown."),
    ],
)
def test_picture_of_no_use_on_a_page_is_refused(size: tuple[int, int], said: str) -> None:
    assert refusal(saved(Image.new("L", size), "PNG"), "hall.png") == said


def test_picture_of_too_many_bytes_is_refused() -> None:
    content = GOOD["hall.jpg"] + b"\0" * pictures.LARGEST
    assert "at most 19.1\xa0MB can be taken" in refusal(content)


# --- What becomes of it ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (100, [100]),
        (320, [320]),
        (500, [320, 480, 500]),
        (640, [320, 480, 640]),
        (1200, [320, 480, 640, 840, 1120, 1200]),
        (4000, [320, 480, 640, 840, 1120, 1440]),
    ],
)
def test_widths_end_at_the_picture_s_own(width: int, widths: list[int]) -> None:
    assert pictures.widths_for(width) == widths


@pytest.mark.parametrize(
    ("width", "widths"), [(500, [500]), (640, [640]), (1200, [640, 1200]), (4000, [640, 1440])]
)
def test_jpeg_comes_in_one_width_for_pages_and_the_largest(width: int, widths: list[int]) -> None:
    assert pictures.widths_for(width, pictures.PLAIN_WIDTHS) == widths


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_comes_in_every_format(name: str) -> None:
    kind = pictures.check(file(GOOD[name], name)).checked.kind
    whole, *made = written_anew(GOOD[name], kind)
    assert whole.format in {"png", "jpeg"}
    assert opened(whole).size == (400, 300)
    assert sorted((one.format, one.width, one.height) for one in made) == [
        ("avif", 320, 240),
        ("avif", 400, 300),
        ("jpeg", 400, 300),
        ("webp", 320, 240),
        ("webp", 400, 300),
    ]
    for one in [whole, *made]:
        picture = opened(one)
        assert (picture.format, picture.size) == (one.format.upper(), (one.width, one.height))
        assert stands_upright(picture)


ORIENTED: dict[int, Callable[[Image.Image], Image.Image]] = {
    # How a camera stores an upright scene under each value (EXIF 2.32, 4.6.4 A): the inverse of what shows it.
    1: lambda upright: upright,
    2: lambda upright: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda upright: upright.transpose(Image.Transpose.ROTATE_180),
    4: lambda upright: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda upright: upright.transpose(Image.Transpose.TRANSPOSE),
    6: lambda upright: upright.transpose(Image.Transpose.ROTATE_90),
    7: lambda upright: upright.transpose(Image.Transpose.TRANSVERSE),
    8: lambda upright: upright.transpose(Image.Transpose.ROTATE_270),
}


@pytest.mark.parametrize("value", ORIENTED)
def test_picture_held_any_way_stands_upright(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    content = saved(ORIENTED[value](drawn()), "JPEG", exif=exif)
    picked = pictures.check(file(content))
    assert (picked.width, picked.height) == (400, 300)
    for made in written_anew(content):
        assert opened(made).size == (made.width, made.height)
        assert made.width > made.height
        assert stands_upright(opened(made))


SECRET = b"keeper@secret.example"


def with_everything(kind: str) -> bytes:
    """A picture that says where it was taken, by whom and with what, in every way its kind has."""
    exif = Image.Exif()
    exif[0x013B] = SECRET.decode()
    exif[0x010F] = "Camera of " + SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 3.0, 12.0), 29: SECRET.decode()})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b'<?xpacket?><x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET + b"</x:xmpmeta>"
    options: dict[str, Any] = {"exif": exif, "icc_profile": profile, "xmp": xmp}
    if kind == "PNG":
        notes = PngInfo()
        notes.add_text("Author", SECRET.decode())
        notes.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options = {"exif": exif, "icc_profile": profile, "pnginfo": notes}
    if kind == "GIF":
        return saved(drawn(mode="P"), kind, comment=SECRET)
    if kind == "JPEG":
        options["comment"] = SECRET
    return saved(drawn(), kind, **options)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_nothing_but_the_pixels_is_left(kind: str) -> None:
    content = with_everything(kind)
    assert SECRET in content
    for made in written_anew(content, kind.lower()):
        assert b"secret" not in made.content
        picture = opened(made)
        assert not picture.getexif()
        assert set(picture.info) <= {
            *("jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"),
            *("loop", "background", "timestamp", "duration"),
        }


def test_colours_of_another_profile_become_srgb() -> None:
    """A picture whose profile swaps nothing but the white point looks different as numbers, the same as colours."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    broken = saved(drawn(), "PNG", icc_profile=b"no profile at all")
    of_another_kind = saved(drawn(), "PNG", icc_profile=profile)
    for content in (broken, of_another_kind):
        assert all(stands_upright(opened(made)) for made in written_anew(content, "png"))


def swapped_profile() -> bytes:
    """sRGB with the red and the blue primary exchanged, as a profile may have them."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_colours_are_read_by_the_profile_the_picture_brings(kind: str) -> None:
    content = saved(drawn(), kind, icc_profile=swapped_profile())
    for made in written_anew(content, kind.lower()):
        picture = opened(made).convert("RGB")
        assert is_near(picture.getpixel((made.width // 4, made.height * 3 // 4)), (30, 30, 220))


def test_picture_for_print_in_cmyk_is_shown_in_the_same_colours() -> None:
    content = saved(drawn(mode="CMYK"), "JPEG", quality=95)
    assert Image.open(io.BytesIO(content)).mode == "CMYK"
    assert all(stands_upright(opened(made)) for made in written_anew(content))


def test_sixteen_bits_of_grey_are_scaled_and_not_cut_off() -> None:
    row = struct.pack("<H", 20_000) * 200 + struct.pack("<H", 50_000) * 200
    deep = Image.frombytes("I;16", (400, 300), row * 300)
    for made in written_anew(saved(deep, "PNG"), "png"):
        picture = opened(made).convert("L")
        assert picture.getpixel((50, 100)) == pytest.approx(20_000 / 256, abs=4)
        assert picture.getpixel((made.width - 50, 100)) == pytest.approx(50_000 / 256, abs=4)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_way_to_write_pixels_is_read(mode: str) -> None:
    content = saved(drawn(mode=mode), "PNG")
    assert len(written_anew(content, "png")) == 6


def test_what_is_see_through_stays_so_and_lies_on_white_in_jpeg() -> None:
    clear = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    clear.paste((*RED, 255), (100, 0, 300, 300))
    whole, *made = written_anew(saved(clear, "WEBP", lossless=True), "webp")
    assert whole.format == "png"
    for one in [whole, *made]:
        picture = opened(one)
        corner: Any = picture.getpixel((5, 5))
        if one.format == "jpeg":
            assert is_near(corner, (255, 255, 255), 5)
        else:
            assert corner[3] == 0


def test_animation_shows_its_first_frame() -> None:
    frames = [drawn(), *(Image.new("RGB", (400, 300), "white") for _ in range(30))]
    for kind in ("GIF", "WEBP", "PNG", "AVIF"):
        content = saved(frames[0], kind, save_all=True, append_images=frames[1:])
        assert getattr(Image.open(io.BytesIO(content)), "n_frames", 1) > 1
        assert pictures.check(file(content, f"hall.{kind.lower()}"))
        made = written_anew(content, kind.lower())
        assert all(stands_upright(opened(one)) for one in made)
        assert all(getattr(opened(one), "n_frames", 1) == 1 for one in made)


# --- How it is handed out and shown -----------------------------------------------------------------


@pytest.mark.django_db
def test_picture_is_kept_and_handed_out_for_ever_or_for_one_reader() -> None:
    _whole, *made = written_anew(GOOD["hall.jpg"])
    stored = pictures.keep(made[0], name="hall", now=NOW)
    assert (stored.name, stored.kind, stored.size) == ("hall.avif", "avif", len(made[0].content))
    answer = pictures.response(stored, forever=True)
    assert answer.headers["Content-Type"] == "image/avif"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(answer.streaming_content) == made[0].content  # type: ignore[arg-type]
    assert pictures.response(stored, forever=False).headers["Cache-Control"] == "private, no-store"
    default_storage.delete(stored.path)
    with pytest.raises(Http404):
        pictures.response(stored, forever=True)
    assert StoredFile.objects.count() == 1


def test_shown_puts_the_smallest_format_first_and_every_width_in_order() -> None:
    files = [
        Rendered(format, width, width // 2, f"/p/{width}.{format}")
        for format in ("jpeg", "avif", "webp")
        for width in (960, 320, 640)
    ]
    found = pictures.shown(files, alt="A hall", focus_x=20)
    assert found is not None
    assert (found.src, found.width, found.height) == ("/p/640.jpeg", 960, 480)
    assert found.srcset == "/p/320.jpeg 320w, /p/640.jpeg 640w, /p/960.jpeg 960w"
    assert [(one.content_type, one.srcset) for one in found.sources] == [
        ("image/avif", "/p/320.avif 320w, /p/640.avif 640w, /p/960.avif 960w"),
        ("image/webp", "/p/320.webp 320w, /p/640.webp 640w, /p/960.webp 960w"),
    ]
    assert (found.alt, found.focus_x, found.focus_y) == ("A hall", 20, 50)
    assert pictures.shown([]) is None


@pytest.mark.parametrize(
    ("given", "step"), [(0, 0), (2, 0), (3, 5), (48, 50), (100, 100), (130, 100)]
)
def test_focus_is_kept_in_steps_of_five(given: int, step: int) -> None:
    assert pictures.focus_step(given) == step
