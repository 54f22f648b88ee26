"""Writes about a person: making an account, changing the profile, and what guards a change of address."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, urls
from museumhub.kit.refusals import Refused
from museumhub.members.models import Person
from museumhub.members.services.letters import post_account_letter


def create_person(
    *,
    email: str,
    name: str,
    now: datetime,
    language: str = "",
    time_zone: str = "",
    password: str | None = None,
    actor: Person | None = None,
) -> Person:
    """Somebody whose address is known to be theirs (made by the site itself, not by a visitor).

    Without a password the person signs in by code. Refuses an address that an account has.
    """
    address = email.strip().lower()
    with transaction.atomic():
        if Person.objects.filter(email=address).exists():
            raise Refused(_("Another account uses this address already."), field="email")
        person = Person.objects.create_user(
            address,
            password,
            name=name,
            language=language or settings.LANGUAGE_CODE,
            time_zone=time_zone or settings.TIME_ZONE,
        )
        EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
        audit.record(verb="person_created", subject=person, actor=actor, now=now)
    return person


def change_profile(
    *, person: Person, name: str, language: str, time_zone: str, now: datetime
) -> None:
    """Write what the person says about themselves; the form has checked it."""
    with transaction.atomic():
        current = Person.objects.select_for_update().get(pk=person.pk)
        given = {"name": name, "language": language, "time_zone": time_zone}
        changed = [field for field, value in given.items() if getattr(current, field) != value]
        for field in changed:
            setattr(current, field, given[field])
        current.save(update_fields=changed)
        audit.record(
            verb="profile_changed",
            subject=current,
            actor=current,
            after={"fields": changed},
            now=now,
        )


def warn_of_address_change(*, person: Person, now: datetime) -> None:
    """Tell the present address that somebody signed in as this person asked for another one."""
    with transaction.atomic():
        audit.record(verb="address_change_asked", subject=person, actor=person, now=now)
        post_account_letter(
            kind="account.address_change_asked",
            address=person.email,
            language=person.language,
            context={"security_url": urls.absolute(reverse("members:account"))},
            now=now,
        )


def distrust_password(*, person: Person, now: datetime) -> None:
    """Make the password useless: it was chosen before anybody had shown that the address is theirs.

    Otherwise somebody could make an account for a stranger's address and wait until the stranger
    proves it by signing in with a code.
    """
    with transaction.atomic():
        person.set_unusable_password()
        person.save(update_fields=["password"])
        audit.record(verb="password_distrusted", subject=person, actor=None, now=now)


def confirm_code_letter(*, person: Person, code: str, now: datetime) -> None:
    """Mail a code to somebody signed in who has neither password nor second factor."""
    post_account_letter(
        kind="account.confirm_code",
        address=person.email,
        language=person.language,
        context={"code": code},
        now=now,
    )
