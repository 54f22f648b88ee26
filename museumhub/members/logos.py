"""An organisation's logo: decoded, made small enough, and written anew, so that nothing else in the file survives."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps

from museumhub.kit import uploads
from museumhub.kit.models import StoredFile

KINDS = ("png", "jpeg", "webp")
LARGEST = 5 * uploads.MB
SIDE = 800  # pixels


def check_logo(file: File[bytes]) -> ContentFile[bytes]:
    """The picture as WebP of at most 800 pixels a side, without metadata; `Refused` where it is none."""
    checked = uploads.check(file, KINDS, LARGEST)
    checked.file.seek(0)
    with Image.open(checked.file) as picture:
        upright = ImageOps.exif_transpose(picture)
        small = upright.convert(
            "RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB"
        )
        small.thumbnail((SIDE, SIDE))
        written = BytesIO()
        small.save(written, "WEBP", quality=88, method=4)
    return ContentFile(written.getvalue(), name="logo.webp")


def store_logo(picture: ContentFile[bytes], *, now: datetime) -> StoredFile:
    """Keep what `check_logo` returned."""
    return uploads.store(uploads.check(picture, ("webp",), LARGEST), now=now)
