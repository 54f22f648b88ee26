"""Adding a picture to the library, changing what it says, replacing its file, deleting it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, throttle, uploads
from museumhub.kit.models import StoredFile
from museumhub.kit.pictures import Picked
from museumhub.kit.refusals import Refused, Stale
from museumhub.kit.wake import wake
from museumhub.members.models import Organisation, Person
from museumhub.news import policies
from museumhub.news.models import Picture

RENDER = "news.render_pictures"
# Files one person sends: an evening of work with the library, not a full disk.
AN_HOUR = 60
EDITABLE = (
    "title",
    "alt",
    "language",
    "credit",
    "rights",
    "source_url",
    "focus_x",
    "focus_y",
    "organisation",
)


def upload_picture(
    *,
    actor: Person | None,
    picked: Picked,
    said: Mapping[str, Any],
    now: datetime,
) -> Picture:
    """Add a checked picture with what is said of it (a subset of EDITABLE, cleaned, `title` among it).

    Its files are made by a worker afterwards. `actor` is None only for the site's own pictures. Refuses
    people who do not write for the organisation, and (editors apart) pictures of none, and more than
    `AN_HOUR` files of one person in an hour.
    """
    organisation = said.get("organisation")
    if actor is not None:
        _refuse_stranger(actor, organisation)
        _spend(actor, now)
    file = uploads.store(picked.checked, now=now)
    with transaction.atomic():
        picture = Picture.objects.create(
            **{name: value for name, value in said.items() if name in EDITABLE},
            file=file,
            width=picked.width,
            height=picked.height,
            uploaded_by=actor,
            created_at=now,
            updated_at=now,
            due_at=now,
        )
        _record("picture_uploaded", picture, actor, now, after={"file": file.digest})
        wake(RENDER)
    return picture


def _spend(actor: Person, now: datetime) -> None:
    throttle.spend("news.pictures", actor.pk, AN_HOUR, timedelta(hours=1), now=now)


def edit_picture(
    *,
    picture: Picture,
    actor: Person,
    said: Mapping[str, Any],
    seen: int,
    now: datetime,
) -> Picture:
    """Write `said` (a subset of EDITABLE, cleaned) over the version the actor saw.

    Refuses people who may not use the picture or would give it to an organisation they do not write
    for, and (`Stale`) a save over what somebody else saved meanwhile.
    """
    with transaction.atomic():
        current = _locked(picture, actor)
        _refuse_stale(current, seen, said)
        changed = [
            name for name in EDITABLE if name in said and getattr(current, name) != said[name]
        ]
        if "organisation" in changed:
            _refuse_stranger(actor, said["organisation"])
        if not changed:
            return current
        for name in changed:
            setattr(current, name, said[name])
        _touch(current, now)
        _record("picture_edited", current, actor, now, after={"fields": changed})
    return current


def replace_file(
    *, picture: Picture, actor: Person, picked: Picked, seen: int, now: datetime
) -> Picture:
    """Another file under the same words, counted as one sent. Readers see the former one until the new files are made."""
    _spend(actor, now)
    file = uploads.store(picked.checked, now=now)
    with transaction.atomic():
        current = _locked(picture, actor)
        _refuse_stale(current, seen, {})
        former: StoredFile = current.file
        current.file = file
        current.width, current.height = picked.width, picked.height
        current.focus_x = current.focus_y = 50
        current.due_at, current.attempts, current.trouble = now, 0, ""
        _touch(current, now)
        uploads.discard([former])
        digests = {"before": {"file": former.digest}, "after": {"file": file.digest}}
        _record("picture_replaced", current, actor, now, **digests)
        wake(RENDER)
    return current


def delete_picture(*, picture: Picture, actor: Person, now: datetime) -> None:
    """Delete a picture that nothing shows, with its files. Refuses one that is used."""
    with transaction.atomic():
        current = _locked(picture, actor)
        used = _("Something shows this picture. Take it out there first.")
        if Picture.objects.used().filter(pk=current.pk).exists():
            raise Refused(used)
        files = [current.file, *(one.file for one in current.renditions.select_related("file"))]
        _record("picture_deleted", current, actor, now, before={"file": current.file.digest})
        try:
            with transaction.atomic():
                current.delete()
        except ProtectedError as error:
            raise Refused(used) from error
        uploads.discard(files)


def _locked(picture: Picture, actor: Person) -> Picture:
    """The row as it stands, locked; refuses people who may not use it."""
    current = Picture.objects.select_for_update(of=("self",)).filter(pk=picture.pk).first()
    if current is None:
        raise Refused(_("This picture has been deleted meanwhile."))
    _refuse_stranger(actor, current.organisation)
    return current


def _refuse_stranger(actor: Person, organisation: Organisation | None) -> None:
    if not policies.can_use_pictures_of(actor, organisation):
        raise Refused(
            _("Choose an organisation you write for; its administrators and editors can do this."),
            field="organisation",
        )


def _refuse_stale(current: Picture, seen: int, said: Mapping[str, Any]) -> None:
    if current.version != seen:
        raise Stale(
            _(
                "Somebody else changed this picture while you were writing. Below is what you "
                "typed and what stands now; save again to replace it."
            ),
            theirs=current,
            yours=said,
        )


def _touch(picture: Picture, now: datetime) -> None:
    picture.version += 1
    picture.updated_at = now
    picture.save()


def _record(verb: str, picture: Picture, actor: Person | None, now: datetime, **more: Any) -> None:
    context = picture.organisation
    audit.record(verb=verb, subject=picture, actor=actor, context=context, now=now, **more)
