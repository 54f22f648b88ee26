"""Adding an organisation and changing what its page says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from anyascii import anyascii
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, throttle, uploads
from museumhub.kit.models import StoredFile
from museumhub.kit.refusals import Refused, Stale
from museumhub.members import policies
from museumhub.members.logos import store_logo
from museumhub.members.models import FormerAddress, Membership, Organisation, Person
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
    "description",
    "description_language",
    "latitude",
    "longitude",
)
# Words that are pages below /organisations/.
_RESERVED = {"new", "people", "edit", "map", "export"}
ADDED_A_DAY = 10


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
    description: str = "",
    description_language: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    logo: ContentFile[bytes] | None = None,
) -> Organisation:
    """Add an organisation with `actor` as its first administrator.

    The fields have been cleaned by the form. Refuses an identifier that another organisation has, and
    (`TooOften`) an eleventh within a day by anybody but an administrator of the site.
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
        description=description,
        description_language=description_language,
        latitude=latitude,
        longitude=longitude,
        created_at=now,
        created_by=actor,
    )
    with transaction.atomic():
        if not policies.is_site_administrator(actor):
            throttle.spend("organisation.person", actor.pk, ADDED_A_DAY, timedelta(days=1), now=now)
        if logo is not None:
            organisation.logo = store_logo(logo, now=now)
        insert_with_free_slug(organisation)
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


def move_organisation(*, organisation: Organisation, actor: Person, now: datetime) -> Organisation:
    """Give the page the address its present name would have; the old one leads there from now on.

    Refuses people who may not administer the organisation, and a name whose address is the present one.
    """
    with transaction.atomic():
        current = Organisation.objects.select_for_update().get(pk=organisation.pk)
        if not policies.can_administer(actor, current):
            raise Refused(_("Only administrators of the organisation can change its address."))
        before = current.slug
        after = address_of_present_name(current)
        if after == before:
            raise Refused(_("The address is made of the present name already."))
        # Moving back takes the organisation's own former address again.
        FormerAddress.objects.filter(organisation=current, slug=after).delete()
        FormerAddress.objects.create(slug=before, organisation=current, since=now)
        current.slug = after
        current.version += 1
        current.save()
        audit.record(
            verb="organisation_moved",
            subject=current,
            actor=actor,
            context=current,
            before={"address": before},
            after={"address": after},
            now=now,
        )
    return current


def _replace_logo(organisation: Organisation, logo: StoredFile | None) -> None:
    old, organisation.logo = organisation.logo, logo
    organisation.save(update_fields=["logo"])
    if old is not None:
        uploads.discard([old])


def free_slugs(name: str, place: str = "") -> Iterator[str]:
    """Endless addresses for a name in any script: `musee-x`, then `musee-x-brest`, `musee-x-brest-2` …"""
    base = slugify(anyascii(name))[:50].strip("-") or "organisation"
    if base not in _RESERVED:
        yield base
    if there := slugify(anyascii(place))[:20].strip("-"):
        base = f"{base}-{there}"
        yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def address_of_present_name(organisation: Organisation) -> str:
    """The first address of its name that is its own or nobody's; a former address stays with whom it led to."""
    for slug in free_slugs(organisation.name, organisation.place):
        taken = Organisation.objects.filter(slug=slug).exclude(pk=organisation.pk).exists()
        left = (
            FormerAddress.objects.filter(slug=slug)
            .exclude(organisation_id=organisation.pk)
            .exists()
        )
        if not taken and not left:
            return slug
    raise AssertionError("the addresses of a name never end")


def insert_with_free_slug(organisation: Organisation) -> None:
    """Insert under the first free address; two at the same moment get two addresses.

    Refuses an identifier that another organisation has.
    """
    while True:
        organisation.slug = address_of_present_name(organisation)
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
