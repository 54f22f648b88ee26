"""How an assessment is scored: its dimensions, its levels, and what a museum is told in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from museumhub.kit.refusals import Refused, Stale
from museumhub.questionnaires.content import make_key
from museumhub.questionnaires.models import (
    BandText,
    Dimension,
    LevelBand,
    Questionnaire,
    QuestionnaireVersion,
)
from museumhub.questionnaires.queries import fingerprint
from museumhub.questionnaires.services.versions import note, open_version

DIMENSIONS = 20
BANDS = 8


@dataclass(frozen=True)
class BandContent:
    """A level: from `least` points of 100 upwards. An empty key is a new one, made from its name."""

    name: str
    least: Decimal
    description: str = ""
    key: str = ""


def add_dimension(
    *,
    questionnaire: Questionnaire,
    name: str,
    description: str = "",
    texts: Mapping[str, str] | None = None,
    key: str = "",
    actor: Any,
    now: datetime,
) -> Dimension:
    """A dimension at the end; `texts` maps the keys of levels to what a museum in them is told."""
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        taken = list(version.dimensions.values_list("key", flat=True))
        if len(taken) >= DIMENSIONS:
            raise Refused(_("At most 20 dimensions fit."))
        dimension = Dimension.objects.create(
            version=version,
            key=key or make_key(name, taken, "dimension"),
            name=name,
            description=description,
            position=len(taken),
        )
        _write_texts(version, dimension, texts or {})
        _note(questionnaire, "dimension_added", version, actor, now, dimension.key)
    return dimension


def change_dimension(
    *,
    questionnaire: Questionnaire,
    key: str,
    seen: int,
    name: str,
    description: str,
    texts: Mapping[str, str],
    actor: Any,
    now: datetime,
) -> Dimension:
    """Change its words; `Stale` with both texts where its revision is not `seen` any more."""
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        dimension = _dimension(version, key)
        standing = dict(
            BandText.objects.filter(dimension=dimension).values_list("band__key", "text")
        )
        wanted = {band: text for band, text in texts.items() if text}
        if (dimension.name, dimension.description, standing) == (name, description, wanted):
            return dimension
        if dimension.revision != seen:
            raise Stale(
                _("Somebody else changed this while you were writing. Both are shown."),
                theirs=_described(dimension.name, dimension.description, standing),
                yours=_described(name, description, wanted),
            )
        dimension.name, dimension.description = name, description
        dimension.revision += 1
        dimension.save(update_fields=["name", "description", "revision"])
        _write_texts(version, dimension, texts)
        _note(questionnaire, "dimension_changed", version, actor, now, key)
    return dimension


def remove_dimension(*, questionnaire: Questionnaire, key: str, actor: Any, now: datetime) -> None:
    """Remove a dimension; its questions stay and are no longer scored."""
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        _dimension(version, key).delete()
        _note(questionnaire, "dimension_removed", version, actor, now, key)


def set_bands(
    *,
    questionnaire: Questionnaire,
    seen: str,
    bands: Sequence[BandContent],
    actor: Any,
    now: datetime,
) -> None:
    """Replace the levels of an assessment; what is said of those that stay is kept.

    `seen` is `bands_print` of the levels the organiser saw; `Stale` with both where they are others now.
    """
    if len(bands) > BANDS:
        raise Refused(_("At most 8 levels fit."))
    if len({band.least for band in bands}) < len(bands):
        raise Refused(_("Two levels begin at the same score."), field="bands")
    if any(not 0 <= band.least <= 100 for band in bands):
        raise Refused(_("A level begins between 0 and 100 points."), field="bands")
    with transaction.atomic():
        version = open_version(questionnaire, actor=actor, now=now)
        standing = bands_of(version)
        wanted = _keyed(bands, {band.key for band in standing})
        if standing == wanted:
            return
        if bands_print(standing) != seen:
            raise Stale(
                _("Somebody else changed this while you were writing. Both are shown."),
                theirs=_bands_described(standing),
                yours=_bands_described(wanted),
            )
        texts = list(BandText.objects.filter(band__version=version).select_related("band"))
        version.bands.all().delete()
        rows = {
            band.key: LevelBand.objects.create(
                version=version,
                key=band.key,
                name=band.name,
                least=band.least,
                description=band.description,
            )
            for band in wanted
        }
        BandText.objects.bulk_create(
            BandText(dimension_id=text.dimension_id, band=rows[text.band.key], text=text.text)
            for text in texts
            if text.band.key in rows
        )
        _note(questionnaire, "levels_set", version, actor, now, "")


def bands_of(version: QuestionnaireVersion) -> list[BandContent]:
    """The levels as they stand, the lowest first."""
    return [
        BandContent(band.name, band.least, band.description, band.key)
        for band in version.bands.order_by("least")
    ]


def bands_print(bands: Sequence[BandContent]) -> str:
    """What tells these levels from others; not a secret."""
    return fingerprint([[b.key, b.name, str(b.least), b.description] for b in bands], "")


def _keyed(bands: Sequence[BandContent], standing: set[str]) -> list[BandContent]:
    taken = {band.key for band in bands if band.key in standing}
    keyed = []
    for band in sorted(bands, key=lambda one: one.least):
        key = band.key
        if key not in standing:
            key = make_key(band.key or band.name, taken, "level")
            taken.add(key)
        keyed.append(BandContent(band.name, band.least, band.description, key))
    return keyed


def _bands_described(bands: Sequence[BandContent]) -> str:
    return "\n".join(f"{band.least:f}: {band.name} {band.description}".strip() for band in bands)


def _dimension(version: QuestionnaireVersion, key: str) -> Dimension:
    dimension = version.dimensions.filter(key=key).first()
    if dimension is None:
        raise Refused(_("This is no longer there: somebody else removed it in the meantime."))
    return dimension


def _write_texts(
    version: QuestionnaireVersion, dimension: Dimension, texts: Mapping[str, str]
) -> None:
    dimension.texts.all().delete()
    BandText.objects.bulk_create(
        BandText(dimension=dimension, band=band, text=texts[band.key])
        for band in version.bands.all()
        if texts.get(band.key)
    )


def _described(name: str, description: str, texts: Mapping[str, str]) -> str:
    return "\n".join([name, description, *(f"{band}: {text}" for band, text in texts.items())])


def _note(
    questionnaire: Questionnaire,
    what: str,
    version: QuestionnaireVersion,
    actor: Any,
    now: datetime,
    key: str,
) -> None:
    after = {"version": version.number, **({"dimension": key} if key else {})}
    note(questionnaire, what, actor=actor, now=now, after=after)
