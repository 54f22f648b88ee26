"""The files of pictures: renditions under addresses that change with their content, and originals for those who work with them."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from museumhub.kit import clock, pictures, uploads
from museumhub.kit.access import allowed, public, second_factor_required
from museumhub.members.http import PersonRequest
from museumhub.news import policies, services
from museumhub.news.models import Picture, Rendition

_NAME = re.compile(r"([1-9]\d{1,4})-([0-9a-f]{16})\.(avif|webp|jpg)")
_FORMATS = {"avif": "avif", "webp": "webp", "jpg": "jpeg"}


@require_safe
@public
def rendition(request: HttpRequest, oid: str, name: str) -> HttpResponseBase:
    """One file of a picture, for everybody as soon as something published shows it.

    Before, for those who may see the picture, and for whoever has the link of a preview that shows it;
    for all others it does not exist.
    """
    asked = _NAME.fullmatch(name)
    if asked is None:
        raise Http404
    width, digest, extension = asked.groups()
    shown = Picture.objects.public(clock.now()).filter(pk=OuterRef("picture"))
    found: Any = get_object_or_404(
        Rendition.objects.select_related("file").annotate(is_public=Exists(shown)),
        picture__oid=oid,
        width=int(width),
        digest=digest,
        format=_FORMATS[extension],
    )
    if not found.is_public and not _is_previewed(request, found.picture_id):
        get_object_or_404(Picture.objects.visible_to(request.user), pk=found.picture_id)
    return pictures.response(found.file, forever=found.is_public)


def _is_previewed(request: HttpRequest, picture: int) -> bool:
    """Whether the address carries the link of a preview that shows this picture."""
    token = request.GET.get("preview", "")
    item = services.item_of_preview(token) if token else None
    if item is None:
        return False
    return picture in {item.picture_id, *(one.pk for one in item.text_pictures.all())}


@require_safe
@allowed(policies.keeps_pictures)
@second_factor_required
def original(request: PersonRequest, oid: str) -> HttpResponseBase:
    """The whole picture as a download; not before a worker has taken out what it should not tell."""
    picture = get_object_or_404(
        Picture.objects.usable_by(request.user).select_related("file"), oid=oid
    )
    if picture.is_waiting or picture.trouble:
        raise Http404
    return uploads.download_response(picture.file)
