"""Adding, changing, ordering and removing the modules of an edition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.db.models import Max, ProtectedError, RestrictedError
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, writing
from museumhub.kit.refusals import Refused
from museumhub.members.models import Person
from museumhub.members.services.organisations import free_slugs
from programmes.catalogue.models import Edition, Module
from programmes.catalogue.services.editions import organised

EDITABLE = (
    "title",
    "description",
    "host",
    "level",
    "place",
    "address",
    "starts_on",
    "ends_on",
    "capacity",
)


def add_module(
    *, edition: Edition, actor: Person, fields: Mapping[str, Any], now: datetime
) -> Module:
    """Add a module (some of EDITABLE, with a title) as the last. Its address is made of its title."""
    with transaction.atomic():
        locked = organised(edition, actor)
        last = locked.modules.aggregate(last=Max("order"))["last"] or 0
        module = Module(edition=locked, order=last + 1, slug=_slug(locked, fields["title"]))
        _check_host(locked, fields)
        _before, after = writing.apply(module, fields)
        module.save()
        _touch(locked, now)
        _record("module_added", module, locked, actor, now, after=after)
    return module


def edit_module(
    *, module: Module, actor: Person, changes: Mapping[str, Any], seen: int, now: datetime
) -> Module:
    """Write `changes` (some of EDITABLE) over version `seen`; the address stays."""
    with transaction.atomic():
        edition = organised(module.edition, actor)
        locked = writing.lock(Module, module.pk)
        writing.check_version(locked, seen, changes)
        _check_host(edition, changes)
        before, after = writing.apply(locked, changes)
        if before:
            locked.version += 1
            locked.save()
            _touch(edition, now)
            _record("module_edited", locked, edition, actor, now, before=before, after=after)
    return locked


def move_module(
    *, module: Module, actor: Person, direction: Literal["up", "down"], now: datetime
) -> None:
    """Change places with the neighbour above or below; at the end of the list nothing happens."""
    with transaction.atomic():
        edition = organised(module.edition, actor)
        modules = list(edition.modules.select_for_update().order_by("order", "pk"))
        place = next((n for n, one in enumerate(modules) if one.pk == module.pk), None)
        if place is None:
            raise Refused(_("Somebody deleted this while you were writing."))
        other = place - 1 if direction == "up" else place + 1
        if not 0 <= other < len(modules):
            return
        before = [one.slug for one in modules]
        modules[place], modules[other] = modules[other], modules[place]
        for order, one in enumerate(modules, start=1):
            if one.order != order:
                one.order = order
                one.save(update_fields=["order"])
        _touch(edition, now)
        audit.record(
            verb="catalogue.modules_ordered",
            subject=edition,
            context=edition,
            actor=actor,
            now=now,
            before={"order": before},
            after={"order": [one.slug for one in modules]},
        )


def delete_module(*, module: Module, actor: Person, now: datetime) -> None:
    """Remove the module. Refuses one that applications have chosen or that other rooms still hold."""
    with transaction.atomic():
        edition = organised(module.edition, actor)
        locked = writing.lock(Module, module.pk)
        before = {name: writing.plain(getattr(locked, name)) for name in ("slug", *EDITABLE)}
        _record("module_deleted", locked, edition, actor, now, before=before)
        try:
            with transaction.atomic():
                locked.delete()
        except (ProtectedError, RestrictedError) as error:
            raise Refused(
                _(
                    "“%(module)s” cannot be deleted: applicants have chosen it already. Say in its "
                    "description that it is not held."
                )
                % {"module": locked.title}
            ) from error
        _touch(edition, now)


def _check_host(edition: Edition, fields: Mapping[str, Any]) -> None:
    host = fields.get("host")
    if host is None:
        return
    if host.programme_id != edition.programme_id or host.edition_id not in {None, edition.pk}:
        raise Refused(_("Choose a partner of this edition."), field="host")


def _slug(edition: Edition, title: str) -> str:
    taken = set(edition.modules.values_list("slug", flat=True))
    return next(slug for slug in free_slugs(title) if slug not in taken)


def _touch(edition: Edition, now: datetime) -> None:
    """Feeds and search learn that the edition's page changed."""
    Edition.objects.filter(pk=edition.pk).update(updated_at=now)


def _record(
    verb: str,
    module: Module,
    edition: Edition,
    actor: Person,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        verb=f"catalogue.{verb}",
        subject=module,
        context=edition,
        actor=actor,
        now=now,
        before=before,
        after=after,
    )
