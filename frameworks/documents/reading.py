"""Reading a framework file of any kind: bounded in size, without asking any other address."""

from __future__ import annotations

from pathlib import PurePath

from django.utils.translation import gettext as _

from frameworks.documents import skos, yamls
from frameworks.documents.rows import Document, Unreadable, check

LARGEST = 1_000_000  # bytes
FORMATS = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".ttl": "turtle",
    ".jsonld": "json-ld",
    ".json": "json-ld",
}


def format_of(path: PurePath) -> str:
    """The format by the file's ending; YAML where the ending says nothing."""
    return FORMATS.get(path.suffix.lower(), "yaml")


def read(
    data: bytes, *, format: str = "yaml", site: str = "", slug: str = "", language: str = ""
) -> Document:
    """The framework in a file; `Unreadable` with one sentence for each thing that is wrong.

    `format` is yaml, turtle or json-ld. URIs that begin with `site` (such as https://museums.example)
    are this site's own. `slug` and `language` say what a SKOS file of somebody else's leaves open.
    """
    if len(data) > LARGEST:
        raise Unreadable([_("The file is larger than a framework can be (1 MB).")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable([_("The file is not written in UTF-8.")]) from error
    if format == "yaml":
        return check(yamls.plain(text), site=site)
    found = skos.plain(text, format=format, site=site, slug=slug, language=language)
    return check(found.parts, site=site, places=found.places, left_out=found.left_out)
