"""Handing out everything the site holds about a person, and erasing it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit
from museumhub.kit.privacy import Holding, holdings
from museumhub.kit.refusals import Refused
from museumhub.members import queries
from museumhub.members.models import Organisation, Person
from museumhub.members.services.letters import post_account_letter

# Erased after all others: they find what is the person's by the address.
ACCOUNT = "members.account"


def export_person(person: Person) -> Iterator[tuple[Holding, Iterator[dict[str, Any]]]]:
    """Every holding with its rows, one at a time, so that nobody's data fills the memory."""
    for holding in holdings():
        yield holding, iter(holding.export(person))


def export_json(person: Person) -> Iterator[str]:
    """The same as the text of one JSON object, piece by piece: each holding with its purpose and its rows."""
    encoder = DjangoJSONEncoder(ensure_ascii=False, indent=1)
    yield "{"
    for number, (holding, rows) in enumerate(export_person(person)):
        head = {"purpose": str(holding.purpose), "kept_for": str(holding.kept_for)}
        yield f"{',' if number else ''}\n{encoder.encode(holding.name)}: "
        yield encoder.encode(head).removesuffix("\n}") + ',\n "rows": ['
        for place, row in enumerate(rows):
            yield f"{',' if place else ''}\n{encoder.encode(row)}"
        yield "]\n}"
    yield "\n}\n"


def erase_person(*, person: Person, actor: Person | None, now: datetime) -> None:
    """Blank or delete what every room holds about the person, then the account itself.

    What stays is named on the privacy page: acts in the audit trail under a number, and what an
    organisation wrote together. Refuses the only administrator of an organisation that has other
    members. `actor` is None where the operator does it.
    """
    with transaction.atomic():
        # The same order of locks as in the services on memberships: the organisation first.
        list(
            Organisation.objects.select_for_update()
            .filter(memberships__person=person)
            .order_by("pk")
        )
        current = Person.objects.select_for_update().get(pk=person.pk)
        if current.erased_at is not None:
            return
        left_alone = queries.left_without_administrator(current)
        if left_alone:
            raise Refused(
                _(
                    "You are the only administrator of %(names)s. Make somebody else there an "
                    "administrator first, then erase your account."
                )
                % {"names": ", ".join(one.name for one in left_alone)}
            )
        address, language = current.email, current.language
        audit.record(verb="person_erased", subject=current, actor=actor, now=now)
        found = list(holdings())
        for holding in sorted(found, key=lambda one: one.name == ACCOUNT):
            holding.erase(current, now)
        # The last letter is posted when no account has the address any more, and so bears no name.
        post_account_letter(
            kind="account.erased", address=address, language=language, context={}, now=now
        )


def blank_account(person: Person, now: datetime) -> None:
    """The account's own part: no address, no name, no way in; the row stays for what points at it."""
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    person.email = f"{person.oid}@erased.invalid"
    person.name = ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.erased_at = now
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
