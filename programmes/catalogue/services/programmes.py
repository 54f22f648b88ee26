"""Adding a programme and changing what its page says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from frameworks.models import Element
from museumhub.kit import audit, writing
from museumhub.kit.refusals import Refused
from museumhub.members.models import Person
from programmes.catalogue import policies
from programmes.catalogue.models import Programme, ProgrammeRole
from programmes.catalogue.models.role import Role

EDITABLE = ("title", "summary", "description", "language")


def create_programme(
    *,
    actor: Person,
    slug: str,
    fields: Mapping[str, Any],
    topics: Iterable[Element],
    tags: Iterable[str],
    now: datetime,
) -> Programme:
    """Add a programme; `fields` are some of EDITABLE. Its maker organises it.

    Refuses people without the permission and an address that is taken.
    """
    if not policies.can_create_programme(actor):
        raise Refused(_("You may not add programmes. Ask the people who run this site."))
    programme = Programme(slug=slug, created_at=now, updated_at=now)
    with transaction.atomic():
        writing.apply(programme, {name: fields[name] for name in EDITABLE if name in fields})
        programme.save()
        programme.topics.set(topics)
        programme.tags.set(tags)
        ProgrammeRole.objects.create(
            person=actor, programme=programme, role=Role.ORGANISER, since=now
        )
        audit.record(
            verb="catalogue.programme_created",
            subject=programme,
            context=programme,
            actor=actor,
            now=now,
            after={"slug": slug},
        )
    return programme


def edit_programme(
    *,
    programme: Programme,
    actor: Person,
    changes: Mapping[str, Any],
    topics: Iterable[Element],
    tags: Iterable[str],
    seen: int,
    now: datetime,
) -> Programme:
    """Write `changes` (some of EDITABLE), topics and tags over version `seen`.

    Refuses people who do not organise the programme as a whole; raises `Stale` where somebody saved
    it since.
    """
    with transaction.atomic():
        locked = writing.lock(Programme, programme.pk)
        if not policies.can_organise_programme(actor, locked):
            raise Refused(_("Only organisers of the whole programme can do this."))
        writing.check_version(locked, seen, changes)
        before, after = writing.apply(locked, changes)
        for name, old, new in (
            ("topics", _slugs(locked), sorted(topic.slug for topic in topics)),
            ("tags", _tags(locked), sorted(tags)),
        ):
            if old != new:
                before[name], after[name] = old, new
        locked.topics.set(topics)
        locked.tags.set(tags)
        if before:
            locked.version += 1
            locked.updated_at = now
            locked.save()
            audit.record(
                verb="catalogue.programme_edited",
                subject=locked,
                context=locked,
                actor=actor,
                now=now,
                before=before,
                after=after,
            )
    return locked


def _slugs(programme: Programme) -> list[str]:
    return sorted(topic.slug for topic in programme.topics.all())


def _tags(programme: Programme) -> list[str]:
    return sorted(tag.name for tag in programme.tags.all())
