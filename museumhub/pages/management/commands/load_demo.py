"""`manage.py load_demo`: the demo's programmes, museums, applications and people."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from museumhub.kit import clock
from museumhub.pages.demo.content import read
from museumhub.pages.demo.load import load


class Command(BaseCommand):
    """Idempotent: a second run adds nothing that stands already."""

    help = "Load the demo content: two programmes, invented museums, and one person for each role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale",
            type=int,
            default=1,
            help="multiply museums and applications, for benchmarks (default: 1)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        people = load(now=clock.now(), scale=max(1, options["scale"]), say=self._say)
        if options["verbosity"] == 0:
            return
        self.stdout.write("")
        self.stdout.write(f"Sign in at {settings.SITE_URL}/account/login/ as")
        for person, given in people:
            self.stdout.write(f"  {person.email:<28} {given['role']}")
        self.stdout.write(f"with the password {read('people')['password']}")

    def _say(self, line: str) -> None:
        self.stderr.write(line)
