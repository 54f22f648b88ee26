"""Adding an organisation and changing what its page says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from anyascii import anyascii
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, uploads
from museumhub.kit.models import StoredFile
from museumhub.kit.refusals import Refused, Stale
from museumhub.members import policies
from museumhub.members.logos import store_logo
from museumhub.members.models import Membership, Organisation, Person
from museumhub.members.models.membership import Role

EDITABLE = (
    "name",
    "kind",
    "country",
    "place",
    "size_band",
    "website",
    "isil",
    "ror",
    "wikidata",
)
# Words that are pages below /organisations/.
_RESERVED = {"new", "people", "edit"}


def create_organisation(
    *,
    actor: Person,
    name: str,
    kind: str,
    country: str,
    now: datetime,
    place: str = "",
    size_band: str = "",
    website: str = "",
    isil: str = "",
    ror: str = "",
    wikidata: str = "",
    logo: ContentFile[bytes] | None = None,
) -> Organisation:
    """Add an organisation with `actor` as its first administrator.

    The fields have been cleaned by the form. Refuses an identifier that another organisation has.
    Near-duplicates by name are the caller's to show (`queries.near_duplicates`).
    """
    organisation = Organisation(
        name=name,
        kind=kind,
        country=country,
        place=place,
        size_band=size_band,
        website=website,
        isil=isil,
        ror=ror,
        wikidata=wikidata,
        created_at=now,
        created_by=actor,
    )
    with transaction.atomic():
        if logo is not None:
            organisation.logo = store_logo(logo, now=now)
        _insert_with_free_slug(organisation)
        Membership.objects.create(
            person=actor, organisation=organisation, role=Role.ADMINISTRATOR, since=now
        )
        audit.record(
            verb="organisation_created",
            subject=organisation,
            actor=actor,
            context=organisation,
            now=now,
        )
    return organisation


def edit_organisation(
    *,
    organisation: Organisation,
    actor: Person,
    changes: dict[str, Any],
    seen: int,
    now: datetime,
    logo: ContentFile[bytes] | None = None,
    remove_logo: bool = False,
) -> Organisation:
    """Write `changes` (a subset of EDITABLE, cleaned) over the version the editor saw.

    `logo` (what `check_logo` returned) replaces the present one.

    Refuses people who may not edit, an identifier of another organisation, and (`Stale`) a save
    over what somebody else saved meanwhile.
    """
    with transaction.atomic():
        current = Organisation.objects.select_for_update().get(pk=organisation.pk)
        if not policies.can_edit_organisation(actor, current):
            raise Refused(_("Only administrators and editors of the organisation can change this."))
        if current.version != seen:
            raise Stale(
                _(
                    "Somebody else changed this page while you were writing. Below is what you "
                    "typed and what stands now; save again to replace it."
                ),
                theirs=current,
                yours=changes,
            )
        _refuse_taken_identifiers(current, changes)
        changed = [
            field
            for field in EDITABLE
            if field in changes and getattr(current, field) != changes[field]
        ]
        for field in changed:
            setattr(current, field, changes[field])
        if logo is not None or (remove_logo and current.logo is not None):
            changed.append("logo")
            _replace_logo(current, store_logo(logo, now=now) if logo is not None else None)
        if not changed:
            return current
        current.version += 1
        current.save()
        audit.record(
            verb="organisation_edited",
            subject=current,
            actor=actor,
            context=current,
            after={"fields": changed},
            now=now,
        )
    return current


def _replace_logo(organisation: Organisation, logo: StoredFile | None) -> None:
    old, organisation.logo = organisation.logo, logo
    organisation.save(update_fields=["logo"])
    if old is not None:
        uploads.discard([old])


def free_slugs(name: str) -> Iterator[str]:
    """Endless addresses for a name in any script: `musee-x`, then `musee-x-2`, `musee-x-3` …"""
    base = slugify(anyascii(name))[:70].strip("-") or "organisation"
    if base not in _RESERVED:
        yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def _insert_with_free_slug(organisation: Organisation) -> None:
    """Insert under the first free address; two at the same moment get two addresses."""
    _refuse_taken_identifiers(organisation, {})
    for slug in free_slugs(organisation.name):
        if Organisation.objects.filter(slug=slug).exists():
            continue
        organisation.slug = slug
        try:
            with transaction.atomic():
                organisation.save()
            return
        except IntegrityError:
            _refuse_taken_identifiers(organisation, {})


def _refuse_taken_identifiers(organisation: Organisation, changes: dict[str, Any]) -> None:
    """`Refused` at the field whose identifier belongs to another organisation."""
    for field in ("isil", "ror", "wikidata"):
        value = changes.get(field, getattr(organisation, field))
        if not value:
            continue
        other = Organisation.objects.filter(**{field: value}).exclude(pk=organisation.pk).first()
        if other is not None:
            raise Refused(
                _("%(name)s has this identifier already. Ask to join it instead.")
                % {"name": other.name},
                field=field,
            )
