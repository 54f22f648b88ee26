"""Making the files of pictures, in a worker: claim one, write it anew, swap the files in one transaction.

A claim is a statement that moves `due_at` on by a lease and counts the attempt, so a worker that is
killed costs a pause and nothing else, and a picture that kills its worker each time is left alone in the
end. No transaction is open while pixels are worked on.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import PurePath
from time import monotonic

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F

from museumhub.kit import clock, pictures, stopping, uploads
from museumhub.kit.models import StoredFile
from museumhub.kit.pictures import Made
from museumhub.kit.refusals import Refused
from museumhub.news.models import Picture, PictureQuerySet, Rendition

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=10)  # longer than a task may take (CELERY_TASK_TIME_LIMIT)
ATTEMPTS = 4
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))


def waits(now: datetime) -> bool:
    """Whether a picture is due."""
    return Picture.objects.due_at(now).exists()


def render_due(*, seconds: float = 300.0) -> int:
    """Make the files of what is due until nothing is, the process is asked to stop, or `seconds` have passed; how many."""
    until = monotonic() + seconds
    done = 0
    while not stopping.asked() and monotonic() < until:
        picture = _claim(clock.now())
        if picture is None:
            break
        done += _render(picture)
    return done


def _claim(now: datetime) -> Picture | None:
    """The picture that waits longest, ours for a lease; by compare-and-swap."""
    while True:
        picture = Picture.objects.due_at(now).select_related("file").order_by("due_at").first()
        if picture is None:
            return None
        mine = Picture.objects.filter(
            pk=picture.pk, due_at=picture.due_at, attempts=picture.attempts, file=picture.file
        )
        if picture.attempts >= ATTEMPTS:
            # Each attempt before was neither finished nor given back: it took its worker along.
            if mine.update(due_at=None, trouble=Picture.Trouble.STOPPED):
                log.error("picture_given_up", picture=picture.pk)
            continue
        if mine.update(due_at=now + LEASE, attempts=F("attempts") + 1):
            picture.attempts += 1
            return picture


def _render(picture: Picture) -> bool:
    """Make all files of a claimed picture; False where that went wrong, which is recorded."""
    trouble = Picture.Trouble.UNREADABLE
    try:
        with default_storage.open(picture.file.path) as content:
            made = list(pictures.write_anew(content, picture.file.kind))
        trouble = Picture.Trouble.NOT_KEPT
        name = PurePath(picture.file.name).stem
        now = clock.now()
        kept = [(one, pictures.keep(one, name=name, now=now)) for one in made]
    except (OSError, ValueError, SyntaxError, MemoryError, Refused) as error:
        log.warning("picture_not_made", picture=picture.pk, error=type(error).__name__)
        _put_back(picture, trouble, clock.now())
        return False
    return _swap(picture, kept)


def _put_back(picture: Picture, trouble: str, now: datetime) -> None:
    """Try again after a pause; after the last attempt leave it, with the reason."""
    over = picture.attempts >= ATTEMPTS
    _still_mine(picture).update(
        due_at=None if over else now + PAUSES[picture.attempts - 1],
        trouble=trouble if over else "",
    )


@transaction.atomic
def _swap(picture: Picture, kept: list[tuple[Made, StoredFile]]) -> bool:
    """The new files in place of the former ones, all at once; nothing where the picture is not ours any more.

    Files that came too late belong to no row and are swept away.
    """
    current = _still_mine(picture).select_for_update(of=("self",)).first()
    if current is None:
        return False
    former = [one.file for one in current.renditions.select_related("file")]
    current.renditions.all().delete()
    (_whole, file), *renditions = kept
    Rendition.objects.bulk_create(
        Rendition(
            picture=current,
            format=one.format,
            width=one.width,
            height=one.height,
            digest=stored.digest[:16],
            file=stored,
        )
        for one, stored in renditions
    )
    sent, current.file = current.file, file
    current.due_at, current.attempts, current.trouble = None, 0, ""
    current.save()
    uploads.discard([sent, *former])
    return True


def _still_mine(picture: Picture) -> PictureQuerySet:
    """The row, where nobody has claimed it after us, replaced its file or deleted it."""
    return Picture.objects.filter(pk=picture.pk, file=picture.file_id, attempts=picture.attempts)
