"""Adding, changing, ordering and removing the partners of a programme or of one edition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, writing
from museumhub.kit.refusals import Refused
from museumhub.members.models import Organisation, Person
from programmes.catalogue import policies
from programmes.catalogue.models import Edition, Partner
from programmes.catalogue.services.editions import organised

EDITABLE = ("kind", "part", "note")


def add_partner(
    *,
    edition: Edition,
    actor: Person,
    organisation: Organisation,
    whole_programme: bool,
    fields: Mapping[str, Any],
    now: datetime,
) -> Partner:
    """Add an organisation as the last partner of the edition, or of all editions with `whole_programme`.

    Refuses an organisation that is a partner there already, and the whole programme to people who
    organise only this edition.
    """
    with transaction.atomic():
        locked = organised(edition, actor)
        _require_scope(actor, locked, whole_programme)
        scope = None if whole_programme else locked
        known = Partner.objects.filter(
            programme=locked.programme_id, organisation=organisation, edition=scope
        )
        if known.exists():
            raise Refused(_("This organisation is a partner already."))
        last = Partner.objects.of_edition(locked).aggregate(last=Max("order"))["last"] or 0
        partner = Partner(
            programme_id=locked.programme_id,
            edition=scope,
            organisation=organisation,
            order=last + 1,
        )
        _before, after = writing.apply(partner, fields)
        partner.save()
        after["organisation"] = organisation.pk
        _record("partner_added", partner, locked, actor, now, after=after)
    return partner


def edit_partner(
    *,
    partner: Partner,
    edition: Edition,
    actor: Person,
    changes: Mapping[str, Any],
    seen: int,
    now: datetime,
) -> Partner:
    """Write `changes` (some of EDITABLE) over version `seen`; reached from `edition`."""
    with transaction.atomic():
        locked_edition = organised(edition, actor)
        locked = writing.lock(Partner, partner.pk)
        _require_scope(actor, locked_edition, locked.edition_id is None)
        writing.check_version(locked, seen, changes)
        before, after = writing.apply(locked, changes)
        if before:
            locked.version += 1
            locked.save()
            _record(
                "partner_edited", locked, locked_edition, actor, now, before=before, after=after
            )
    return locked


def move_partner(
    *,
    partner: Partner,
    edition: Edition,
    actor: Person,
    direction: Literal["up", "down"],
    now: datetime,
) -> None:
    """Change places with the neighbour; at the end of the list nothing happens.

    The list is that of the edition, partners of the whole programme among them.
    """
    with transaction.atomic():
        locked = organised(edition, actor)
        partners = list(
            Partner.objects.of_edition(locked).select_for_update().order_by("order", "pk")
        )
        place = next((n for n, one in enumerate(partners) if one.pk == partner.pk), None)
        if place is None:
            raise Refused(_("Somebody deleted this while you were writing."))
        other = place - 1 if direction == "up" else place + 1
        if not 0 <= other < len(partners):
            return
        partners[place], partners[other] = partners[other], partners[place]
        for order, one in enumerate(partners, start=1):
            if one.order != order:
                one.order = order
                one.save(update_fields=["order"])
        audit.record(
            verb="catalogue.partners_ordered",
            subject=locked,
            context=locked,
            actor=actor,
            now=now,
            after={"order": [one.pk for one in partners]},
        )


def remove_partner(*, partner: Partner, edition: Edition, actor: Person, now: datetime) -> None:
    """Remove a partner. Refuses one that hosts a module."""
    with transaction.atomic():
        locked_edition = organised(edition, actor)
        locked = writing.lock(Partner, partner.pk)
        _require_scope(actor, locked_edition, locked.edition_id is None)
        _record(
            "partner_removed",
            locked,
            locked_edition,
            actor,
            now,
            before={"organisation": locked.organisation_id, "kind": locked.kind},
        )
        try:
            with transaction.atomic():
                locked.delete()
        except ProtectedError as error:
            raise Refused(
                _("This partner hosts a module. Give the module another host first.")
            ) from error


def _require_scope(actor: Person, edition: Edition, whole_programme: bool) -> None:
    if whole_programme and not policies.can_organise_programme(actor, edition.programme):
        raise Refused(_("Only organisers of the whole programme can do this."))


def _record(
    verb: str,
    partner: Partner,
    edition: Edition,
    actor: Person,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        verb=f"catalogue.{verb}",
        subject=partner,
        context=edition,
        actor=actor,
        now=now,
        before=before,
        after=after,
    )
