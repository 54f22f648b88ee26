"""`manage.py export_framework SLUG`: a framework as a file that `load_framework` reads again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from frameworks import queries
from frameworks.models import Framework


class Command(BaseCommand):
    help = "Write a framework to standard output, as YAML to edit or as SKOS (ttl, jsonld)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="such as seven-topics")
        parser.add_argument("--format", choices=["yaml", "ttl", "jsonld"], default="yaml")

    def handle(self, *args: Any, **options: Any) -> None:
        framework = Framework.objects.filter(slug=options["slug"]).first()
        if framework is None:
            known = ", ".join(Framework.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(
                f"No framework “{options['slug']}” on this site. There are: {known}."
            )
        self.stdout.write(queries.exported(framework, options["format"]), ending="")
