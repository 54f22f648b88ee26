"""Adding an edition (from nothing or from an earlier one), changing its texts, publishing and cancelling it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, writing
from museumhub.kit.refusals import Refused
from museumhub.members.models import Person
from programmes.catalogue import policies
from programmes.catalogue.models import Edition, Module, Partner, Programme
from programmes.catalogue.services.timetable import move
from programmes.catalogue.timetable import Timetable

EDITABLE = (
    "title",
    "summary",
    "description",
    "who_can_apply",
    "selection_criteria",
    "questions",
    "method",
    "outcomes",
    "consultation_about",
    "languages",
    "cost",
    "fee_amount",
    "fee_currency",
    "cost_note",
    "places_for",
    "places_least",
    "places_most",
    "modules_taken",
    "report_url",
)
# What a new edition takes over from an earlier one: everything but its name, its dates and its report.
COPIED = tuple(name for name in EDITABLE if name not in {"title", "report_url"})
COPIED_OF_MODULES = (
    "order",
    "slug",
    "title",
    "description",
    "level",
    "place",
    "address",
    "capacity",
)
COPIED_OF_PARTNERS = ("organisation_id", "kind", "part", "note", "order")


def create_edition(
    *,
    programme: Programme,
    actor: Person,
    slug: str,
    title: str,
    time_zone: str,
    now: datetime,
    copy_from: Edition | None = None,
) -> Edition:
    """Add a draft. From `copy_from`, an earlier edition of the programme, it takes texts, cost, places, partners and modules, but no dates.

    Refuses people who do not organise the programme as a whole, and an address that is taken.
    """
    if not policies.can_organise_programme(actor, programme):
        raise Refused(_("Only organisers of the whole programme can do this."))
    if copy_from is not None and copy_from.programme_id != programme.pk:
        raise ValueError("an edition is copied within its programme")
    edition = Edition(
        programme=programme,
        slug=slug,
        title=title,
        time_zone=time_zone,
        created_at=now,
        updated_at=now,
    )
    if copy_from is not None:
        for name in COPIED:
            setattr(edition, name, getattr(copy_from, name))
    with transaction.atomic():
        writing.check(edition)
        edition.save()
        if copy_from is not None:
            _copy_parts(copy_from, edition)
        audit.record(
            verb="catalogue.edition_created",
            subject=edition,
            context=edition,
            actor=actor,
            now=now,
            after={"slug": slug, "copied_from": copy_from.slug if copy_from is not None else None},
        )
    return edition


def _copy_parts(source: Edition, target: Edition) -> None:
    """Partners of the edition and its modules, each module with the copy of its host."""
    hosts: dict[int, Partner] = {}
    for partner in source.partners.all():
        hosts[partner.pk] = Partner.objects.create(
            programme_id=target.programme_id,
            edition=target,
            **{name: getattr(partner, name) for name in COPIED_OF_PARTNERS},
        )
    for module in source.modules.select_related("host"):
        Module.objects.create(
            edition=target,
            host=hosts.get(module.host_id, module.host) if module.host_id else None,
            **{name: getattr(module, name) for name in COPIED_OF_MODULES},
        )


def edit_edition(
    *, edition: Edition, actor: Person, changes: Mapping[str, Any], seen: int, now: datetime
) -> Edition:
    """Write `changes` (some of EDITABLE) over version `seen`.

    Refuses people who do not organise the edition and what contradicts itself (a funded edition
    with a fee); raises `Stale` where somebody saved it since.
    """
    if unknown := set(changes) - set(EDITABLE):
        raise ValueError(f"not texts of an edition: {sorted(unknown)}")
    with transaction.atomic():
        locked = organised(edition, actor)
        writing.check_version(locked, seen, changes)
        before, after = writing.apply(locked, changes)
        if before:
            locked.version += 1
            locked.updated_at = now
            locked.save()
            audit.record(
                verb="catalogue.edition_edited",
                subject=locked,
                context=locked,
                actor=actor,
                now=now,
                before=before,
                after=after,
            )
    return locked


def publish_edition(*, edition: Edition, actor: Person, now: datetime) -> Edition:
    """Show the edition to everybody. Publishing again changes nothing; a cancelled one stays as it is."""
    with transaction.atomic():
        locked = organised(edition, actor)
        if locked.published_at is not None:
            return locked
        if locked.cancelled_at is not None:
            raise Refused(_("A cancelled edition cannot be published."))
        before = Timetable.of(locked)
        locked.published_at = now
        move(
            locked,
            ("published_at",),
            before,
            Timetable.of(locked),
            verb="edition_published",
            actor=actor,
            now=now,
        )
    return locked


def cancel_edition(*, edition: Edition, actor: Person, reason: str, now: datetime) -> Edition:
    """Call the edition off, with a reason that everybody reads. It cannot be taken back.

    Cancelling again changes nothing; the first reason stands.
    """
    if not reason.strip():
        raise Refused(_("Say why the edition is cancelled."), field="reason")
    with transaction.atomic():
        locked = organised(edition, actor)
        if locked.cancelled_at is not None:
            return locked
        before = Timetable.of(locked)
        locked.cancelled_at = now
        locked.cancel_reason = reason.strip()
        writing.check(locked)
        move(
            locked,
            ("cancelled_at",),
            before,
            Timetable.of(locked),
            verb="edition_cancelled",
            actor=actor,
            now=now,
        )
    return locked


def organised(edition: Edition, actor: Person) -> Edition:
    """The edition, locked; `Refused` for people who do not organise it."""
    locked = writing.lock(Edition, edition.pk)
    if not policies.can_organise(actor, locked):
        raise Refused(_("Only organisers of the edition can do this."))
    return locked
