"""Pictures drawn for the project, as the demo's picture library of the network."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import ContentFile

from museumhub.kit.pictures import check
from museumhub.news.models import Picture
from museumhub.news.services.pictures import upload_picture
from museumhub.pages.demo.content import HERE, read


def load_pictures(*, now: datetime) -> dict[str, Picture]:
    """All of them by the names of pictures.yaml; those that stand already are left as they are.

    A worker makes their files; `news.services.rendering.render_due` does so here and now.
    """
    document = read("pictures")
    standing = {
        picture.title: picture
        for picture in Picture.objects.filter(organisation=None, credit=document["credit"])
    }
    found = {}
    for name, given in document["pictures"].items():
        found[name] = standing.get(given["title"]) or upload_picture(
            actor=None,
            picked=check(ContentFile(_drawing(name), name=f"{name}.webp")),
            said={
                "title": given["title"],
                "alt": given["alt"],
                "language": given["language"],
                "credit": document["credit"],
                "rights": document["rights"],
                "focus_x": given["focus"][0],
                "focus_y": given["focus"][1],
            },
            now=now,
        )
    return found


def _drawing(name: str) -> bytes:
    return (HERE / "pictures" / f"{name}.webp").read_bytes()
