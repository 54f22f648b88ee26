"""Which programmes and editions an organisation carries, for its own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Prefetch

from museumhub.members.models import Organisation
from programmes.catalogue import phases
from programmes.catalogue.models import Module, Partner
from programmes.catalogue.phases import Phase


@dataclass(frozen=True)
class Part:
    """What the organisation does in one edition, or (`phase` is None) in a whole programme."""

    partner: Partner
    title: str
    address: str
    phase: Phase | None
    modules: list[Module]


def parts_of(organisation: Organisation, now: datetime, *, at_most: int) -> list[Part]:
    """Its parts in what is published, the latest edition first: two queries."""
    modules = Module.objects.filter(edition__published_at__isnull=False).select_related(
        "edition__programme"
    )
    partners = (
        Partner.objects.published()
        .filter(organisation=organisation)
        .select_related("programme", "edition__programme", "organisation")
        .prefetch_related(Prefetch("modules", queryset=modules, to_attr="shown_modules"))
        .order_by(F("edition__runs_from").desc(nulls_first=True), "-edition__pk", "-pk")
    )
    return [_part(one, now) for one in partners[:at_most]]


def _part(partner: Partner, now: datetime) -> Part:
    edition = partner.edition
    return Part(
        partner=partner,
        title=edition.full_title if edition else partner.programme.title,
        address=partner.get_absolute_url(),
        phase=phases.phase(edition, now) if edition else None,
        modules=partner.shown_modules,  # type: ignore[attr-defined]
    )
