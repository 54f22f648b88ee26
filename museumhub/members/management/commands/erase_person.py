"""Erase a person and all their data: `manage.py erase_person EMAIL`; asks before, or `--yes`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from museumhub.kit import clock
from museumhub.kit.refusals import Refused
from museumhub.members import services
from museumhub.members.models import Person


class Command(BaseCommand):
    help = "Erase a person and all the data the site holds about them. This cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the account")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = Person.objects.get_by_natural_key(options["email"])
        except Person.DoesNotExist as error:
            raise CommandError("No account has this address.") from error
        if not options["yes"] and input("Erase this account for good? Type yes: ") != "yes":
            raise CommandError("Nothing was erased.")
        try:
            services.erase_person(person=person, actor=None, now=clock.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("The account is erased.")
