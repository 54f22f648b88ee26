"""What readers see has changed: rooms say which rows the public sees, and whoever keeps copies (page cache, search) hears of each change.

A room calls `watch` for its public models when the site starts; saves, deletions, changed
relations and moves of a lifecycle are then announced by themselves, inside the transaction that
makes them. What is changed by `QuerySet.update` or in bulk is announced by the service that does it.

The *generation* of everything public is, for each room, the highest number and the count of its
`kit.PublicChange`: one row for each transaction that announced something of the room, inserted by it. It
moves when that transaction commits, whatever the order in which transactions that overlap do so, and
nobody waits for anybody's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache, partial
from typing import Any, Final

from django.apps import apps
from django.db import DatabaseError, InterfaceError, connection, models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save

from museumhub.kit import clock

Listener = Callable[[models.Model], None]
Moment = Callable[[datetime], datetime | None]

KEPT = 40  # rows of former changes of a room that are left standing

_watched: set[type[models.Model]] = set()
_listeners: list[Listener] = []
_moments: list[Moment] = []
_GENERATION: Final = (
    "select room, max(id), count(*) from kit_publicchange group by room order by room"
)
_next: tuple[str, datetime | None] = ("", None)


def watch(*kinds: type[models.Model]) -> None:
    """Announce every change of these rows, and of their many-to-many relations."""
    for kind in kinds:
        if kind in _watched:
            continue
        _watched.add(kind)
        post_save.connect(_row_changed, sender=kind, dispatch_uid=f"changes:{kind._meta.label}")
        post_delete.connect(_row_changed, sender=kind, dispatch_uid=f"changes:{kind._meta.label}")
        for field in kind._meta.local_many_to_many:
            m2m_changed.connect(
                _relation_changed,
                sender=field.remote_field.through,
                dispatch_uid=f"changes:{kind._meta.label}.{field.name}",
            )


def watched(kind: type[models.Model]) -> bool:
    """Whether changes of these rows are announced by themselves."""
    return kind in _watched


def listen(listener: Listener) -> None:
    """Call `listener(thing)` at each change, inside its transaction; a deleted thing has `pk` no more once it is gone."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(*things: models.Model) -> None:
    """Say that what readers see of these things has changed."""
    for thing in things:
        _note(_room_of(thing))
        for listener in _listeners:
            listener(thing)


def moments(moment: Moment) -> Moment:
    """`moment(now)` is the next instant, UTC, at which public pages of its room change although nobody writes; None for never."""
    if moment not in _moments:
        _moments.append(moment)
    return moment


def next_moment(now: datetime, generation: str) -> datetime | None:
    """The first of all rooms' next moments; asked for anew when something has changed, or when it has come."""
    global _next
    known, at = _next
    if known != generation or (at is not None and at <= now):
        at = min((at for moment in _moments if (at := moment(now)) is not None), default=None)
        _next = (generation, at)
    return at


def generation() -> str:
    """What moves whenever anything public changes; empty where the database does not answer. One query."""
    # It is its own proof that the connection is sound, so that it need not be asked for one before.
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_GENERATION)
            rooms = cursor.fetchall()
    except (DatabaseError, InterfaceError):
        if not connection.in_atomic_block:
            connection.close()
        return ""
    return " ".join(f"{room}:{highest}:{number}" for room, highest, number in rooms) or "none"


def of_rooms(generation: str, rooms: Collection[str]) -> tuple[str, ...]:
    """What of a generation moves when something of these rooms changes, and stands still otherwise."""
    return tuple(one for one in generation.split() if one.partition(":")[0] in rooms)


def announce_move(thing: models.Model) -> None:
    """A lifecycle has moved this thing: announced where its rows are public."""
    if type(thing) in _watched:
        announce(thing)


def _rows() -> Any:
    # Rooms name this module while the apps are loaded, before there are models.
    return apps.get_model("kit", "PublicChange").objects


def _room_of(thing: models.Model | type[models.Model]) -> str:
    return thing._meta.app_label


def _note(room: str) -> None:
    """One row for the transaction and the room; a savepoint that is rolled back takes its row and this note with it."""
    noted = _noted_of(room)
    if any(entry[1] is noted for entry in connection.run_on_commit):
        return
    _rows().create(at=clock.now(), room=room)
    transaction.on_commit(noted, robust=True)


@cache
def _noted_of(room: str) -> Callable[[], None]:
    """The same function for the same room, so that it is known again."""
    return partial(_noted, room)


def _noted(room: str) -> None:
    """Now and then, after a commit, forget the oldest rows of the room; never its last one."""
    numbers = list(_rows().filter(room=room).order_by("-pk").values_list("pk", flat=True))
    if len(numbers) >= 2 * KEPT:
        _rows().filter(room=room, pk__lt=numbers[KEPT - 1]).delete()


def _row_changed(sender: Any, instance: models.Model, **kwargs: Any) -> None:
    if not kwargs.get("raw"):
        announce(instance)


def _relation_changed(sender: Any, instance: models.Model, action: str, **kwargs: Any) -> None:
    if action.startswith("post_"):
        # Put by the other side of the relation, it is of the room of its table all the same.
        _note(_room_of(sender))
        announce(instance)
