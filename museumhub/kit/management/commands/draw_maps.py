"""`manage.py draw_maps`: draws the maps of the site anew, from the files of the npm package world-atlas."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from museumhub.kit import atlas, cartography


class Command(BaseCommand):
    """Writes the drawings and the points of the countries; both are kept in the tree."""

    help = (
        "Draw the maps of the site from world-atlas (npm pack world-atlas): "
        "countries-110m.json for the world, countries-50m.json for Europe."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the two files are")

    def handle(self, *args: Any, **options: Any) -> None:
        coarse, fine = (
            cartography.Topology(json.loads((options["folder"] / name).read_text()))
            for name in ("countries-110m.json", "countries-50m.json")
        )
        drawn = {}
        for onto, topology in ((atlas.EUROPE, fine), (atlas.WORLD, coarse)):
            svg, drawn[onto.name] = cartography.drawing(topology, onto)
            target = Path(settings.STATICFILES_DIRS[0]) / onto.file
            target.write_text(svg)
            self.stdout.write(f"{target}: {len(svg)} bytes")
        data = Path(atlas.__file__).parent / "data"
        _write(data / "country_points.json", cartography.points(fine))
        _write(data / "drawn_countries.json", drawn)


def _write(target: Path, content: dict[str, Any]) -> None:
    """One entry a line, so that a change can be read."""
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
    target.write_text(f"{{\n{lines}\n}}\n")
