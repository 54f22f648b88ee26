"""`manage.py load_demo`: the demo's programmes, museums, applications and people."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from museumhub.kit import clock
from museumhub.pages.demo import plenty
from museumhub.pages.demo.content import read
from museumhub.pages.demo.load import load

# About as many items as the demo tells of; `--scale` multiplies them.
NEWS = 40


class Command(BaseCommand):
    """Idempotent: a second run adds nothing that stands already."""

    help = "Load the demo content: two programmes, invented museums, and one person for each role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale",
            type=int,
            default=1,
            help="multiply museums, applications and news, for benchmarks (default: 1)",
        )
        for name in ("organisations", "news"):
            parser.add_argument(
                f"--{name}",
                type=int,
                default=0,
                metavar="N",
                help=f"so many {name} more, made in bulk for benchmarks (default: none)",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        scale = max(1, options["scale"])
        people = load(now=now, scale=scale, say=self._say)
        if options["organisations"] > 0:
            made = plenty.organisations(options["organisations"], now=now)
            self._say(f"{made} organisations in bulk")
        if wanted := max(options["news"], NEWS * (scale - 1)):
            self._say(f"{plenty.news(wanted, now=now)} items of news in bulk")
        if options["verbosity"] == 0:
            return
        self.stdout.write("")
        self.stdout.write(f"Sign in at {settings.SITE_URL}/account/login/ as")
        for person, given in people:
            self.stdout.write(f"  {person.email:<28} {given['role']}")
        self.stdout.write(f"with the password {read('people')['password']}")

    def _say(self, line: str) -> None:
        self.stderr.write(line)
