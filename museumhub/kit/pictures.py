"""Pictures for pages: what is taken in, and how it is written anew in the widths and formats readers get.

Nothing of a file but its pixels reaches a reader: position, camera, captions and whatever else a file
carries stay behind, colours become sRGB, and the picture stands as it was held. Knows no model but the
stored file; a room above keeps the rows and says who sees what.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import models
from django.http import FileResponse, Http404
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from museumhub.kit import uploads
from museumhub.kit.models import StoredFile
from museumhub.kit.refusals import Refused, Sentence

KINDS = ("jpeg", "png", "webp", "avif", "gif")
LARGEST = 20 * uploads.MB
SHORTEST = 100  # pixels a side; less is a mark or a tracker, not a picture
LONGEST = 16_000  # pixels a side; WebP ends at 16,383
# Close enough that no screen takes much more than it shows.
WIDTHS = (320, 480, 640, 840, 1120, 1440)
# JPEG is for what knows nothing else: old browsers, feeds, other sites' previews.
PLAIN_WIDTHS = (640, 1440)
# A picture of 25 million pixels takes up to 300 MB while it is written anew: one at a time in a process.
_ONE_AT_A_TIME = threading.Lock()


class Format(models.TextChoices):
    """What readers get, the smallest first: browsers take the first they know."""

    AVIF = "avif", "AVIF"
    WEBP = "webp", "WebP"
    JPEG = "jpeg", "JPEG"


_OPTIONS: dict[str, dict[str, Any]] = {
    Format.AVIF: {"quality": 52, "speed": 6, "max_threads": 1},
    Format.WEBP: {"quality": 78, "method": 4},
    Format.JPEG: {"quality": 80, "progressive": True, "optimize": True},
}


@dataclass(frozen=True)
class Picked:
    """A file that passed as a picture; width and height as a reader sees it upright."""

    checked: uploads.Checked
    width: int
    height: int


@dataclass(frozen=True)
class Made:
    """One picture written anew; `format` is a key of kit.uploads.KINDS."""

    format: str
    width: int
    height: int
    content: bytes


def check(file: File[bytes]) -> Picked:
    """`file` where it is a picture the site can show; `Refused` with a sentence otherwise.

    At most 20 MB, 25 million pixels (counted before they are decoded) and 100 to 16,000 a side.
    """
    checked = uploads.check(file, KINDS, LARGEST)
    checked.file.seek(0)
    with Image.open(checked.file) as picture:
        width, height = _upright_size(picture)
    checked.file.seek(0)
    if min(width, height) < SHORTEST:
        raise Refused(
            format_lazy(
                _("This picture is too small: at least {least} pixels wide and high are needed."),
                least=SHORTEST,
            )
        )
    if max(width, height) > LONGEST:
        raise Refused(
            format_lazy(
                _("This picture is too long: at most {most} pixels a side can be shown."),
                most=LONGEST,
            )
        )
    return Picked(checked, width, height)


# EXIF 2.32, 4.6.4 A: these four values of Orientation turn the picture on its side.
_ON_ITS_SIDE = {5, 6, 7, 8}
_ORIENTATION = 0x0112


def _upright_size(picture: Image.Image) -> tuple[int, int]:
    width, height = picture.size
    if picture.getexif().get(_ORIENTATION) in _ON_ITS_SIDE:
        return height, width
    return width, height


def write_anew(stream: IO[bytes], kind: str) -> Iterator[Made]:
    """First the whole picture, clean, for those who work with it; then its widths in the formats of today, some also as JPEG.

    Never wider than the picture is; one narrower than the widest comes in its own width as well. The
    content has passed `check`; `OSError` or `ValueError` where it cannot be read all the same. One
    picture at a time in a process, two to ten seconds of one core for the largest.
    """
    with _ONE_AT_A_TIME:
        picture = _pixels(stream)
        whole = _whole(picture, kind)
        yield whole
        plain = widths_for(whole.width, PLAIN_WIDTHS)
        for width in reversed(widths_for(whole.width)):
            height = max(1, round(whole.height * width / whole.width))
            if picture.size != (width, height):
                # From the next larger one: sharper and quicker than from the whole picture each time.
                picture = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
            for format in Format.values:
                if format != Format.JPEG or width in plain:
                    yield Made(format, width, height, _write(picture, format))


def widths_for(width: int, among: Sequence[int] = WIDTHS) -> list[int]:
    """The widths a picture of this width comes in, ascending."""
    return sorted({one for one in among if one < width} | {min(width, among[-1])})


def _pixels(stream: IO[bytes]) -> Image.Image:
    """The first frame, upright, in sRGB with 8 bits a channel, as RGB or RGBA, and nothing but that."""
    with Image.open(stream) as opened:
        opened.load()
        profile = opened.info.get("icc_profile")
        picture: Image.Image = opened
        ImageOps.exif_transpose(picture, in_place=True)
        if picture.mode.startswith("I") or picture.mode == "F":
            # 16 bits of grey: Pillow would cut off all above 255 instead of scaling.
            picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        elif picture.mode in {"P", "PA"}:
            picture = picture.convert("RGBA" if _is_clear(picture) else "RGB")
        alpha = _alpha(picture)
        picture = _in_srgb(picture, profile)
    if alpha is not None and alpha.getextrema() != (255, 255):
        picture.putalpha(alpha)
    picture.info = {}
    return picture


def _alpha(picture: Image.Image) -> Image.Image | None:
    if "A" in picture.getbands():
        return picture.getchannel("A")
    return picture.convert("RGBA").getchannel("A") if _is_clear(picture) else None


def _is_clear(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "a" in picture.getbands() or "transparency" in picture.info


_SRGB = ImageCms.createProfile("sRGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB by the picture's own colour profile; without one, or where it is broken, as it stands."""
    coloured = picture
    if picture.mode not in {"RGB", "L", "CMYK"}:
        coloured = picture.convert("L" if picture.mode in {"LA", "La", "1"} else "RGB")
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            turned = ImageCms.profileToProfile(coloured, own, _SRGB, outputMode="RGB")
            if turned is not None:
                return turned
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a profile of another kind of picture, or none at all
    return coloured if coloured.mode == "RGB" else coloured.convert("RGB")


