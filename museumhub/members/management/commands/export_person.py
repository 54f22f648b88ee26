"""Print everything the site holds about a person as JSON: `manage.py export_person EMAIL`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from museumhub.members import services
from museumhub.members.models import Person


class Command(BaseCommand):
    help = "Print everything the site holds about a person as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = Person.objects.get_by_natural_key(options["email"])
        except Person.DoesNotExist as error:
            raise CommandError("No account has this address.") from error
        for piece in services.export_json(person):
            self.stdout.write(piece, ending="")
