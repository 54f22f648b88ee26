"""An organisation as schema.org says it (JSON-LD), for search engines and other programs."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.urls import reverse

from museumhub.kit.urls import absolute
from museumhub.members.models import Organisation

# The nearest classes of schema.org; its Museum is a place, so that the organisation is said beside it.
_CLASSES: dict[str, str | list[str]] = {
    "museum": ["Organization", "Museum"],
    "gallery": ["Organization", "ArtGallery"],
    "library": "Library",
    "archive": "ArchiveOrganization",
    "heritage_site": ["Organization", "LandmarksOrHistoricalBuildings"],
    "university": "CollegeOrUniversity",
    "public_body": "GovernmentOrganization",
}

# An ISIL has no address of its own; Wikidata finds those of all countries (its property P791).
_ISIL_FINDER = "https://www.wikidata.org/w/index.php?search=haswbstatement%3AP791%3D"


def identifier_addresses(organisation: Organisation) -> dict[str, str]:
    """Where the world's registers keep the organisation: `isil`, `ror`, `wikidata`, those it has."""
    known = {
        "isil": organisation.isil and _ISIL_FINDER + quote(organisation.isil),
        "ror": organisation.ror and f"https://ror.org/{organisation.ror}",
        "wikidata": organisation.wikidata
        and f"https://www.wikidata.org/entity/{organisation.wikidata}",
    }
    return {name: address for name, address in known.items() if address}


def as_schema(organisation: Organisation) -> dict[str, Any]:
    """The organisation with its address on this site as `@id`; nothing that it does not say itself."""
    here = absolute(organisation.get_absolute_url())
    known = identifier_addresses(organisation)
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _CLASSES.get(organisation.kind, "Organization"),
        "@id": here,
        "name": organisation.name,
        "url": organisation.website or here,
        "mainEntityOfPage": here,
        "address": {
            "@type": "PostalAddress",
            "addressCountry": organisation.country.code,
            **({"addressLocality": organisation.place} if organisation.place else {}),
        },
    }
    if same := [known[name] for name in ("ror", "wikidata") if name in known]:
        said["sameAs"] = same
    identifiers = [
        {"@type": "PropertyValue", "propertyID": label, "value": value}
        for label, value in (("ISIL", organisation.isil), ("ROR", organisation.ror))
        if value
    ]
    if identifiers:
        said["identifier"] = identifiers
    if organisation.latitude is not None and organisation.longitude is not None:
        said["location"] = {
            "@type": "Place",
            "geo": {
                "@type": "GeoCoordinates",
                "latitude": float(organisation.latitude),
                "longitude": float(organisation.longitude),
            },
        }
    if organisation.logo is not None:
        logo = reverse("members:logo", args=[organisation.slug, organisation.logo.oid])
        said["logo"] = absolute(logo)
    return said