def _whole(picture: Image.Image, kind: str) -> Made:
    """All pixels, clean: photographs as JPEG, drawings and what is see-through as PNG."""
    if kind in {"png", "gif"} or picture.mode == "RGBA":
        written = BytesIO()
        picture.save(written, "PNG", compress_level=4)
        return Made("png", *picture.size, written.getvalue())
    written = BytesIO()
    picture.save(written, "JPEG", quality=92, subsampling=0)
    return Made("jpeg", *picture.size, written.getvalue())


def _write(picture: Image.Image, format: str) -> bytes:
    if format == Format.JPEG and picture.mode == "RGBA":
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    written = BytesIO()
    picture.save(written, format.upper(), **_OPTIONS[format])
    return written.getvalue()


def keep(made: Made, *, name: str, now: datetime) -> StoredFile:
    """Store what `write_anew` made; `name` is without extension."""
    extension = uploads.KINDS[made.format].extensions[0]
    checked = uploads.made(made.content, name=f"{name}.{extension}", kind=made.format)
    return uploads.store(checked, now=now)


def response(file: StoredFile, *, forever: bool) -> FileResponse:
    """A stored picture to be looked at (404 where its content is gone).

    `forever`: anybody may have it and every cache may keep it, because its address changes with its
    content (RFC 8246); otherwise it is this reader's alone.
    """
    try:
        content = default_storage.open(file.path)
    except OSError as error:
        raise Http404 from error
    answer = FileResponse(content, content_type=uploads.KINDS[file.kind].content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if forever else "private, no-store"
    )
    return answer


# --- How a page shows one ----------------------------------------------------------------------


@dataclass(frozen=True)
class Rendered:
    """One file of a picture, and the address at which readers get it."""

    format: str
    width: int
    height: int
    address: str


@dataclass(frozen=True)
class Source:
    """One `<source>` of a `<picture>`: a type, and its files with their widths."""

    content_type: str
    srcset: str


@dataclass(frozen=True)
class Shown:
    """All that `c-picture` needs: the files, and what stands beside them.

    `src` is what a browser falls back to, `srcset` the widths of that format, the widest for feeds and previews (`largest`); `width` and `height`
    are those of the largest file, so that the page keeps its place free. `focus_x` and `focus_y` are
    per cent from the left and the top, in steps of five: what a crop keeps in sight. `language` is
    that of the alternative text.
    """

    src: str
    width: int
    height: int
    srcset: str = ""
    sources: tuple[Source, ...] = ()
    alt: str = ""
    language: str = ""
    credit: str = ""
    rights: Sentence = ""
    rights_href: str = ""
    source_href: str = ""
    focus_x: int = 50
    focus_y: int = 50

    def behind(self, query: str) -> Shown:
        """The same with `query` after the address of each file."""

        def with_query(srcset: str) -> str:
            return ", ".join(
                f"{address}?{query} {width}"
                for address, _blank, width in (one.partition(" ") for one in srcset.split(", "))
                if address
            )

        return replace(
            self,
            src=f"{self.src}?{query}",
            srcset=with_query(self.srcset),
            sources=tuple(replace(one, srcset=with_query(one.srcset)) for one in self.sources),
        )

    @property
    def largest(self) -> str:
        """The address of the widest file that every program can read, for those that take only one."""
        return self.srcset.rpartition(", ")[2].partition(" ")[0] or self.src


def shown(files: Iterable[Rendered], **words: Any) -> Shown | None:
    """The files of one picture as a page shows them, with `words` (fields of Shown); None without a fallback."""
    by_format: dict[str, list[Rendered]] = {format: [] for format in Format.values}
    for file in sorted(files, key=lambda one: one.width):
        by_format[file.format].append(file)
    fallback = by_format.pop(Format.JPEG)
    if not fallback:
        return None
    # Browsers that know no srcset are old and small: the middle one is enough for them.
    src = next((one for one in fallback if one.width >= 640), fallback[-1])
    return Shown(
        src=src.address,
        width=fallback[-1].width,
        height=fallback[-1].height,
        srcset=_srcset(fallback),
        sources=tuple(
            Source(uploads.KINDS[format].content_type, _srcset(those))
            for format, those in by_format.items()
            if those
        ),
        **words,
    )


def _srcset(files: Iterable[Rendered]) -> str:
    return ", ".join(f"{one.address} {one.width}w" for one in files)


def focus_step(per_cent: int) -> int:
    """The nearest step of five from 0 to 100: the style sheet has a rule for each."""
    return min(max(round(per_cent / 5) * 5, 0), 100)
